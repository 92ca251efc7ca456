// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"maps"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// A state as the incumbent writes it, null for some unset arguments and zero
// for others, plans no change, refreshed or not.
func TestResourcePool_incumbentState(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	createPool(t, vc, clusterRoot, "gold")
	root := vc.ID(t, clusterRoot)
	state := acctest.Object{
		"id": vc.ID(t, clusterRoot+"/gold"), "name": "gold", "parent_resource_pool_id": root, "scale_descendants_shares": "disabled",
		"cpu_share_level": "normal", "cpu_shares": 4000, "cpu_reservation": 0, "cpu_expandable": true, "cpu_limit": -1,
		"memory_share_level": "normal", "memory_shares": 163840, "memory_reservation": 0, "memory_expandable": true, "memory_limit": -1,
		"tags": nil, "custom_attributes": nil,
	}
	with := func(changes acctest.Object) acctest.Object {
		all := maps.Clone(state)
		maps.Copy(all, changes)
		return all
	}
	config := acctest.Object{"name": "gold", "parent_resource_pool_id": root}
	p := vc.Connect(t)
	for name, prior := range map[string]acctest.Object{
		"as read": state,
		"null":    with(acctest.Object{"scale_descendants_shares": nil}),
		"zero":    with(acctest.Object{"scale_descendants_shares": "", "tags": acctest.List{}, "custom_attributes": acctest.Object{}}),
		"extra":   with(acctest.Object{"timeouts": nil}),
	} {
		for _, refresh := range []bool{true, false} {
			planned := p.PlanFrom("vsphere_resource_pool", 0, prior, config, refresh)
			p.OK(planned.Diagnostics)
			if changes := planned.Changes(); len(changes) > 0 {
				t.Errorf("%s, refresh %t: changes %q", name, refresh, changes)
			}
		}
	}
}

// A setting that is taken out of the configuration stays as it is.
func TestResourcePool_scaleNotConfigured(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	root := vc.ID(t, clusterRoot)
	vc.Test(t, steps(
		pool(root, "gold", `scale_descendants_shares = "scaleCpuAndMemoryShares"`),
		pool(root, "gold", ""),
		pool(root, "gold", "cpu_limit = 500"),
	)...)
	p := vc.Connect(t)
	planned := p.PlanFrom("vsphere_resource_pool", 0, acctest.Object{"id": "resgroup-1", "name": "a", "parent_resource_pool_id": root, "scale_descendants_shares": "scaleCpuAndMemoryShares"},
		acctest.Object{"name": "b", "parent_resource_pool_id": root}, false)
	if got := planned.Planned["scale_descendants_shares"]; got != "scaleCpuAndMemoryShares" {
		t.Errorf("planned %v", got)
	}
}
