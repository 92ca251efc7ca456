// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

// stacked is a disk of 10 GiB that two snapshots stand on: thick, though the
// files on top grow as they are written to.
func stacked() *vim.VirtualDisk {
	vd := diskDevice(0, Address{SCSI, 0, 0}, 10)
	b := vd.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	b.ThinProvisioned, b.EagerlyScrub = ptr(false), ptr(true)
	for _, file := range []string{"[ds1] vm/vm-000001.vmdk", "[ds1] vm/vm-000002.vmdk"} {
		delta := *b
		delta.FileName, delta.Parent, delta.ThinProvisioned, delta.EagerlyScrub = file, b, ptr(true), nil
		b = &delta
	}
	vd.Backing = b
	return vd
}

// TestChain: a disk with snapshots is the disk that it was, at another file.
func TestChain(t *testing.T) {
	devices := append(controllerDevices(Counts{SCSI: 1}), stacked())
	is := ReadDisks(devices)[0]
	if !is.Chained || *is.ThinProvisioned || !*is.EagerlyScrub || is.Path != "vm/vm-000002.vmdk" || is.Size != 10 {
		t.Errorf("read %+v", is)
	}
	known := ReadDisks(append(controllerDevices(Counts{SCSI: 1}), diskDevice(0, Address{SCSI, 0, 0}, 10)))
	known[0].Label = "root"
	if m := MatchDisks(known, []Disk{is}); len(m.Disks) != 1 || m.Disks[0].Label != "root" {
		t.Errorf("matched %+v", m)
	}
	for name, b := range map[string]vim.BaseVirtualDeviceBackingInfo{
		"rdm":      &vim.VirtualDiskRawDiskMappingVer1BackingInfo{Parent: new(vim.VirtualDiskRawDiskMappingVer1BackingInfo)},
		"sesparse": &vim.VirtualDiskSeSparseBackingInfo{Parent: new(vim.VirtualDiskSeSparseBackingInfo)},
		"sparse":   &vim.VirtualDiskSparseVer2BackingInfo{Parent: new(vim.VirtualDiskSparseVer2BackingInfo)},
	} {
		if vd := (&vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Backing: b}}); !ReadDisks([]vim.BaseVirtualDevice{vd})[0].Chained {
			t.Errorf("%s: nothing below", name)
		}
	}
}

// TestChainGrows: vSphere extends neither disks with snapshots nor those of
// linked clones. What is cloned in full may grow.
func TestChainGrows(t *testing.T) {
	devices := append(controllerDevices(Counts{SCSI: 1}), stacked())
	have := ReadDisks(devices)
	have[0].Label = "root"
	want := append([]Disk(nil), have...)
	want[0].Size, want[0].Chained = 20, false
	o := DiskOptions{Counts: Counts{SCSI: 1}}
	if _, err := DiffDisks(devices, have, want, o); err == nil || !strings.Contains(err.Error(), "remove the snapshots first") {
		t.Errorf("grown with snapshots: %v", err)
	}
	pairs, err := PairTemplate(ReadDisks(devices), want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DiffDisks(devices, pairs, want, o); err != nil {
		t.Errorf("grown as a clone: %v", err)
	}
}
