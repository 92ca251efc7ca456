// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"math/rand/v2"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func controllerDevices(c Counts) []vim.BaseVirtualDevice {
	base := func(key, bus int) vim.VirtualController {
		return vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: int32(key)}, BusNumber: int32(bus)}
	}
	devices := []vim.BaseVirtualDevice{&vim.VirtualPCIController{VirtualController: base(100, 0)}}
	for i := range c.IDE {
		devices = append(devices, &vim.VirtualIDEController{VirtualController: base(200+i, i)})
	}
	for i := range c.SCSI {
		devices = append(devices, &vim.ParaVirtualSCSIController{VirtualSCSIController: vim.VirtualSCSIController{
			VirtualController: base(1000+i, i), SharedBus: vim.VirtualSCSISharingNoSharing, ScsiCtlrUnitNumber: 7,
		}})
	}
	for i := range c.SATA {
		devices = append(devices, &vim.VirtualAHCIController{VirtualSATAController: vim.VirtualSATAController{VirtualController: base(15000+i, i)}})
	}
	for i := range c.NVMe {
		devices = append(devices, &vim.VirtualNVMEController{VirtualController: base(31000+i, i)})
	}
	return devices
}

// firstKey is the key of the first controller of a type in controllerDevices.
var firstKey = map[string]int32{IDE: 200, SCSI: 1000, SATA: 15000, NVMe: 31000}

func cdrom() *vim.VirtualCdrom {
	return &vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{
		Key: 3000, ControllerKey: 200, UnitNumber: ptr(int32(0)),
		DeviceInfo: &vim.Description{Label: "CD/DVD drive 1"},
	}}
}

// diskDevice is a disk as vCenter reports it, n making it distinct.
func diskDevice(n int, a Address, sizeGiB int) *vim.VirtualDisk {
	vd := &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{
		Key: int32(2000 + n), ControllerKey: firstKey[a.Type] + int32(a.Bus), UnitNumber: ptr(int32(a.Unit)),
		DeviceInfo: &vim.Description{Label: fmt.Sprintf("Hard disk %d", n+1)},
		Backing: &vim.VirtualDiskFlatVer2BackingInfo{
			VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{
				FileName:  fmt.Sprintf("[ds1] vm/vm_%d.vmdk", n),
				Datastore: &vim.ManagedObjectReference{Type: "Datastore", Value: "datastore-1"},
			},
			DiskMode: "persistent", Sharing: "sharingNone", WriteThrough: ptr(false),
			ThinProvisioned: ptr(true), EagerlyScrub: ptr(false), Uuid: fmt.Sprintf("6000c29-%d", n),
		},
	}}
	setCapacity(vd, sizeGiB)
	setIO(vd, Disk{IOLimit: -1})
	vd.StorageIOAllocation.Shares.Shares = 1000
	return vd
}

// settled does to a preview what the server does when it carries it out: real
// keys, and files and UUIDs for new disks, MACs for new cards.
func settled(devices []vim.BaseVirtualDevice, serial *int) []vim.BaseVirtualDevice {
	renamed := map[int32]int32{}
	after := make([]vim.BaseVirtualDevice, len(devices))
	for i, d := range devices {
		after[i] = d
		if d.GetVirtualDevice().Key >= 0 {
			continue
		}
		*serial++
		d = shallow(d)
		after[i] = d
		b := d.GetVirtualDevice()
		renamed[b.Key] = int32(50000 + *serial)
		b.Key = renamed[b.Key]
		switch d := d.(type) {
		case *vim.VirtualDisk:
			backing := *d.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
			backing.Uuid = fmt.Sprintf("new-%d", *serial)
			d.Backing = &backing
		case vim.BaseVirtualEthernetCard:
			if card := d.GetVirtualEthernetCard(); card.MacAddress == "" {
				card.MacAddress = fmt.Sprintf("00:50:56:80:%02x:%02x", *serial/256%256, *serial%256)
			}
		}
	}
	for i, d := range after {
		if key, ok := renamed[d.GetVirtualDevice().ControllerKey]; ok {
			moved := shallow(d)
			moved.GetVirtualDevice().ControllerKey = key
			after[i] = moved
		}
	}
	return after
}

// label gives read disks the labels d0, d1, ...
func label(disks []Disk) []Disk {
	for i := range disks {
		disks[i].Label = fmt.Sprintf("d%d", i)
	}
	return disks
}

// configured strips what only state knows: the disk as a block says it.
func configured(d Disk) Disk {
	d.Key, d.DeviceAddress, d.UUID, d.deviceLabel = 0, "", "", ""
	if !d.Attach {
		d.Path, d.DatastoreID = "", ""
	}
	return d
}

func newDisk(label, controllerType string, unit, size int) Disk {
	return Disk{
		Label: label, ControllerType: controllerType, UnitNumber: unit, Size: size,
		ThinProvisioned: ptr(true), EagerlyScrub: ptr(false),
		DiskMode: "persistent", Sharing: "sharingNone", IOShareLevel: "normal", IOLimit: -1,
	}
}

func mustApply(t testing.TB, devices []vim.BaseVirtualDevice, specs []vim.BaseVirtualDeviceConfigSpec) []vim.BaseVirtualDevice {
	t.Helper()
	after, err := Apply(devices, specs)
	if err != nil {
		t.Fatalf("apply: %v", err)
	}
	return after
}

func shuffle[T any](r *rand.Rand, s []T) []T {
	c := append([]T(nil), s...)
	r.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
	return c
}

func operations(specs []vim.BaseVirtualDeviceConfigSpec) []string {
	var ops []string
	for _, s := range specs {
		c := s.GetVirtualDeviceConfigSpec()
		op := string(c.Operation)
		if c.FileOperation != "" {
			op += "+" + string(c.FileOperation)
		}
		ops = append(ops, op)
	}
	return ops
}
