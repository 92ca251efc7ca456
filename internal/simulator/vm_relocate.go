// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).relocateTask) }

// relocateTask moves a machine's files, host, pool and folder. The folder comes
// last and without the machine's lock: a move into a folder takes the locks in
// the other order.
func (v *VCenter) relocateTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.RelocateVM_Task) soap.HasFault {
	return v.task(ctx, vm, "RelocateVM_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return nil, v.relocateWhole(ctx, vm, &req.Spec)
	})
}

func (v *VCenter) relocateWhole(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec) vim.BaseMethodFault {
	r, fault := v.relocate(ctx, vm, spec)
	if fault != nil || r.folder == nil {
		return fault
	}
	unlock := v.lock(ctx, r.folder)
	defer unlock()
	_, fault = v.inner(r.folder.Self, func() soap.HasFault {
		return r.folder.MoveIntoFolderTask(ctx, &vim.MoveIntoFolder_Task{This: r.folder.Self, List: []ref{vm.Self}})
	})
	return fault
}

func (v *VCenter) relocate(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec) (*relocation, vim.BaseMethodFault) {
	unlock := v.lock(ctx, vm)
	defer unlock()
	r, fault := v.planRelocation(ctx, vm, spec)
	if fault != nil {
		return nil, fault
	}
	if fault := v.checkProfiles("PreRelocateCheckCallback", profilesAlong(spec)...); fault != nil {
		return nil, fault
	}
	from := v.placeOf(vm)
	if len(spec.DeviceChange) > 0 {
		if fault := v.reconfigure(ctx, vm, &vim.VirtualMachineConfigSpec{DeviceChange: spec.DeviceChange}); fault != nil {
			return nil, fault
		}
	}
	if r.movesFiles(vm) {
		if fault := v.relocateFiles(ctx, vm, r); fault != nil {
			return nil, fault
		}
	}
	v.relocateCompute(ctx, vm, r)
	v.associateMove(vm, spec)
	v.postMigrated(ctx, vm, from)
	return r, nil
}

// relocateCompute moves a machine to another host and pool, with the lists
// that name it there.
func (v *VCenter) relocateCompute(ctx *simulator.Context, vm *simulator.VirtualMachine, r *relocation) {
	v.moveRef(ctx, "vm", vm.Self, *vm.Runtime.Host, r.host.Self)
	changes := []vim.PropertyChange{
		{Name: "runtime.host", Val: &r.host.Self},
		{Name: "summary.runtime.host", Val: &r.host.Self},
	}
	if r.pool != nil && vm.ResourcePool != nil {
		pool := r.pool.Reference()
		v.moveRef(ctx, "vm", vm.Self, *vm.ResourcePool, pool)
		v.settle(ctx, vm, pool)
		changes = append(changes, vim.PropertyChange{Name: "resourcePool", Val: &pool})
	}
	if browser, ok := managed(v.computeResource(r.host)).Elem().FieldByName("EnvironmentBrowser").Interface().(*ref); ok && browser != nil {
		vm.EnvironmentBrowser = *browser
	}
	v.reg.Update(ctx, vm, changes)
}
