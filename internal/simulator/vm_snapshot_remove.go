// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).removeSnapshotTask)
	onFree((*VCenter).removeAllSnapshotsTask)
	onFree((*VCenter).consolidateTask)
	onFree((*VCenter).renameSnapshot)
}

// machineOf is the machine that a snapshot is of.
func (v *VCenter) machineOf(s *simulator.VirtualMachineSnapshot) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	return lookUp[*simulator.VirtualMachine](v, s.Vm)
}

func (v *VCenter) removeSnapshotTask(ctx *simulator.Context, s *simulator.VirtualMachineSnapshot, req *vim.RemoveSnapshot_Task) soap.HasFault {
	vm, fault := v.machineOf(s)
	if fault != nil {
		return faultBody(fault)
	}
	return v.task(ctx, vm, "RemoveSnapshot_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		if vm.Snapshot == nil || findSnapshot(vm.Snapshot.RootSnapshotList, s.Self) == nil {
			return nil, &vim.ManagedObjectNotFound{Obj: s.Self}
		}
		info := copyOf(*vm.Snapshot)
		info.RootSnapshotList = cutSnapshot(info.RootSnapshotList, s.Self, req.RemoveChildren)
		v.keepSnapshots(ctx, vm, &info, req.Consolidate == nil || *req.Consolidate)
		return nil, nil
	})
}

func (v *VCenter) removeAllSnapshotsTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.RemoveAllSnapshots_Task) soap.HasFault {
	return v.task(ctx, vm, "RemoveAllSnapshots_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		if vm.Snapshot != nil {
			v.keepSnapshots(ctx, vm, new(vim.VirtualMachineSnapshotInfo), req.Consolidate == nil || *req.Consolidate)
		}
		return nil, nil
	})
}

func (v *VCenter) consolidateTask(ctx *simulator.Context, vm *simulator.VirtualMachine, _ *vim.ConsolidateVMDisks_Task) soap.HasFault {
	return v.task(ctx, vm, "ConsolidateVMDisks_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		v.settleDisks(ctx, vm, newForest(v.histories(ctx, vm), nil).all(), true)
		return nil, nil
	})
}

// keepSnapshots removes all snapshots of a machine but those in info. The
// current one becomes the nearest that is left below it.
func (v *VCenter) keepSnapshots(ctx *simulator.Context, vm *simulator.VirtualMachine, info *vim.VirtualMachineSnapshotInfo, consolidate bool) {
	files := newForest(v.histories(ctx, vm), nil).all()
	old, line := vm.Snapshot.RootSnapshotList, lineage(vm.Snapshot)
	info.CurrentSnapshot = nil
	for _, id := range line {
		if findSnapshot(info.RootSnapshotList, id) != nil {
			info.CurrentSnapshot = &id
			break
		}
	}
	v.setSnapshots(ctx, vm, info)
	eachSnapshot(old, func(node *snapshotTree) {
		if findSnapshot(info.RootSnapshotList, node.Snapshot) == nil {
			v.removeSnapshotFiles(vm, node.Id)
			v.reg.Remove(ctx, node.Snapshot)
		}
	})
	v.settleDisks(ctx, vm, files, consolidate)
	v.bumpVersion(ctx, vm)
}

func (v *VCenter) renameSnapshot(ctx *simulator.Context, s *simulator.VirtualMachineSnapshot, req *vim.RenameSnapshot) soap.HasFault {
	vm, fault := v.machineOf(s)
	if fault != nil {
		return faultBody(fault)
	}
	unlock := v.lock(ctx, vm)
	defer unlock()
	if vm.Snapshot == nil || !slices.Contains(snapshotIDs(vm), s.Self) {
		return faultBody(&vim.ManagedObjectNotFound{Obj: s.Self})
	}
	info := copyOf(*vm.Snapshot)
	node := findSnapshot(info.RootSnapshotList, s.Self)
	if req.Name != "" {
		node.Name = req.Name
	}
	if req.Description != "" {
		node.Description = req.Description
	}
	v.setSnapshots(ctx, vm, &info)
	return reply[methods.RenameSnapshotBody](new(vim.RenameSnapshotResponse), nil)
}
