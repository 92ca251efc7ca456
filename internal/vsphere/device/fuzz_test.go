// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"math"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

// recipe turns bytes into choices; when they run out, all choices are 0.
type recipe []byte

func (r *recipe) pick(n int) int {
	if len(*r) == 0 {
		return 0
	}
	b := (*r)[0]
	*r = (*r)[1:]
	return int(b) % n
}

func (r *recipe) key() int32 {
	return []int32{0, 100, 200, 1000, 1001, 2000, 2001, 4000, -1, -200, math.MinInt32 + 1, math.MaxInt32}[r.pick(12)]
}

func (r *recipe) size() int64 {
	return []int64{0, 1, 1 << 30, 3 << 31, -1, math.MaxInt64, math.MinInt64}[r.pick(7)]
}

func (r *recipe) base() vim.VirtualDevice {
	d := vim.VirtualDevice{Key: r.key(), ControllerKey: r.key(), Backing: r.backing()}
	if r.pick(4) > 0 {
		d.UnitNumber = ptr([]int32{0, 1, 7, 8, 15, 16, -1, math.MaxInt32}[r.pick(8)])
	}
	switch r.pick(3) {
	case 1:
		d.DeviceInfo = &vim.Description{Label: "Hard disk 1"}
	case 2:
		d.DeviceInfo = (*vim.Description)(nil)
	}
	return d
}

func (r *recipe) backing() vim.BaseVirtualDeviceBackingInfo {
	file := vim.VirtualDeviceFileBackingInfo{FileName: []string{"", "[", "]", "[ds] a.vmdk", "[] "}[r.pick(5)]}
	return []vim.BaseVirtualDeviceBackingInfo{
		nil,
		&vim.VirtualDiskFlatVer2BackingInfo{VirtualDeviceFileBackingInfo: file, Uuid: []string{"", "u"}[r.pick(2)]},
		(*vim.VirtualDiskFlatVer2BackingInfo)(nil),
		&vim.VirtualDiskSeSparseBackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualDiskRawDiskMappingVer1BackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualDiskRawDiskVer2BackingInfo{},
		&vim.VirtualDiskPartitionedRawDiskVer2BackingInfo{},
		&vim.VirtualDiskLocalPMemBackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualDiskSparseVer1BackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualEthernetCardNetworkBackingInfo{},
		(*vim.VirtualEthernetCardDistributedVirtualPortBackingInfo)(nil),
		&vim.VirtualEthernetCardDistributedVirtualPortBackingInfo{},
		&vim.VirtualEthernetCardOpaqueNetworkBackingInfo{},
		&vim.VirtualDeviceFileBackingInfo{},
		(*vim.VirtualDeviceFileBackingInfo)(nil),
	}[r.pick(16)]
}

func (r *recipe) device() vim.BaseVirtualDevice {
	b := r.base()
	controller := vim.VirtualController{VirtualDevice: b, BusNumber: []int32{0, 1, -1, 9}[r.pick(4)]}
	scsi := vim.VirtualSCSIController{VirtualController: controller}
	card := vim.VirtualEthernetCard{VirtualDevice: b}
	if r.pick(2) == 1 {
		card.ResourceAllocation = &vim.VirtualEthernetCardResourceAllocation{}
	}
	disk := &vim.VirtualDisk{VirtualDevice: b, CapacityInBytes: r.size(), CapacityInKB: r.size()}
	if r.pick(2) == 1 {
		disk.StorageIOAllocation = &vim.StorageIOAllocationInfo{}
	}
	return []vim.BaseVirtualDevice{
		disk, disk, nil, (*vim.VirtualDisk)(nil), (*vim.ParaVirtualSCSIController)(nil), (*vim.VirtualVmxnet3)(nil),
		&vim.ParaVirtualSCSIController{VirtualSCSIController: scsi}, &vim.VirtualSCSIController{VirtualController: controller},
		&vim.VirtualLsiLogicController{VirtualSCSIController: scsi}, &vim.VirtualController{VirtualDevice: b},
		&vim.VirtualAHCIController{VirtualSATAController: vim.VirtualSATAController{VirtualController: controller}},
		&vim.VirtualIDEController{VirtualController: controller}, &vim.VirtualNVMEController{VirtualController: controller},
		&vim.VirtualPCIController{VirtualController: controller}, &vim.VirtualE1000{VirtualEthernetCard: card},
		&vim.VirtualSriovEthernetCard{VirtualEthernetCard: card}, &vim.VirtualCdrom{VirtualDevice: b}, &b,
	}[r.pick(18)]
}

// FuzzRead: whatever a server reports, nothing panics, every disk is found once,
// and a configuration that says what was read never has a disk changed.
func FuzzRead(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a machine with some devices of every kind that there is, or was, or might be"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := recipe(data)
		var devices []vim.BaseVirtualDevice
		for len(r) > 0 && len(devices) < 40 {
			devices = append(devices, r.device())
		}
		disks := ReadDisks(devices)
		counts := ContiguousCounts(devices)
		state := ImportDisks(disks, counts)
		if m := MatchDisks(state, disks); len(m.Missing) > 0 || len(m.Disks)+len(m.Unmanaged) != len(disks) {
			t.Fatalf("missing %v of %v", m.Missing, disks)
		}
		var want []Disk
		for _, d := range state {
			want = append(want, configured(d))
		}
		diff, err := DiffDisks(devices, state, want, DiskOptions{Counts: counts})
		if err == nil && len(diff.Specs) > 0 && distinctKeys(devices) {
			t.Fatalf("%+v for %+v", diff.Changes, want)
		}
		nics := ReadNICs(devices, nil)
		if m := MatchNICs(nics, nics); len(m.NICs) != len(nics) {
			t.Fatalf("%d of %d cards", len(m.NICs), len(nics))
		}
		if _, err := DiffNICs(devices, nics, []NIC{newNIC("a"), newNIC("b")}, NICOptions{}); err != nil && distinctKeys(devices) {
			t.Fatal(err)
		}
		specs, err := EnsureControllers(devices, Layout{Counts: Counts{SCSI: 4, SATA: 4, IDE: 2, NVMe: 4}, SCSIType: LsiLogicSAS})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = Apply(devices, Merge(specs)) // may refuse an odd machine, may not panic
	})
}

func distinctKeys(devices []vim.BaseVirtualDevice) bool {
	n := 0
	for _, d := range devices {
		if base(d) != nil {
			n++
		}
	}
	return len(byKey(devices)) == n
}
