// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/vmware/govmomi/object"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// places are what a machine is put on, by data source.
var places = []string{"compute_cluster", "resource_pool", "host", "datastore", "network"}

// callsOf counts the calls that one run makes for lookups by name: n of each
// place, ten at a time as Terraform asks.
func callsOf(t *testing.T, vc *acctest.VCenter, n int, name func(place string, i int) string) int {
	t.Helper()
	p := vc.Connect(t)
	datacenter := vc.ID(t, "/DC0")
	vc.ResetCalls()
	var group errgroup.Group
	group.SetLimit(10)
	for i := range n {
		for _, place := range places {
			group.Go(func() error {
				_, diags := p.Data("vsphere_"+place, acctest.Object{"name": name(place, i), "datacenter_id": datacenter})
				if len(diags) > 0 {
					return fmt.Errorf("%s %q: %s", place, name(place, i), diags[0].Detail)
				}
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return vc.Calls().Total
}

// What a run looks up again and again is asked of vCenter once.
func TestLookups_identical(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	name := func(place string, _ int) string {
		return map[string]string{
			"compute_cluster": "DC0_C0", "resource_pool": "DC0_C0/Resources", "host": "DC0_C0_H0", "datastore": "LocalDS_0", "network": "VM Network",
		}[place]
	}
	once, often := callsOf(t, vc, 1, name), callsOf(t, vc, 20, name)
	t.Logf("calls for 5 lookups: %d, for 100: %d", once, often)
	if often > once+3 { // which reads join into one call is up to the scheduler
		t.Errorf("5 lookups take %d calls, the same 20 times over %d", once, often)
	}
}

// Different names take no more than a call each, beyond a fixed part: here 200
// instances of a module with 100 names among them, in an inventory of more than
// 2,000 objects.
func TestLookups_distinct(t *testing.T) {
	t.Parallel()
	const n = 20
	vc := acctest.Start(t, func(o *simulator.Options) {
		o.Clusters, o.HostsPerCluster, o.Machines, o.Datastores, o.PortGroups = n, 1, simulator.None, n, n
	})
	fill(t, vc, 2000)
	calls := callsOf(t, vc, 200, func(place string, i int) string {
		form := map[string]string{
			"compute_cluster": "DC0_C%d", "resource_pool": "DC0_C%d/Resources", "host": "DC0_C%d_H0", "datastore": "LocalDS_%d", "network": "DC0_DVPG%d",
		}[place]
		return fmt.Sprintf(form, i%n)
	})
	t.Logf("calls for 1000 lookups of %d names: %d", len(places)*n, calls)
	if calls > len(places)*n+10 {
		t.Errorf("lookups of %d different names take %d calls", len(places)*n, calls)
	}
}

// fill makes folders beside the hosts, datastores and networks.
func fill(t *testing.T, vc *acctest.VCenter, n int) {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		at, ok := vc.Find("/DC0/" + []string{"host", "datastore", "network"}[i%3])
		if !ok {
			t.Fatal("no root folder")
		}
		if _, err := object.NewFolder(c, at).CreateFolder(t.Context(), fmt.Sprintf("team-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
}
