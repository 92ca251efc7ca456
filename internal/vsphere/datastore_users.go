// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"slices"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
	"golang.org/x/sync/errgroup"
)

// MachinesWith returns the names of the machines that have a file for a disk or
// in a drive. It reads the devices of all machines on the datastore: ask only
// when something has gone wrong.
func (c *Client) MachinesWith(ctx context.Context, f DatastoreFile) ([]string, error) {
	machines, err := c.machinesOn(ctx, f.Datastore)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, vm := range machines {
		if slices.Contains(filesOf(vm), f.String()) {
			names = append(names, vm.Name)
		}
	}
	return names, nil
}

// FilesInUse returns the files on a datastore that machines have for disks and
// in drives, as datastore paths. It reads the devices of all machines there.
func (c *Client) FilesInUse(ctx context.Context, datastore Ref) (map[string]bool, error) {
	machines, err := c.machinesOn(ctx, datastore)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, vm := range machines {
		for _, file := range filesOf(vm) {
			used[file] = true
		}
	}
	return used, nil
}

// machinesOn returns the machines with files on a datastore, with their names
// and devices.
func (c *Client) machinesOn(ctx context.Context, datastore Ref) ([]*mo.VirtualMachine, error) {
	on, err := Get[mo.Datastore](ctx, c, datastore, "vm")
	if err != nil {
		return nil, err
	}
	machines := make([]*mo.VirtualMachine, len(on.Vm))
	group, ctx := errgroup.WithContext(ctx)
	for i, ref := range on.Vm {
		group.Go(func() (err error) {
			if machines[i], err = Get[mo.VirtualMachine](ctx, c, ref, "name", "config.hardware.device"); Gone(err) {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(machines, func(vm *mo.VirtualMachine) bool { return vm == nil || vm.Config == nil }), nil
}

// filesOf are the files behind the devices of a machine; those behind a disk
// with snapshots are a chain.
func filesOf(vm *mo.VirtualMachine) []string {
	var files []string
	for _, d := range vm.Config.Hardware.Device {
		backing := d.GetVirtualDevice().Backing
		if b, ok := backing.(vim.BaseVirtualDeviceFileBackingInfo); ok {
			files = append(files, b.GetVirtualDeviceFileBackingInfo().FileName)
		}
		switch b := backing.(type) {
		case *vim.VirtualDiskFlatVer2BackingInfo:
			for parent := b.Parent; parent != nil; parent = parent.Parent {
				files = append(files, parent.FileName)
			}
		case *vim.VirtualDiskSeSparseBackingInfo:
			for parent := b.Parent; parent != nil; parent = parent.Parent {
				files = append(files, parent.FileName)
			}
		}
	}
	return files
}
