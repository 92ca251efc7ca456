// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// checkChains refuses changes of disks that a snapshot or a shared file stands
// against. The caller holds the machine's lock.
func (v *VCenter) checkChains(ctx *simulator.Context, vm *simulator.VirtualMachine, changes []vim.BaseVirtualDeviceConfigSpec) vim.BaseMethodFault {
	frozen := map[diskKey]bool{}
	for _, devices := range v.histories(ctx, vm)[1:] {
		for _, b := range flatDisks(devices) {
			for _, part := range chainOf(b) {
				frozen[keyOf(part)] = true
			}
		}
	}
	for i, change := range changes {
		c := change.GetVirtualDeviceConfigSpec()
		if c.Device == nil {
			continue
		}
		for disk, b := range flatDisks(vm.Config.Hardware.Device) {
			if disk.Key == c.Device.GetVirtualDevice().Key && refusedByChain(c, disk, b, frozen) {
				return &vim.InvalidDeviceOperation{
					InvalidDeviceSpec: vim.InvalidDeviceSpec{DeviceIndex: int32(i)}, BadOp: c.Operation, BadFileOp: c.FileOperation,
				}
			}
		}
	}
	return nil
}

func refusedByChain(c *vim.VirtualDeviceConfigSpec, disk *vim.VirtualDisk, b *flatBacking, frozen map[diskKey]bool) bool {
	switch c.Operation {
	case vim.VirtualDeviceConfigSpecOperationEdit:
		edit, ok := c.Device.(*vim.VirtualDisk)
		grows := ok && (edit.CapacityInBytes > disk.CapacityInBytes || edit.CapacityInBytes == 0 && edit.CapacityInKB > disk.CapacityInKB)
		return grows && b.Parent != nil
	case vim.VirtualDeviceConfigSpecOperationRemove:
		return c.FileOperation == vim.VirtualDeviceConfigSpecFileOperationDestroy && (frozen[keyOf(b)] || b.Parent != nil && frozen[keyOf(b.Parent)])
	}
	return false
}
