// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestCustomAttribute(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const address, found = "vsphere_custom_attribute.cost", "data.vsphere_custom_attribute.found"
	config := func(arguments string) string {
		return "resource \"vsphere_custom_attribute\" \"cost\" {\n" + arguments + "\n}\n"
	}
	lookUp := "data \"vsphere_custom_attribute\" \"found\" {\n  name = vsphere_custom_attribute.cost.name\n}\n"
	vc.Test(t,
		resource.TestStep{Config: config("name = \"cost\"\nmanaged_object_type = \"VirtualMachine\"") + lookUp, ConfigStateChecks: []statecheck.StateCheck{
			value(address, "id", knownvalue.StringRegexp(regexp.MustCompile(`^\d+$`))),
			value(found, "managed_object_type", knownvalue.StringExact("VirtualMachine")),
		}, Check: resource.TestCheckResourceAttrPair(found, "id", address, "id")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "cost"},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "none", ExpectError: regexp.MustCompile(`custom attribute "none"`)},
		resource.TestStep{Config: config("name = \"cost-center\"\nmanaged_object_type = \"VirtualMachine\""), ConfigPlanChecks: action(address, plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: config(`name = "cost-center"`), ConfigPlanChecks: action(address, plancheck.ResourceActionReplace)},
		resource.TestStep{Config: config(`name = "cost-center"`) + "data \"vsphere_custom_attribute\" \"none\" {\n  name = \"none\"\n}\n", ExpectError: regexp.MustCompile(`custom attribute "none"`)},
	)
}

func TestCustomAttributeDuplicate(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	vc.Test(t, resource.TestStep{
		Config: `
resource "vsphere_custom_attribute" "a" {
  name = "cost"
}
resource "vsphere_custom_attribute" "b" {
  name       = vsphere_custom_attribute.a.name
  depends_on = [vsphere_custom_attribute.a]
}
`,
		ExpectError: regexp.MustCompile(`vsphere_custom_attribute "cost"`),
	})
}

// TestCustomAttribute_sharedName tells attributes of different types apart.
func TestCustomAttribute_sharedName(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	made := map[string]any{}
	for _, kind := range []string{"Folder", "VirtualMachine"} {
		attribute := p.Apply("vsphere_custom_attribute", nil, object{"name": "cost", "managed_object_type": kind})
		p.OK(attribute.Diagnostics)
		made[kind] = attribute.State["id"]
	}
	if _, diags := p.Data("vsphere_custom_attribute", object{"name": "cost"}); len(diags) != 1 || diags[0].Attribute.String() != `AttributeName("name")` {
		t.Errorf("a name of two: %v", diags)
	}
	if ambiguous := p.Import("vsphere_custom_attribute", "cost"); !ambiguous.Failed() {
		t.Error("imported one of two")
	}
	for kind, id := range made {
		found, diags := p.Data("vsphere_custom_attribute", object{"name": "cost", "managed_object_type": kind})
		p.OK(diags)
		if found["id"] != id {
			t.Errorf("%q: found %v, made %v", kind, found["id"], id)
		}
	}
}
