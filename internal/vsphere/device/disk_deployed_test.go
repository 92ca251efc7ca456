// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"testing"
)

func TestPairDeployed(t *testing.T) {
	at := func(label string, unit int) Disk { return Disk{Label: label, ControllerType: SCSI, UnitNumber: unit} }
	found := []Disk{at("", 0), at("", 1), at("", 2)}
	attached := at("attached", 1)
	attached.Attach = true
	for _, test := range []struct {
		want []Disk
		got  string
	}{
		{nil, "[]"},
		{[]Disk{at("data", 1)}, "[data=1]"},
		{[]Disk{at("root", 0), at("data", 1), at("more", 2), at("new", 3)}, "[root=0 data=1 more=2]"},
		{[]Disk{at("far", 9), at("data", 1)}, "[far=0 data=1]"},
		{[]Disk{attached}, "[]"},
	} {
		got := []string{}
		for _, d := range PairDeployed(found, test.want) {
			got = append(got, fmt.Sprintf("%s=%d", d.Label, d.UnitNumber))
		}
		if fmt.Sprint(got) != test.got {
			t.Errorf("%v: %v, want %s", test.want, got, test.got)
		}
	}
}
