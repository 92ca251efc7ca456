// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"fmt"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func twoDatacenters(o *simulator.Options) { o.Datacenters = 2 }

func TestComputeClusterData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	const kind = "vsphere_compute_cluster"
	cluster := vc.ID(t, "/DC0/host/DC0_C0")
	root := map[string]string{"resource_pool_id": vc.ID(t, clusterRoot)}
	dc0, dc1 := vc.ID(t, "/DC0"), vc.ID(t, "/DC1")
	vc.Test(t,
		acctest.Finds(kind, `name = "DC0_C0"`, cluster, root),
		acctest.Finds(kind, fmt.Sprintf("name = \"DC0_C0\"\ndatacenter_id = %q", dc0), cluster, root),
		acctest.Finds(kind, `name = "/DC0/host/DC0_C0"`, cluster, root),
		acctest.Finds(kind, fmt.Sprintf("name = %q", cluster), cluster, root),
		acctest.FindsNot(kind, `name = "DC0_C9"`, `Unable to find vsphere_compute_cluster "DC0_C9".*name = "DC0_C9".*not found`),
		acctest.FindsNot(kind, fmt.Sprintf("name = \"DC0_C0\"\ndatacenter_id = %q", dc1), `name = "DC0_C0".*not found`),
		acctest.FindsNot(kind, `name = ""`, `name = "".*at least 1`),
		acctest.FindsNot(kind, "name = \"DC0_C0\"\ndatacenter_id = \"DC0\"", `datacenter_id = "DC0".*"DC0" is not the managed object id of a datacenter`),
		acctest.FindsNot(kind, fmt.Sprintf("name = \"DC0_C0\"\ndatacenter_id = %q", vc.ID(t, "/DC0/host")), `datacenter_id = .*is not the managed object id of a\s+datacenter`),
	)
}

func TestResourcePoolData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	createPool(t, vc, clusterRoot, "web")
	createPool(t, vc, clusterRoot+"/web", "blue")
	createPool(t, vc, hostRoot, "blue")
	const kind = "vsphere_resource_pool"
	root, web, blue := vc.ID(t, clusterRoot), vc.ID(t, clusterRoot+"/web"), vc.ID(t, clusterRoot+"/web/blue")
	dc0 := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	vc.Test(t,
		acctest.Finds(kind, dc0+`name = "DC0_C0/Resources"`, root, nil),
		acctest.Finds(kind, dc0+`name = "DC0_C0/Resources/web"`, web, nil),
		acctest.Finds(kind, `name = "/DC0/host/DC0_C0/Resources/web/blue"`, blue, nil),
		acctest.Finds(kind, `name = "web"`, web, nil),
		acctest.Finds(kind, fmt.Sprintf("name = %q", web), web, nil),
		acctest.Finds(kind, fmt.Sprintf("name = \"blue\"\nparent_resource_pool_id = %q", web), blue, nil),
		acctest.FindsNot(kind, dc0+`name = "blue"`, `name = "blue".*/DC0/host/DC0_C0/Resources/web/blue.*/DC0/host/DC0_H0/Resources/blue|name = "blue".*/DC0/host/DC0_H0/Resources/blue.*/DC0/host/DC0_C0/Resources/web/blue`),
		acctest.FindsNot(kind, fmt.Sprintf("name = \"web\"\nparent_resource_pool_id = %q", web), `name = "web".*not found`),
		acctest.FindsNot(kind, "name = \"web\"\nparent_resource_pool_id = \"resgroup-999\"", `parent_resource_pool_id = "resgroup-999".*not the managed`),
		acctest.FindsNot(kind, fmt.Sprintf("parent_resource_pool_id = %q", web), `the name of the pool under parent_resource_pool_id must be set`),
		acctest.FindsNot(kind, dc0, `"Resources" is the name of 2 objects.*/DC0/host/DC0_.*Resources`),
		acctest.FindsNot(kind, "datacenter_id = \"DC0\"", `datacenter_id = "DC0".*"DC0" is not the managed object id of a datacenter`),
	)
}

// Without a name the root pool of the only cluster or host is meant.
func TestResourcePoolData_only(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.StandaloneHosts = simulator.None })
	root := vc.ID(t, clusterRoot)
	vc.Test(t,
		acctest.Finds("vsphere_resource_pool", "", root, nil),
		acctest.Finds("vsphere_resource_pool", fmt.Sprintf("datacenter_id = %q", vc.ID(t, "/DC0")), root, nil),
	)
}
