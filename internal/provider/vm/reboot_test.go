// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// TestMachineHotAdd: what the machine allows now decides, not what it shall.
func TestMachineHotAdd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	planned := func(cycle bool) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, at("reboot_required"), knownvalue.Bool(cycle))}}
	}
	step := func(arguments string, cycles int) resource.TestStep {
		return resource.TestStep{
			PreConfig: p.ResetCalls, Config: p.config(arguments), ConfigPlanChecks: planned(cycles > 0), ConfigStateChecks: power("on"),
			Check: p.counts(map[string]int{"PowerOffVM_Task": cycles, "PowerOnVM_Task": cycles, "ReconfigVM_Task": 1}),
		}
	}
	hot := "memory_hot_add_enabled = true\ncpu_hot_add_enabled = true\nguest_id = \"ubuntu64Guest\"\n"
	p.Test(t,
		resource.TestStep{Config: p.config("guest_id = \"ubuntu64Guest\"\n")},
		step(hot+"memory = 2048\n", 1), // allowed from the next power-on only
		step(hot+"memory = 2560\nnum_cpus = 4\n", 0),
		step(hot+"memory = 2562\nnum_cpus = 4\n", 1), // not a multiple of what can be added
		step(hot+"memory = 3582\nnum_cpus = 4\n", 1), // beyond what this guest has room for
		step(hot+"memory = 8702\nnum_cpus = 4\n", 0),
		step(hot+"memory = 8702\nnum_cpus = 2\n", 1),
		step("memory_hot_add_enabled = true\ncpu_hot_add_enabled = true\nguest_id = \"winXPProGuest\"\nmemory = 8702\nnum_cpus = 2\n", 1),
		step("memory_hot_add_enabled = true\ncpu_hot_add_enabled = true\nguest_id = \"winXPProGuest\"\nmemory = 8702\nnum_cpus = 4\n", 1), // its guest cannot
	)
}

func TestMachineRemovesNIC(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	two, one := p.disk("disk0", 0, 10)+p.nic()+p.nic(), p.disk("disk0", 0, 10)+p.nic()
	step := func(config string, cycles int) resource.TestStep {
		return resource.TestStep{PreConfig: p.ResetCalls, Config: p.named("m", "m1", config), ConfigStateChecks: power("on"), Check: p.counts(map[string]int{"PowerOnVM_Task": cycles})}
	}
	prepared := step(one, 0)
	prepared.PreConfig = func() { p.toolsRun("/DC0/vm/m1"); p.ResetCalls() }
	p.Test(t, step(two, 1), step(one, 1), step(two, 0), prepared)
}

// policy is the provider block with a policy.
func (p *place) policy(value string) string {
	return strings.TrimSuffix(p.Provider(), "}\n") + "  reboot_policy = \"" + value + "\"\n}\n"
}

func TestRebootPolicy(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	unknown := `
resource "terraform_data" "t" {
  input = 512
}
`
	p.Test(t,
		resource.TestStep{Config: p.policy("perhaps") + p.config(""), ExpectError: regexp.MustCompile(`reboot_policy "perhaps" is none of allow, warn and\s+deny`)},
		resource.TestStep{Config: p.policy("deny") + p.config("")},
		resource.TestStep{PreConfig: p.ResetCalls, Config: p.policy("deny") + p.config("memory = 512\n"), ExpectError: regexp.MustCompile(`(?s)would have to be powered off.*memory.*reboot_policy is deny`)},
		resource.TestStep{Config: p.policy("deny") + p.config("annotation = \"hot\"\n"), ConfigPlanChecks: updated},
		// What is known at apply only is refused then, before the machine is touched.
		resource.TestStep{Config: p.policy("deny") + unknown + p.config("memory = terraform_data.t.output\nfolder = \"templates\"\n"), ExpectError: regexp.MustCompile(`reboot_policy is deny`)},
		resource.TestStep{
			PreConfig: func() {
				if vm := p.look("/DC0/vm/m1"); vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOn {
					t.Errorf("the machine is %s", vm.Runtime.PowerState)
				}
			},
			Config: p.policy("deny") + p.config("annotation = \"hot\"\nmemory = 512\npower_state = \"off\"\n"), ConfigStateChecks: power("off"),
		},
		resource.TestStep{Config: p.policy("deny") + p.config("memory = 1024\npower_state = \"on\"\n"), ConfigStateChecks: power("on")},
		resource.TestStep{Config: p.policy("allow") + p.config("memory = 512\n"), ConfigStateChecks: power("on"), ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, at("reboot_required"), knownvalue.Bool(true))},
		}},
	)
}
