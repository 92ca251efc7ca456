// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"slices"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func scsiController(kind string, bus int, sharing vim.VirtualSCSISharing) vim.BaseVirtualDevice {
	base := vim.VirtualSCSIController{
		VirtualController: vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: int32(1000 + bus)}, BusNumber: int32(bus)},
		SharedBus:         sharing,
	}
	switch kind {
	case LsiLogic:
		return &vim.VirtualLsiLogicController{VirtualSCSIController: base}
	case LsiLogicSAS:
		return &vim.VirtualLsiLogicSASController{VirtualSCSIController: base}
	case BusLogic:
		return &vim.VirtualBusLogicController{VirtualSCSIController: base}
	}
	return &vim.ParaVirtualSCSIController{VirtualSCSIController: base}
}

func TestSCSIType(t *testing.T) {
	pv0 := scsiController(ParaVirtual, 0, "noSharing")
	pv1 := scsiController(ParaVirtual, 1, "virtualSharing")
	sas1 := scsiController(LsiLogicSAS, 1, "noSharing")
	tests := map[string]struct {
		devices       []vim.BaseVirtualDevice
		count         int
		kind, sharing string
	}{
		"one":               {[]vim.BaseVirtualDevice{pv0}, 1, ParaVirtual, "noSharing"},
		"bus logic":         {[]vim.BaseVirtualDevice{scsiController(BusLogic, 0, "")}, 1, BusLogic, "noSharing"},
		"lsi logic":         {[]vim.BaseVirtualDevice{scsiController(LsiLogic, 0, "noSharing")}, 1, LsiLogic, "noSharing"},
		"same type":         {[]vim.BaseVirtualDevice{pv1, pv0}, 2, ParaVirtual, Mixed},
		"other type":        {[]vim.BaseVirtualDevice{pv0, sas1}, 2, Mixed, "noSharing"},
		"other, unmanaged":  {[]vim.BaseVirtualDevice{pv0, sas1}, 1, ParaVirtual, "noSharing"},
		"controller 0 gone": {[]vim.BaseVirtualDevice{pv1}, 2, Unknown, Unknown},
		"controller 1 gone": {[]vim.BaseVirtualDevice{pv0}, 2, Mixed, Mixed},
		"none":              {nil, 0, Unknown, Unknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := SCSIType(tt.devices, tt.count); got != tt.kind {
				t.Errorf("type %s, want %s", got, tt.kind)
			}
			if got := SCSIBusSharing(tt.devices, tt.count); got != tt.sharing {
				t.Errorf("sharing %s, want %s", got, tt.sharing)
			}
		})
	}
}

func TestContiguousCounts(t *testing.T) {
	devices := controllerDevices(Counts{SCSI: 4, SATA: 1, IDE: 2, NVMe: 3})
	devices = slices.DeleteFunc(devices, func(d vim.BaseVirtualDevice) bool { return d.GetVirtualDevice().Key == 1002 })
	if got := ContiguousCounts(devices); got != (Counts{SCSI: 2, SATA: 1, IDE: 2, NVMe: 3}) {
		t.Errorf("%+v", got)
	}
}

func TestEnsureControllersAdds(t *testing.T) {
	devices := controllerDevices(Counts{SCSI: 1, IDE: 2})
	want := Layout{Counts: Counts{SCSI: 3, SATA: 2, IDE: 2, NVMe: 4}, SCSIType: ParaVirtual, SCSIBusSharing: "noSharing"}
	specs, err := EnsureControllers(devices, want)
	if err != nil {
		t.Fatal(err)
	}
	after := mustApply(t, devices, specs)
	if got := ContiguousCounts(after); got != want.Counts {
		t.Errorf("%+v", got)
	}
	if got := SCSIType(after, 3); got != ParaVirtual {
		t.Errorf("type %s", got)
	}
	for _, s := range specs {
		if c := s.GetVirtualDeviceConfigSpec(); c.Operation != "add" || c.Device.GetVirtualDevice().Key >= 0 {
			t.Errorf("%s of key %d", c.Operation, c.Device.GetVirtualDevice().Key)
		}
	}
	serial := 0
	if again, err := EnsureControllers(settled(after, &serial), want); err != nil || len(again) != 0 {
		t.Errorf("a second time: %v, %v", operations(again), err)
	}
	want.Counts = Counts{IDE: 1}
	if fewer, err := EnsureControllers(after, want); err != nil || len(fewer) != 0 {
		t.Errorf("surplus controllers: %v, %v", operations(fewer), err)
	}
}

func TestEnsureControllersRefuses(t *testing.T) {
	for name, l := range map[string]Layout{
		"too many": {Counts: Counts{SCSI: 5}, SCSIType: ParaVirtual},
		"ide":      {Counts: Counts{IDE: 3}},
		"negative": {Counts: Counts{SATA: -1}},
		"type":     {Counts: Counts{SCSI: 1}, SCSIType: "adaptec"},
	} {
		if specs, err := EnsureControllers(nil, l); err == nil {
			t.Errorf("%s: %v", name, operations(specs))
		}
	}
}

// Type and sharing change while a disk grows and another comes: one
// reconfiguration, every disk in its place on the new controller.
func TestSwapController(t *testing.T) {
	devices := machine()
	layout := Layout{Counts: Counts{SCSI: 2, SATA: 1, IDE: 2}, SCSIType: LsiLogicSAS, SCSIBusSharing: "physicalSharing"}
	specs, err := EnsureControllers(devices, layout)
	if err != nil {
		t.Fatal(err)
	}
	if got := operations(specs); !slices.Equal(got, []string{"remove", "add", "edit", "edit", "edit", "add"}) {
		t.Fatalf("%v", got)
	}
	preview := mustApply(t, devices, specs)
	state := stateOf(devices)
	want := []Disk{configured(state[0]), configured(state[1]), newDisk("n", SCSI, 15, 5)}
	want[1].Size++
	o := machineOptions
	o.Counts = layout.Counts
	diff, err := DiffDisks(preview, MatchDisks(state, ReadDisks(preview)).Disks, want, o)
	if err != nil {
		t.Fatal(err)
	}
	merged := Merge(specs, diff.Specs)
	if got := operations(merged); !slices.Equal(got, []string{"remove", "add", "edit", "add", "remove+destroy", "edit", "add+create"}) {
		t.Errorf("merged %v", got)
	}
	serial := 0
	after := settled(mustApply(t, devices, merged), &serial)
	if got := SCSIType(after, 2) + " " + SCSIBusSharing(after, 2); got != "lsilogic-sas physicalSharing" {
		t.Error(got)
	}
	disks := ReadDisks(after)
	var got []string
	for _, d := range disks {
		got = append(got, d.DeviceAddress+" "+d.UUID)
	}
	if !slices.Equal(got, []string{"scsi:0:0 6000c29-0", "scsi:0:1 6000c29-1", "scsi:1:0 " + disks[2].UUID}) || disks[1].Size != 21 {
		t.Errorf("%v", got)
	}
}

func TestSharingIsEdited(t *testing.T) {
	devices := machine()
	specs, err := EnsureControllers(devices, Layout{Counts: Counts{SCSI: 1}, SCSIType: ParaVirtual, SCSIBusSharing: "virtualSharing"})
	if err != nil || !slices.Equal(operations(specs), []string{"edit"}) {
		t.Fatalf("%v, %v", operations(specs), err)
	}
	if got := SCSIBusSharing(mustApply(t, devices, specs), 1); got != "virtualSharing" {
		t.Error(got)
	}
	if got := SCSIBusSharing(devices, 1); got != "noSharing" {
		t.Error("the original was changed to", got)
	}
}
