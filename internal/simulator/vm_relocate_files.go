// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"path/filepath"
	"reflect"
	"slices"
	"unsafe"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// movesFiles reports whether anything goes to another datastore.
func (r *relocation) movesFiles(vm *simulator.VirtualMachine) bool {
	if r.movesHome(homeOf(vm.Config.Files.VmPathName)) {
		return true
	}
	for _, disk := range disksOf(vm) {
		if r.diskStore(disk) != nil {
			return true
		}
	}
	return false
}

// movesHome reports whether the machine's own files go to another datastore;
// those of two datacenters may share a name.
func (r *relocation) movesHome(old home) bool {
	return r.store != nil && (r.from != r.to || r.store.Name != old.dir.Datastore)
}

// diskStore is the datastore that a disk goes to, nil if it stays.
func (r *relocation) diskStore(disk *vim.VirtualDisk) *simulator.Datastore {
	store := r.store
	if d, ok := r.disks[disk.Key]; ok {
		store = d.store
	}
	if have := diskFile(disk).Datastore; store != nil && have != nil && *have == store.Self {
		return nil
	}
	return store
}

// relocateFiles moves the machine's own files and its disks. As in vCenter the
// new directory has the machine's name of today.
func (v *VCenter) relocateFiles(ctx *simulator.Context, vm *simulator.VirtualMachine, r *relocation) vim.BaseMethodFault {
	old := homeOf(vm.Config.Files.VmPathName)
	now := old
	if r.movesHome(old) {
		var fault vim.BaseMethodFault
		if now, fault = v.moveHome(vm, r, old); fault != nil {
			return fault
		}
	}
	devices := copyOf(v.histories(ctx, vm))
	job := &diskMoves{relocation: r, home: now, done: map[diskKey]diskKey{}, shared: v.filesOfOthers(ctx, vm)}
	for _, config := range devices {
		for _, d := range config {
			disk, ok := d.(*vim.VirtualDisk)
			if !ok || diskFile(disk) == nil {
				continue
			}
			if fault := v.relocateDisk(ctx, job, disk); fault != nil {
				return fault
			}
		}
	}
	if r.movesHome(old) {
		v.clearHome(r.from, old)
	}
	v.setDevices(ctx, vm, r.to, devices)
	return nil
}

// moveHome moves a machine's files other than disks.
func (v *VCenter) moveHome(vm *simulator.VirtualMachine, r *relocation, old home) (home, vim.BaseMethodFault) {
	now, fault := v.makeHome(r.to, r.store.Name, vm.Name)
	if fault != nil {
		return home{}, fault
	}
	for _, suffix := range append(snapshotSuffixes(vm), ".vmx", ".nvram") {
		if fault := v.moveFile(r.from, r.to, old.file(suffix), now.file(suffix)); fault != nil {
			return home{}, fault
		}
	}
	logs := home{now.dir, "vmware"}.file(".log")
	if fault := v.moveFile(r.from, r.to, home{old.dir, "vmware"}.file(".log"), logs); fault != nil {
		return home{}, fault
	}
	if file, ok := v.filePath(r.to, logs); ok {
		setLog(vm, filepath.FromSlash(file))
	}
	dir := now.dir.String()
	vm.Config.Files.VmPathName = now.file(".vmx")
	vm.Config.Files.LogDirectory, vm.Config.Files.SnapshotDirectory, vm.Config.Files.SuspendDirectory = dir, dir, dir
	return now, nil
}

// setLog tells vcsim where the machine's log is now. It has no way to be told,
// and writes to the standard logger when the file is not where it was made.
func setLog(vm *simulator.VirtualMachine, file string) {
	f := reflect.ValueOf(vm).Elem().FieldByName("log")
	if f.IsValid() && f.Kind() == reflect.String {
		*(*string)(unsafe.Pointer(f.UnsafeAddr())) = file
	}
}

// relocateDisk moves one disk to where it shall be.
func (v *VCenter) relocateDisk(ctx *simulator.Context, job *diskMoves, disk *vim.VirtualDisk) vim.BaseMethodFault {
	if wish, ok := job.disks[disk.Key]; ok {
		setFormat(disk, wish.backing)
	}
	store := job.diskStore(disk)
	if store == nil {
		return nil
	}
	if b, ok := disk.Backing.(*flatBacking); ok {
		return v.relocateChain(ctx, job, b, store, disk.CapacityInBytes)
	}
	info := diskFile(disk)
	file, fault := v.moveDisk(job.from, job.to, info.FileName, job.home.on(store.Name))
	if fault != nil {
		return fault
	}
	if info.Datastore != nil {
		v.addFreeSpace(ctx, *info.Datastore, disk.CapacityInBytes)
	}
	v.addFreeSpace(ctx, store.Self, -disk.CapacityInBytes)
	info.FileName, info.Datastore = file, &store.Self
	return nil
}

// setFormat applies what a locator says on how the disk is written.
func setFormat(disk *vim.VirtualDisk, wish vim.BaseVirtualDeviceBackingInfo) {
	want, ok := wish.(*vim.VirtualDiskFlatVer2BackingInfo)
	have, flat := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if !ok || !flat {
		return
	}
	if want.ThinProvisioned != nil {
		have.ThinProvisioned = want.ThinProvisioned
	}
	if want.EagerlyScrub != nil {
		have.EagerlyScrub = want.EagerlyScrub
	}
	if want.DiskMode != "" {
		have.DiskMode = want.DiskMode
	}
}

// useDatastores makes the machine tell where its files are, and the datastores
// which machines they hold.
func (v *VCenter) useDatastores(ctx *simulator.Context, vm *simulator.VirtualMachine, dc *simulator.Datacenter, h home, devices []vim.BaseVirtualDevice) {
	old := vm.Datastore
	var now []ref
	if e := v.reg.FindByName(h.dir.Datastore, dc.Datastore); e != nil {
		now = append(now, e.Reference())
	}
	for _, d := range devices {
		if disk, ok := d.(*vim.VirtualDisk); ok && diskFile(disk) != nil {
			if id := diskFile(disk).Datastore; id != nil {
				now = append(without(now, *id), *id)
			}
		}
	}
	for _, b := range flatDisks(devices) {
		for _, below := range chainOf(b.Parent) {
			if id := below.Datastore; id != nil && !slices.Contains(now, *id) {
				now = append(now, *id)
			}
		}
	}
	vm.Layout, vm.LayoutEx = new(vim.VirtualMachineFileLayout), new(vim.VirtualMachineFileLayoutEx)
	v.reg.Update(ctx, vm, []vim.PropertyChange{
		{Name: "datastore", Val: now},
		{Name: "config.files", Val: vm.Config.Files},
		{Name: "config.hardware.device", Val: devices},
		{Name: "summary.config.vmPathName", Val: vm.Config.Files.VmPathName},
	})
	for _, id := range old {
		v.editRefs(ctx, id, "vm", func(l []ref) []ref { return without(l, vm.Self) })
	}
	for _, id := range now {
		v.editRefs(ctx, id, "vm", func(l []ref) []ref { return append(without(l, vm.Self), vm.Self) })
	}
	vm.RefreshStorageInfo(ctx, &vim.RefreshStorageInfo{This: vm.Self})
}
