// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import "testing"

func TestUnitNumber(t *testing.T) {
	tests := []struct {
		controller string
		unit       int
		want       string
	}{
		{SCSI, 0, "scsi:0:0"},
		{SCSI, 6, "scsi:0:6"},
		{SCSI, 7, "scsi:0:8"},
		{SCSI, 14, "scsi:0:15"},
		{SCSI, 15, "scsi:1:0"},
		{SCSI, 22, "scsi:1:8"},
		{SCSI, 59, "scsi:3:15"},
		{SATA, 29, "sata:0:29"},
		{SATA, 30, "sata:1:0"},
		{IDE, 1, "ide:0:1"},
		{IDE, 2, "ide:1:0"},
		{NVMe, 63, "nvme:0:63"},
		{NVMe, 64, "nvme:1:0"},
	}
	for _, tt := range tests {
		a, ok := FromUnitNumber(tt.controller, tt.unit)
		if !ok || a.String() != tt.want {
			t.Errorf("FromUnitNumber(%s, %d) = %v, %t, want %s", tt.controller, tt.unit, a, ok, tt.want)
		}
	}
}

func TestUnitNumberRoundTrip(t *testing.T) {
	for _, controller := range diskTypes {
		seen := map[Address]int{}
		for unit := range 4 * UnitsPerController(controller) {
			a, ok := FromUnitNumber(controller, unit)
			if !ok {
				t.Fatalf("%s %d has no address", controller, unit)
			}
			if other, twice := seen[a]; twice {
				t.Errorf("%s units %d and %d are both %s", controller, other, unit, a)
			}
			seen[a] = unit
			if back, ok := a.UnitNumber(); !ok || back != unit {
				t.Errorf("%s unit %d is %s and back %d, %t", controller, unit, a, back, ok)
			}
			if parsed, err := ParseAddress(a.String()); err != nil || parsed != a {
				t.Errorf("ParseAddress(%s) = %v, %v", a, parsed, err)
			}
		}
	}
}

func TestUnitNumberNone(t *testing.T) {
	for _, a := range []Address{{SCSI, 0, 7}, {SCSI, 0, 16}, {SCSI, 0, -1}, {SCSI, -1, 0}, {SATA, 0, 30}, {IDE, 0, 2}, {NVMe, 0, 64}, {PCI, 0, 7}, {}} {
		if unit, ok := a.UnitNumber(); ok {
			t.Errorf("%v has unit number %d", a, unit)
		}
	}
	for _, controller := range []string{"", "usb", PCI} {
		if a, ok := FromUnitNumber(controller, 0); ok {
			t.Errorf("FromUnitNumber(%q, 0) = %v", controller, a)
		}
	}
	if _, ok := FromUnitNumber(SCSI, -1); ok {
		t.Error("unit -1 has an address")
	}
}

func TestParseAddressRefuses(t *testing.T) {
	for _, s := range []string{"", "scsi", "scsi:0", "scsi:0:1:2", "usb:0:1", "scsi:a:1", "scsi:0:", "scsi:-1:0", "scsi:0:-1", "scsi:0:99999999999"} {
		if a, err := ParseAddress(s); err == nil {
			t.Errorf("ParseAddress(%q) = %v", s, a)
		}
	}
	if a, err := ParseAddress("pci:0:7"); err != nil || a != (Address{PCI, 0, 7}) {
		t.Errorf("pci:0:7 = %v, %v", a, err)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("scsi:0:1")
	f.Add("pci:0:7")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Errorf("%q = %v, written as %s, read as %v, %v", s, a, a, again, err)
		}
	})
}
