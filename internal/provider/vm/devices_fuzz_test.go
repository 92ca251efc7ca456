// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// oddDevices makes of each pair of bytes a device that is there, broken, or of a
// kind that nobody knows: the first chooses the kind, the second what is wrong.
func oddDevices(data []byte) []vim.BaseVirtualDevice {
	var devices []vim.BaseVirtualDevice
	for i := 0; i+1 < len(data) && len(devices) < 40; i += 2 {
		devices = append(devices, oddDevice(data[i], data[i+1]))
	}
	return devices
}

func oddDevice(kind, how byte) vim.BaseVirtualDevice {
	b := vim.VirtualDevice{Key: []int32{0, 100, 200, 500, 1000, 2000, 3000, -1}[how%8], ControllerKey: []int32{0, 100, 200, 1000, 4711}[how%5], Backing: oddBacking(how)}
	if how%3 > 0 {
		b.UnitNumber = ptr(int32(how % 17))
	}
	controller := vim.VirtualController{VirtualDevice: b, BusNumber: int32(how % 3)}
	card := vim.VirtualEthernetCard{VirtualDevice: b}
	all := []vim.BaseVirtualDevice{
		nil, &b, &vim.VirtualController{VirtualDevice: b}, (*vim.VirtualDisk)(nil), &vim.VirtualDisk{VirtualDevice: b, CapacityInKB: int64(how) << 20},
		(*vim.VirtualCdrom)(nil), &vim.VirtualCdrom{VirtualDevice: b}, &vim.VirtualMachineVideoCard{VirtualDevice: b, Enable3DSupport: ptr(how%2 == 0)},
		(*vim.VirtualMachineVideoCard)(nil), &vim.VirtualTPM{VirtualDevice: b}, (*vim.VirtualTPM)(nil),
		&vim.VirtualPCIPassthrough{VirtualDevice: b}, (*vim.VirtualPCIPassthrough)(nil),
		&vim.VirtualSriovEthernetCard{VirtualEthernetCard: card}, &vim.VirtualE1000{VirtualEthernetCard: card}, (*vim.VirtualE1000)(nil),
		&vim.VirtualPCIController{VirtualController: controller}, &vim.VirtualIDEController{VirtualController: controller}, (*vim.VirtualIDEController)(nil),
		&vim.ParaVirtualSCSIController{VirtualSCSIController: vim.VirtualSCSIController{VirtualController: controller}},
	}
	return all[int(kind)%len(all)]
}

func oddBacking(how byte) vim.BaseVirtualDeviceBackingInfo {
	file := vim.VirtualDeviceFileBackingInfo{FileName: []string{"", "]", "[ds] a.iso", "[ds] m/_ovfenv-m.iso"}[how%4]}
	return []vim.BaseVirtualDeviceBackingInfo{
		nil, (*vim.VirtualCdromIsoBackingInfo)(nil), &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: file},
		&vim.VirtualCdromRemotePassthroughBackingInfo{}, (*vim.VirtualCdromRemoteAtapiBackingInfo)(nil),
		&vim.VirtualDiskFlatVer2BackingInfo{VirtualDeviceFileBackingInfo: file}, (*vim.VirtualDiskFlatVer2BackingInfo)(nil),
		&vim.VirtualPCIPassthroughDeviceBackingInfo{Id: "0000:81:00.0"}, (*vim.VirtualPCIPassthroughDeviceBackingInfo)(nil),
		&vim.VirtualEthernetCardNetworkBackingInfo{}, (*vim.VirtualEthernetCardDistributedVirtualPortBackingInfo)(nil),
	}[how%11]
}

// FuzzReadDevices: no machine is so odd that reading or importing it panics or
// fails, and what was read stays when it is read again.
func FuzzReadDevices(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("machines that were made by hand, by other programs, and by chance"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx := context.Background()
		devices := oddDevices(data)
		config := &vim.VirtualMachineConfigInfo{Hardware: vim.VirtualHardware{Device: devices}}
		var m model
		if err := m.adopt(ctx, &mo.VirtualMachine{Config: config}); err != nil {
			t.Fatal(err)
		}
		card, err := encode(ctx, videoType, []videoModel{{Displays: types.Int64Value(1), Memory: types.Int64Value(4), Graphics: types.ListNull(graphicsType)}})
		if err != nil {
			t.Fatal(err)
		}
		m.VideoCard = card
		if err := m.readDevices(ctx, devices); err != nil {
			t.Fatal(err)
		}
		again := m
		if err := again.readDevices(ctx, devices); err != nil {
			t.Fatal(err)
		}
		if len(again.CDROMs.Elements()) != len(m.CDROMs.Elements()) || !again.PCI.Equal(m.PCI) || !again.VTPM.Equal(m.VTPM) || !again.VideoCard.Equal(m.VideoCard) {
			t.Fatalf("%v %v %v %v, and again %v %v %v %v", m.CDROMs, m.PCI, m.VTPM, m.VideoCard, again.CDROMs, again.PCI, again.VTPM, again.VideoCard)
		}
		if why := again.offlineOthers(ctx, &m); len(why) > 0 {
			t.Fatalf("nothing changes, and yet %v", why)
		}
	})
}
