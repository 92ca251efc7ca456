// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).createSnapshotTask)
	onFree((*VCenter).createSnapshotExTask)
}

// maxSnapshotDepth is how many snapshots may stand on one another.
const maxSnapshotDepth = 32

// snapshotWish is what a client wants a snapshot to be.
type snapshotWish struct {
	name, description string
	memory, quiesce   bool
}

func (v *VCenter) createSnapshotTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.CreateSnapshot_Task) soap.HasFault {
	return v.task(ctx, vm, "CreateSnapshot_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return v.takeSnapshot(ctx, vm, snapshotWish{req.Name, req.Description, req.Memory, req.Quiesce})
	})
}

func (v *VCenter) createSnapshotExTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.CreateSnapshotEx_Task) soap.HasFault {
	return v.task(ctx, vm, "CreateSnapshotEx_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return v.takeSnapshot(ctx, vm, snapshotWish{req.Name, req.Description, req.Memory, req.QuiesceSpec != nil})
	})
}

// takeSnapshot keeps a machine's configuration and disks as they are, and has
// the machine write to new files.
func (v *VCenter) takeSnapshot(ctx *simulator.Context, vm *simulator.VirtualMachine, wish snapshotWish) (vim.AnyType, vim.BaseMethodFault) {
	unlock := v.lock(ctx, vm)
	defer unlock()
	if v.reg.Get(vm.Self) == nil {
		return nil, &vim.ManagedObjectNotFound{Obj: vm.Self}
	}
	if fault := checkSnapshot(vm, wish); fault != nil {
		return nil, fault
	}
	devices := copyOf(vm.Config.Hardware.Device)
	if fault := v.pushDeltas(v.datacenter(vm), devices); fault != nil {
		return nil, fault
	}
	s := new(simulator.VirtualMachineSnapshot)
	s.Vm, s.Config = vm.Self, copyOf(*vm.Config)
	v.reg.Put(s)
	v.snapshots++
	node := vim.VirtualMachineSnapshotTree{
		Snapshot: s.Self, Vm: vm.Self, Name: wish.name, Description: wish.description, Id: v.snapshots,
		CreateTime: time.Now().UTC(), State: vim.VirtualMachinePowerStatePoweredOff,
		Quiesced: wish.quiesce && isOn(vm) && !wish.memory, ReplaySupported: vim.NewBool(false),
	}
	if wish.memory {
		node.State = vm.Runtime.PowerState
	}
	info := vim.VirtualMachineSnapshotInfo{}
	if vm.Snapshot != nil {
		info = copyOf(*vm.Snapshot)
	}
	info.RootSnapshotList = addSnapshot(info.RootSnapshotList, info.CurrentSnapshot, node)
	info.CurrentSnapshot = &s.Self
	v.writeSnapshotFiles(vm, node)
	v.setSnapshots(ctx, vm, &info)
	v.setDevices(ctx, vm, v.datacenter(vm), append([][]vim.BaseVirtualDevice{devices}, v.histories(ctx, vm)[1:]...))
	v.bumpVersion(ctx, vm)
	return s.Self, nil
}

func isOn(vm *simulator.VirtualMachine) bool {
	return vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn
}

// checkSnapshot refuses what vCenter refuses.
func checkSnapshot(vm *simulator.VirtualMachine, wish snapshotWish) vim.BaseMethodFault {
	switch {
	case wish.name == "":
		return &vim.InvalidName{Name: wish.name, Entity: &vm.Self}
	case vm.Config.Template:
		return new(vim.NotSupported)
	case vm.Snapshot != nil && len(lineage(vm.Snapshot)) >= maxSnapshotDepth:
		return new(vim.TooManySnapshotLevels)
	case !isOn(vm):
		return nil
	}
	for _, d := range vm.Config.Hardware.Device {
		if c, ok := d.(vim.BaseVirtualSCSIController); ok && c.GetVirtualSCSIController().SharedBus != vim.VirtualSCSISharingNoSharing {
			return new(vim.SnapshotFault)
		}
	}
	for _, b := range flatDisks(vm.Config.Hardware.Device) {
		if wish.memory && independent(b) {
			return new(vim.MemorySnapshotOnIndependentDisk)
		}
	}
	if wish.quiesce && !wish.memory && vm.Guest.ToolsRunningStatus != string(vim.VirtualMachineToolsRunningStatusGuestToolsRunning) {
		return new(vim.FilesystemQuiesceFault)
	}
	return nil
}

// setSnapshots stores the tree of a machine's snapshots; one without any is nil.
func (v *VCenter) setSnapshots(ctx *simulator.Context, vm *simulator.VirtualMachine, info *vim.VirtualMachineSnapshotInfo) {
	if len(info.RootSnapshotList) == 0 {
		v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "snapshot"}, {Name: "rootSnapshot"}})
		return
	}
	var roots []ref
	for _, node := range info.RootSnapshotList {
		roots = append(roots, node.Snapshot)
	}
	v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "snapshot", Val: *info}, {Name: "rootSnapshot", Val: roots}})
	eachSnapshot(info.RootSnapshotList, func(node *vim.VirtualMachineSnapshotTree) {
		s := v.snapshotAt(node.Snapshot)
		if s == nil {
			return
		}
		var children []ref
		for _, child := range node.ChildSnapshotList {
			children = append(children, child.Snapshot)
		}
		unlock := v.lock(ctx, s)
		defer unlock()
		v.reg.Update(ctx, s, []vim.PropertyChange{{Name: "childSnapshot", Val: children}})
	})
}

// bumpVersion notes that a machine's configuration has changed.
func (v *VCenter) bumpVersion(ctx *simulator.Context, vm *simulator.VirtualMachine) {
	now := time.Now().UTC()
	v.reg.Update(ctx, vm, []vim.PropertyChange{
		{Name: "config.modified", Val: now},
		{Name: "config.changeVersion", Val: strconv.FormatInt(now.UnixNano(), 10)},
	})
}

func (v *VCenter) snapshotAt(id ref) *simulator.VirtualMachineSnapshot {
	s, _ := v.reg.Get(id).(*simulator.VirtualMachineSnapshot)
	return s
}

// snapshotFiles are the files of a snapshot itself; a memory file only some have.
func snapshotFiles(vm *simulator.VirtualMachine, id int32) []string {
	h := homeOf(vm.Config.Files.VmPathName)
	return []string{h.file(fmt.Sprintf("-Snapshot%d.vmsn", id)), h.file(fmt.Sprintf("-Snapshot%d.vmem", id))}
}

func (v *VCenter) writeSnapshotFiles(vm *simulator.VirtualMachine, node vim.VirtualMachineSnapshotTree) {
	names := snapshotFiles(vm, node.Id)
	if node.State == vim.VirtualMachinePowerStatePoweredOff {
		names = names[:1]
	}
	for _, name := range names {
		if file, ok := v.filePath(v.datacenter(vm), name); ok {
			_ = os.WriteFile(file, nil, 0o600) // the snapshot is none the worse without
		}
	}
}

func (v *VCenter) removeSnapshotFiles(vm *simulator.VirtualMachine, id int32) {
	for _, name := range snapshotFiles(vm, id) {
		if file, ok := v.filePath(v.datacenter(vm), name); ok {
			_ = os.Remove(file) // somebody may have deleted it
		}
	}
}

// layOutSnapshots adds the snapshots to what a machine tells of its files.
func (v *VCenter) layOutSnapshots(vm *simulator.VirtualMachine) {
	if vm.Snapshot == nil || vm.LayoutEx == nil {
		return
	}
	key := func(name string) int32 {
		i := slices.IndexFunc(vm.LayoutEx.File, func(f vim.VirtualMachineFileLayoutExFileInfo) bool { return f.Name == name })
		if i < 0 {
			return -1
		}
		return vm.LayoutEx.File[i].Key
	}
	eachSnapshot(vm.Snapshot.RootSnapshotList, func(node *vim.VirtualMachineSnapshotTree) {
		names := snapshotFiles(vm, node.Id)
		vm.LayoutEx.Snapshot = append(vm.LayoutEx.Snapshot, vim.VirtualMachineFileLayoutExSnapshotLayout{
			Key: node.Snapshot, DataKey: key(names[0]), MemoryKey: key(names[1]),
		})
	})
}
