// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// TestMachineCustomized: the guest of a clone gets its name and addresses; a
// customization that the guest refuses is an error, and the clone is tainted.
func TestMachineCustomized(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	config := func(interfaces string) string {
		return p.named("m", "m1", fmt.Sprintf(`
  clone {
    template_uuid = %q
    customize {
      ipv4_gateway    = "10.0.0.1"
      dns_server_list = ["10.0.0.2"]
      linux_options {
        host_name = "web"
        domain    = "example.com"
        time_zone = "Europe/Vienna"
      }
      %s
    }
  }
`, p.template, interfaces)+p.disk("root", 0, 8)+p.nic())
	}
	const address4 = "network_interface {\n ipv4_address = \"10.0.0.7\"\n ipv4_netmask = 24\n}\n"
	p.Test(t,
		resource.TestStep{Config: config(address4 + address4), ExpectError: regexp.MustCompile(`(?i)NicSettingMismatch|customiz`)},
		resource.TestStep{
			Config: config(address4),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("10.0.0.7"), "default_ip_address"),
				has(knownvalue.StringExact("on"), "power_state"),
			},
		},
	)
}

// TestMachineCustomizedBySpecification: a specification that is stored in
// vCenter changes the guest of a clone, whatever kind it is for.
func TestMachineCustomizedBySpecification(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	windows := p.look("/DC0/vm/templates/template-windows").Config.Uuid
	const address4 = "network_interface {\n ipv4_address = \"10.0.0.7\"\n ipv4_netmask = 24\n}\n"
	config := func(spec, template string, size int) string {
		return spec + p.named("m", "m1", fmt.Sprintf(`
  replace_on_change = true
  clone {
    template_uuid = %q
    customization_spec {
      id      = vsphere_guest_os_customization.c.id
      timeout = 5
    }
  }
`, template)+p.disk("root", 0, size)+p.nic())
	}
	linux := customSpec("name = \"l\"\ntype = \"Linux\"\n", "linux_options {\nhost_name = \"web\"\ndomain = \"example.com\"\n}\n"+address4)
	win := customSpec("name = \"w\"\ntype = \"Windows\"\n", "windows_options {\ncomputer_name = \"win\"\n}\n"+address4)
	sysprep := customSpec("name = \"s\"\ntype = \"Windows\"\n", "windows_sysprep_text = \"<unattend/>\"\n"+address4)
	customized := func(hostName string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			guest := p.look("/DC0/vm/m1").Guest
			if status := guest.CustomizationInfo.CustomizationStatus; status != "TOOLSDEPLOYPKG_SUCCEEDED" || guest.HostName != hostName {
				return fmt.Errorf("status %s, host name %s", status, guest.HostName)
			}
			return nil
		}
	}
	step := func(config, hostName string) resource.TestStep {
		return resource.TestStep{Config: config, Check: customized(hostName), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("10.0.0.7"), "default_ip_address"), has(knownvalue.Int64Exact(5), "clone", 0, "customization_spec", 0, "timeout"),
		}}
	}
	none := fmt.Sprintf("  clone {\n    template_uuid = %q\n    customization_spec {\n      id = \"none\"\n    }\n  }\n", p.template)
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", none+p.disk("root", 0, 8)+p.nic()), ExpectError: regexp.MustCompile(`(?s)customization\s+specification\s+none\s+was\s+not\s+found`)},
		step(config(linux, p.template, 8), "web"),
		resource.TestStep{Config: strings.Replace(config(linux, p.template, 8), "= 5\n", "= 6\n", 1), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Int64Exact(6), "clone", 0, "customization_spec", 0, "timeout"),
		}},
		step(config(win, windows, 40), "win"),
		step(config(sysprep, windows, 40), ""),
	)
}
