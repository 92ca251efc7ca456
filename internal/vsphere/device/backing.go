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
		}
	case *vim.VirtualDiskFlatVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, writeThrough: &b.WriteThrough}
	case *vim.VirtualDiskSeSparseBackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, writeThrough: &b.WriteThrough}
	case *vim.VirtualDiskSparseVer2BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, writeThrough: &b.WriteThrough}
	case *vim.VirtualDiskSparseVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, writeThrough: &b.WriteThrough}
	case *vim.VirtualDiskRawDiskMappingVer1BackingInfo:
		return backing{file: &b.VirtualDeviceFileBackingInfo, mode: &b.DiskMode, uuid: &b.Uuid, sharing: &b.Sharing}
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
