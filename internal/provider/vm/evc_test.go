// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// TestMachineEVC gives a machine an EVC mode, another one and none, each time
// while it is off. One that cannot be applied is an error, and the machine runs.
func TestMachineEVC(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	mode := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := p.look("/DC0/vm/m1").Runtime.MinRequiredEVCModeKey; got != want {
				t.Errorf("the EVC mode is %q, not %q", got, want)
			}
			return nil
		}
	}
	evc := func(key string) string { return p.config("hardware_version = 19\nevc_mode = \"" + key + "\"\n") }
	step := func(config, want string, calls map[string]int) resource.TestStep {
		return resource.TestStep{PreConfig: p.ResetCalls, Config: config, ConfigStateChecks: power("on"), Check: resource.ComposeTestCheckFunc(mode(want), p.counts(calls))}
	}
	p.Test(t,
		resource.TestStep{Config: evc("intel-486"), ExpectError: regexp.MustCompile(`(?s)evc_mode.*knows no EVC mode "intel-486".*intel-broadwell`)},
		resource.TestStep{Config: p.config("evc_mode = \"intel-broadwell\"\nhardware_version = 13\n"), ExpectError: regexp.MustCompile(`(?s)evc_mode.*hardware_version 14`)},
		step(evc("intel-broadwell"), "intel-broadwell", map[string]int{"ApplyEvcModeVM_Task": 1, "PowerOnVM_Task": 1}),
		step(evc("intel-skylake"), "intel-skylake", map[string]int{"ApplyEvcModeVM_Task": 1, "PowerOffVM_Task": 1, "PowerOnVM_Task": 1, "ReconfigVM_Task": 0}),
		resource.TestStep{Config: evc("amd-zen"), ExpectError: regexp.MustCompile(`(?s)evc_mode.*EVC`)},
		resource.TestStep{
			PreConfig: func() {
				if vm := p.look("/DC0/vm/m1"); vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOn {
					t.Errorf("the machine is %s", vm.Runtime.PowerState)
				}
				p.Inject(simulator.Fault{Method: "ApplyEvcModeVM_Task", MaxCount: 1, Task: &vim.NotSupported{}})
			},
			Config: p.config(""), ExpectError: regexp.MustCompile(`not supported on the object`),
		},
		step(p.config(""), "", map[string]int{"ApplyEvcModeVM_Task": 1}),
		resource.TestStep{Config: p.config(""), ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(""), "evc_mode")}},
	)
	// A clone gets its mode before it is powered on for the first time.
	p.Test(t, step(p.named("m", "m1", "evc_mode = \"intel-haswell\"\n"+p.clone()+p.disk("root", 0, 8)+p.nic()), "intel-haswell", map[string]int{"PowerOnVM_Task": 1, "PowerOffVM_Task": 0}))
}
