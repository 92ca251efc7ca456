// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"path"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// remove is the Delete verb: the machine is stopped, the disks that are to be
// kept are taken off it, and it is destroyed with its files.
func remove(ctx context.Context, c *vsphere.Client, state *model) error {
	vm, err := find(ctx, c, state)
	if err != nil {
		return err
	}
	if err := stop(ctx, c, vm, state.shutdownWait(), true); err != nil {
		return err
	}
	detach, err := keptDisks(ctx, state, vm)
	if err == nil && chained(detach) {
		detach, err = keptAlone(ctx, c, state, vm.Self)
	}
	if err != nil {
		return err
	}
	if err := reconfigureTask(ctx, c, vm.Self, &vim.VirtualMachineConfigSpec{DeviceChange: detach}); err != nil {
		return err
	}
	return destroy(ctx, c, vm.Self)
}

// destroy removes a machine that is off, with its files.
func destroy(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	res, err := methods.Destroy_Task(ctx, c, &vim.Destroy_Task{This: vm})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	c.Forget(vm)
	return err
}

// keptDisks takes off the disks whose files outlive the machine: those that the
// state says to keep, and those that it does not know, which are somebody else's.
// Disks that came with a package need no block, and go with the machine.
func keptDisks(ctx context.Context, state *model, vm *mo.VirtualMachine) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	blocks, err := decode[diskModel](ctx, state.Disks)
	if err != nil {
		return nil, err
	}
	devices := vm.Config.Hardware.Device
	match := device.MatchDisks(plainDisks(without(blocks)), device.ReadDisks(devices))
	keep := map[int32]bool{}
	for _, d := range match.Disks {
		keep[d.Key] = d.KeepOnRemove || d.Attach
	}
	for _, d := range match.Unmanaged {
		keep[d.Key] = !(state.deployed() && inHome(vm, devices, d.Key))
	}
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, d := range devices {
		if disk, ok := d.(*vim.VirtualDisk); ok && keep[disk.Key] {
			specs = append(specs, &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationRemove, Device: disk})
		}
	}
	return specs, nil
}

// inHome reports whether the files of a disk are in the directory of the machine.
func inHome(vm *mo.VirtualMachine, devices []vim.BaseVirtualDevice, key int32) bool {
	disk, ok := object.VirtualDeviceList(devices).FindByKey(key).(*vim.VirtualDisk)
	if !ok {
		return false
	}
	file, ok := disk.Backing.(vim.BaseVirtualDeviceFileBackingInfo)
	return ok && path.Dir(file.GetVirtualDeviceFileBackingInfo().FileName) == path.Dir(vm.Config.Files.VmPathName)
}
