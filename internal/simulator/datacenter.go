// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).createDatacenter)
	on((*VCenter).destroyDatacenter)
}

// createDatacenter refuses a name that is taken in the folder; vcsim does not.
func (v *VCenter) createDatacenter(ctx *simulator.Context, f *simulator.Folder, req *vim.CreateDatacenter) soap.HasFault {
	if taken := ctx.Map.FindByName(req.Name, f.ChildEntity); taken != nil {
		return faultBody(&vim.DuplicateName{Name: req.Name, Object: taken.Reference()})
	}
	return f.CreateDatacenter(ctx, req)
}

// destroyDatacenter takes along the root folders with what is in them, which
// vcsim leaves behind. Hosts and machines still have to go first, as in vcsim.
func (v *VCenter) destroyDatacenter(ctx *simulator.Context, d *simulator.Datacenter, _ *vim.Destroy_Task) soap.HasFault {
	task := simulator.CreateTask(d, "destroy", func(*simulator.Task) (vim.AnyType, vim.BaseMethodFault) {
		for _, root := range []vim.ManagedObjectReference{d.VmFolder, d.HostFolder} {
			if f, ok := ctx.Map.Get(root).(*simulator.Folder); ok && len(f.ChildEntity) > 0 {
				return nil, new(vim.ResourceInUse)
			}
		}
		for _, root := range []vim.ManagedObjectReference{d.VmFolder, d.HostFolder, d.DatastoreFolder, d.NetworkFolder} {
			removeTree(ctx, root)
		}
		ctx.Map.Remove(ctx, d.Self)
		parent := ctx.Map.Get(*d.Parent).(*simulator.Folder)
		ctx.WithLock(parent, func() { ctx.Map.RemoveReference(ctx, parent, &parent.ChildEntity, d.Self) })
		return nil, nil
	})
	return reply[methods.Destroy_TaskBody](&vim.Destroy_TaskResponse{Returnval: task.Run(ctx)}, nil)
}

// removeTree removes an object and, if it is a folder, all that is below it.
func removeTree(ctx *simulator.Context, id vim.ManagedObjectReference) {
	if f, ok := ctx.Map.Get(id).(*simulator.Folder); ok {
		for _, child := range f.ChildEntity {
			removeTree(ctx, child)
		}
	}
	ctx.Map.Remove(ctx, id)
}
