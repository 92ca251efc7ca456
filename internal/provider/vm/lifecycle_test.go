// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// everything sets every argument of the facets to something that is no default.
const everything = `
  num_cpus                                = 4
  num_cores_per_socket                    = 2
  cpu_hot_add_enabled                     = true
  cpu_hot_remove_enabled                  = true
  cpu_performance_counters_enabled        = true
  cpu_share_level                         = "custom"
  cpu_share_count                         = 3000
  cpu_limit                               = 5000
  cpu_reservation                         = 100
  memory                                  = 2048
  memory_hot_add_enabled                  = true
  memory_share_level                      = "high"
  memory_limit                            = 4096
  memory_reservation                      = 2048
  memory_reservation_locked_to_max        = true
  nested_hv_enabled                       = true
  enable_disk_uuid                        = true
  enable_logging                          = true
  hv_mode                                 = "hvOn"
  ept_rvi_mode                            = "on"
  vbs_enabled                             = true
  vvtd_enabled                            = true
  swap_placement_policy                   = "vmDirectory"
  latency_sensitivity                     = "high"
  firmware                                = "efi"
  boot_delay                              = 500
  boot_retry_enabled                      = true
  boot_retry_delay                        = 20000
  efi_secure_boot_enabled                 = true
  run_tools_scripts_after_power_on        = false
  run_tools_scripts_after_resume          = false
  run_tools_scripts_before_guest_reboot   = true
  run_tools_scripts_before_guest_shutdown = false
  run_tools_scripts_before_guest_standby  = false
  sync_time_with_host                     = false
  sync_time_with_host_periodically        = true
  tools_upgrade_policy                    = "upgradeAtPowerCycle"
  annotation                              = "everything"
  guest_id                                = "ubuntu64Guest"
  alternate_guest_name                    = "another"
  hardware_version                        = 19
  extra_config = {
    "guestinfo.a" = "1"
    "svga.b"      = "2"
  }
`

func TestMachineEveryArgument(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config(everything)},
		resource.TestStep{ // and back to the defaults, as far as vSphere can
			Config: p.config(`
  annotation           = "everything"
  alternate_guest_name = "another"
  boot_delay           = 1
  guest_id             = "otherGuest64"
  cpu_share_level      = "low"
`),
			ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Int64Exact(1), "num_cpus"),
				has(knownvalue.StringExact("low"), "cpu_share_level"),
				has(knownvalue.StringExact("bios"), "firmware"),
				has(knownvalue.Bool(false), "memory_reservation_locked_to_max"),
				has(knownvalue.Bool(false), "reboot_required"),
				has(knownvalue.StringExact("on"), "power_state"),
			},
			Check: func(*terraform.State) error {
				for _, o := range p.look("/DC0/vm/m1").Config.ExtraConfig {
					if v := o.GetOptionValue(); v.Key == "svga.b" || v.Key == "guestinfo.a" {
						t.Errorf("extra_config %s = %v is left", v.Key, v.Value)
					}
				}
				return nil
			},
		},
	)
}

// TestMachinePowerCycle: what needs the machine off is announced, done, and the
// machine runs afterwards; what does not leaves it running.
func TestMachinePowerCycle(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	calls := func(off int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if n := p.Calls().Count("PowerOffVM_Task", "ShutdownGuest"); n != off {
				t.Errorf("the machine was stopped %d times, not %d", n, off)
			}
			return nil
		}
	}
	planned := func(cycle bool) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, at("reboot_required"), knownvalue.Bool(cycle))}}
	}
	on := []statecheck.StateCheck{has(knownvalue.StringExact("on"), "power_state"), has(knownvalue.Bool(false), "reboot_required")}
	step := func(arguments string, cycles int) resource.TestStep {
		return resource.TestStep{PreConfig: p.ResetCalls, Config: p.config(arguments), ConfigPlanChecks: planned(cycles > 0), ConfigStateChecks: on, Check: calls(cycles)}
	}
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		step("memory = 512\n", 1),
		step("memory = 512\nextra_config = {\n \"guestinfo.x\" = \"1\"\n}\n", 0),
		step("memory = 512\nextra_config = {\n \"svga.x\" = \"1\"\n}\n", 1),
		step("memory = 512\nextra_config_reboot_required = false\nextra_config = {\n \"svga.x\" = \"2\"\n}\n", 0),
		step("memory = 512\nextra_config_reboot_required = false\nnested_hv_enabled = true\nscsi_controller_count = 2\n", 1),
	)
}

// A machine that was stopped for a change that fails is started again.
func TestMachinePowerCycle_thatFails(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{
			PreConfig: func() {
				p.Inject(simulator.Fault{Method: "ReconfigVM_Task", MaxCount: 1, Task: &vim.ResourceInUse{}})
			},
			Config: p.config("memory = 512\n"), ExpectError: regexp.MustCompile(`resource is in use`),
		},
		resource.TestStep{
			PreConfig: func() {
				if power := p.look("/DC0/vm/m1").Runtime.PowerState; power != vim.VirtualMachinePowerStatePoweredOn {
					t.Errorf("the machine was left %s", power)
				}
			},
			Config: p.config("memory = 512\n"), ConfigPlanChecks: updated,
		},
	)
}

func TestMachineImport(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	by := func(id resource.ImportStateIdFunc) resource.TestStep {
		return resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: id,
			ImportStateVerifyIgnore: importedOtherwise,
		}
	}
	attribute := func(name string) resource.ImportStateIdFunc {
		return func(s *terraform.State) (string, error) {
			return s.RootModule().Resources[address].Primary.Attributes[name], nil
		}
	}
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", p.disk("a", 0, 4)+p.disk("b", 1, 5)+p.nic())},
		by(func(*terraform.State) (string, error) { return "/DC0/vm/m1", nil }),
		by(attribute("moid")),
		by(attribute("uuid")),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "/DC0/vm/none", ExpectError: regexp.MustCompile(`(?s)/DC0/vm/none.*not\s+found`)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "vm-none", ExpectError: regexp.MustCompile(`vm-none`)},
	)
}

func TestMachineDisappears(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{
			PreConfig:        func() { p.destroy("/DC0/vm/m1") },
			Config:           p.config(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)}},
		},
	)
}

// TestMachineFailsHalfway: a machine whose creation ends in an error is in the
// state, tainted, and replaced by the next apply.
func TestMachineFailsHalfway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t,
		resource.TestStep{
			PreConfig: func() {
				p.Inject(simulator.Fault{Method: "PowerOnVM_Task", MaxCount: 1, Task: &vim.GenericVmConfigFault{Reason: "no"}})
			},
			Config:      p.config(""),
			ExpectError: regexp.MustCompile(`power on`),
		},
		resource.TestStep{
			Config:           p.config(""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
		},
	)
}

// importedOtherwise is what an import cannot know, and what it takes along
// though no block declares it.
var importedOtherwise = []string{"imported", "disk.0.label", "disk.1.label", "wait_for_guest_net_timeout", "video_card"}
