// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// A locked CD-ROM drive is disconnected; what else a machine asks ends the wait
// and is told with its choices.
func TestMachineQuestion(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	ask := func(q simulator.Question) func() {
		return func() {
			ref, _ := p.Find("/DC0/vm/m1")
			p.Ask(ref, q)
			p.ResetCalls()
		}
	}
	other := simulator.Question{
		Method: "ReconfigVM_Task", Message: "msg.hbacommon.outofspace", Text: "There is no more space for the disk.", Choices: []string{"button.retry", "button.abort"},
	}
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{
			PreConfig: ask(simulator.CDROMLocked), Config: p.config("annotation = \"asked\"\n"),
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("asked"), "annotation")}, Check: p.counts(map[string]int{"AnswerVM": 1}),
		},
		resource.TestStep{PreConfig: ask(other), Config: p.config("annotation = \"again\"\n"), ExpectError: regexp.MustCompile(`(?s)no more space for the\s+disk.*retry,\s+abort`)},
		resource.TestStep{Config: p.config("annotation = \"again\"\n"), ConfigPlanChecks: updated},
	)
}

// An annotation is one task, and nothing is waited for but that.
func TestMachineAnnotationIsOneTask(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{
			PreConfig: p.ResetCalls, Config: p.config("annotation = \"a note\"\n"), ConfigPlanChecks: updated,
			Check: p.counts(map[string]int{"ReconfigVM_Task": 1, "PowerOffVM_Task": 0, "PowerOnVM_Task": 0, "ShutdownGuest": 0, "QueryConfigOptionEx": 0, "AnswerVM": 0}),
		},
		resource.TestStep{ // what is the provider's own business is no call at all
			PreConfig: p.ResetCalls, Config: p.config("annotation = \"a note\"\nshutdown_wait_timeout = 5\n"), ConfigPlanChecks: updated,
			Check: p.counts(map[string]int{"ReconfigVM_Task": 0}),
		},
	)
}

// What was set can be emptied, hot or off as the setting is.
func TestMachineEmpties(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config("annotation = \"a\"\nalternate_guest_name = \"b\"\nboot_delay = 5\n")},
		resource.TestStep{
			PreConfig: p.ResetCalls, Config: p.config("annotation = \"\"\nalternate_guest_name = \"b\"\n"), ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(""), "annotation"), has(knownvalue.Int64Exact(0), "boot_delay"), has(knownvalue.StringExact("b"), "alternate_guest_name")},
			Check:             p.counts(map[string]int{"ReconfigVM_Task": 1, "PowerOffVM_Task": 0}),
		},
		resource.TestStep{
			PreConfig: p.ResetCalls, Config: p.config("annotation = \"\"\n"), ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(""), "alternate_guest_name"), has(knownvalue.StringExact("on"), "power_state")},
			Check:             p.counts(map[string]int{"ReconfigVM_Task": 1, "PowerOffVM_Task": 1}),
		},
	)
}
