// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func TestChangesPolicy(t *testing.T) {
	for _, c := range []struct {
		want, have string
		changes    bool
	}{
		{"", "", false}, {"", "gold", false}, {"gold", "gold", false}, {"gold", "", true}, {"gold", "silver", true},
		{NoPolicy, "", false}, {NoPolicy, NoPolicy, false}, {NoPolicy, "gold", true}, {"gold", NoPolicy, true},
	} {
		if got := ChangesPolicy(c.want, c.have); got != c.changes {
			t.Errorf("%q over %q: %t", c.want, c.have, got)
		}
	}
}

func TestProfile(t *testing.T) {
	if got := Profile(""); got != nil {
		t.Errorf("nothing wanted is %v", got)
	}
	if got := Profile(NoPolicy); len(got) != 1 || got[0] == nil {
		t.Errorf("no policy is %v", got)
	} else if _, ok := got[0].(*vim.VirtualMachineEmptyProfileSpec); !ok {
		t.Errorf("no policy is %T", got[0])
	}
	if got := Profile("gold"); len(got) != 1 || got[0].(*vim.VirtualMachineDefinedProfileSpec).ProfileId != "gold" {
		t.Errorf("a policy is %v", got)
	}
}

// A disk loses its policy by an edit that carries the empty profile.
func TestDiskLosesPolicy(t *testing.T) {
	devices := append(controllerDevices(Counts{SCSI: 1}), diskDevice(0, Address{Type: SCSI}, 1))
	have := ReadDisks(devices)
	for i := range have {
		have[i].Label, have[i].StoragePolicyID = "disk", "gold"
	}
	want := append([]Disk(nil), have...)
	want[0].StoragePolicyID = NoPolicy
	diff, err := DiffDisks(devices, have, want, DiskOptions{Counts: Counts{SCSI: 1}})
	if err != nil || len(diff.Specs) != 1 {
		t.Fatalf("%v, %d changes", err, len(diff.Specs))
	}
	if _, ok := diff.Specs[0].GetVirtualDeviceConfigSpec().Profile[0].(*vim.VirtualMachineEmptyProfileSpec); !ok {
		t.Errorf("the edit carries %v", diff.Specs[0].GetVirtualDeviceConfigSpec().Profile)
	}
}
