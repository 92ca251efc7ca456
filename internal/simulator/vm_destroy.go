// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).destroyVMTask) }

func (v *VCenter) destroyVMTask(ctx *simulator.Context, vm *simulator.VirtualMachine, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, vm, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return nil, v.destroyVM(ctx, vm)
	})
}

// destroyVM removes a machine with the files that are its own. vcsim deletes
// the machine's directory with all that is in it, in a task of its own that
// nobody waits for.
func (v *VCenter) destroyVM(ctx *simulator.Context, vm *simulator.VirtualMachine) vim.BaseMethodFault {
	unlock := v.lock(ctx, vm)
	defer unlock()
	if v.reg.Get(vm.Self) == nil {
		return &vim.ManagedObjectNotFound{Obj: vm.Self}
	}
	dc := v.datacenter(vm)
	if f := vm.UnregisterVM(ctx, &vim.UnregisterVM{This: vm.Self}).Fault(); f != nil {
		fault, ok := f.VimFault().(vim.BaseMethodFault)
		if !ok {
			return &vim.SystemError{Reason: f.String}
		}
		return fault
	}
	v.deleteDisks(ctx, dc, vm)
	for _, id := range snapshotIDs(vm) {
		v.reg.Remove(ctx, id)
	}
	v.clearHome(dc, homeOf(vm.Config.Files.VmPathName))
	return nil
}

// disksOf are the disks of a machine that are files.
func disksOf(vm *simulator.VirtualMachine) []*vim.VirtualDisk {
	var disks []*vim.VirtualDisk
	for _, d := range vm.Config.Hardware.Device {
		if disk, ok := d.(*vim.VirtualDisk); ok && diskFile(disk) != nil {
			disks = append(disks, disk)
		}
	}
	return disks
}

func diskFile(disk *vim.VirtualDisk) *vim.VirtualDeviceFileBackingInfo {
	if b, ok := disk.Backing.(vim.BaseVirtualDeviceFileBackingInfo); ok {
		return b.GetVirtualDeviceFileBackingInfo()
	}
	return nil
}

// deleteDisks deletes the files of a machine's disks, those of its snapshots
// too, and gives the space back. What linked clones stand on stays.
func (v *VCenter) deleteDisks(ctx *simulator.Context, dc *simulator.Datacenter, vm *simulator.VirtualMachine) {
	shared := v.filesOfOthers(ctx, vm)
	for _, devices := range v.histories(ctx, vm) {
		for _, d := range devices {
			disk, ok := d.(*vim.VirtualDisk)
			if !ok || diskFile(disk) == nil {
				continue
			}
			b, ok := disk.Backing.(*flatBacking)
			if !ok {
				b = &flatBacking{VirtualDeviceFileBackingInfo: *diskFile(disk)}
			}
			v.deleteChain(ctx, dc, b, disk.CapacityInBytes, shared)
		}
	}
}

// deleteChain deletes the files of a disk and those below that nobody shares.
// Files that it comes upon again are shared from then on. A delta takes no space.
func (v *VCenter) deleteChain(ctx *simulator.Context, dc *simulator.Datacenter, top *flatBacking, bytes int64, shared map[diskKey]bool) {
	for _, b := range chainOf(top) {
		key := keyOf(b)
		if shared[key] {
			continue
		}
		shared[key] = true
		v.removeFiles(dc, b.FileName)
		if b.Datastore != nil && b.Parent == nil {
			v.addFreeSpace(ctx, *b.Datastore, bytes)
		}
	}
}

// addFreeSpace changes what is free on a datastore by a number of bytes.
func (v *VCenter) addFreeSpace(ctx *simulator.Context, store ref, bytes int64) {
	ds, ok := v.reg.Get(store).(*simulator.Datastore)
	if !ok {
		return
	}
	unlock := v.lock(ctx, ds)
	defer unlock()
	free := ds.Summary.FreeSpace + bytes
	ds.Info.GetDatastoreInfo().FreeSpace = free
	v.reg.Update(ctx, ds, []vim.PropertyChange{{Name: "summary.freeSpace", Val: free}})
}

// clearHome deletes a machine's files and, if nothing else is in it, its
// directory: disks that were detached stay.
func (v *VCenter) clearHome(dc *simulator.Datacenter, h home) {
	dir, ok := v.filePath(dc, h.dir.String())
	if !ok || h.dir.Path == "" || h.dir.Path == "." {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // somebody has deleted it
	}
	for _, e := range entries {
		if !e.IsDir() && !strings.HasSuffix(e.Name(), ".vmdk") {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	_ = os.Remove(dir)
}
