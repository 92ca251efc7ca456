// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vmdk"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const file = "vsphere_file.f"

func fileConfig(source, destination string, more ...string) string {
	return fileOn("LocalDS_0", source, destination, more...)
}

func fileOn(datastore, source, destination string, more ...string) string {
	return fmt.Sprintf("resource \"vsphere_file\" \"f\" {\n  datastore = %q\n  source_file = %q\n  destination_file = %q\n  %s\n}\n", datastore, source, destination, strings.Join(more, "\n  "))
}

// content checks what a file on LocalDS_0 of DC0 holds.
func content(t *testing.T, vc *acctest.VCenter, name, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		got, err := vc.ReadFile("/DC0/datastore/LocalDS_0", name)
		if err == nil && string(got) != want {
			err = fmt.Errorf("%s holds %q, not %q", name, got, want)
		}
		return err
	}
}

func TestFile_upload(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso, other := local(t, "tools.iso", "hello"), local(t, "other.iso", "other")
	forget := []string{"source_file", "create_directories", "source_hash"}
	importBy := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: file, ImportState: true, ImportStateVerify: true, ImportStateId: id, ImportStateVerifyIgnore: forget}
	}
	vc.Test(t,
		resource.TestStep{
			Config: fileConfig(iso, "/iso/deep/tools.iso", `datacenter = "DC0"`, "create_directories = true", `source_hash = "1"`),
			Check:  content(t, vc, "iso/deep/tools.iso", "hello"),
			ConfigStateChecks: attributes(file, map[string]any{
				"id": "[LocalDS_0] DC0/iso/deep/tools.iso", "destination_file": "/iso/deep/tools.iso", "source_file": iso, "source_hash": "1", "create_directories": true,
				"datacenter": "DC0", "datastore": "LocalDS_0", "datastore_id": vc.ID(t, "/DC0/datastore/LocalDS_0"),
			}),
		},
		resource.TestStep{Config: fileConfig(iso, "iso/deep/tools.iso", "create_directories = false", `source_hash = "1"`), ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate),
			ConfigStateChecks: attributes(file, map[string]any{"create_directories": false, "datacenter": "DC0"})},
		resource.TestStep{Config: fileConfig(other, "iso/deep/tools.iso", `source_hash = "1"`), ConfigPlanChecks: planned(file, plancheck.ResourceActionDestroyBeforeCreate), Check: content(t, vc, "iso/deep/tools.iso", "other")},
		importBy("/DC0/[LocalDS_0] iso/deep/tools.iso"), importBy("[LocalDS_0] iso/deep/tools.iso"),
	)
}

// The file moves with its destination, and keeps its id and content.
func TestFile_move(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	iso := local(t, "tools.iso", "hello")
	const dc0, dc1 = `datacenter = "DC0"`, `datacenter = "DC1"`
	update := planned(file, plancheck.ResourceActionUpdate)
	id := attributes(file, map[string]any{"id": "[LocalDS_0] DC0/a.iso"})
	vc.Test(t,
		resource.TestStep{Config: fileConfig(iso, "a.iso", dc0), ConfigStateChecks: id},
		resource.TestStep{
			PreConfig: func() { // not uploaded again
				if err := os.WriteFile(iso, []byte("changed"), 0o600); err != nil {
					t.Fatal(err)
				}
			},
			Config: fileConfig(iso, "new/b.iso", dc0, "create_directories = true"), ConfigPlanChecks: update, ConfigStateChecks: id, Check: content(t, vc, "new/b.iso", "hello"),
		},
		resource.TestStep{Config: fileOn("LocalDS_1", iso, "new/b.iso", dc0, "create_directories = true"), ConfigPlanChecks: update,
			ConfigStateChecks: append(id, attributes(file, map[string]any{"datastore_id": vc.ID(t, "/DC0/datastore/LocalDS_1")})...), Check: hasFile(vc, "DC0/datastore/LocalDS_1 new/b.iso")},
		resource.TestStep{Config: fileOn("LocalDS_1", iso, "new/b.iso", dc1, "create_directories = true"), ConfigPlanChecks: update,
			ConfigStateChecks: id, Check: resource.ComposeTestCheckFunc(hasFile(vc, "DC1/datastore/LocalDS_1 new/b.iso"), hasNoFile(vc, "DC0/datastore/LocalDS_1 new/b.iso"))},
	)
}

func TestFile_sourceHash(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso := local(t, "tools.iso", "hello")
	hash := func(h string) string { return fileConfig(iso, "a.iso", fmt.Sprintf("source_hash = %q", h)) }
	change := func() {
		if err := os.WriteFile(iso, []byte("changed"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	vc.Test(t,
		resource.TestStep{Config: fileConfig(iso, "a.iso")},
		resource.TestStep{PreConfig: change, Config: fileConfig(iso, "a.iso"), ConfigPlanChecks: planned(file, plancheck.ResourceActionNoop)},
		resource.TestStep{Config: hash("one"), ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate), Check: content(t, vc, "a.iso", "hello")},
		resource.TestStep{Config: hash("two"), ConfigPlanChecks: planned(file, plancheck.ResourceActionDestroyBeforeCreate), Check: content(t, vc, "a.iso", "changed")},
		resource.TestStep{Config: fileConfig(iso, "a.iso"), ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate)},
	)
}

// A copy is made by vCenter; what is not said of the source's place is as at
// the destination.
func TestFile_copy(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	iso := local(t, "tools.iso", "hello")
	source := func(more ...string) string {
		return fmt.Sprintf("resource \"vsphere_file\" \"s\" {\n  datastore = \"LocalDS_1\"\n  datacenter = \"DC1\"\n  source_file = %q\n  destination_file = \"s.iso\"\n}\n", iso) +
			fileConfig("s.iso", "c.iso", append(more, `datacenter = "DC0"`, "depends_on = [vsphere_file.s]")...)
	}
	vc.Test(t,
		resource.TestStep{Config: source(`source_datastore = "LocalDS_1"`, `source_datacenter = "DC1"`), Check: content(t, vc, "c.iso", "hello"),
			ConfigStateChecks: attributes(file, map[string]any{"source_datastore": "LocalDS_1", "source_datacenter": "DC1", "source_file": "s.iso"})},
		resource.TestStep{Config: source(`source_datastore = "LocalDS_1"`), ExpectError: regexp.MustCompile(`(?s)source_file = "s.iso".*not\s+found`)},
		resource.TestStep{Config: source(`source_datacenter = "DC1"`), ExpectError: regexp.MustCompile(`(?s)source_file = "s.iso".*LocalDS_0\] s.iso.*not\s+found`)},
		resource.TestStep{Config: source(`source_datacenter = "DC9"`, `source_datastore = "LocalDS_1"`), ExpectError: regexp.MustCompile(`(?s)source_datacenter = "DC9".*not\s+found`)},
		resource.TestStep{Config: source(`source_datacenter = "DC1"`, `source_datastore = "LocalDS_9"`), ExpectError: regexp.MustCompile(`(?s)source_datastore = "LocalDS_9".*not\s+found`)},
		resource.TestStep{Config: source(`source_datastore = "LocalDS_1"`, `source_datacenter = "DC1"`)},
	)
}

// sparseDisk makes a virtual disk in one file, as it is uploaded.
func sparseDisk(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "disk.vmdk")
	w, err := vmdk.NewStreamOptimizedWriter(name, 1<<20)
	if err == nil {
		err = w.Write(bytes.NewReader(make([]byte, 1<<20)))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(name)
}

// A disk goes through a folder of its own, of which nothing stays, and is moved,
// copied and deleted as a disk.
func TestFile_disk(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	source, m := sparseDisk(t), behind(t, vc)
	before, err := m.folders(vc)
	if err != nil || len(before) == 0 {
		t.Fatal(before, err)
	}
	copied := "resource \"vsphere_file\" \"c\" {\n  datastore = \"LocalDS_1\"\n  source_datastore = \"LocalDS_0\"\n  source_file = vsphere_file.f.destination_file\n  destination_file = \"c.vmdk\"\n}\n"
	vc.Test(t,
		resource.TestStep{Config: fileConfig(source, "d.vmdk"), Check: resource.ComposeTestCheckFunc(hasFile(vc, "LocalDS_0 d.vmdk"), hasNoFile(vc, "disk.vmdk"), func(*terraform.State) error {
			if n := vc.Calls().Count("MoveVirtualDisk_Task"); n != 1 {
				return fmt.Errorf("%d disks were moved", n)
			}
			after, err := m.folders(vc)
			if err == nil && !slices.Equal(before, after) {
				err = fmt.Errorf("folders %q, not %q", after, before)
			}
			return err
		})},
		resource.TestStep{Config: fileConfig(source, "e/d.vmdk", "create_directories = true") + copied, ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate),
			Check: resource.ComposeTestCheckFunc(hasFile(vc, "LocalDS_0 e/d.vmdk"), hasFile(vc, "LocalDS_1 c.vmdk"))},
	)
	for call, want := range map[string]int{"MoveVirtualDisk_Task": 2, "CopyVirtualDisk_Task": 1, "DeleteVirtualDisk_Task": 2, "MoveDatastoreFile_Task": 0} {
		if n := vc.Calls().Count(call); n != want {
			t.Errorf("%s: %d calls, not %d", call, n, want)
		}
	}
}

func TestFile_disappears(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	m, iso := behind(t, vc), local(t, "tools.iso", "hello")
	vc.Test(t,
		resource.TestStep{Config: fileConfig(iso, "a.iso")},
		resource.TestStep{
			PreConfig: func() { m.must(m.files.DeleteDatastoreFile(context.Background(), "[LocalDS_0] a.iso", m.dc)) },
			Config:    fileConfig(iso, "a.iso"), ConfigPlanChecks: planned(file, plancheck.ResourceActionCreate),
		},
	)
}

func TestFile_createdThenFailed(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso := local(t, "tools.iso", "hello")
	var remove func()
	vc.Test(t,
		resource.TestStep{
			PreConfig: func() {
				remove = vc.Inject(simulator.Fault{Method: "SearchDatastore_Task", SOAP: new(vim.NoPermission)})
			},
			Config: fileConfig(iso, "a.iso"), ExpectError: regexp.MustCompile(`Unable to create vsphere_file`),
		},
		resource.TestStep{PreConfig: func() { remove() }, Config: fileConfig(iso, "a.iso"), ConfigPlanChecks: planned(file, plancheck.ResourceActionDestroyBeforeCreate)},
	)
}

// A file that is imported takes over the source of the configuration.
func TestFile_import(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso := local(t, "tools.iso", "hello")
	vc.Test(t,
		resource.TestStep{Config: fileConfig(iso, "a.iso")},
		resource.TestStep{Config: "removed {\n  from = vsphere_file.f\n  lifecycle {\n    destroy = false\n  }\n}\n"},
		resource.TestStep{
			Config:           "import {\n  to = vsphere_file.f\n  id = \"[LocalDS_0] a.iso\"\n}\n" + fileConfig(iso, "a.iso", `source_hash = "1"`),
			ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate), Check: content(t, vc, "a.iso", "hello"),
			ConfigStateChecks: attributes(file, map[string]any{"source_file": iso, "id": "[LocalDS_0] DC0/a.iso"}),
		},
	)
}

// An image in the drive of a running machine is neither moved nor deleted.
func TestFile_inUse(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso := local(t, "tools.iso", "hello")
	c, err := vc.Client(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := vc.Find("/DC0/vm/DC0_H0_VM0")
	vm := object.NewVirtualMachine(c, ref)
	drive := &vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{Key: -1, ControllerKey: 200, UnitNumber: vim.NewInt32(1), Backing: &vim.VirtualCdromIsoBackingInfo{
		VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: "[LocalDS_0] a.iso"},
	}}}
	power := behind(t, vc)
	mount := func() { // a drive is added while the machine is off
		power.must(vm.PowerOff(context.Background()))
		if err := vm.AddDevice(context.Background(), drive); err != nil {
			t.Fatal(err)
		}
		power.must(vm.PowerOn(context.Background()))
	}
	vc.Test(t,
		resource.TestStep{Config: fileConfig(iso, "a.iso")},
		resource.TestStep{
			PreConfig: mount,
			Config:    fileConfig(iso, "b.iso"), ExpectError: regexp.MustCompile(`(?s)Unable to update vsphere_file.*destination_file = "b.iso".*attached\s+to\s+\["DC0_H0_VM0"\]`),
		},
		resource.TestStep{Config: "# nothing", ExpectError: regexp.MustCompile(`(?s)Unable to delete vsphere_file.*attached\s+to\s+\["DC0_H0_VM0"\]`)},
		resource.TestStep{
			PreConfig: func() {
				power.must(vm.PowerOff(context.Background()))
				devices, err := vm.Device(context.Background())
				if err == nil {
					err = vm.RemoveDevice(context.Background(), false, devices.SelectByBackingInfo(drive.Backing)...)
				}
				if err != nil {
					t.Fatal(err)
				}
			},
			Config: fileConfig(iso, "a.iso"), ConfigPlanChecks: planned(file, plancheck.ResourceActionNoop),
		},
	)
}

// What is known only at apply is no error before; when only the place was not
// known the file is moved.
func TestFile_unknown(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	iso := local(t, "tools.iso", "hello")
	config := func(datastore, destination, more string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"u\" {\n  input = { ds = %q, to = %q, from = %q, hash = \"1\" }\n}\n", datastore, destination, iso) +
			"resource \"vsphere_file\" \"f\" {\n  datastore = terraform_data.u.output.ds\n  destination_file = terraform_data.u.output.to\n" + more + "\n}\n"
	}
	known := fmt.Sprintf("source_file = %q", iso)
	const unknown = "source_file = terraform_data.u.output.from\n  source_hash = terraform_data.u.output.hash"
	vc.Test(t,
		resource.TestStep{Config: config("LocalDS_0", "a.iso", unknown), Check: hasFile(vc, "LocalDS_0 a.iso")},
		resource.TestStep{Config: config("LocalDS_0", "a.iso", known)},
		resource.TestStep{Config: config("LocalDS_1", "b.iso", known), ConfigPlanChecks: planned(file, plancheck.ResourceActionUpdate), Check: hasFile(vc, "LocalDS_1 b.iso")},
		resource.TestStep{Config: config("LocalDS_0", "c.iso", unknown), Check: hasFile(vc, "LocalDS_0 c.iso")},
	)
}

func TestFile_badInput(t *testing.T) {
	t.Parallel()
	iso := local(t, "tools.iso", "hello")
	for name, c := range map[string]struct{ config, want string }{
		"no source":        {fileConfig("/none/at/all.iso", "a.iso"), `(?s)source_file = "/none/at/all.iso".*no such file`},
		"a directory":      {fileConfig(filepath.ToSlash(t.TempDir()), "a.iso"), `(?s)Not a file.*source_file = .*not\s+a\s+regular`},
		"no destination":   {fileConfig(iso, ""), `(?s)destination_file = "".*at least 1`},
		"datastore":        {fileOn("LocalDS_9", iso, "a.iso"), `(?s)datastore = "LocalDS_9".*not found.*LocalDS_0`},
		"datacenter":       {fileConfig(iso, "a.iso", `datacenter = "DC9"`), `(?s)datacenter = "DC9".*not found`},
		"no disk":          {fileConfig(local(t, "a.vmdk", "no disk"), "a.vmdk"), `(?s)source_file = .*virtual disk\s+that\s+vSphere\s+can\s+read`},
		"a disk is there":  {fileConfig(sparseDisk(t), "DC0_H0_VM0/disk1.vmdk"), `(?s)destination_file = .*exists\s+already`},
		"no folder to":     {fileConfig("DC0_H0_VM0/DC0_H0_VM0.vmx", "none/a", `source_datastore = "LocalDS_0"`), `(?s)destination_file = "none/a".*create_directories`},
		"import, no path":  {"import {\n to = vsphere_file.f\n id = \"a.iso\"\n}\n" + fileConfig(iso, "a.iso"), `(?s)not of the form`},
		"import, not here": {"import {\n to = vsphere_file.f\n id = \"[LocalDS_0] a.iso\"\n}\n" + fileConfig(iso, "a.iso"), `(?s)does not exist|non-existent`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			vc.Test(t, resource.TestStep{Config: c.config, ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

// A local file that another resource makes is no error at plan.
func TestFile_sourceComes(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	source := filepath.ToSlash(filepath.Join(t.TempDir(), "made.iso"))
	vc.Test(t, resource.TestStep{
		Config: fmt.Sprintf("resource \"terraform_data\" \"made\" {\n  provisioner \"local-exec\" {\n    command = \"echo made > %s\"\n  }\n}\n", source) +
			fileConfig(source, "a.iso", "depends_on = [terraform_data.made]"),
		Check: content(t, vc, "a.iso", "made\n"),
	})
}
