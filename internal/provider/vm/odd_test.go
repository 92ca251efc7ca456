// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// hardware puts together the devices of an odd machine, straight in vCenter's
// inventory: some of it no API call makes any more.
type hardware struct {
	config      *vim.VirtualMachineConfigInfo
	datastore   vim.ManagedObjectReference
	network     vim.BaseVirtualDeviceBackingInfo
	fresh       bool // whether disks and their controllers were taken off
	controllers []int32
	disks       []*vim.VirtualDisk
	nics        []vim.BaseVirtualEthernetCard
}

// reshape changes the hardware of a machine behind vCenter's back.
func (p *place) reshape(path string, change func(*hardware)) {
	p.t.Helper()
	vm := p.look(path)
	config := *vm.Config
	h := &hardware{config: &config, datastore: vm.Datastore[0], network: cardOf(vm).Backing}
	change(h)
	for i, d := range h.config.Hardware.Device {
		if b := d.GetVirtualDevice(); b.DeviceInfo == nil {
			b.DeviceInfo = &vim.Description{Label: fmt.Sprintf("device %d", i), Summary: "odd"}
		}
	}
	if err := p.Update(vm.Self, vim.PropertyChange{Name: "config", Val: h.config}); err != nil {
		p.t.Fatal(err)
	}
}

func cardOf(vm *mo.VirtualMachine) *vim.VirtualEthernetCard {
	for _, d := range vm.Config.Hardware.Device {
		if card, ok := d.(vim.BaseVirtualEthernetCard); ok {
			return card.GetVirtualEthernetCard()
		}
	}
	return &vim.VirtualEthernetCard{}
}

// drop takes devices off.
func (h *hardware) drop(which func(vim.BaseVirtualDevice) bool) {
	h.config.Hardware.Device = slices.DeleteFunc(slices.Clone(h.config.Hardware.Device), which)
}

// clear takes off the disks and the controllers that only disks need.
func (h *hardware) clear() {
	if h.fresh {
		return
	}
	h.fresh = true
	h.drop(func(d vim.BaseVirtualDevice) bool {
		switch d.(type) {
		case *vim.VirtualDisk, vim.BaseVirtualSCSIController, vim.BaseVirtualSATAController, *vim.VirtualNVMEController:
			return true
		}
		return false
	})
}

func (h *hardware) add(d vim.BaseVirtualDevice) {
	h.config.Hardware.Device = append(h.config.Hardware.Device, d)
}

func (h *hardware) controller(key, bus int32) vim.VirtualController {
	h.clear()
	h.controllers = append(h.controllers, key)
	return vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: key}, BusNumber: bus}
}

func (h *hardware) scsi(kind string, bus int32, sharing vim.VirtualSCSISharing) *hardware {
	c := vim.VirtualSCSIController{VirtualController: h.controller(1000+bus, bus), SharedBus: sharing, ScsiCtlrUnitNumber: 7}
	h.add(map[string]vim.BaseVirtualDevice{
		"pvscsi":       &vim.ParaVirtualSCSIController{VirtualSCSIController: c},
		"lsilogic":     &vim.VirtualLsiLogicController{VirtualSCSIController: c},
		"lsilogic-sas": &vim.VirtualLsiLogicSASController{VirtualSCSIController: c},
		"buslogic":     &vim.VirtualBusLogicController{VirtualSCSIController: c},
	}[kind])
	return h
}

func (h *hardware) sata(bus int32) *hardware {
	h.add(&vim.VirtualAHCIController{VirtualSATAController: vim.VirtualSATAController{VirtualController: h.controller(15000+bus, bus)}})
	return h
}

func (h *hardware) nvme(bus int32) *hardware {
	h.add(&vim.VirtualNVMEController{VirtualController: h.controller(31000+bus, bus)})
	return h
}

// ide is the controller that every machine comes with, without its drives.
func (h *hardware) ide(bus int32) *hardware {
	h.controller(200+bus, bus)
	h.drop(func(d vim.BaseVirtualDevice) bool { return d.GetVirtualDevice().ControllerKey == 200+bus })
	return h
}

func (h *hardware) withoutIDE() *hardware {
	h.drop(func(d vim.BaseVirtualDevice) bool {
		key, on := d.GetVirtualDevice().Key, d.GetVirtualDevice().ControllerKey
		return key == 200 || key == 201 || on == 200 || on == 201
	})
	return h
}

// disk puts a disk of 10 GiB on the n-th of the controllers that were added.
func (h *hardware) disk(n int, unit int32, backing vim.BaseVirtualDeviceBackingInfo) *hardware {
	d := &vim.VirtualDisk{CapacityInBytes: 10 << 30, CapacityInKB: 10 << 20}
	d.Key, d.ControllerKey, d.UnitNumber = int32(2000+len(h.disks)), h.controllers[n], &unit
	d.DeviceInfo = &vim.Description{Label: fmt.Sprintf("Hard disk %d", len(h.disks)+1)}
	d.Backing = backing
	if file, ok := backing.(vim.BaseVirtualDeviceFileBackingInfo); ok {
		file.GetVirtualDeviceFileBackingInfo().Datastore = &h.datastore
	}
	h.disks = append(h.disks, d)
	h.add(d)
	return h
}

func (h *hardware) label(labels ...string) *hardware {
	for i, l := range labels {
		h.disks[i].DeviceInfo = &vim.Description{Label: l}
	}
	return h
}

func (h *hardware) size(bytes int64) *hardware {
	h.disks[0].CapacityInBytes, h.disks[0].CapacityInKB = bytes, bytes>>10
	return h
}

func (h *hardware) shares(level vim.SharesLevel, count int32, limit int64, reservation int32) *hardware {
	h.disks[0].StorageIOAllocation = &vim.StorageIOAllocationInfo{Limit: &limit, Reservation: &reservation, Shares: &vim.SharesInfo{Level: level, Shares: count}}
	return h
}

// firstClass makes disks first class disks, as container volumes are.
func (h *hardware) firstClass(disks ...int) *hardware {
	for _, i := range disks {
		h.disks[i].VDiskId = &vim.ID{Id: fmt.Sprintf("fcd-%d", i)}
	}
	return h
}

// cards puts other network interfaces in.
func (h *hardware) cards(cards ...vim.BaseVirtualEthernetCard) *hardware {
	h.drop(func(d vim.BaseVirtualDevice) bool {
		_, ok := d.(vim.BaseVirtualEthernetCard)
		return ok
	})
	h.nics = cards
	for i, c := range cards {
		card := c.GetVirtualEthernetCard()
		card.Key, card.ControllerKey, card.UnitNumber = int32(4000+i), 100, vim.NewInt32(int32(7+i))
		card.Backing, card.AddressType, card.MacAddress = h.network, string(vim.VirtualEthernetCardMacTypeAssigned), fmt.Sprintf("00:50:56:00:01:%02x", i)
		h.add(c.(vim.BaseVirtualDevice))
	}
	return h
}

func (h *hardware) lostNetwork(i int) *hardware {
	h.nics[i].GetVirtualEthernetCard().Backing = &vim.VirtualEthernetCardNetworkBackingInfo{}
	return h
}

func (h *hardware) fixed(i int) *hardware {
	h.nics[i].GetVirtualEthernetCard().AddressType = string(vim.VirtualEthernetCardMacTypeManual)
	return h
}

func file(name string) vim.VirtualDeviceFileBackingInfo {
	return vim.VirtualDeviceFileBackingInfo{FileName: "[LocalDS_0] odd/" + name + ".vmdk"}
}

func flat(name string) *vim.VirtualDiskFlatVer2BackingInfo {
	return &vim.VirtualDiskFlatVer2BackingInfo{
		VirtualDeviceFileBackingInfo: file(name), DiskMode: "persistent", Uuid: "6000C29-" + name,
		ThinProvisioned: vim.NewBool(true), WriteThrough: vim.NewBool(false), Split: vim.NewBool(false),
	}
}

func moded(mode string) *vim.VirtualDiskFlatVer2BackingInfo {
	b := flat(mode)
	b.DiskMode = mode
	return b
}

func scrubbed(name string) *vim.VirtualDiskFlatVer2BackingInfo {
	b := flat(name)
	b.ThinProvisioned, b.EagerlyScrub, b.Sharing, b.WriteThrough = vim.NewBool(false), vim.NewBool(true), "sharingMultiWriter", vim.NewBool(true)
	return b
}

func rdm(mode string) *vim.VirtualDiskRawDiskMappingVer1BackingInfo {
	return &vim.VirtualDiskRawDiskMappingVer1BackingInfo{
		VirtualDeviceFileBackingInfo: file(mode), CompatibilityMode: mode, LunUuid: "0200", DeviceName: "vml.0200",
		DiskMode: "independent_persistent", Uuid: "6000C29-" + mode, Sharing: "sharingMultiWriter",
	}
}

func seSparse(name string) *vim.VirtualDiskSeSparseBackingInfo {
	return &vim.VirtualDiskSeSparseBackingInfo{VirtualDeviceFileBackingInfo: file(name), DiskMode: "persistent", Uuid: "6000C29-" + name}
}

func sparse(name string) *vim.VirtualDiskSparseVer2BackingInfo {
	return &vim.VirtualDiskSparseVer2BackingInfo{VirtualDeviceFileBackingInfo: file(name), DiskMode: "persistent"}
}

func rawDisk() *vim.VirtualDiskRawDiskVer2BackingInfo {
	return &vim.VirtualDiskRawDiskVer2BackingInfo{
		VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "/dev/disk"}, DescriptorFileName: "raw.vmdk", Uuid: "6000C29-raw",
	}
}

// attach puts a disk on a machine behind the provider's back, as a container
// platform does.
func (p *place) attach(path string, unit int32) {
	p.t.Helper()
	vm := p.look(path)
	disk := &vim.VirtualDisk{CapacityInKB: 1 << 20}
	disk.Key, disk.ControllerKey, disk.UnitNumber = -1, 1000, &unit
	for _, d := range vm.Config.Hardware.Device {
		if c, ok := d.(vim.BaseVirtualSCSIController); ok {
			disk.ControllerKey = c.GetVirtualSCSIController().Key
		}
	}
	disk.Backing = &vim.VirtualDiskFlatVer2BackingInfo{
		VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: fmt.Sprintf("[LocalDS_0] m1/foreign%d.vmdk", unit)},
		DiskMode:                     "persistent", ThinProvisioned: vim.NewBool(true),
	}
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.Reconfigure(ctx, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{
			Operation: vim.VirtualDeviceConfigSpecOperationAdd, FileOperation: vim.VirtualDeviceConfigSpecFileOperationCreate, Device: disk,
		}}})
	})
}

// machineHas checks how many disks a machine has.
type machineHas struct {
	*place
	path  string
	disks int
}

func (m machineHas) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	if n := disksOn(m.place, m.path); n != m.disks {
		resp.Error = fmt.Errorf("%s has %d disks, not %d", m.path, n, m.disks)
	}
}
