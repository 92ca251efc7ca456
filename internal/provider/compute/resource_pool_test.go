// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const (
	poolAddress = "vsphere_resource_pool.test"
	clusterRoot = "/DC0/host/DC0_C0/Resources"
	hostRoot    = "/DC0/host/DC0_H0/Resources"
)

// pool is the configuration of a pool under a parent, with more arguments.
func pool(parent, name, more string) string {
	return fmt.Sprintf("resource \"vsphere_resource_pool\" \"test\" {\n  name = %q\n  parent_resource_pool_id = %q\n%s\n}\n", name, parent, more)
}

func action(want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(poolAddress, want)}}
}

func attributes(want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(poolAddress, tfjsonpath.New(name), value))
	}
	return checks
}

func TestResourcePool(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	all := `
  scale_descendants_shares = "scaleCpuAndMemoryShares"
  cpu_share_level    = "custom"
  cpu_shares         = 1234
  cpu_reservation    = 100
  cpu_expandable     = false
  cpu_limit          = 2000
  memory_share_level = "custom"
  memory_shares      = 4321
  memory_reservation = 64
  memory_expandable  = false
  memory_limit       = 512`
	imported := resource.TestStep{ResourceName: poolAddress, ImportState: true, ImportStateVerify: true}
	byPath := imported
	byPath.ImportStateId = clusterRoot + "/gold"
	vc.Test(t,
		resource.TestStep{Config: pool(root, "gold", all), ConfigStateChecks: attributes(map[string]knownvalue.Check{
			"scale_descendants_shares": knownvalue.StringExact("scaleCpuAndMemoryShares"),
			"cpu_shares":               knownvalue.Int64Exact(1234), "cpu_expandable": knownvalue.Bool(false), "cpu_limit": knownvalue.Int64Exact(2000),
			"memory_shares": knownvalue.Int64Exact(4321), "memory_reservation": knownvalue.Int64Exact(64),
		})},
		imported, byPath,
		resource.TestStep{ // everything back to its default, in place
			Config: pool(root, "silver", `scale_descendants_shares = "disabled"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: attributes(map[string]knownvalue.Check{
				"name": knownvalue.StringExact("silver"), "scale_descendants_shares": knownvalue.StringExact("disabled"),
				"cpu_share_level": knownvalue.StringExact("normal"), "cpu_shares": knownvalue.Int64Exact(4000), "cpu_reservation": knownvalue.Int64Exact(0),
				"cpu_expandable": knownvalue.Bool(true), "cpu_limit": knownvalue.Int64Exact(-1), "memory_shares": knownvalue.Int64Exact(163840),
				"memory_expandable": knownvalue.Bool(true), "memory_limit": knownvalue.Int64Exact(-1),
			}),
		},
		resource.TestStep{
			Config: pool(root, "silver", `cpu_share_level = "high"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: attributes(map[string]knownvalue.Check{"cpu_shares": knownvalue.Int64Exact(8000)}),
		},
		resource.TestStep{ // what the level stands for may be written out
			Config: pool(root, "silver", "cpu_share_level = \"high\"\ncpu_shares = 8000"), ConfigPlanChecks: action(plancheck.ResourceActionNoop),
		},
		resource.TestStep{ // shares that are known already stay when the level becomes custom
			Config: pool(root, "silver", `cpu_share_level = "custom"`), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			ConfigStateChecks: attributes(map[string]knownvalue.Check{"cpu_shares": knownvalue.Int64Exact(8000)}),
		},
	)
}

// Terraform must see what is there in vCenter, not only in its own state.
func TestResourcePool_reallyApplied(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	vc.Test(t,
		resource.TestStep{Config: pool(root, "gold", "cpu_limit = 1000\nmemory_expandable = false\nmemory_share_level = \"low\"")},
		resource.TestStep{
			PreConfig: func() {
				ref, _ := vc.Find(clusterRoot + "/gold")
				if err := vc.Update(ref, vim.PropertyChange{Name: "config.cpuAllocation.limit", Val: int64(77)}); err != nil {
					t.Fatal(err)
				}
			},
			Config:           pool(root, "gold", "cpu_limit = 1000\nmemory_expandable = false\nmemory_share_level = \"low\""),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
		},
	)
}

func TestResourcePool_labels(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	key := addField(t, vc, "owner")
	labels := fmt.Sprintf("tags = [%q]\ncustom_attributes = { %q = \"ann\" }", addTag(t, vc, "gold"), key)
	vc.Test(t,
		resource.TestStep{Config: pool(root, "gold", labels), Check: func(*terraform.State) error {
			return wantField(t, vc, clusterRoot+"/gold", key, "ann")
		}},
		resource.TestStep{ResourceName: poolAddress, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			Config: pool(root, "gold", fmt.Sprintf("custom_attributes = { %q = \"bob\" }", key)), ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
			Check:             func(*terraform.State) error { return wantField(t, vc, clusterRoot+"/gold", key, "bob") },
			ConfigStateChecks: attributes(map[string]knownvalue.Check{"tags": knownvalue.Null()}),
		},
	)
}

func TestResourcePool_move(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	config := func(parent string) string {
		return fmt.Sprintf("resource \"vsphere_resource_pool\" \"a\" {\n  name = \"a\"\n  parent_resource_pool_id = %q\n}\n"+
			"resource \"vsphere_resource_pool\" \"test\" {\n  name = \"child\"\n  parent_resource_pool_id = %s\n}\n", root, parent)
	}
	at := func(path string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if _, ok := vc.Find(path); !ok {
				return fmt.Errorf("there is no %s", path)
			}
			return nil
		}
	}
	vc.Test(t,
		resource.TestStep{Config: config(fmt.Sprintf("%q", root)), Check: at(clusterRoot + "/child")},
		resource.TestStep{Config: config("vsphere_resource_pool.a.id"), ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: at(clusterRoot + "/a/child")},
		resource.TestStep{ // a pool cannot leave its cluster
			Config:           config(fmt.Sprintf("%q", vc.ID(t, hostRoot))),
			ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate), Check: at(hostRoot + "/child"),
		},
	)
}

// Below a pool that scales vCenter takes no setting, and a plan stays empty.
func TestResourcePool_scaleUnderScaling(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	config := func(above, below string) string {
		return fmt.Sprintf("resource \"vsphere_resource_pool\" \"above\" {\n  name = \"above\"\n  parent_resource_pool_id = %q\n  %s\n}\n"+
			"resource \"vsphere_resource_pool\" \"between\" {\n  name = \"between\"\n  parent_resource_pool_id = vsphere_resource_pool.above.id\n}\n"+
			"resource \"vsphere_resource_pool\" \"test\" {\n  name = \"below\"\n  parent_resource_pool_id = vsphere_resource_pool.between.id\n  %s\n}\n", root, above, below)
	}
	const scale, off = `scale_descendants_shares = "scaleCpuAndMemoryShares"`, `scale_descendants_shares = "disabled"`
	vc.Test(t,
		resource.TestStep{Config: config(scale, scale)},
		resource.TestStep{Config: config(scale, off)},
		resource.TestStep{Config: config(scale, "")},
		resource.TestStep{Config: config(off, "")},
		resource.TestStep{Config: config(off, scale), Check: func(*terraform.State) error {
			return wantScale(t, vc, clusterRoot+"/above/between/below", "scaleCpuAndMemoryShares")
		}},
	)
}

func TestResourcePool_disappears(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	vc.Test(t,
		resource.TestStep{Config: pool(root, "gold", "")},
		resource.TestStep{
			PreConfig: func() { destroy(t, vc, clusterRoot+"/gold") },
			Config:    pool(root, "gold", ""), ConfigPlanChecks: action(plancheck.ResourceActionCreate),
		},
	)
}

// A pool that was made but not read back is tainted, not lost.
func TestResourcePool_createdThenFailed(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	var remove func()
	vc.Test(t,
		resource.TestStep{
			PreConfig: func() {
				remove = vc.Inject(simulator.Fault{Method: "RetrievePropertiesEx", SOAP: new(vim.NoPermission), Match: func(simulator.Call) bool {
					return vc.Calls().Count("CreateResourcePool") > 0
				}})
			},
			Config:      pool(root, "gold", ""),
			ExpectError: regexp.MustCompile(`Unable to create vsphere_resource_pool "gold"`),
		},
		resource.TestStep{
			PreConfig: func() { remove() },
			Config:    pool(root, "gold", ""), ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
		},
	)
}

func TestResourcePool_badInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	for name, c := range map[string]struct{ config, want string }{
		"level":               {pool(root, "x", `cpu_share_level = "huge"`), `(?s)cpu_share_level.*must be one of`},
		"shares and no level": {pool(root, "x", `memory_shares = 1000`), `(?s)Shares without the level custom.*memory_shares = 1000`},
		"level and no shares": {pool(root, "x", `cpu_share_level = "custom"`), `(?s)Level custom without shares.*cpu_shares must be set`},
		"negative":            {pool(root, "x", `memory_reservation = -5`), `(?s)memory_reservation = -5.*at least 0`},
		"limit":               {pool(root, "x", "cpu_limit = 100\ncpu_reservation = 200"), `(?s)Reservation above the limit.*cpu_reservation = 200`},
		"scale":               {pool(root, "x", `scale_descendants_shares = "yes"`), `(?s)scale_descendants_shares.*must be one of`},
		"name":                {pool(root, "", ""), `(?s)name.*at least 1`},
		"parent":              {pool("resgroup-999", "x", ""), `(?s)parent_resource_pool_id = "resgroup-999".*"resgroup-999" is not the managed`},
		"parent is a cluster": {pool(vc.ID(t, "/DC0/host/DC0_C0"), "x", ""), `(?s)parent_resource_pool_id = .*is\s+not\s+the\s+managed\s+object\s+id\s+of\s+a\s+resource\s+pool`},
		"parent at apply": {"resource \"terraform_data\" \"p\" {\n  input = \"resgroup-999\"\n}\n" +
			"resource \"vsphere_resource_pool\" \"test\" {\n  name = \"x\"\n  parent_resource_pool_id = terraform_data.p.output\n}\n",
			`(?s)Unable to plan vsphere_resource_pool "x".*parent_resource_pool_id = terraform_data`},
		"name taken": {"resource \"vsphere_resource_pool\" \"twin\" {\n  name = \"x\"\n  parent_resource_pool_id = vsphere_resource_pool.test.parent_resource_pool_id\n  depends_on = [vsphere_resource_pool.test]\n}\n" +
			pool(root, "x", ""), `(?s)Unable to create vsphere_resource_pool "x".*name = "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			vc.Test(t, resource.TestStep{Config: c.config, ExpectError: regexp.MustCompile(c.want)})
		})
	}
}

// vCenter would hand what is inside to the parent, so delete refuses.
func TestResourcePool_deleteNamesChildren(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	vc.Test(t,
		resource.TestStep{Config: pool(root, "gold", "")},
		resource.TestStep{
			PreConfig:   func() { createPool(t, vc, clusterRoot+"/gold", "stowaway") },
			Config:      "# nothing",
			ExpectError: regexp.MustCompile(`(?s)Unable to delete vsphere_resource_pool "gold".*resource pool\s+"stowaway"`),
		},
		resource.TestStep{
			PreConfig: func() { destroy(t, vc, clusterRoot+"/gold/stowaway") },
			Config:    pool(root, "gold", ""), ConfigPlanChecks: action(plancheck.ResourceActionNoop),
		},
	)
}

func TestResourcePool_import(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	for name, c := range map[string]struct{ id, want string }{
		"no such path": {clusterRoot + "/none", `(?s)not found`},
		"no such id":   {"resgroup-999", `(?s)non-existent`},
		"not a pool":   {"/DC0/host/DC0_C0", `(?s)ClusterComputeResource, not a resource\s+pool`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			vc.Test(t, resource.TestStep{
				Config: pool(root, "x", ""), ResourceName: poolAddress, ImportState: true, ImportStateId: c.id, ExpectError: regexp.MustCompile(c.want),
			})
		})
	}
}

// The root pool of a cluster can be imported; its parent is the cluster.
func TestResourcePool_importRoot(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	vc.Test(t, resource.TestStep{
		Config:           "import {\n  id = \"" + clusterRoot + "\"\n  to = vsphere_resource_pool.test\n}\n" + pool(vc.ID(t, "/DC0/host/DC0_C0"), "Resources", rootAllocation(t, vc)),
		ConfigPlanChecks: action(plancheck.ResourceActionNoop),
	}, resource.TestStep{
		Config: "removed {\n  from = vsphere_resource_pool.test\n  lifecycle {\n    destroy = false\n  }\n}\n",
	})
}
