// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

// odd returns a device of the kinds that FuzzRead does not have, or one of those
// that it has.
func (r *recipe) odd() vim.BaseVirtualDevice {
	b := r.base()
	image := vim.VirtualDeviceFileBackingInfo{FileName: []string{"", "]", "[ds] a.iso", "[ds] m/_ovfenv-m.iso", "[] /a"}[r.pick(5)]}
	b.Backing = []vim.BaseVirtualDeviceBackingInfo{
		b.Backing, nil,
		&vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: image},
		(*vim.VirtualCdromIsoBackingInfo)(nil),
		&vim.VirtualCdromRemotePassthroughBackingInfo{}, (*vim.VirtualCdromRemoteAtapiBackingInfo)(nil), &vim.VirtualCdromAtapiBackingInfo{},
		&vim.VirtualPCIPassthroughDeviceBackingInfo{Id: []string{"", "0000:81:00.0", "x"}[r.pick(3)]},
		(*vim.VirtualPCIPassthroughDeviceBackingInfo)(nil), &vim.VirtualPCIPassthroughDynamicBackingInfo{}, &vim.VirtualPCIPassthroughVmiopBackingInfo{},
	}[r.pick(11)]
	card := &vim.VirtualMachineVideoCard{VirtualDevice: b, VideoRamSizeInKB: r.size(), GraphicsMemorySizeInKB: r.size()}
	if r.pick(2) == 1 {
		card.Enable3DSupport = ptr(true)
	}
	sriov := &vim.VirtualSriovEthernetCard{VirtualEthernetCard: vim.VirtualEthernetCard{VirtualDevice: b}}
	if r.pick(2) == 1 {
		sriov.SriovBacking = &vim.VirtualSriovEthernetCardSriovBackingInfo{}
	}
	return []vim.BaseVirtualDevice{
		&vim.VirtualCdrom{VirtualDevice: b}, &vim.VirtualCdrom{VirtualDevice: b}, (*vim.VirtualCdrom)(nil),
		&vim.VirtualPCIPassthrough{VirtualDevice: b}, (*vim.VirtualPCIPassthrough)(nil),
		&vim.VirtualTPM{VirtualDevice: b}, (*vim.VirtualTPM)(nil), card, (*vim.VirtualMachineVideoCard)(nil),
		sriov, (*vim.VirtualSriovEthernetCard)(nil), r.device(), r.device(), r.device(),
	}[r.pick(14)]
}

// FuzzReadDevices: whatever a server reports, nothing panics, and a configuration
// that says what was read has nothing changed.
func FuzzReadDevices(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("drives and cards and modules, of which some have lost what they sat on"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := recipe(data)
		var devices []vim.BaseVirtualDevice
		for len(r) > 0 && len(devices) < 40 {
			devices = append(devices, r.odd())
		}
		drives := ReadCDROMs(devices)
		if m := MatchCDROMs(drives, drives); len(m.CDROMs) != len(drives) {
			t.Fatalf("%d of %d drives", len(m.CDROMs), len(drives))
		}
		var known []CDROM
		for _, d := range drives {
			if d.Expressible() && len(known) < MaxCDROMs {
				known = append(known, d)
			}
		}
		if diff, err := DiffCDROMs(devices, known, known, CDROMOptions{}); err == nil && len(diff.Specs) > 0 {
			t.Fatalf("%+v for %+v", diff.Changes, known)
		}
		_, _ = DiffCDROMs(devices, known, []CDROM{{ClientDevice: true}, {ClientDevice: true}}, CDROMOptions{})
		pci := ReadPCI(devices)
		if specs, err := DiffPCI(devices, pci, pci); err != nil || len(specs) > 0 {
			t.Fatalf("%v, %v for %+v", operations(specs), err, pci)
		}
		if specs := DiffTPM(devices, true, HasTPM(devices)); len(specs) > 0 {
			t.Fatalf("%v", operations(specs))
		}
		if card, ok := ReadVideoCard(devices); ok && card.MemoryMB > 0 {
			specs, err := DiffVideoCard(devices, card)
			if err != nil || len(specs) > 0 {
				t.Fatalf("%v, %v for %+v", operations(specs), err, card)
			}
		}
		for _, specs := range [][]vim.BaseVirtualDeviceConfigSpec{AddAll(devices), DiffTPM(devices, true, false)} {
			_ = Offline(devices, specs, false)
		}
		if nics := ReadNICs(devices, nil); len(MatchNICs(nics, nics).NICs) != len(nics) {
			t.Fatalf("%d cards do not match themselves", len(nics))
		}
	})
}
