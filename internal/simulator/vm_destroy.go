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
	for _, disk := range disksOf(vm) {
		v.deleteDisk(ctx, dc, disk)
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

// deleteDisk deletes the files of a disk and gives the space back.
func (v *VCenter) deleteDisk(ctx *simulator.Context, dc *simulator.Datacenter, disk *vim.VirtualDisk) {
	info := diskFile(disk)
	for _, f := range diskFiles(info.FileName, info.FileName) {
		if file, ok := v.filePath(dc, f[0]); ok {
			_ = os.Remove(file)               // a disk need not have all files
			_ = os.Remove(filepath.Dir(file)) // goes only when it is empty
		}
	}
	if info.Datastore != nil {
		v.addFreeSpace(ctx, *info.Datastore, disk.CapacityInBytes)
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
