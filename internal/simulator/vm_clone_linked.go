// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// newChild is the move type that has the disks of a clone stand on those of the
// source.
const newChild = string(vim.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)

// readLinks notes what the disks of a linked clone stand on. That has to be what
// does not change any more: a snapshot or a template.
func (v *VCenter) readLinks(s *source, spec *vim.VirtualMachineCloneSpec) vim.BaseMethodFault {
	for _, d := range s.config.Hardware.Device {
		disk, ok := d.(*vim.VirtualDisk)
		if !ok {
			continue
		}
		b, flat := disk.Backing.(*flatBacking)
		if !flat || moveType(&spec.Location, disk.Key) != newChild {
			s.links = append(s.links, nil)
			continue
		}
		if spec.Snapshot == nil && !s.config.Template {
			return &vim.InvalidArgument{InvalidProperty: "spec.snapshot"}
		}
		s.links = append(s.links, copyOf(b))
	}
	return nil
}

// moveType is how the file of a disk is to be made.
func moveType(where *vim.VirtualMachineRelocateSpec, key int32) string {
	for _, l := range where.Disk {
		if l.DiskId == key && l.DiskMoveType != "" {
			return l.DiskMoveType
		}
	}
	return where.DiskMoveType
}

// linkDisks lets the disks of a new clone stand on those of its source. The
// caller holds the clone's lock.
func (v *VCenter) linkDisks(ctx *simulator.Context, clone *simulator.VirtualMachine, links []*flatBacking) {
	devices := copyOf(clone.Config.Hardware.Device)
	n := 0
	for _, d := range devices {
		disk, ok := d.(*vim.VirtualDisk)
		if !ok || n >= len(links) {
			continue
		}
		if own, flat := disk.Backing.(*flatBacking); flat && links[n] != nil {
			child := childOf(links[n], own.FileName)
			child.Uuid, child.Datastore, child.DiskMode, child.BackingObjectId = own.Uuid, own.Datastore, own.DiskMode, own.BackingObjectId
			disk.Backing = child
			v.linked.Store(true)
		}
		n++
	}
	v.reg.Update(ctx, clone, []vim.PropertyChange{{Name: "config.hardware.device", Val: devices}})
}
