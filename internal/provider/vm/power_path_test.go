// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestPathBetween holds the way between any two power states.
func TestPathBetween(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		off      bool
		want     powerPath
	}{
		{"on", "on", false, powerPath{}},
		{"on", "on", true, powerPath{stop: true, start: true}},
		{"on", "off", false, powerPath{stop: true}},
		{"on", "off", true, powerPath{stop: true}},
		{"on", "suspended", false, powerPath{suspend: true}},
		{"on", "suspended", true, powerPath{stop: true, start: true, suspend: true}},
		{"off", "off", true, powerPath{}},
		{"off", "on", false, powerPath{start: true}},
		{"off", "on", true, powerPath{start: true}},
		{"suspended", "suspended", false, powerPath{}},
		{"suspended", "on", false, powerPath{resume: true}},
		{"suspended", "on", true, powerPath{stop: true, start: true}},
		{"suspended", "off", false, powerPath{stop: true}},
	} {
		if got := pathBetween(c.from, c.to, c.off); got != c.want {
			t.Errorf("from %s to %s, off %t: %+v, want %+v", c.from, c.to, c.off, got, c.want)
		}
	}
}

func TestWantedPower(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		planned types.String
		found   string
		off     bool
		want    string
	}{
		{types.StringValue("off"), "on", true, "off"},
		{types.StringUnknown(), "on", true, "on"},
		{types.StringNull(), "off", true, "off"},
		{types.StringUnknown(), "suspended", true, "on"},
		{types.StringUnknown(), "suspended", false, "suspended"},
	} {
		if got := wantedPower(c.planned, c.found, c.off); got != c.want {
			t.Errorf("%s of a machine that is %s, off %t: %s", c.planned, c.found, c.off, got)
		}
	}
}
