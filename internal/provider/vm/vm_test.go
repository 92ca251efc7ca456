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

// TestMachineChanges changes what vSphere can change while a machine runs.
func TestMachineChanges(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	web := `
resource "vsphere_folder" "web" {
  path          = "web"
  type          = "vm"
  datacenter_id = "` + p.id("/DC0") + `"
}
`
	inFolder := "folder = vsphere_folder.web.path\n"
	two := p.disk("disk0", 0, 12) + p.disk("data", 1, 3)
	step := func(config string, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{Config: web + config, ConfigPlanChecks: updated, ConfigStateChecks: append(checks, has(knownvalue.StringExact("on"), "power_state"))}
	}
	p.Test(t,
		resource.TestStep{Config: web + p.config("memory_hot_add_enabled = true\n")},
		step(p.config("memory_hot_add_enabled = true\nmemory = 2048\nannotation = \"a note\"\n"), has(knownvalue.Int64Exact(2048), "memory"), has(knownvalue.StringExact("a note"), "annotation")),
		step(p.named("m", "m2", "memory_hot_add_enabled = true\n"+inFolder+two+p.nic()),
			has(knownvalue.StringExact("m2"), "name"), has(knownvalue.StringExact("web"), "folder"),
			has(knownvalue.Int64Exact(12), "disk", 0, "size"), has(knownvalue.StringExact("data"), "disk", 1, "label")),
		resource.TestStep{ // blocks that trade places change nothing
			Config:           web + p.named("m", "m2", "memory_hot_add_enabled = true\n"+inFolder+p.disk("data", 1, 3)+p.disk("disk0", 0, 12)+p.nic()),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		step(p.named("m", "m2", "memory_hot_add_enabled = true\n"+p.disk("disk0", 0, 12)+p.nic()+p.nic()),
			has(knownvalue.ListSizeExact(1), "disk"), has(knownvalue.ListSizeExact(2), "network_interface"), has(knownvalue.StringExact(""), "folder")),
	)
}
