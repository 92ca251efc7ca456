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

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

const dc0 = `
data "vsphere_datacenter" "dc" {
  name = "DC0"
}
`

func TestFolder(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const address = "vsphere_folder.web"
	config := func(path string) string {
		return dc0 + `
resource "vsphere_folder" "apps" {
  path          = "/apps/"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.dc.id
}
resource "vsphere_folder" "old" {
  path          = "old"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.dc.id
}
resource "vsphere_folder" "web" {
  path          = ` + path + `
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.dc.id
}
`
	}
	updated := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
	at := func(path string) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue(address, tfjsonpath.New("path"), knownvalue.StringExact(path))}
	}
	vc.Test(t,
		resource.TestStep{Config: config(`"${vsphere_folder.old.path}/web"`), ConfigStateChecks: at("old/web")},
		resource.TestStep{Config: config(`"${vsphere_folder.old.path}/www"`), ConfigPlanChecks: updated, ConfigStateChecks: at("old/www")},
		resource.TestStep{Config: config(`"${trim(vsphere_folder.apps.path, "/")}/site"`), ConfigPlanChecks: updated, ConfigStateChecks: at("apps/site")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID(address, "path", "/DC0/vm/%s")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{Config: config(`"${vsphere_folder.old.path}/web"`), PreConfig: func() {}, ConfigPlanChecks: updated, ConfigStateChecks: at("old/web")},
	)
}

func TestFolderBadInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	folder := func(arguments string) string {
		return "resource \"vsphere_folder\" \"f\" {\n" + arguments + "\n}\n"
	}
	vc.Test(t,
		resource.TestStep{Config: folder("path = \"a\"\ntype = \"vms\""), ExpectError: regexp.MustCompile(`(?s)type.*vms`)},
		resource.TestStep{Config: folder("path = \"/\"\ntype = \"datacenter\""), ExpectError: regexp.MustCompile(`must name a\s+folder`)},
		resource.TestStep{Config: folder("path = \"a\"\ntype = \"vm\""), ExpectError: regexp.MustCompile(`Missing datacenter`)},
		resource.TestStep{Config: folder("path = \"a\"\ntype = \"vm\"\ndatacenter_id = \"datacenter-99\""), ExpectError: regexp.MustCompile(`datacenter-99`)},
		resource.TestStep{Config: folder("path = \"none/a\"\ntype = \"datacenter\""), ExpectError: regexp.MustCompile(`the folder above must\s+exist`)},
	)
}
