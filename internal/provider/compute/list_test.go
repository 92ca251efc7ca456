// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestResourcePoolList(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	createPool(t, vc, clusterRoot, "web")
	createPool(t, vc, clusterRoot+"/web", "blue")
	createPool(t, vc, hostRoot, "blue")
	createPool(t, vc, "/DC1/host/DC1_C0/Resources", "web")
	p := vc.Connect(t)
	list := func(config acctest.Object) []string {
		var names []string
		for _, r := range p.List("vsphere_resource_pool", config, 100, false) {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		return names
	}
	const web, blue, alone, other = clusterRoot + "/web", clusterRoot + "/web/blue", hostRoot + "/blue", "/DC1/host/DC1_C0/Resources/web"
	for name, c := range map[string]struct {
		config acctest.Object
		want   []string
	}{
		"all":        {nil, []string{web, blue, alone, other}},
		"name":       {acctest.Object{"name_regex": "^bl"}, []string{blue, alone}},
		"parent":     {acctest.Object{"parent_resource_pool_id": vc.ID(t, clusterRoot)}, []string{web}},
		"cluster":    {acctest.Object{"compute_cluster_id": vc.ID(t, "/DC0/host/DC0_C0")}, []string{web, blue}},
		"host":       {acctest.Object{"compute_cluster_id": vc.ID(t, "/DC0/host/DC0_H0")}, []string{alone}},
		"datacenter": {acctest.Object{"datacenter_id": vc.ID(t, "/DC0"), "name_regex": "web"}, []string{web}},
	} {
		if got := list(c.config); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}

func TestResourcePoolList_include(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	createPool(t, vc, clusterRoot, "web")
	listed := vc.Connect(t).List("vsphere_resource_pool", nil, 100, true)
	if len(listed) != 1 {
		t.Fatalf("%d results", len(listed))
	}
	got := listed[0]
	if got.Identity["id"] != vc.ID(t, clusterRoot+"/web") {
		t.Errorf("identity: %v", got.Identity)
	}
	want := acctest.Object{
		"id": vc.ID(t, clusterRoot+"/web"), "name": "web", "parent_resource_pool_id": vc.ID(t, clusterRoot),
		"cpu_share_level": "normal", "cpu_limit": int64(-1), "memory_expandable": true, "scale_descendants_shares": "disabled",
	}
	for name, want := range want {
		if got.Resource[name] != want {
			t.Errorf("%s: %v, not %v", name, got.Resource[name], want)
		}
	}
}

func TestResourcePoolList_badInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	for argument, value := range map[string]string{
		"name_regex": "(", "datacenter_id": "DC0", "compute_cluster_id": "domain-c999", "parent_resource_pool_id": "resgroup-999",
	} {
		failure := p.ListFailure("vsphere_resource_pool", acctest.Object{argument: value})
		if !strings.Contains(failure, argument) {
			t.Errorf("%s: %q", argument, failure)
		}
	}
}
