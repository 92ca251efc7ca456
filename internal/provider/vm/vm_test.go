// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func at(name string, more ...any) tfjsonpath.Path {
	p := tfjsonpath.New(name)
	for _, m := range more {
		switch m := m.(type) {
		case int:
			p = p.AtSliceIndex(m)
		case string:
			p = p.AtMapKey(m)
		}
	}
	return p
}

func has(value knownvalue.Check, name string, more ...any) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(name, more...), value)
}

var updated = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
	plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
}}

func TestMachineFromNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{
			Config: p.config(""),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.StringExact("otherGuest64"), "guest_id"),
				has(knownvalue.StringExact("scsi:0:0"), "disk", 0, "device_address"),
				has(knownvalue.NotNull(), "disk", 0, "uuid"),
				has(knownvalue.Int64Exact(10), "disk", 0, "size"),
				has(knownvalue.NotNull(), "network_interface", 0, "mac_address"),
				has(knownvalue.StringExact(p.dvpg), "network_interface", 0, "network_id"),
				has(knownvalue.StringExact(""), "folder"),
			},
		},
	)
}

func TestMachineFromTemplate(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	devices := p.disk("root", 0, 10) + p.disk("data", 1, 5) + p.nic()
	p.Test(t,
		resource.TestStep{
			Config: p.named("m", "m1", p.clone()+"memory = 2048\n"+devices),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.Int64Exact(2048), "memory"),
				has(knownvalue.StringExact("root"), "disk", 0, "label"),
				has(knownvalue.Int64Exact(5), "disk", 1, "size"),
			},
		},
	)
}
