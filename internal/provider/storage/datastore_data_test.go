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

const kind = "vsphere_datastore"

func TestDatastoreData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Datacenters = 2 })
	ref, _ := vc.Find("/DC0/datastore/LocalDS_0")
	if err := vc.Update(ref, vim.PropertyChange{Name: "summary.capacity", Val: int64(3 << 40)}, vim.PropertyChange{Name: "summary.freeSpace", Val: int64(12345)}); err != nil {
		t.Fatal(err)
	}
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	byName := acctest.Finds(kind, datacenter+`name = "LocalDS_0"`, ref.Value, nil)
	byName.ConfigStateChecks = append(byName.ConfigStateChecks, statecheck.ExpectKnownValue("data.vsphere_datastore.test", tfjsonpath.New("stats"),
		knownvalue.MapExact(map[string]knownvalue.Check{"capacity": knownvalue.StringExact("3298534883328"), "free": knownvalue.StringExact("12345")})))
	vc.Test(t,
		byName,
		acctest.Finds(kind, `name = "/DC0/datastore/LocalDS_0"`, ref.Value, nil),
		acctest.Finds(kind, datacenter+fmt.Sprintf("name = %q", ref.Value), ref.Value, nil),
		acctest.Finds(kind, datacenter+"name = \"LocalDS_0\"\nstats = {}", ref.Value, nil), // to no effect, as ever
		acctest.FindsNot(kind, `name = "LocalDS_0"`, `name = "LocalDS_0".*/DC[01]/datastore/LocalDS_0.*/DC[01]/datastore/LocalDS_0`),
		acctest.FindsNot(kind, datacenter+`name = "LocalDS_9"`, `Unable to find vsphere_datastore "LocalDS_9".*name = "LocalDS_9".*not found`),
		acctest.FindsNot(kind, "name = \"LocalDS_0\"\ndatacenter_id = \"DC0\"", `datacenter_id = "DC0".*"DC0" is not the managed object id of a datacenter`),
	)
}
