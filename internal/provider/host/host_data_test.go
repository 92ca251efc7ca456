// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package host_test

import (
	"fmt"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const kind = "vsphere_host"

func TestHostData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Datacenters = 2 })
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	member, alone := vc.ID(t, "/DC0/host/DC0_C0/DC0_C0_H1"), vc.ID(t, "/DC0/host/DC0_H0/DC0_H0")
	cluster := map[string]string{"resource_pool_id": vc.ID(t, "/DC0/host/DC0_C0/Resources")}
	own := map[string]string{"resource_pool_id": vc.ID(t, "/DC0/host/DC0_H0/Resources")}
	vc.Test(t,
		acctest.FindsNot(kind, `name = "DC0_H0"`, `"datacenter_id" is required`),
		acctest.Finds(kind, datacenter+`name = "DC0_C0_H1"`, member, cluster),
		acctest.Finds(kind, datacenter+`name = "/DC0/host/DC0_C0/DC0_C0_H1"`, member, cluster),
		acctest.Finds(kind, datacenter+`name = "DC0_C0/DC0_C0_H1"`, member, cluster),
		acctest.Finds(kind, datacenter+fmt.Sprintf("name = %q", member), member, cluster),
		acctest.Finds(kind, datacenter+`name = "DC0_H0"`, alone, own),
		acctest.Finds(kind, datacenter+`name = "/DC0/host/DC0_H0"`, alone, own), // the path of its compute resource
		acctest.FindsNot(kind, datacenter+`name = "DC0_C0_H9"`, `Unable to find vsphere_host "DC0_C0_H9".*name = "DC0_C0_H9".*not found`),
		acctest.FindsNot(kind, datacenter+`name = "DC1_H0"`, `name = "DC1_H0".*not found`),
		acctest.FindsNot(kind, datacenter, `no name says which of.*/DC0/host/DC0_C0/DC0_C0_H0`),
		acctest.FindsNot(kind, "name = \"DC0_H0\"\ndatacenter_id = \"DC0\"", `datacenter_id = "DC0".*"DC0" is not the managed object id of a datacenter`),
	)
}

// Without a name the only host of the datacenter is meant.
func TestHostData_only(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Clusters = simulator.None })
	vc.Test(t, acctest.Finds(kind, fmt.Sprintf("datacenter_id = %q", vc.ID(t, "/DC0")), vc.ID(t, "/DC0/host/DC0_H0/DC0_H0"),
		map[string]string{"resource_pool_id": vc.ID(t, "/DC0/host/DC0_H0/Resources")}))
}
