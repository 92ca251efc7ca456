// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// relocation is where a machine goes: every wish of a client looked up, and
// nothing left to refuse.
type relocation struct {
	from, to *simulator.Datacenter
	folder   *simulator.Folder // nil: stays
	pool     mo.Entity         // nil: stays, or a template's, which has none
	host     *simulator.HostSystem
	store    *simulator.Datastore // for the machine's own files; nil: they stay
	disks    map[int32]diskMove   // by device key
}

// diskMove is a wish for one disk.
type diskMove struct {
	store   *simulator.Datastore
	backing vim.BaseVirtualDeviceBackingInfo // nil: the format stays
}

// planRelocation refuses what vCenter refuses before anything has moved. The
// caller holds the machine's lock.
func (v *VCenter) planRelocation(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec) (*relocation, vim.BaseMethodFault) {
	r := &relocation{from: v.datacenter(vm), disks: map[int32]diskMove{}}
	for _, plan := range []func() vim.BaseMethodFault{
		func() vim.BaseMethodFault { return v.planStorage(vm, spec, r) },
		func() vim.BaseMethodFault { return v.planCompute(ctx, vm, spec, r) },
		func() vim.BaseMethodFault { return r.checkSight(vm) },
		func() vim.BaseMethodFault { return v.planFolder(ctx, vm, spec, r) },
	} {
		if fault := plan(); fault != nil {
			return nil, fault
		}
	}
	return r, nil
}

// planStorage looks up the datastores of the machine and of single disks.
func (v *VCenter) planStorage(vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec, r *relocation) (fault vim.BaseMethodFault) {
	if spec.Datastore != nil {
		if r.store, fault = lookUp[*simulator.Datastore](v, *spec.Datastore); fault != nil {
			return fault
		}
	}
	disks := disksOf(vm)
	for _, l := range spec.Disk {
		if !slices.ContainsFunc(disks, func(d *vim.VirtualDisk) bool { return d.Key == l.DiskId }) {
			return &vim.InvalidArgument{InvalidProperty: "spec.disk.diskId"}
		}
		store, fault := lookUp[*simulator.Datastore](v, l.Datastore)
		if fault != nil {
			return fault
		}
		r.disks[l.DiskId] = diskMove{store, l.DiskBackingInfo}
	}
	return nil
}

// lookUp is the object of type O that a reference names.
func lookUp[O mo.Reference](v *VCenter, id ref) (O, vim.BaseMethodFault) {
	obj, ok := v.reg.Get(id).(O)
	if !ok {
		return obj, &vim.ManagedObjectNotFound{Obj: id}
	}
	return obj, nil
}

// planCompute finds the pool and the host, which must belong together.
func (v *VCenter) planCompute(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec, r *relocation) vim.BaseMethodFault {
	pool := vm.ResourcePool
	if spec.Pool != nil {
		pool = spec.Pool
	}
	if pool != nil {
		if v.poolAt(*pool) == nil {
			return &vim.ManagedObjectNotFound{Obj: *pool}
		}
		r.pool = v.reg.Get(*pool).(mo.Entity)
	}
	host := *vm.Runtime.Host
	if spec.Host != nil {
		host = *spec.Host
	}
	var fault vim.BaseMethodFault
	if r.host, fault = lookUp[*simulator.HostSystem](v, host); fault != nil {
		return fault
	}
	if r.pool == nil {
		return nil
	}
	owner := v.computeResource(r.pool)
	switch {
	case *r.host.Parent == owner.Reference():
		return nil
	case spec.Host != nil:
		return &vim.InvalidArgument{InvalidProperty: "spec.host"}
	}
	return v.placeOn(ctx, owner, vm, r)
}

// placeOn picks a host of another compute resource, as DRS does.
func (v *VCenter) placeOn(ctx *simulator.Context, owner mo.Entity, vm *simulator.VirtualMachine, r *relocation) vim.BaseMethodFault {
	if cluster, ok := owner.(*simulator.ClusterComputeResource); ok && !drsEnabled(cluster) {
		return &vim.InvalidArgument{InvalidProperty: "spec.host"}
	}
	for _, id := range v.read(ctx).children(owner.Reference()) {
		if h, ok := v.reg.Get(id).(*simulator.HostSystem); ok {
			r.host = h
			if r.checkSight(vm) == nil {
				return nil
			}
		}
	}
	if *r.host.Parent != owner.Reference() {
		return &vim.InvalidArgument{InvalidProperty: "spec.pool"} // no host in it
	}
	return r.checkSight(vm)
}

func drsEnabled(c *simulator.ClusterComputeResource) bool {
	config, ok := c.ConfigurationEx.(*vim.ClusterConfigInfoEx)
	return ok && config.DrsConfig.Enabled != nil && *config.DrsConfig.Enabled
}

// checkSight refuses a host that does not see where the files will be.
func (r *relocation) checkSight(vm *simulator.VirtualMachine) vim.BaseMethodFault {
	stores := map[ref]bool{}
	if r.store != nil {
		stores[r.store.Self] = true
	}
	for _, disk := range disksOf(vm) {
		if to := r.diskStore(disk); to != nil {
			stores[to.Self] = true
		} else if at := diskFile(disk).Datastore; at != nil {
			stores[*at] = true
		}
	}
	for id := range stores {
		if !slices.Contains(r.host.Datastore, id) {
			return &vim.InvalidDatastore{Datastore: &id}
		}
	}
	return nil
}

// planFolder finds the folder: in another datacenter it is the root folder of
// machines if the client names none.
func (v *VCenter) planFolder(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec, r *relocation) vim.BaseMethodFault {
	r.to = v.datacenter(r.host)
	folder := spec.Folder
	if folder == nil && r.to != r.from {
		folder = &r.to.VmFolder
	}
	if folder == nil {
		return nil
	}
	f, fault := lookUp[*simulator.Folder](v, *folder)
	switch {
	case fault != nil:
		return fault
	case v.datacenter(f) != r.to || !slices.Contains(f.ChildType, "VirtualMachine"):
		return &vim.InvalidArgument{InvalidProperty: "spec.folder"}
	case vm.Parent != nil && *vm.Parent == f.Self:
		return nil
	}
	r.folder = f
	return v.siblingNamed(ctx, f.Self, vm.Name, vm.Self)
}
