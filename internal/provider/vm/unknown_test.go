// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// Arguments that are known only when the change is applied must not make the
// final plan another than the one that was shown: sizes that need a power cycle,
// a disk, and a template that is looked up late.
func TestMachineUnknownArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	late := func(memory, disk int) string {
		return fmt.Sprintf("resource \"terraform_data\" \"late\" {\n  input = { memory = %d, disk = %d, template = %q }\n}\n", memory, disk, p.template) +
			p.named("m", "m1", "memory = terraform_data.late.output.memory\n"+
				"clone {\n template_uuid = terraform_data.late.output.template\n}\n"+
				"disk {\n label = \"disk0\"\n size = terraform_data.late.output.disk\n}\n"+p.nic())
	}
	p.Test(t,
		resource.TestStep{Config: late(1024, 20)},
		resource.TestStep{Config: late(2048, 20), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Int64Exact(2048), "memory"), has(knownvalue.StringExact("on"), "power_state"), has(knownvalue.Bool(false), "reboot_required"),
		}},
		resource.TestStep{Config: late(2048, 24), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Int64Exact(24), "disk", 0, "size"),
		}},
	)
}
