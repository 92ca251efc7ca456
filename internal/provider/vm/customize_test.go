// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

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
