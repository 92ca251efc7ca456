// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

const labels = `
resource "vsphere_tag_category" "owner" {
  name             = "owner"
  cardinality      = "MULTIPLE"
  associable_types = ["Datacenter", "Folder"]
}
resource "vsphere_tag" "ops" {
  name        = "ops"
  category_id = vsphere_tag_category.owner.id
}
resource "vsphere_tag" "dev" {
  name        = "dev"
  category_id = vsphere_tag_category.owner.id
}
resource "vsphere_custom_attribute" "cost" {
  name = "cost-center"
}
`

func TestDatacenter(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const address = "vsphere_datacenter.east"
	config := func(name, folder, tag, cost string) string {
		return labels + `
resource "vsphere_folder" "emea" {
  path = "emea"
  type = "datacenter"
}
resource "vsphere_datacenter" "east" {
  name              = "` + name + `"
  folder            = ` + folder + `
  tags              = [vsphere_tag.` + tag + `.id]
  custom_attributes = { (vsphere_custom_attribute.cost.id) = "` + cost + `" }
}
`
	}
	inEMEA := `"/${vsphere_folder.emea.path}/"`
	sameMOID := statecheck.CompareValue(compare.ValuesSame())
	vc.Test(t,
		resource.TestStep{Config: config("east", inEMEA, "ops", "100"), ConfigStateChecks: []statecheck.StateCheck{
			value(address, "id", knownvalue.StringExact("east")),
			value(address, "moid", knownvalue.StringRegexp(regexp.MustCompile(`^datacenter-\d+$`))),
			sameMOID.AddStateValue(address, tfjsonpath.New("moid")),
		}},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "/emea/east", ImportStateVerifyIgnore: []string{"folder"}}, // slashes
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID(address, "moid", "%s"), ImportStateVerifyIgnore: []string{"folder"}},
		resource.TestStep{
			Config:           config("eastern", inEMEA, "dev", "200"),
			ConfigPlanChecks: action(address, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				value(address, "id", knownvalue.StringExact("eastern")),
				sameMOID.AddStateValue(address, tfjsonpath.New("moid")),
			},
		},
		resource.TestStep{Config: config("eastern", `null`, "dev", "200"), ConfigPlanChecks: action(address, plancheck.ResourceActionReplace)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "/eastern", ImportStateVerifyIgnore: []string{"folder"}},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "/none", ExpectError: regexp.MustCompile(`/none`)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "/emea", ExpectError: regexp.MustCompile(`not a datacenter`)},
	)
}

func TestDatacenterBadInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	datacenter := func(arguments string) string {
		return "resource \"vsphere_datacenter\" \"d\" {\n" + arguments + "\n}\n"
	}
	vc.Test(t,
		resource.TestStep{Config: datacenter(`name = ""`), ExpectError: regexp.MustCompile(`(?s)name.*at least 1`)},
		resource.TestStep{Config: datacenter(`name = "DC0"`), ExpectError: regexp.MustCompile(`vsphere_datacenter "DC0"`)},
		resource.TestStep{Config: datacenter("name = \"a\"\nfolder = \"none\""), ExpectError: regexp.MustCompile(`(?s)folder.*none.*not found`)},
	)
}

func TestDatacenterData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const found = "data.vsphere_datacenter.found"
	second := "resource \"vsphere_datacenter\" \"second\" {\n  name = \"DC1\"\n}\n"
	lookUp := func(name string) string {
		return "data \"vsphere_datacenter\" \"found\" {\n" + name + "\n}\n"
	}
	dc, _ := vc.Find("/DC0")
	is := []statecheck.StateCheck{value(found, "id", knownvalue.StringExact(dc.Value))}
	vc.Test(t,
		resource.TestStep{Config: lookUp(""), ConfigStateChecks: append(is, value(found, "virtual_machines", knownvalue.SetPartial([]knownvalue.Check{
			knownvalue.StringExact("DC0_H0_VM0"), knownvalue.StringExact("DC0_C0_RP0_VM0"),
		})))},
		resource.TestStep{Config: lookUp(`name = "DC0"`), ConfigStateChecks: is},
		resource.TestStep{Config: lookUp(`name = "/DC0"`), ConfigStateChecks: is},
		resource.TestStep{Config: lookUp(`name = "none"`), ExpectError: regexp.MustCompile(`none`)},
		resource.TestStep{Config: second},
		resource.TestStep{Config: second + lookUp(""), ExpectError: regexp.MustCompile(`(?s)/DC0.*/DC1`)},
	)
}

// TestDatacenterLookupBudget looks one datacenter up again and again.
func TestDatacenterLookupBudget(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	p.OK(p.Apply("vsphere_folder", nil, object{"path": "emea", "type": "datacenter"}).Diagnostics)
	p.OK(p.Apply("vsphere_datacenter", nil, object{"name": "east", "folder": "emea"}).Diagnostics)
	fresh := vc.Connect(t)
	vc.ResetCalls()
	for range 10 {
		for _, name := range []string{"DC0", "east", "emea/east"} {
			found, diags := fresh.Data("vsphere_datacenter", object{"name": name})
			fresh.OK(diags)
			if found["id"] == nil {
				t.Errorf("%s: found %v", name, found)
			}
		}
	}
	if calls := vc.Calls(); calls.Total > 3+10 {
		t.Errorf("%d calls: %v", calls.Total, calls.ByName)
	}
}

// TestDatacenterOldState reads a state of the incumbent's that has no managed
// object id yet.
func TestDatacenterOldState(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	state, config := object{"id": "DC0", "name": "DC0", "folder": ""}, object{"name": "DC0"}
	if plan := p.PlanFrom("vsphere_datacenter", 0, state, config, true); len(plan.Changes()) > 0 || plan.Prior["moid"] == nil {
		t.Errorf("changes %q of %v", plan.Changes(), plan.Prior)
	}
}

// TestDatacenterRenamedBySomebody plans the name back in place: destroying a
// datacenter for its name would take along what is in it.
func TestDatacenterRenamedBySomebody(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p, other := vc.Connect(t), vc.Connect(t)
	made := p.Apply("vsphere_datacenter", nil, object{"name": "east"})
	p.OK(made.Diagnostics)
	other.OK(other.Apply("vsphere_datacenter", other.Import("vsphere_datacenter", "/east"), object{"name": "west"}).Diagnostics)
	fresh := vc.Connect(t)
	read := fresh.Refresh("vsphere_datacenter", made)
	if read.State["name"] != "west" || read.State["id"] != "west" || read.State["moid"] != made.State["moid"] {
		t.Errorf("read %v", read.State)
	}
	back := fresh.Apply("vsphere_datacenter", read, object{"name": "east"})
	fresh.OK(back.Diagnostics)
	if back.State["id"] != "east" || back.State["moid"] != made.State["moid"] {
		t.Errorf("made %v of %v", back.State, made.State)
	}
}
