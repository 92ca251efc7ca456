// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"os"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).createDatacenter)
	onFree((*VCenter).destroyDatacenter)
}

// createDatacenter refuses a name that is taken in the folder; vcsim does not.
func (v *VCenter) createDatacenter(ctx *simulator.Context, f *simulator.Folder, req *vim.CreateDatacenter) soap.HasFault {
	if taken := ctx.Map.FindByName(req.Name, f.ChildEntity); taken != nil {
		return faultBody(&vim.DuplicateName{Name: req.Name, Object: taken.Reference()})
	}
	return f.CreateDatacenter(ctx, req)
}

// destroyDatacenter takes a datacenter out of the inventory with all that is in
// it: vCenter forgets its hosts, and with them their machines, which run on.
// vcsim refuses a datacenter that is not empty and leaves its folders behind.
func (v *VCenter) destroyDatacenter(ctx *simulator.Context, d *simulator.Datacenter, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, d, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return nil, v.forgetDatacenter(ctx, d)
	})
}

func (v *VCenter) forgetDatacenter(ctx *simulator.Context, d *simulator.Datacenter) vim.BaseMethodFault {
	if v.reg.Get(d.Self) == nil {
		return &vim.ManagedObjectNotFound{Obj: d.Self}
	}
	parent := *d.Parent
	for _, root := range []ref{d.VmFolder, d.HostFolder, d.DatastoreFolder, d.NetworkFolder} {
		v.forgetTree(ctx, root)
	}
	v.editRefs(ctx, parent, "childEntity", func(l []ref) []ref { return without(l, d.Self) })
	v.reg.Remove(ctx, d.Self)
	return nil
}

// forgetTree removes an object and all that is below it from the inventory.
func (v *VCenter) forgetTree(ctx *simulator.Context, id ref) {
	obj := v.reg.Get(id)
	if obj == nil {
		return
	}
	for _, child := range v.read(ctx).children(id) {
		v.forgetTree(ctx, child)
	}
	if ds, ok := obj.(*simulator.Datastore); ok {
		_ = os.RemoveAll(ds.Summary.Url) // nobody can see the files any more
	}
	v.reg.Remove(ctx, id)
}
