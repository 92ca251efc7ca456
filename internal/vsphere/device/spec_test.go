// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"slices"
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func TestApplyRefuses(t *testing.T) {
	disk := func(key, controller, unit int32) *vim.VirtualDisk {
		return &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Key: key, ControllerKey: controller, UnitNumber: &unit}}
	}
	tests := map[string]struct {
		spec *vim.VirtualDeviceConfigSpec
		want string
	}{
		"key twice":          {add(disk(2000, 1000, 5)), "key 2000 is taken"},
		"unit twice":         {add(disk(-1, 1000, 1)), "unit 1 of controller 1000 is taken"},
		"edit to taken unit": {edit(disk(2000, 1000, 1)), "unit 1 of controller 1000 is taken"},
		"no controller":      {add(disk(-1, 1001, 0)), "no controller has key 1001"},
		"edit of nothing":    {edit(disk(9, 1000, 5)), "no device has key 9"},
		"remove of nothing":  {remove(disk(9, 1000, 5)), "no device has key 9"},
		"controller in use":  {remove(controllerDevices(Counts{SCSI: 1})[1]), "no controller has key 1000"},
		"no operation":       {&vim.VirtualDeviceConfigSpec{Device: disk(2000, 1000, 0)}, "unknown operation"},
		"no device":          {&vim.VirtualDeviceConfigSpec{Operation: "add"}, "no device"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Apply(machine(), []vim.BaseVirtualDeviceConfigSpec{tt.spec})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// A new machine: its default devices are additions, and changes to them are no
// edits of devices that are not there yet.
func TestMergeIntoNewMachine(t *testing.T) {
	defaults := machine()
	layout := Layout{Counts: Counts{SCSI: 1}, SCSIType: ParaVirtual, SCSIBusSharing: "physicalSharing"}
	controllers, err := EnsureControllers(defaults, layout)
	if err != nil {
		t.Fatal(err)
	}
	state := stateOf(defaults)
	want := []Disk{configured(state[0]), newDisk("n", SCSI, 5, 1)}
	want[0].Size = 40
	diff, err := DiffDisks(mustApply(t, defaults, controllers), state, want, machineOptions)
	if err != nil {
		t.Fatal(err)
	}
	specs := Merge(AddAll(defaults), controllers, diff.Specs)
	for _, op := range operations(specs) {
		if !strings.HasPrefix(op, "add") {
			t.Errorf("%s in %v", op, operations(specs))
		}
	}
	after := mustApply(t, nil, specs)
	disks := ReadDisks(after)
	if len(disks) != 2 || disks[0].Size != 40 || disks[1].UnitNumber != 5 || SCSIBusSharing(after, 1) != "physicalSharing" {
		t.Errorf("%+v", disks)
	}
}

func TestMergeKeepsProfile(t *testing.T) {
	vd := diskDevice(0, Address{SCSI, 0, 0}, 1)
	first, second := edit(vd), edit(vd)
	first.Profile = Profile("p")
	merged := Merge([]vim.BaseVirtualDeviceConfigSpec{first}, []vim.BaseVirtualDeviceConfigSpec{second})
	if len(merged) != 1 || len(merged[0].GetVirtualDeviceConfigSpec().Profile) != 1 || second.Profile != nil {
		t.Errorf("%+v", merged)
	}
	gone := Merge(merged, []vim.BaseVirtualDeviceConfigSpec{remove(vd)})
	if got := operations(gone); !slices.Equal(got, []string{"remove"}) {
		t.Error(got)
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*Error{
		`disk "a": size: too small`:                   {BlockDisk, "a", 0, "size", "too small"},
		`network_interface 2: network_id: not there`:  {BlockNIC, "", 2, "network_id", "not there"},
		`network_interface 0: ten are enough`:         {BlockNIC, "", 0, "", "ten are enough"},
		`disk "Hard disk 1": add a disk block for it`: {BlockDisk, "Hard disk 1", -1, "", "add a disk block for it"},
	} {
		if e.Error() != want {
			t.Errorf("%s, want %s", e, want)
		}
	}
}
