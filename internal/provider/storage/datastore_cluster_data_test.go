// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestDatastoreClusterData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Datacenters, o.Pods = 2, 1 })
	const kind = "vsphere_datastore_cluster"
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	id, member := vc.ID(t, "/DC0/datastore/DC0_POD0"), vc.ID(t, "/DC0/datastore/DC0_POD0/DC0_POD0_DS0")
	other, _ := vc.Find("/DC1/datastore/DC1_POD0")
	if err := vc.Update(other, vim.PropertyChange{Name: "name", Val: "DC0_POD0"}); err != nil {
		t.Fatal(err)
	}
	byName := acctest.Finds(kind, datacenter+`name = "DC0_POD0"`, id, nil)
	byName.ConfigStateChecks = append(byName.ConfigStateChecks, statecheck.ExpectKnownValue("data."+kind+".test", tfjsonpath.New("datastores"),
		knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("DC0_POD0_DS0"), knownvalue.StringExact("DC0_POD0_DS1")})))
	vc.Test(t,
		byName,
		acctest.Finds(kind, `name = "/DC0/datastore/DC0_POD0"`, id, nil),
		acctest.Finds(kind, fmt.Sprintf("name = %q", id), id, nil),
		acctest.FindsNot(kind, `name = "DC0_POD0"`, `name = "DC0_POD0".*is\s+the\s+name\s+of\s+2.*/DC0/datastore/DC0_POD0.*/DC1/datastore/DC0_POD0`),
		acctest.FindsNot(kind, datacenter+`name = "DC0_POD1"`, `Unable to find `+kind+` "DC0_POD1".*not\s+found\s+in\s+/DC0.*"DC0_POD0"`),
		acctest.FindsNot(kind, datacenter+`name = "LocalDS_0"`, `name = "LocalDS_0".*not\s+found`),
		acctest.Finds("vsphere_datastore", datacenter+`name = "DC0_POD0_DS0"`, member, nil), // below a cluster
	)
}

func TestDatastoreStatsData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Datacenters, o.Datastores = 2, 1 })
	const kind = "vsphere_datastore_stats"
	ref, _ := vc.Find("/DC0/datastore/LocalDS_0")
	if err := vc.Update(ref, vim.PropertyChange{Name: "summary.capacity", Val: int64(3 << 40)}, vim.PropertyChange{Name: "summary.freeSpace", Val: int64(12345)}); err != nil {
		t.Fatal(err)
	}
	id := vc.ID(t, "/DC0")
	datacenter := fmt.Sprintf("datacenter_id = %q\n", id)
	stats := acctest.Finds(kind, datacenter, id+"_stats", nil)
	for name, value := range map[string]string{"capacity": "3298534883328", "free_space": "12345"} {
		stats.ConfigStateChecks = append(stats.ConfigStateChecks, statecheck.ExpectKnownValue("data."+kind+".test", tfjsonpath.New(name),
			knownvalue.MapExact(map[string]knownvalue.Check{"LocalDS_0": knownvalue.StringExact(value)})))
	}
	vc.Test(t,
		acctest.FindsNot(kind, "", `"datacenter_id" is required`),
		stats,
		acctest.Finds(kind, datacenter+"capacity = {}\nfree_space = {}", id+"_stats", nil), // to no effect, as ever
		acctest.FindsNot(kind, `datacenter_id = "DC0"`, `"DC0" is not the managed object id of a datacenter`),
	)
}
