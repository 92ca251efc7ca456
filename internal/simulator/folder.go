// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).destroyFolder)
	onFree((*VCenter).renameEntity)
	on((*VCenter).moveIntoFolder)
}

// destroyFolder destroys what is inside first, as vCenter does; a machine that
// runs stops it with the rest in place.
func (v *VCenter) destroyFolder(ctx *simulator.Context, f *simulator.Folder, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, f, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		if f.Parent == nil || f.Parent.Type == "Datacenter" {
			return nil, new(vim.NotSupported) // a root folder
		}
		return nil, v.destroyTree(ctx, f)
	})
}

func (v *VCenter) destroyTree(ctx *simulator.Context, e mo.Entity) vim.BaseMethodFault {
	if f, ok := e.(*simulator.Folder); ok {
		for _, id := range v.read(ctx).children(f.Self) {
			child, ok := v.reg.Get(id).(mo.Entity)
			if !ok {
				continue
			}
			if fault := v.destroyTree(ctx, child); fault != nil {
				return fault
			}
		}
	}
	switch x := e.(type) {
	case *simulator.VirtualMachine:
		return v.destroyVM(ctx, x)
	case *simulator.Datacenter:
		return v.forgetDatacenter(ctx, x)
	}
	m := reflect.ValueOf(e).MethodByName("DestroyTask")
	if !m.IsValid() {
		return new(vim.NotSupported)
	}
	unlock := v.lock(ctx, e)
	defer unlock()
	_, fault := v.inner(e.Reference(), func() soap.HasFault {
		req := reflect.ValueOf(&vim.Destroy_Task{This: e.Reference()})
		return m.Call([]reflect.Value{reflect.ValueOf(ctx), req})[0].Interface().(soap.HasFault)
	})
	return fault
}

// renameEntity renames any entity. A name that a sibling has is refused with
// the fault that vCenter has for it, which vcsim does not use.
func (v *VCenter) renameEntity(ctx *simulator.Context, e mo.Entity, req *vim.Rename_Task) soap.HasFault {
	return v.task(ctx, e, "Rename_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		if req.NewName == "" {
			return nil, &vim.InvalidName{Name: req.NewName}
		}
		if parent := e.Entity().Parent; parent != nil {
			if fault := v.siblingNamed(ctx, *parent, req.NewName, e.Reference()); fault != nil {
				return nil, fault
			}
		}
		unlock := v.lock(ctx, e)
		defer unlock()
		changes := []vim.PropertyChange{{Name: "name", Val: req.NewName}}
		if vm, ok := e.(*simulator.VirtualMachine); ok && vm.Config != nil {
			changes = append(changes, vim.PropertyChange{Name: "config.name", Val: req.NewName},
				vim.PropertyChange{Name: "summary.config.name", Val: req.NewName})
		}
		v.reg.Update(ctx, e, changes)
		e.Entity().Name = req.NewName // hidden behind a Name of its own in some types
		return nil, nil
	})
}

// siblingNamed is the fault for a name that is taken under a parent.
func (v *VCenter) siblingNamed(ctx *simulator.Context, parent ref, name string, but ref) vim.BaseMethodFault {
	siblings := slices.DeleteFunc(v.read(ctx).children(parent), func(id ref) bool { return id == but })
	if taken := v.reg.FindByName(name, siblings); taken != nil {
		return &vim.DuplicateName{Name: name, Object: taken.Reference()}
	}
	return nil
}

// moveIntoFolder refuses what vcsim lets pass: names that are taken, and a
// folder moved into itself.
func (v *VCenter) moveIntoFolder(ctx *simulator.Context, f *simulator.Folder, req *vim.MoveIntoFolder_Task) soap.HasFault {
	for _, id := range req.List {
		e, ok := v.reg.Get(id).(mo.Entity)
		if !ok {
			return faultBody(&vim.ManagedObjectNotFound{Obj: id})
		}
		if v.inside(f, id) {
			return faultBody(&vim.InvalidFolder{Target: f.Self})
		}
		if taken := v.reg.FindByName(entityName(e), f.ChildEntity); taken != nil && taken.Reference() != id {
			return faultBody(&vim.DuplicateName{Name: entityName(e), Object: taken.Reference()})
		}
	}
	return f.MoveIntoFolderTask(ctx, req)
}

// inside reports whether e is the object with the id, or somewhere under it.
func (v *VCenter) inside(e mo.Entity, id ref) bool {
	for e != nil {
		if e.Reference() == id {
			return true
		}
		parent := e.Entity().Parent
		if parent == nil {
			return false
		}
		e, _ = v.reg.Get(*parent).(mo.Entity)
	}
	return false
}
