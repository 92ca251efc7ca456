// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const disk = "vsphere_virtual_disk.d"

// diskConfig is the configuration of a disk on LocalDS_0.
func diskConfig(path string, size int, more ...string) string {
	return diskOn("LocalDS_0", path, size, more...)
}

func diskOn(datastore, path string, size int, more ...string) string {
	return fmt.Sprintf("resource \"vsphere_virtual_disk\" \"d\" {\n  datastore = %q\n  vmdk_path = %q\n  size = %d\n  %s\n}\n", datastore, path, size, strings.Join(more, "\n  "))
}

func imported(id string, ignore ...string) resource.TestStep {
	return resource.TestStep{ResourceName: disk, ImportState: true, ImportStateVerify: true, ImportStateId: id, ImportStateVerifyIgnore: ignore}
}

func TestVirtualDisk(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	all := []string{`datacenter = "DC0"`, `type = "thin"`, `adapter_type = "ide"`, `create_directories = true`}
	vc.Test(t,
		resource.TestStep{
			Config: diskConfig("data/deep/d1.vmdk", 2, all...), Check: hasFile(vc, "LocalDS_0 data/deep/d1.vmdk"),
			ConfigStateChecks: attributes(disk, map[string]any{
				"id": "data/deep/d1.vmdk", "vmdk_path": "data/deep/d1.vmdk", "size": 2, "type": "thin", "adapter_type": "ide", "create_directories": true,
				"datastore": "LocalDS_0", "datacenter": "DC0", "datastore_id": vc.ID(t, "/DC0/datastore/LocalDS_0"),
			}),
		},
		imported(`{"virtual_disk_path":"/DC0/[LocalDS_0]data/deep/d1.vmdk","create_directories":"true"}`, "adapter_type"),
		imported(`/DC0/[LocalDS_0] data/deep/d1.vmdk`, "adapter_type", "create_directories"),
		imported(`[LocalDS_0] data/deep/d1.vmdk`, "adapter_type", "create_directories"),
		resource.TestStep{ // grown in place; what has no effect on a disk that exists replaces nothing
			Config: diskConfig("/data/deep/d1.vmdk", 5, `type = "thin"`), ConfigPlanChecks: planned(disk, plancheck.ResourceActionUpdate),
			ConfigStateChecks: attributes(disk, map[string]any{"size": 5, "adapter_type": "lsiLogic", "create_directories": false, "datacenter": "DC0"}),
		},
		resource.TestStep{Config: diskConfig("data/deep/d1.vmdk", 5, `type = "thin"`, "timeouts {\n delete = \"5m\"\n}"), ConfigPlanChecks: planned(disk, plancheck.ResourceActionUpdate)},
	)
}

// A disk is made in the type that an import finds.
func TestVirtualDisk_types(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"thin": "thin", "lazy": "lazy", "eagerZeroedThick": "eagerZeroedThick", "": "eagerZeroedThick"} {
		t.Run("type "+kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			argument := ""
			if kind != "" {
				argument = fmt.Sprintf("type = %q", kind)
			}
			vc.Test(t,
				resource.TestStep{Config: diskConfig("d.vmdk", 1, argument), ConfigStateChecks: attributes(disk, map[string]any{"type": want})},
				imported("[LocalDS_0] d.vmdk"),
			)
		})
	}
}

func TestVirtualDisk_replaced(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	replace := planned(disk, plancheck.ResourceActionDestroyBeforeCreate)
	vc.Test(t,
		resource.TestStep{Config: diskConfig("d.vmdk", 4)},
		resource.TestStep{Config: diskConfig("e.vmdk", 3), ConfigPlanChecks: replace, Check: hasFile(vc, "LocalDS_0 e.vmdk")},
		resource.TestStep{Config: diskOn("LocalDS_1", "e.vmdk", 2), ConfigPlanChecks: replace, Check: hasFile(vc, "LocalDS_1 e.vmdk")},
		resource.TestStep{Config: diskOn("LocalDS_1", "e.vmdk", 1, `type = "lazy"`), ConfigPlanChecks: replace},
	)
}

// With two datacenters a disk must say where it is. To say the same in another
// way, or to rename the datastore, replaces nothing.
func TestVirtualDisk_datacenters(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	store, _ := vc.Find("/DC1/datastore/LocalDS_0")
	id := store.Value
	vc.Test(t,
		resource.TestStep{Config: diskConfig("d.vmdk", 1), ExpectError: regexp.MustCompile(`(?s)more\s+than\s+one\s+datacenter.*/DC[01]/datastore/LocalDS_0`)},
		resource.TestStep{Config: diskConfig("d.vmdk", 1, `datacenter = "DC1"`), ConfigStateChecks: attributes(disk, map[string]any{"datastore_id": id})},
		imported("/DC1/[LocalDS_0] d.vmdk"),
		resource.TestStep{Config: diskConfig("d.vmdk", 1, `datacenter = "/DC1"`), ConfigPlanChecks: planned(disk, plancheck.ResourceActionUpdate)},
		resource.TestStep{
			PreConfig: func() {
				if err := vc.Update(store, vim.PropertyChange{Name: "name", Val: "fast"}); err != nil {
					t.Fatal(err)
				}
			},
			Config: diskOn("fast", "d.vmdk", 1, `datacenter = "/DC1"`), ConfigPlanChecks: planned(disk, plancheck.ResourceActionNoop),
			ConfigStateChecks: attributes(disk, map[string]any{"datastore_id": id}),
		},
		resource.TestStep{Config: diskConfig("d.vmdk", 1, `datacenter = "DC0"`), ConfigPlanChecks: planned(disk, plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: attributes(disk, map[string]any{"datastore_id": vc.ID(t, "/DC0/datastore/LocalDS_0")})},
		resource.TestStep{ // the inventory is as before
			PreConfig: func() {
				if err := vc.Update(store, vim.PropertyChange{Name: "name", Val: "LocalDS_0"}); err != nil {
					t.Fatal(err)
				}
			},
			Config: diskConfig("d.vmdk", 1, `datacenter = "DC0"`), PlanOnly: true,
		},
	)
}

func TestVirtualDisk_disappears(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	m := behind(t, vc)
	remove := func() { m.must(m.disks.DeleteVirtualDisk(context.Background(), "[LocalDS_0] a/d.vmdk", m.dc)) }
	config := diskConfig("a/d.vmdk", 1, "create_directories = true")
	vc.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: remove, Config: config, ConfigPlanChecks: planned(disk, plancheck.ResourceActionCreate)},
		resource.TestStep{ // the folder as well
			PreConfig: func() { m.must(m.files.DeleteDatastoreFile(context.Background(), "[LocalDS_0] a", m.dc)) },
			Config:    config, ConfigPlanChecks: planned(disk, plancheck.ResourceActionCreate),
		},
	)
}

// Gone is gone, also when nothing was refreshed before.
func TestVirtualDisk_deleteGone(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p, m := vc.Connect(t), behind(t, vc)
	made := p.Apply("vsphere_virtual_disk", nil, acctest.Object{"datastore": "LocalDS_0", "vmdk_path": "d.vmdk", "size": 1})
	p.OK(made.Diagnostics)
	m.must(m.disks.DeleteVirtualDisk(context.Background(), "[LocalDS_0] d.vmdk", m.dc))
	p.OK(p.Apply("vsphere_virtual_disk", made, nil).Diagnostics)
}

// A disk grown by somebody else is not shrunk.
func TestVirtualDisk_drift(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	m := behind(t, vc)
	vc.Test(t,
		resource.TestStep{Config: diskConfig("d.vmdk", 2)},
		resource.TestStep{
			PreConfig: func() {
				m.must(m.disks.ExtendVirtualDisk(context.Background(), "[LocalDS_0] d.vmdk", m.dc, 4<<20, nil))
			},
			Config: diskConfig("d.vmdk", 3), ExpectError: regexp.MustCompile(`(?s)size = 3.*The disk has 4 GiB`),
		},
		resource.TestStep{Config: diskConfig("d.vmdk", 4), ConfigPlanChecks: planned(disk, plancheck.ResourceActionNoop)},
	)
}

func TestVirtualDisk_createdThenFailed(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	var remove func()
	vc.Test(t,
		resource.TestStep{
			PreConfig: func() {
				remove = vc.Inject(simulator.Fault{Method: "SearchDatastore_Task", SOAP: new(vim.NoPermission)})
			},
			Config: diskConfig("d.vmdk", 1), ExpectError: regexp.MustCompile(`Unable to create vsphere_virtual_disk`),
		},
		resource.TestStep{PreConfig: func() { remove() }, Config: diskConfig("d.vmdk", 1), ConfigPlanChecks: planned(disk, plancheck.ResourceActionDestroyBeforeCreate)},
	)
}

func TestVirtualDisk_badInput(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, want string }{
		"path":         {diskConfig("d.iso", 1), `(?s)vmdk_path = "d.iso".*must end in .vmdk`},
		"size":         {diskConfig("d.vmdk", 0), `(?s)size = 0.*between 1 and`},
		"type":         {diskConfig("d.vmdk", 1, `type = "fat"`), `(?s)type = "fat".*must be one of`},
		"adapter":      {diskConfig("d.vmdk", 1, `adapter_type = "sata"`), `(?s)adapter_type = "sata".*must be one of`},
		"datastore":    {diskOn("LocalDS_9", "d.vmdk", 1), `(?s)datastore = "LocalDS_9".*not found.*LocalDS_0`},
		"datacenter":   {diskConfig("d.vmdk", 1, `datacenter = "DC9"`), `(?s)datacenter = "DC9".*not found`},
		"folder":       {diskConfig("none/d.vmdk", 1), `(?s)vmdk_path = "none/d.vmdk".*create_directories`},
		"taken":        {diskConfig("DC0_H0_VM0/disk1.vmdk", 1), `(?s)vmdk_path = "DC0_H0_VM0/disk1.vmdk".*exists\s+already`},
		"no space":     {diskConfig("d.vmdk", 60000, `type = "lazy"`), `(?s)size = 60000.*is full`},
		"import":       {`import {` + "\n to = vsphere_virtual_disk.d\n id = \"d.vmdk\"\n}\n" + diskConfig("d.vmdk", 1), `(?s)is not of the form`},
		"import JSON":  {"import {\n to = vsphere_virtual_disk.d\n id = \"{}\"\n}\n" + diskConfig("d.vmdk", 1), `lacks virtual_disk_path`},
		"import what":  {"import {\n to = vsphere_virtual_disk.d\n id = \"[LocalDS_0] a.iso\"\n}\n" + diskConfig("d.vmdk", 1), `(?s)ends in .vmdk`},
		"import where": {"import {\n to = vsphere_virtual_disk.d\n id = \"[LocalDS_0] a.vmdk\"\n}\n" + diskConfig("a.vmdk", 1), `(?s)does not exist|non-existent`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			vc.Test(t, resource.TestStep{Config: c.config, ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

// What is known only at apply is no error before.
func TestVirtualDisk_unknown(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	config := func(path string, size int) string {
		return fmt.Sprintf("resource \"terraform_data\" \"u\" {\n  input = { ds = \"LocalDS_0\", dc = \"DC0\", path = %q, size = %d, type = \"thin\" }\n}\n", path, size) +
			"resource \"vsphere_virtual_disk\" \"d\" {\n  datastore = terraform_data.u.output.ds\n  datacenter = terraform_data.u.output.dc\n  vmdk_path = terraform_data.u.output.path\n" +
			"  size = terraform_data.u.output.size\n  type = terraform_data.u.output.type\n}\n"
	}
	vc.Test(t,
		resource.TestStep{Config: config("d.vmdk", 1)},
		resource.TestStep{Config: config("e.vmdk", 2), Check: hasFile(vc, "LocalDS_0 e.vmdk")},
	)
}
