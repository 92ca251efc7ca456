// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// TestMachineChangesOwner: a machine goes to a pool of another compute resource
// by a migration, whose host vSphere chooses unless it is configured, and to
// another pool of the same one without.
func TestMachineChangesOwner(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	alone, host, clustered := p.id("/DC0/host/DC0_H0/Resources"), p.id("/DC0/host/DC0_H0/DC0_H0"), p.id("/DC0/host/DC0_C0/DC0_C0_H1")
	in := func(pool, arguments string) string { return strings.Replace(p.config(arguments), p.pool, pool, 1) }
	on := func(id string) string { return fmt.Sprintf("host_system_id = %q\n", id) }
	migrations := func(want int) resource.TestCheckFunc {
		return check(func() error {
			if n := p.Calls().Count("RelocateVM_Task"); n != want {
				return fmt.Errorf("%d migrations, not %d", n, want)
			}
			return nil
		})
	}
	p.Test(t,
		resource.TestStep{Config: in(p.pool, "")},
		resource.TestStep{
			Config: in(alone, ""), ConfigPlanChecks: unknown("host_system_id"), Check: migrations(1),
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(host), "host_system_id"), has(knownvalue.StringExact(alone), "resource_pool_id")},
		},
		resource.TestStep{
			Config: in(p.pool, on(clustered)), ConfigPlanChecks: updated, Check: migrations(2),
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(clustered), "host_system_id"), has(knownvalue.StringExact(p.pool), "resource_pool_id")},
		},
		resource.TestStep{Config: in(p.pool, on(host)), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)host_system_id\s+=.*belongs\s+to`)},
		resource.TestStep{Config: in(alone, on(clustered)), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)host_system_id\s+=.*belongs\s+to`)},
	)
}

// TestMachineAttachedDiskStays: an attached disk stays where it is when the
// machine moves, and cannot be moved itself.
func TestMachineAttachedDiskStays(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	p.vmdk("[LocalDS_1] shared.vmdk")
	attached := func(datastore string) string {
		return fmt.Sprintf("\n  disk {\n    label        = \"shared\"\n    unit_number  = 1\n    attach       = true\n    path         = \"shared.vmdk\"\n    datastore_id = %q\n  }\n", datastore)
	}
	root := p.disk("root", 0, 10)
	p.Test(t,
		resource.TestStep{Config: p.in(p.datastore, root+attached(p.datastore2)), Check: p.isOn(p.datastore, p.datastore, p.datastore2)},
		resource.TestStep{Config: p.in(p.small, root+attached(p.datastore2)), ConfigPlanChecks: updated, Check: p.isOn(p.small, p.small, p.datastore2)},
		resource.TestStep{Config: p.in(p.two, root+attached(p.datastore2)), ConfigPlanChecks: unknown("datastore_id"), Check: p.isOn(p.id("/DC0/datastore/DC0_POD1/DC0_POD1_DS0"), p.id("/DC0/datastore/DC0_POD1/DC0_POD1_DS0"), p.datastore2)},
		resource.TestStep{Config: p.in(p.two, root+attached(p.datastore)), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)attached\s+disk\s+cannot\s+be\s+moved`)},
	)
}
