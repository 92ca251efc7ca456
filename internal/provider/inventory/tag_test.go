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
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

const tagCategory = `
resource "vsphere_tag_category" "env" {
  name             = "env"
  description      = "Where it runs."
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine", "urn:vim25:Folder"]
}
`

func action(address string, want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

func value(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func stringsExact(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, v := range values {
		checks[i] = knownvalue.StringExact(v)
	}
	return knownvalue.SetExact(checks)
}

func TestTagCategory(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const address = "vsphere_tag_category.env"
	changed := `
resource "vsphere_tag_category" "env" {
  name             = "environment"
  cardinality      = "MULTIPLE"
  associable_types = ["VirtualMachine", "Folder", "com.vmware.content.Library"]
}
`
	vc.Test(t,
		resource.TestStep{Config: tagCategory, ConfigStateChecks: []statecheck.StateCheck{
			value(address, "description", knownvalue.StringExact("Where it runs.")),
			value(address, "cardinality", knownvalue.StringExact("SINGLE")),
			value(address, "associable_types", stringsExact("VirtualMachine", "urn:vim25:Folder")),
		}},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "env",
			ImportStateVerifyIgnore: []string{"associable_types"}}, // the prefix of the configuration
		resource.TestStep{Config: changed, ConfigPlanChecks: action(address, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(address, "name", knownvalue.StringExact("environment")),
			value(address, "description", knownvalue.StringExact("")),
			value(address, "cardinality", knownvalue.StringExact("MULTIPLE")),
			value(address, "associable_types", stringsExact("VirtualMachine", "Folder", "com.vmware.content.Library")),
		}},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "environment"},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "none", ExpectError: regexp.MustCompile(`tag category "none"`)},
		resource.TestStep{
			Config:      regexp.MustCompile(`"Folder", `).ReplaceAllString(changed, ""),
			ExpectError: regexp.MustCompile(`(?s)Types cannot be removed.*associable_types.*Folder`),
		},
		resource.TestStep{
			Config:      regexp.MustCompile(`MULTIPLE`).ReplaceAllString(changed, "SINGLE"),
			ExpectError: regexp.MustCompile(`(?s)Cardinality cannot change.*cardinality`),
		},
	)
}

func TestTagCategoryBadInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	category := func(name, cardinality, kind string) string {
		return `resource "vsphere_tag_category" "c" {
  name             = "` + name + `"
  cardinality      = "` + cardinality + `"
  associable_types = ["` + kind + `"]
}
`
	}
	vc.Test(t,
		resource.TestStep{Config: category("", "SINGLE", "Folder"), ExpectError: regexp.MustCompile(`name`)},
		resource.TestStep{Config: category("a", "ONE", "Folder"), ExpectError: regexp.MustCompile(`(?s)cardinality.*SINGLE`)},
		resource.TestStep{Config: category("a", "SINGLE", "Folders"), ExpectError: regexp.MustCompile(`(?s)Unknown object type.*associable_types.*Folders`)},
		resource.TestStep{
			Config: `
resource "vsphere_tag" "t" {
  name        = "a"
  category_id = "env"
}`,
			ExpectError: regexp.MustCompile(`(?s)category_id.*begins\s+with`),
		},
	)
}

func TestTag(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const address = "vsphere_tag.prod"
	tag := func(arguments string) string {
		return tagCategory + "resource \"vsphere_tag\" \"prod\" {\n  category_id = vsphere_tag_category.env.id\n" + arguments + "\n}\n"
	}
	vc.Test(t,
		resource.TestStep{Config: tag("name = \"prod\"\ndescription = \"Production.\""), ConfigStateChecks: []statecheck.StateCheck{
			value(address, "description", knownvalue.StringExact("Production.")),
		}},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: `{"category_name":"env","tag_name":"prod"}`},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "prod", ExpectError: regexp.MustCompile(`neither a URN nor`)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: `{"category_name":"env","tag_name":"none"}`, ExpectError: regexp.MustCompile(`tag "none"`)},
		resource.TestStep{Config: tag(`name = "production"`), ConfigPlanChecks: action(address, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(address, "name", knownvalue.StringExact("production")),
			value(address, "description", knownvalue.StringExact("")),
		}},
	)
}

func TestTagData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	config := tagCategory + `
resource "vsphere_tag" "prod" {
  name        = "prod"
  description = "Production."
  category_id = vsphere_tag_category.env.id
}
`
	lookUp := func(kind, arguments string) string {
		return config + "data \"" + kind + "\" \"found\" {\n" + arguments + "\n  depends_on = [vsphere_tag.prod]\n}\n"
	}
	same := func(kind string) resource.TestCheckFunc {
		of := map[string]string{"vsphere_tag": "vsphere_tag.prod", "vsphere_tag_category": "vsphere_tag_category.env"}[kind]
		found := "data." + kind + ".found"
		return resource.ComposeTestCheckFunc(
			resource.TestCheckResourceAttrPair(found, "id", of, "id"),
			resource.TestCheckResourceAttrPair(found, "name", of, "name"),
			resource.TestCheckResourceAttrPair(found, "description", of, "description"),
		)
	}
	vc.Test(t,
		resource.TestStep{Config: lookUp("vsphere_tag_category", `name = "env"`), Check: same("vsphere_tag_category")},
		resource.TestStep{Config: lookUp("vsphere_tag_category", `id = vsphere_tag_category.env.id`), Check: same("vsphere_tag_category"), ConfigStateChecks: []statecheck.StateCheck{
			value("data.vsphere_tag_category.found", "cardinality", knownvalue.StringExact("SINGLE")),
			value("data.vsphere_tag_category.found", "associable_types", stringsExact("VirtualMachine", "Folder")),
		}},
		resource.TestStep{Config: lookUp("vsphere_tag_category", `name = "none"`), ExpectError: regexp.MustCompile(`tag category "none"`)},
		resource.TestStep{Config: lookUp("vsphere_tag_category", ``), ExpectError: regexp.MustCompile(`id|name`)},
		resource.TestStep{Config: lookUp("vsphere_tag", "name = \"prod\"\ncategory_id = vsphere_tag_category.env.id"), Check: same("vsphere_tag")},
		resource.TestStep{Config: lookUp("vsphere_tag", `id = vsphere_tag.prod.id`), Check: same("vsphere_tag")},
		resource.TestStep{Config: lookUp("vsphere_tag", `name = "prod"`), ExpectError: regexp.MustCompile(`category_id`)},
		resource.TestStep{Config: lookUp("vsphere_tag", "name = \"none\"\ncategory_id = vsphere_tag_category.env.id"), ExpectError: regexp.MustCompile(`tag "none"`)},
		resource.TestStep{Config: lookUp("vsphere_tag", "name = \"prod\"\ncategory_id = \"urn:vmomi:InventoryServiceCategory:x:GLOBAL\""), ExpectError: regexp.MustCompile(`(?s)category_id.*not found`)},
	)
}

// TestTagLookupBudget looks the same tags up again and again.
func TestTagLookupBudget(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	made := population(t, vc, "vsphere_tag", 12)
	p := vc.Connect(t)
	vc.ResetCalls()
	var group errgroup.Group
	for range 5 {
		for _, tag := range made {
			group.Go(func() error {
				found, diags := p.Data("vsphere_tag", object{"name": tag.State["name"], "category_id": tag.State["category_id"]})
				p.OK(diags)
				if found["id"] != tag.State["id"] {
					t.Errorf("found %v, made %v", found, tag.State)
				}
				category, diags := p.Data("vsphere_tag_category", object{"name": "env"})
				p.OK(diags)
				if category["id"] != tag.State["category_id"] {
					t.Errorf("found %v", category)
				}
				return nil
			})
		}
	}
	_ = group.Wait() // no function returns an error
	if calls := vc.Calls(); calls.Total > len(made)+10 {
		t.Errorf("%d calls: %v", calls.Total, calls.ByName)
	}
}

// TestTagLookup_seesOwnWrites looks up by name before and after a rename.
func TestTagLookup_seesOwnWrites(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	config := object{"name": "env", "cardinality": "SINGLE", "associable_types": acctest.List{"Folder"}}
	category := p.Apply("vsphere_tag_category", nil, config)
	p.OK(category.Diagnostics)
	tag := p.Apply("vsphere_tag", nil, object{"name": "prod", "category_id": category.State["id"]})
	p.OK(tag.Diagnostics)
	_, diags := p.Data("vsphere_tag", object{"name": "prod", "category_id": category.State["id"]})
	p.OK(diags)
	p.OK(p.Apply("vsphere_tag", tag, object{"name": "production", "category_id": category.State["id"]}).Diagnostics)
	_, diags = p.Data("vsphere_tag", object{"name": "production", "category_id": category.State["id"]})
	p.OK(diags)
	if _, diags := p.Data("vsphere_tag", object{"name": "prod", "category_id": category.State["id"]}); len(diags) == 0 {
		t.Error("the old name still finds the tag")
	}
}

// TestTagCategory_spellings plans states and configurations that spell types
// with and without the prefix of the SOAP API.
func TestTagCategory_spellings(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	config := func(types ...any) object {
		return object{"name": "env", "cardinality": "SINGLE", "associable_types": types}
	}
	made := p.Apply("vsphere_tag_category", nil, config("Folder", "VirtualMachine"))
	p.OK(made.Diagnostics)
	for _, state := range []acctest.List{{"Folder", "VirtualMachine"}, {"urn:vim25:Folder", "urn:vim25:VirtualMachine"}} {
		for _, types := range []acctest.List{{"Folder", "VirtualMachine"}, {"VirtualMachine", "urn:vim25:Folder"}} {
			for _, refresh := range []bool{true, false} {
				plan := p.PlanFrom("vsphere_tag_category", 0, object{"id": made.State["id"], "name": "env", "description": "", "cardinality": "SINGLE", "associable_types": state}, config(types...), refresh)
				p.OK(plan.Diagnostics)
				if len(plan.Changes()) > 0 {
					t.Errorf("state %v, configuration %v, refresh %t: changes %q", state, types, refresh, plan.Changes())
				}
			}
		}
	}
	if widened := p.Apply("vsphere_tag_category", made, config()); widened.Failed() || len(widened.State["associable_types"].(acctest.List)) > 0 {
		t.Errorf("any type: %v, %v", widened.State, widened.Diagnostics)
	}
}
