// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).createContainerView)
	on((*VCenter).destroyContainerView)
	on((*VCenter).createListView)
	on((*VCenter).modifyListView)
	on((*VCenter).resetListView)
	on((*VCenter).destroyListView)
}

// containerView works out its members when it is read.
type containerView struct{ mo.ContainerView }

// listView holds the objects that its owner names.
type listView struct{ mo.ListView }

var containerKinds = []reflect.Type{
	reflect.TypeFor[mo.Folder](), reflect.TypeFor[mo.Datacenter](), reflect.TypeFor[mo.ComputeResource](),
	reflect.TypeFor[mo.ResourcePool](), reflect.TypeFor[mo.HostSystem](),
}

// viewKinds are all entity types that a view may be asked for.
var viewKinds = append([]reflect.Type{
	reflect.TypeFor[mo.ClusterComputeResource](), reflect.TypeFor[mo.VirtualMachine](), reflect.TypeFor[mo.VirtualApp](),
	reflect.TypeFor[mo.Datastore](), reflect.TypeFor[mo.StoragePod](), reflect.TypeFor[mo.OpaqueNetwork](),
	reflect.TypeFor[mo.DistributedVirtualPortgroup](), reflect.TypeFor[mo.DistributedVirtualSwitch](),
}, containerKinds...)

func knownKind(kinds []reflect.Type, name string) bool {
	return slices.ContainsFunc(kinds, func(t reflect.Type) bool { return isKind(t, name) })
}

func (v *VCenter) createContainerView(ctx *simulator.Context, _ *simulator.ViewManager, req *vim.CreateContainerView) soap.HasFault {
	root := v.reg.Get(req.Container)
	if root == nil {
		return faultBody(&vim.ManagedObjectNotFound{Obj: req.Container})
	}
	kind := managed(root).Elem().Type()
	if !slices.ContainsFunc(containerKinds, func(t reflect.Type) bool { return isKind(kind, t.Name()) }) {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "container"})
	}
	for _, name := range req.Type {
		if !knownKind(viewKinds, name) {
			return faultBody(&vim.InvalidArgument{InvalidProperty: "type"})
		}
	}
	view := &containerView{mo.ContainerView{Container: req.Container, Type: req.Type, Recursive: req.Recursive}}
	view.Self.Type = "ContainerView"
	ctx.Session.Put(view)
	return reply[methods.CreateContainerViewBody](&vim.CreateContainerViewResponse{Returnval: view.Self}, nil)
}

func (v *VCenter) destroyContainerView(ctx *simulator.Context, view *containerView, _ *vim.DestroyView) soap.HasFault {
	ctx.Session.Remove(ctx, view.Self)
	return reply[methods.DestroyViewBody](new(vim.DestroyViewResponse), nil)
}

// refresh finds the members of the view.
func (c *containerView) refresh(r *reader) {
	seen := map[ref]bool{}
	var members []ref
	var walk func(id ref)
	walk = func(id ref) {
		for _, child := range r.children(id) {
			if seen[child] {
				continue
			}
			seen[child] = true
			if c.includes(r, child) {
				members = append(members, child)
			}
			if c.Recursive {
				walk(child)
			}
		}
	}
	walk(c.Container)
	ctx := r.v.context()
	unlock := r.v.lock(ctx, c)
	defer unlock()
	c.View = members
}

func (c *containerView) includes(r *reader, id ref) bool {
	obj := r.v.reg.Get(id)
	if obj == nil {
		return false
	}
	t := managed(obj).Elem().Type()
	return len(c.Type) == 0 || slices.ContainsFunc(c.Type, func(name string) bool { return isKind(t, name) })
}

// children are the objects directly inside an entity.
func (r *reader) children(id ref) (refs []ref) {
	obj := r.v.reg.Get(id)
	if obj == nil {
		return nil
	}
	switch managed(obj).Interface().(type) {
	case *mo.VirtualMachine, *mo.Datastore, *mo.Network, *mo.DistributedVirtualPortgroup:
		return nil // most objects are these, and need no lock
	}
	ctx := r.v.context()
	unlock := r.v.lock(ctx, obj)
	defer unlock()
	switch e := managed(obj).Interface().(type) {
	case *mo.Datacenter:
		refs = []ref{e.VmFolder, e.HostFolder, e.DatastoreFolder, e.NetworkFolder}
	case *mo.Folder:
		refs = e.ChildEntity
	case *mo.StoragePod:
		refs = e.ChildEntity
	case *mo.ComputeResource:
		refs = append(slices.Clone(e.Host), *e.ResourcePool)
	case *mo.ClusterComputeResource:
		refs = append(slices.Clone(e.Host), *e.ResourcePool)
	case *mo.ResourcePool:
		refs = append(slices.Clone(e.ResourcePool), e.Vm...)
	case *mo.VirtualApp:
		refs = append(slices.Clone(e.ResourcePool.ResourcePool), e.Vm...)
	case *mo.HostSystem:
		refs = e.Vm
	}
	return slices.Clone(refs)
}

func (v *VCenter) createListView(ctx *simulator.Context, _ *simulator.ViewManager, req *vim.CreateListView) soap.HasFault {
	view := new(listView)
	if missing := view.add(v, ctx, req.Obj); len(missing) > 0 {
		return faultBody(&vim.ManagedObjectNotFound{Obj: missing[0]})
	}
	view.Self.Type = "ListView"
	ctx.Session.Put(view)
	return reply[methods.CreateListViewBody](&vim.CreateListViewResponse{Returnval: view.Self}, nil)
}

// add takes up the objects that exist and returns the others.
func (l *listView) add(v *VCenter, ctx *simulator.Context, refs []ref) (missing []ref) {
	for _, id := range refs {
		switch {
		case v.object(ctx, id) == nil:
			missing = append(missing, id)
		case !slices.Contains(l.View, id):
			l.View = append(l.View, id)
		}
	}
	return missing
}

func (v *VCenter) modifyListView(ctx *simulator.Context, view *listView, req *vim.ModifyListView) soap.HasFault {
	view.View = slices.DeleteFunc(slices.Clone(view.View), func(id ref) bool { return slices.Contains(req.Remove, id) })
	missing := view.add(v, ctx, req.Add)
	v.hub.changed(view.Self)
	return reply[methods.ModifyListViewBody](&vim.ModifyListViewResponse{Returnval: missing}, nil)
}

func (v *VCenter) resetListView(ctx *simulator.Context, view *listView, req *vim.ResetListView) soap.HasFault {
	view.View = nil
	missing := view.add(v, ctx, req.Obj)
	v.hub.changed(view.Self)
	return reply[methods.ResetListViewBody](&vim.ResetListViewResponse{Returnval: missing}, nil)
}

func (v *VCenter) destroyListView(ctx *simulator.Context, view *listView, _ *vim.DestroyView) soap.HasFault {
	ctx.Session.Remove(ctx, view.Self)
	return reply[methods.DestroyViewBody](new(vim.DestroyViewResponse), nil)
}
