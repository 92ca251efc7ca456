// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	vim "github.com/vmware/govmomi/vim25/types"
)

// backing points at the settings of a disk's backing, whichever of the dozen
// types it has. A nil pointer means that the type has no such setting.
type backing struct {
	file         *vim.VirtualDeviceFileBackingInfo
	mode         *string
	uuid         *string
	sharing      *string
	writeThrough **bool
	thin         **bool
	eager        **bool
	root         *vim.VirtualDiskFlatVer2BackingInfo // the lowest file of a chain; nil when there is none below
	chained      bool                                // there is a file below
}

// provisioning is how a disk takes space. Of a chain only the lowest file says
// so: those above it grow as they are written to.
func (b backing) provisioning() (thin, eager *bool) {
	if b.root != nil {
		return b.root.ThinProvisioned, b.root.EagerlyScrub
	}
	return value(b.thin), value(b.eager)
}

func rootOf(b *vim.VirtualDiskFlatVer2BackingInfo) *vim.VirtualDiskFlatVer2BackingInfo {
	if b.Parent == nil {
		return nil
	}
	for b.Parent != nil {
		b = b.Parent
	}
	return b
}

func backingOf(vd *vim.VirtualDisk) backing {
	if isNil(vd.Backing) {
		return backing{}
	}
	switch b := vd.Backing.(type) {
	case *vim.VirtualDiskFlatVer2BackingInfo:
		return backing{
			file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, sharing: &b.Sharing,
			writeThrough: &b.WriteThrough, thin: &b.ThinProvisioned, eager: &b.EagerlyScrub,
			root: rootOf(b), chained: b.Parent != nil,
		}
	case *vim.VirtualDiskFlatVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, writeThrough: &b.WriteThrough, chained: b.Parent != nil}
	case *vim.VirtualDiskSeSparseBackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, writeThrough: &b.WriteThrough, chained: b.Parent != nil}
	case *vim.VirtualDiskSparseVer2BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, writeThrough: &b.WriteThrough, chained: b.Parent != nil}
	case *vim.VirtualDiskSparseVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, writeThrough: &b.WriteThrough, chained: b.Parent != nil}
	case *vim.VirtualDiskRawDiskMappingVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, sharing: &b.Sharing, chained: b.Parent != nil}
	case *vim.VirtualDiskLocalPMemBackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid}
	case *vim.VirtualDiskRawDiskVer2BackingInfo:
		return backing{uuid: &b.Uuid, sharing: &b.Sharing}
	case *vim.VirtualDiskPartitionedRawDiskVer2BackingInfo:
		return backing{uuid: &b.Uuid, sharing: &b.Sharing}
	case vim.BaseVirtualDeviceFileBackingInfo:
		return backing{file: b.GetVirtualDeviceFileBackingInfo()}
	}
	return backing{}
}

// copyDisk copies a disk and its backing, so that an edit can be prepared
// without touching what was read.
func copyDisk(vd *vim.VirtualDisk) *vim.VirtualDisk {
	c := shallow(vd)
	if !isNil(c.Backing) {
		c.Backing = shallow(c.Backing)
	}
	return c
}
