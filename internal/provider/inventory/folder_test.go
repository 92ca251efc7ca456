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

func TestFolderTypes(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	dc, _ := vc.Find("/DC0")
	for kind, path := range map[string]string{
		"vm": "/DC0/vm/x", "host": "/DC0/host/x", "network": "/DC0/network/x", "datastore": "/DC0/datastore/x", "datacenter": "/x",
	} {
		config := object{"path": "/x/", "type": kind}
		if kind != "datacenter" {
			config["datacenter_id"] = dc.Value
		}
		made := p.Apply("vsphere_folder", nil, config)
		p.OK(made.Diagnostics)
		if ref, ok := vc.Find(path); !ok || ref.Value != made.State["id"] {
			t.Errorf("%s: not at %s", kind, path)
		}
		imported := p.Import("vsphere_folder", path)
		p.OK(imported.Diagnostics)
		if imported.State["type"] != kind || imported.State["path"] != "x" || made.State["path"] != "/x/" {
			t.Errorf("%s: made %v, imported %v", kind, made.State, imported.State)
		}
		for _, text := range []string{"x", "/x", "x/", "/x/"} {
			config["path"] = text
			if plan := p.PlanFrom("vsphere_folder", 1, imported.State, config, true); len(plan.Changes()) > 0 {
				t.Errorf("path %q changes %q", text, plan.Changes())
			}
		}
	}
	if root := p.Import("vsphere_folder", "/DC0/vm"); !root.Failed() {
		t.Error("imported a root folder")
	}
	if wrong := p.Import("vsphere_folder", "/DC0"); !wrong.Failed() {
		t.Error("imported a datacenter as a folder")
	}
}

func TestFolderKeepsWhatIsInIt(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	above := p.Apply("vsphere_folder", nil, object{"path": "a", "type": "datacenter"})
	p.OK(above.Diagnostics)
	below := p.Apply("vsphere_folder", nil, object{"path": "a/b", "type": "datacenter"})
	p.OK(below.Diagnostics)
	refused := p.Apply("vsphere_folder", above, nil)
	if !refused.Failed() || !regexp.MustCompile(`not empty.*/a/b`).MatchString(refused.Diagnostics[0].Detail) {
		t.Errorf("destroyed a folder that is not empty: %v", refused.Diagnostics)
	}
	if _, ok := vc.Find("/a/b"); !ok {
		t.Error("the child is gone")
	}
	if twice := p.Apply("vsphere_folder", nil, object{"path": "a", "type": "datacenter"}); !twice.Failed() || twice.State != nil {
		t.Errorf("made a folder twice: %v", twice.State)
	}
}

// TestFolderMovedBySomebody reads back where a folder is by now.
func TestFolderMovedBySomebody(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p, other := vc.Connect(t), vc.Connect(t)
	for _, path := range []string{"a", "b"} {
		p.OK(p.Apply("vsphere_folder", nil, object{"path": path, "type": "datacenter"}).Diagnostics)
	}
	made := p.Apply("vsphere_folder", nil, object{"path": "a/x", "type": "datacenter"})
	p.OK(made.Diagnostics)
	other.OK(other.Apply("vsphere_folder", other.Import("vsphere_folder", "/a/x"), object{"path": "b/y", "type": "datacenter"}).Diagnostics)
	fresh := vc.Connect(t)
	if read := fresh.Refresh("vsphere_folder", made); read.State["path"] != "b/y" {
		t.Errorf("read %v", read.State)
	}
}

func TestFolderData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	lookUp := func(path string) string {
		return "data \"vsphere_folder\" \"found\" {\n  path = \"" + path + "\"\n}\n"
	}
	vm, _ := vc.Find("/DC0/vm")
	is := []statecheck.StateCheck{value("data.vsphere_folder.found", "id", knownvalue.StringExact(vm.Value))}
	vc.Test(t,
		resource.TestStep{Config: lookUp("/DC0/vm"), ConfigStateChecks: is},
		resource.TestStep{Config: lookUp("DC0/vm/"), ConfigStateChecks: is},
		resource.TestStep{Config: lookUp("/DC0/vm/none"), ExpectError: regexp.MustCompile(`(?s)path.*/DC0/vm/none`)},
		resource.TestStep{Config: lookUp("/DC0"), ExpectError: regexp.MustCompile(`not a folder`)},
	)
}

// TestFolderWithOddName has characters that vCenter stores in another form.
func TestFolderWithOddName(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	vc.Test(t,
		resource.TestStep{Config: `
resource "vsphere_folder" "above" {
  path = "100% \\ more"
  type = "datacenter"
}
resource "vsphere_folder" "below" {
  path = "${vsphere_folder.above.path}/x"
  type = "datacenter"
}
`},
		resource.TestStep{ResourceName: "vsphere_folder.below", ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: "vsphere_folder.below", ImportState: true, ImportStateVerify: true, ImportStateIdFunc: importID("vsphere_folder.below", "path", "/%s")},
	)
}
