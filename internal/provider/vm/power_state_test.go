// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// counts checks how often methods were called since the step began.
func (p *place) counts(want map[string]int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for method, n := range want {
			if got := p.Calls().Count(method); got != n {
				p.t.Errorf("%s was called %d times, not %d", method, got, n)
			}
		}
		return nil
	}
}

func power(state string) []statecheck.StateCheck {
	return []statecheck.StateCheck{has(knownvalue.StringExact(state), "power_state"), has(knownvalue.Bool(false), "reboot_required")}
}

// TestMachinePowerState brings a machine to each state, with changes that need
// it off on the way, and stops or starts it no more often than that takes.
func TestMachinePowerState(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	step := func(arguments, state string, calls map[string]int) resource.TestStep {
		return resource.TestStep{PreConfig: p.ResetCalls, Config: p.config(arguments), ConfigStateChecks: power(state), Check: p.counts(calls)}
	}
	p.Test(t,
		// A new machine that stays off is not waited for.
		step("power_state = \"off\"\nwait_for_guest_ip_timeout = 1\n", "off", map[string]int{"PowerOnVM_Task": 0}),
		step("power_state = \"off\"\nmemory = 512\n", "off", map[string]int{"PowerOnVM_Task": 0, "ReconfigVM_Task": 1}),
		step("memory = 768\n", "off", map[string]int{"PowerOnVM_Task": 0, "ReconfigVM_Task": 1}), // left as it is found
		step("power_state = \"on\"\nmemory = 1024\n", "on", map[string]int{"PowerOnVM_Task": 1, "ReconfigVM_Task": 1}),
		step("power_state = \"on\"\nmemory = 512\n", "on", map[string]int{"PowerOnVM_Task": 1, "PowerOffVM_Task": 1}),
		step("power_state = \"suspended\"\nmemory = 512\n", "suspended", map[string]int{"SuspendVM_Task": 1, "ReconfigVM_Task": 0}),
		step("power_state = \"on\"\nmemory = 512\nannotation = \"resumed\"\n", "on", map[string]int{"PowerOnVM_Task": 1, "PowerOffVM_Task": 0, "ReconfigVM_Task": 1}),
		step("power_state = \"off\"\nmemory = 1024\n", "off", map[string]int{"PowerOnVM_Task": 0, "PowerOffVM_Task": 1, "ReconfigVM_Task": 1}),
	)
}

func TestMachinePowerState_ofClone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	devices := p.clone() + p.disk("root", 0, 8) + p.nic()
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", "power_state = \"off\"\n"+devices), ConfigStateChecks: power("off")},
		resource.TestStep{Config: p.named("m", "m1", devices), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
	)
}

// What others do to the power shows if it is configured, and is left if not.
func TestMachinePowerState_drift(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{
			PreConfig: func() { p.stopped("/DC0/vm/m1") }, Config: p.config(""), ConfigStateChecks: power("off"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{Config: p.config("power_state = \"on\"\n"), ConfigPlanChecks: updated, ConfigStateChecks: power("on")},
		resource.TestStep{
			PreConfig: func() { p.stopped("/DC0/vm/m1") }, Config: p.config("power_state = \"on\"\n"),
			ConfigPlanChecks: updated, ConfigStateChecks: power("on"),
		},
	)
}

func TestMachinePowerState_cannotBe(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	suspended := func() {
		p.task("/DC0/vm/m1", func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) { return vm.Suspend(ctx) })
	}
	p.Test(t,
		resource.TestStep{Config: p.config("power_state = \"asleep\"\n"), ExpectError: regexp.MustCompile(`power_state`)},
		resource.TestStep{Config: p.config("power_state = \"suspended\"\n"), ExpectError: regexp.MustCompile(`A new machine can be on or off`)},
		resource.TestStep{Config: p.config("power_state = \"off\"\n")},
		resource.TestStep{Config: p.config("power_state = \"suspended\"\n"), ExpectError: regexp.MustCompile(`only one that runs can\s+be suspended`)},
		resource.TestStep{Config: p.config("power_state = \"on\"\n")},
		resource.TestStep{PreConfig: suspended, Config: p.config("power_state = \"suspended\"\nmemory = 512\n"), ExpectError: regexp.MustCompile(`discards what its\s+memory holds`)},
		// Left out, a suspended machine is powered off for what needs that, and runs afterwards.
		resource.TestStep{Config: p.config("memory = 512\n"), ConfigPlanChecks: updated, ConfigStateChecks: power("on")},
	)
}

// Power-on is tried again while the state of the machine does not allow it.
func TestMachinePowerOn_isTriedAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t, resource.TestStep{
		PreConfig: func() {
			p.Inject(simulator.Fault{Method: "PowerOnVM_Task", MaxCount: 1, Task: &vim.InvalidState{}})
			p.Inject(simulator.Fault{Method: "PowerOnVM_Task", At: 2, Task: &vim.InvalidPowerState{ExistingState: "poweredOff", RequestedState: "poweredOn"}})
			p.ResetCalls()
		},
		Config: p.config(""), ConfigStateChecks: power("on"), Check: p.counts(map[string]int{"PowerOnVM_Task": 3}),
	})
}

// Without force_power_off only the guest itself shuts the machine down.
func TestMachineForcePowerOff(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	on := func() {
		if state := p.look("/DC0/vm/m1").Runtime.PowerState; state != vim.VirtualMachinePowerStatePoweredOn {
			t.Errorf("the machine is %s", state)
		}
	}
	p.Test(t,
		resource.TestStep{Config: p.config("force_power_off = false\n")},
		resource.TestStep{Config: p.config("force_power_off = false\nmemory = 512\n"), ExpectError: regexp.MustCompile(`(?s)force_power_off.*VMware Tools do not\s+run`)},
		resource.TestStep{
			PreConfig: func() { on(); p.toolsRun("/DC0/vm/m1"); p.ResetCalls() },
			Config:    p.config("force_power_off = false\nmemory = 512\n"), ConfigStateChecks: power("on"),
			Check: p.counts(map[string]int{"ShutdownGuest": 1, "PowerOffVM_Task": 0, "PowerOnVM_Task": 1}),
		},
	)
}

// toolsRun starts VMware Tools in the guest of a machine.
func (p *place) toolsRun(path string) {
	p.t.Helper()
	ref, _ := p.Find(path)
	if err := p.SetGuest(ref, simulator.GuestState{Addresses: [][]string{{"10.0.0.5/24"}}, Gateway: "10.0.0.1"}); err != nil {
		p.t.Fatal(err)
	}
}

// A guest that is not customized taints a new machine unless on_wait_failure
// says otherwise, and is a warning after an update.
func TestMachineOnWaitFailure(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.CustomizationFails("the guest has no perl")
	wrong := `
  clone {
    template_uuid = "` + p.template + `"
    customize {
      network_interface {}
      linux_options {
        host_name = "a"
        domain    = "example.com"
      }
    }
  }
` + p.disk("root", 0, 8) + p.nic()
	on := func() {
		if state := p.look("/DC0/vm/m1").Runtime.PowerState; state != vim.VirtualMachinePowerStatePoweredOn {
			t.Errorf("the machine is %s", state)
		}
	}
	replaced := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}}
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", wrong+"on_wait_failure = \"taint\"\n"), ExpectError: regexp.MustCompile(`on_wait_failure`)},
		resource.TestStep{Config: p.named("m", "m1", wrong), ExpectError: regexp.MustCompile(`(?s)customize.*has no\s+perl`)},
		resource.TestStep{PreConfig: on, Config: p.named("m", "m1", wrong+"on_wait_failure = \"warn\"\n"), ConfigPlanChecks: replaced, ConfigStateChecks: power("on")},
	)
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", wrong+"power_state = \"off\"\n"), ConfigStateChecks: power("off")},
		resource.TestStep{Config: p.named("m", "m1", wrong+"power_state = \"on\"\n"), ConfigPlanChecks: updated, ConfigStateChecks: power("on")},
	)
}

// TestMachineWaitsForGuest waits for what VMware Tools report some time after
// power-on, and leaves out what does not count.
func TestMachineWaitsForGuest(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.GuestBoots(200*time.Millisecond, func(vim.ManagedObjectReference, string, int) *simulator.GuestState {
		return &simulator.GuestState{Addresses: [][]string{{"169.254.0.5/16", "10.9.0.5/24", "10.0.0.5/24"}}, IPAddress: "10.9.0.5", Gateway: "10.0.0.1"}
	})
	address := func(a string) []statecheck.StateCheck {
		return append(power("on"), has(knownvalue.StringExact(a), "default_ip_address"), has(knownvalue.StringExact("guestToolsRunning"), "vmware_tools_status"))
	}
	p.Test(t,
		resource.TestStep{Config: p.config("wait_for_guest_ip_timeout = 1\n"), ConfigStateChecks: address("10.0.0.5")},
		resource.TestStep{Config: p.config("wait_for_guest_ip_timeout = 1\nwait_for_guest_net_routable = false\nignored_guest_ips = [\"10.0.0.0/24\"]\nmemory = 512\n"), ConfigStateChecks: address("10.0.0.5")},
	)
}
