// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func pciDevice(n int, address string) *vim.VirtualPCIPassthrough {
	return &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{
		Key: int32(13000 + n), ControllerKey: 100, UnitNumber: ptr(int32(18 + n)),
		Backing: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: address},
	}}
}

func wantPCI(addresses ...string) (all []PCIDevice) {
	for _, a := range addresses {
		all = append(all, PCIDevice{Address: a, Backing: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: a}})
	}
	return all
}

func TestReadPCI(t *testing.T) {
	dynamic := &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Key: 13009, Backing: &vim.VirtualPCIPassthroughDynamicBackingInfo{}}}
	vgpu := &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Key: 13008, Backing: &vim.VirtualPCIPassthroughVmiopBackingInfo{}}}
	nowhere := &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Key: 13007, Backing: (*vim.VirtualPCIPassthroughDeviceBackingInfo)(nil)}}
	got := ReadPCI([]vim.BaseVirtualDevice{dynamic, vgpu, nowhere, pciDevice(0, "0000:81:00.0"), pciDevice(1, "0000:3b:00.1"), (*vim.VirtualPCIPassthrough)(nil)})
	if want := []PCIDevice{{Address: "0000:3b:00.1", Key: 13001}, {Address: "0000:81:00.0", Key: 13000}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestPCISpecs has the changes as they are sent.
func TestPCISpecs(t *testing.T) {
	offer := &vim.VirtualMachinePciPassthroughInfo{SystemId: "system-1", PciDevice: vim.HostPciDevice{
		Id: "0000:82:00.0", VendorId: 4318, DeviceId: -1, DeviceName: "GPU",
	}}
	old := pciDevice(0, "0000:81:00.0")
	want := []PCIDevice{{Address: "0000:82:00.0", Backing: PassthroughBacking(offer)}}
	specs, err := DiffPCI([]vim.BaseVirtualDevice{old}, ReadPCI([]vim.BaseVirtualDevice{old}), want)
	added := &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Key: -101, Backing: &vim.VirtualPCIPassthroughDeviceBackingInfo{
		VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "GPU"},
		Id:                             "0000:82:00.0", DeviceId: "ffff", SystemId: "system-1", VendorId: 4318,
	}}}
	if err != nil || !reflect.DeepEqual(specs, []vim.BaseVirtualDeviceConfigSpec{remove(old), add(added)}) {
		t.Errorf("%v, %+v", err, specs)
	}
	if _, err := DiffPCI(nil, nil, []PCIDevice{{Address: "0000:82:00.0"}}); err == nil {
		t.Error("a device without a backing")
	}
}

// TestPCIProperties: whatever is wanted in whatever order, exactly the devices
// that differ change, and foreign ones never.
func TestPCIProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	for n := range cases(20_000) {
		devices := append(controllerDevices(Counts{}), nicDevice(0, Vmxnet3, standard("a")))
		names := func() (all []string) {
			for i := range 6 {
				if r.IntN(2) == 0 {
					all = append(all, fmt.Sprintf("0000:8%c:00.0", "abcdef"[i]))
				}
			}
			return all
		}
		have := map[string]bool{}
		for i, a := range names() {
			devices, have[a] = append(devices, pciDevice(i, a)), true
		}
		wanted := shuffle(r, names())
		adds := 0
		for _, w := range wanted {
			if !have[w] {
				adds++
			}
		}
		specs, err := DiffPCI(devices, ReadPCI(devices), wantPCI(wanted...))
		if removes := len(have) - (len(wanted) - adds); err != nil || len(specs) != adds+removes {
			t.Fatalf("case %d: %v, %v", n, operations(specs), err)
		}
		if common := CommonPCI(ReadPCI(devices), wantPCI(wanted...)); len(common) != len(wanted)-adds || len(MissingPCI(common, wantPCI(wanted...))) != adds {
			t.Fatalf("case %d: %+v is common to %v and %v", n, common, have, wanted)
		}
		after := mustApply(t, devices, specs)
		if byKey(after)[4000] != byKey(devices)[4000] || len(ReadPCI(after)) != len(wanted) {
			t.Fatalf("case %d: %+v for %v", n, ReadPCI(after), wanted)
		}
		if again, err := DiffPCI(after, ReadPCI(after), wantPCI(shuffle(r, wanted)...)); err != nil || len(again) > 0 {
			t.Fatalf("case %d: a second diff has %v, %v", n, operations(again), err)
		}
	}
}

func TestOfflineChanges(t *testing.T) {
	devices := append(controllerDevices(Counts{IDE: 1, SATA: 1}), drive(0, 200, 0, nil))
	nic := nicDevice(0, Vmxnet3, standard("a"))
	for name, test := range map[string]struct {
		spec  vim.BaseVirtualDeviceConfigSpec
		tools bool
		want  bool
	}{
		"video card":             {edit(videoDevice()), true, true},
		"TPM":                    {add(&vim.VirtualTPM{}), true, true},
		"PCI device":             {remove(pciDevice(0, "0000:81:00.0")), true, true},
		"SR-IOV card":            {edit(nicDevice(0, SRIOV, standard("a"))), true, true},
		"new card":               {add(nic), false, false},
		"card removed":           {remove(nic), true, false},
		"removed without Tools":  {remove(nic), false, true},
		"image changed":          {edit(drive(0, 200, 0, nil)), false, false},
		"IDE drive added":        {add(drive(1, 200, 1, nil)), true, true},
		"IDE drive removed":      {remove(drive(0, 200, 0, nil)), true, true},
		"SATA drive added":       {add(drive(1, 15000, 1, nil)), false, false},
		"disk":                   {add(diskDevice(0, Address{SCSI, 0, 0}, 1)), false, false},
		"device without content": {add((*vim.VirtualTPM)(nil)), false, false},
	} {
		if got := Offline(devices, []vim.BaseVirtualDeviceConfigSpec{test.spec}, test.tools); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
