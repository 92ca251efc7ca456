// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// properties checks the vApp properties of the machine m1 in vCenter.
func (p *place) properties(want map[string]string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, property := range p.look("/DC0/vm/m1").Config.VAppConfig.GetVmConfigInfo().Property {
			if property.Value != want[property.Id] {
				return fmt.Errorf("%s is %q, want %q", property.Id, property.Value, want[property.Id])
			}
		}
		return nil
	}
}

// TestMachineProperties sets vApp properties of a clone, changes them and takes
// them back.
func TestMachineProperties(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.template = p.look("/DC0/vm/templates/template-vapp").Config.Uuid
	config := func(properties string) string {
		vapp := ""
		if properties != "" {
			vapp = "\n  vapp {\n    properties = {\n" + properties + "\n    }\n  }\n"
		}
		return p.named("m", "m1", p.clone()+vapp+p.disk("root", 0, 8)+p.nic())
	}
	fails := func(properties, want string) resource.TestStep {
		return resource.TestStep{Config: config(properties), PlanOnly: true, ExpectError: regexp.MustCompile(want)}
	}
	p.Test(t,
		fails(`host = "web"`, `(?s)no\s+property\s+"host".*hostname,\s+user-data,\s+public-keys`),
		resource.TestStep{
			Config:            config(`"hostname" = "web"` + "\n" + `"user-data" = "x"`),
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("web"), "vapp", 0, "properties", "hostname")},
			Check: resource.ComposeTestCheckFunc(p.properties(map[string]string{"hostname": "web", "user-data": "x"}), func(*terraform.State) error {
				if n := p.Calls().Count("ReconfigVM_Task"); n != 0 {
					return fmt.Errorf("the clone took %d further tasks", n)
				}
				return nil
			}),
		},
		resource.TestStep{
			Config:            config(`"hostname" = "db"` + "\n" + `"public-keys" = "ssh"`),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate), plancheck.ExpectKnownValue(address, at("reboot_required"), knownvalue.Bool(true))}},
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("db"), "vapp", 0, "properties", "hostname"), has(knownvalue.StringExact("on"), "power_state")},
			Check:             p.properties(map[string]string{"hostname": "db", "user-data": " ", "public-keys": "ssh"}),
		},
		fails(`"hostname" = "db"`+"\n"+`"nothing" = "x"`, `(?s)no\s+property\s+"nothing"`),
		resource.TestStep{
			Config: config(""),
			Check:  p.properties(map[string]string{"hostname": "localhost", "user-data": " ", "public-keys": " "}),
		},
	)
}

// TestMachineWithoutProperties refuses them where there are none to be.
func TestMachineWithoutProperties(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	vapp := "\n  vapp {\n    properties = {\n      hostname = \"web\"\n    }\n  }\n"
	none := regexp.MustCompile(`(?s)properties.*no\s+vApp\s+properties`)
	p.Test(t,
		resource.TestStep{Config: p.config(vapp), PlanOnly: true, ExpectError: none},
		resource.TestStep{Config: p.named("m", "m1", p.clone()+vapp+p.disk("root", 0, 8)+p.nic()), PlanOnly: true, ExpectError: none},
		resource.TestStep{Config: p.config("")},
		resource.TestStep{Config: p.config(vapp), PlanOnly: true, ExpectError: none},
	)
}
