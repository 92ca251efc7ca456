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
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const appPath = "/DC0/host/DC0_C0/Resources/DC0_C0_APP0"

// TestMachineInVApp makes machines in a vApp, takes one out, and puts it back.
func TestMachineInVApp(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t, func(o *simulator.Options) { o.Apps = 1 }))
	app := p.id(appPath)
	folder := fmt.Sprintf("resource \"vsphere_folder\" \"f\" {\n  path          = \"f\"\n  type          = \"vm\"\n  datacenter_id = %q\n}\n", p.id("/DC0"))
	in := func(config string) string { return folder + strings.ReplaceAll(config, p.pool, app) }
	clone := p.named("c", "c1", p.clone()+p.disk("root", 0, 8)+p.nic())
	inFolder := p.config("folder = vsphere_folder.f.path\n")
	is := func(where, folder string) []statecheck.StateCheck {
		return []statecheck.StateCheck{has(knownvalue.StringExact(where), "resource_pool_id"), has(knownvalue.StringExact(folder), "folder"), has(knownvalue.StringExact("on"), "power_state")}
	}
	at := func(path string) resource.TestCheckFunc {
		return func(*terraform.State) error { p.id(path); return nil }
	}
	p.Test(t,
		resource.TestStep{Config: in(p.config("folder = \"f\"\n")), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)in a vApp has no folder.*folder\s+=`)},
		resource.TestStep{PreConfig: p.ResetCalls, Config: in(p.config("") + clone), ConfigStateChecks: is(app, ""), Check: resource.ComposeTestCheckFunc(
			at(appPath+"/m1"), at(appPath+"/c1"), p.counts(map[string]int{"CreateChildVM_Task": 1, "CreateVM_Task": 0, "CloneVM_Task": 1}))},
		resource.TestStep{Config: folder + inFolder, ConfigPlanChecks: updated, ConfigStateChecks: is(p.pool, "f"), Check: at("/DC0/vm/f/m1")},
		resource.TestStep{Config: in(p.config("annotation = \"back\"\n")), ConfigPlanChecks: updated, ConfigStateChecks: is(app, ""), Check: at(appPath + "/m1")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: appPath + "/m1", ImportStateVerify: true,
			ImportStateVerifyIgnore: importedOtherwise},
		resource.TestStep{Config: folder + p.config("annotation = \"back\"\n"), ConfigPlanChecks: updated, ConfigStateChecks: is(p.pool, ""), Check: at("/DC0/vm/m1")},
	)
}

// TestMachineInVApp_imported: a machine that was in a vApp all along plans empty
// after an import, and its data source has no folder.
func TestMachineInVApp_imported(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t, func(o *simulator.Options) { o.Apps = 1 }))
	protocol := p.Connect(t)
	const path = appPath + "/DC0_C0_APP0_VM0"
	imported := protocol.Import(machineType, path)
	protocol.OK(imported.Diagnostics)
	if imported.State["resource_pool_id"] != p.id(appPath) || imported.State["folder"] != "" {
		t.Errorf("imported into pool %v, folder %q", imported.State["resource_pool_id"], imported.State["folder"])
	}
	same(t, protocol, imported, protocol.Generate(machineType, imported))
	data, diags := protocol.Data(machineType, acctest.Object{"name": path})
	if protocol.OK(diags); data["moid"] != imported.State["moid"] || data["folder"] != appPath {
		t.Errorf("the data source says %v in %v", data["moid"], data["folder"])
	}
	listed := protocol.List(machineType, acctest.Object{"resource_pool_id": p.id(appPath)}, 10, true)
	if len(listed) != 1 || listed[0].Name != path {
		t.Errorf("listed %v", listed)
	}
}
