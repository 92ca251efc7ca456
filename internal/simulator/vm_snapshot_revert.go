// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).revertTask)
	onFree((*VCenter).revertToCurrentTask)
}

func (v *VCenter) revertTask(ctx *simulator.Context, s *simulator.VirtualMachineSnapshot, req *vim.RevertToSnapshot_Task) soap.HasFault {
	vm, fault := v.machineOf(s)
	if fault != nil {
		return faultBody(fault)
	}
	return v.task(ctx, vm, "RevertToSnapshot_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		return nil, v.revert(ctx, vm, s.Self, isTrue(req.SuppressPowerOn))
	})
}

func (v *VCenter) revertToCurrentTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.RevertToCurrentSnapshot_Task) soap.HasFault {
	return v.task(ctx, vm, "RevertToCurrentSnapshot_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		if vm.Snapshot == nil || vm.Snapshot.CurrentSnapshot == nil {
			return nil, new(vim.NotFound)
		}
		return nil, v.revert(ctx, vm, *vm.Snapshot.CurrentSnapshot, isTrue(req.SuppressPowerOn))
	})
}

// revert makes a machine again what it was at a snapshot, but for its name,
// which is the inventory's. The caller holds the machine's lock.
func (v *VCenter) revert(ctx *simulator.Context, vm *simulator.VirtualMachine, id ref, stayOff bool) vim.BaseMethodFault {
	s := v.snapshotAt(id)
	if s == nil || vm.Snapshot == nil || findSnapshot(vm.Snapshot.RootSnapshotList, id) == nil {
		return &vim.ManagedObjectNotFound{Obj: id}
	}
	if fault := v.setPower(ctx, vm, vim.VirtualMachinePowerStatePoweredOff); fault != nil {
		return fault
	}
	files := newForest(v.histories(ctx, vm), nil).all()
	config := copyOf(s.Config)
	if fault := v.pushDeltas(v.datacenter(vm), config.Hardware.Device); fault != nil {
		return fault
	}
	config.Name, config.Files = vm.Config.Name, vm.Config.Files
	v.restoreConfig(ctx, vm, config)
	info := copyOf(*vm.Snapshot)
	info.CurrentSnapshot = &id
	v.setSnapshots(ctx, vm, &info)
	v.settleDisks(ctx, vm, files, true)
	v.bumpVersion(ctx, vm)
	if stayOff {
		return nil
	}
	return v.setPower(ctx, vm, findSnapshot(info.RootSnapshotList, id).State)
}

// setPower brings a machine into a power state.
func (v *VCenter) setPower(ctx *simulator.Context, vm *simulator.VirtualMachine, state vim.VirtualMachinePowerState) vim.BaseMethodFault {
	if vm.Runtime.PowerState == state {
		return nil
	}
	call := func() soap.HasFault { return vm.PowerOffVMTask(ctx, &vim.PowerOffVM_Task{This: vm.Self}) }
	if state != vim.VirtualMachinePowerStatePoweredOff {
		call = func() soap.HasFault { return vm.PowerOnVMTask(ctx, &vim.PowerOnVM_Task{This: vm.Self}) }
	}
	if _, fault := v.inner(vm.Self, call); fault != nil || state != vim.VirtualMachinePowerStateSuspended {
		return fault
	}
	_, fault := v.inner(vm.Self, func() soap.HasFault { return vm.SuspendVMTask(ctx, &vim.SuspendVM_Task{This: vm.Self}) })
	return fault
}

// restoreConfig gives a machine another configuration, with the summary and the
// networks that follow from it.
func (v *VCenter) restoreConfig(ctx *simulator.Context, vm *simulator.VirtualMachine, config vim.VirtualMachineConfigInfo) {
	old, now := vm.Network, v.networksOf(vm, config.Hardware.Device)
	summary := vm.Summary.Config
	summary.Annotation, summary.GuestId, summary.GuestFullName = config.Annotation, config.GuestId, config.GuestFullName
	summary.NumCpu, summary.MemorySizeMB, summary.HwVersion = config.Hardware.NumCPU, config.Hardware.MemoryMB, config.Version
	summary.NumEthernetCards = int32(len(ethernetCards(config.Hardware.Device)))
	summary.NumVirtualDisks = int32(len(flatDisks(config.Hardware.Device)))
	v.reg.Update(ctx, vm, []vim.PropertyChange{
		{Name: "config", Val: config},
		{Name: "summary.config", Val: summary},
		{Name: "network", Val: now},
	})
	for _, id := range old {
		if !slices.Contains(now, id) {
			v.editRefs(ctx, id, "vm", func(l []ref) []ref { return without(l, vm.Self) })
		}
	}
	for _, id := range now {
		v.editRefs(ctx, id, "vm", func(l []ref) []ref { return append(without(l, vm.Self), vm.Self) })
	}
}

// networksOf are the networks that network interfaces are on, each once.
func (v *VCenter) networksOf(vm *simulator.VirtualMachine, devices []vim.BaseVirtualDevice) []ref {
	var networks []ref
	for _, card := range ethernetCards(devices) {
		switch b := card.Backing.(type) {
		case *vim.VirtualEthernetCardNetworkBackingInfo:
			if n := v.reg.FindByName(b.DeviceName, v.datacenter(vm).Network); n != nil {
				networks = append(without(networks, n.Reference()), n.Reference())
			}
		case *vim.VirtualEthernetCardDistributedVirtualPortBackingInfo:
			if id, ok := v.index.byValue(b.Port.PortgroupKey); ok {
				networks = append(without(networks, id), id)
			}
		}
	}
	return networks
}
