// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// documented is what the examples call the objects of the simulator.
var documented = map[string]string{
	"/DC0/host/DC0_C0/DC0_C0_H0":             "esx1.example.com",
	"/DC0/host/DC0_C0":                       "cl-a",
	"/DC0/host/DC0_C0/Resources/DC0_C0_APP0": "shop",
	"/DC0/datastore/LocalDS_0":               "ds-fast",
	"/DC0/datastore/DC0_POD0":                "pod-fast",
	"/DC0/network/DVS0":                      "dvs-core",
	"/DC0/network/DC0_DVPG0":                 "web",
	"/DC0":                                   "dc-east",
}

// wants is what has to be there before a data source can find it.
var wants = map[string]string{
	"vsphere_custom_attribute": `
resource "vsphere_custom_attribute" "before" {
  name = "cost-center"
}`,
	"vsphere_folder": `
data "vsphere_datacenter" "before" {
}
resource "vsphere_folder" "above" {
  path          = "apps"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.before.id
}
resource "vsphere_folder" "before" {
  path          = "${vsphere_folder.above.path}/web"
  type          = "vm"
  datacenter_id = data.vsphere_datacenter.before.id
}`,
	"vsphere_guest_os_customization": `
resource "vsphere_guest_os_customization" "before" {
  name = "linux-web"
  type = "Linux"
  spec {
    dns_server_list = ["10.0.0.2"]
    linux_options {
      host_name = "web-1"
      domain    = "example.com"
    }
  }
}`,
	"vsphere_resource_pool": `
data "vsphere_compute_cluster" "before" {
  name = "cl-a"
}
resource "vsphere_resource_pool" "before" {
  name                    = "gold"
  parent_resource_pool_id = data.vsphere_compute_cluster.before.resource_pool_id
}`,
	"vsphere_tag":          tags,
	"vsphere_tag_category": tags,
}

// keeps is what the example of a test keeps when it is destroyed: a disk with
// keep_on_remove.
var keeps = map[string][]string{
	"TestExamples/resources/vsphere_virtual_machine": {"File /dc-east/datastore/ds-fast web-1/web-1_1.vmdk"},
}

const tags = `
resource "vsphere_tag_category" "before" {
  name             = "environment"
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine"]
}
resource "vsphere_tag" "before" {
  name        = "production"
  category_id = vsphere_tag_category.before.id
}`

// Every example of the documentation is applied; the plan after it is empty.
func TestExamples(t *testing.T) {
	t.Parallel()
	for folder, file := range map[string]string{"resources": "resource.tf", "data-sources": "data-source.tf"} {
		paths, err := filepath.Glob(filepath.Join("..", "..", "examples", folder, "*", file))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no examples in %s: %v", folder, err)
		}
		for _, path := range paths {
			name := filepath.Base(filepath.Dir(path))
			t.Run(folder+"/"+name, func(t *testing.T) {
				t.Parallel()
				before := ""
				if folder == "data-sources" {
					before = wants[name]
				}
				apply(t, before, path)
			})
		}
	}
}

// apply applies the example at path to a simulator with the names of the
// documentation, after what it wants.
func apply(t *testing.T, before, path string) {
	t.Helper()
	example, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	vc := acctest.Start(t, func(o *simulator.Options) { o.Apps, o.Pods = 1, 1 })
	document(t, vc)
	groupHosts(t, vc)
	example = withLocalFiles(t, example)
	vc.Keeps = keeps[t.Name()]
	var steps []resource.TestStep
	if before != "" {
		steps = append(steps, resource.TestStep{Config: before})
	}
	vc.Test(t, append(steps, resource.TestStep{Config: before + "\n" + string(example)})...)
}

// localFiles are the files that examples upload, beside the configuration.
var localFiles = []string{"tools.iso"}

// withLocalFiles makes the files that an example uploads.
func withLocalFiles(t *testing.T, example []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	for _, name := range localFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("an image"), 0o600); err != nil {
			t.Fatal(err)
		}
		example = bytes.ReplaceAll(example, []byte("${path.module}/"+name), []byte(filepath.ToSlash(filepath.Join(dir, name))))
	}
	appliance := (&acctest.Appliance{Name: "appliance", DisksGB: []int{1}, Networks: []string{"lan"}}).WriteOVA(t, dir)
	example = bytes.ReplaceAll(example, []byte("${path.module}/appliance.ova"), []byte(filepath.ToSlash(appliance)))
	return example
}

// document gives the objects of a simulator their names in the documentation.
func document(t *testing.T, vc *acctest.VCenter) {
	t.Helper()
	refs := map[vim.ManagedObjectReference]string{}
	for at, name := range documented {
		ref, ok := vc.Find(at)
		if !ok {
			t.Fatalf("nothing at %s", at)
		}
		refs[ref] = name
	}
	for ref, name := range refs {
		if err := vc.Update(ref, vim.PropertyChange{Name: "name", Val: name}); err != nil {
			t.Fatal(err)
		}
	}
}

// groupHosts makes the host group of the documentation.
func groupHosts(t *testing.T, vc *acctest.VCenter) {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cluster, ok := vc.Find("/dc-east/host/cl-a")
	if !ok {
		t.Fatal("there is no cluster")
	}
	group := &vim.ClusterHostGroup{ClusterGroupInfo: vim.ClusterGroupInfo{Name: "licensed"}}
	task, err := object.NewClusterComputeResource(c, cluster).Reconfigure(t.Context(), &vim.ClusterConfigSpecEx{
		GroupSpec: []vim.ClusterGroupSpec{{ArrayUpdateSpec: vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationAdd}, Info: group}},
	}, true)
	if err == nil {
		err = task.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}
