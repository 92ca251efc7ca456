// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// chained reports whether one of the disks that are taken off stands on another
// file.
func chained(changes []vim.BaseVirtualDeviceConfigSpec) bool {
	return slices.ContainsFunc(changes, func(change vim.BaseVirtualDeviceConfigSpec) bool {
		disk, ok := change.GetVirtualDeviceConfigSpec().Device.(*vim.VirtualDisk)
		if !ok {
			return false
		}
		backing, ok := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
		return ok && backing.Parent != nil
	})
}

// keptAlone removes the snapshots of a machine that is about to be destroyed,
// and returns what takes off the disks that outlive it. With their snapshots the
// files that these disks stand on would be destroyed too.
func keptAlone(ctx context.Context, c *vsphere.Client, state *model, machine vsphere.Ref) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	res, err := methods.RemoveAllSnapshots_Task(ctx, c, &vim.RemoveAllSnapshots_Task{This: machine})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	if err != nil {
		return nil, err
	}
	vm, err := get(ctx, c, machine.Value, false)
	if err != nil {
		return nil, err
	}
	return keptDisks(ctx, state, vm)
}
