// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// Storage policies that every simulated vCenter has.
const (
	gold   = "aa6d5a82-1c88-45da-85d3-3d74b91a5bad"
	silver = "f4e5bade-15a2-4805-bf8e-52318c4ce443"
)

// policy is the argument.
func policy(id string) string { return fmt.Sprintf("storage_policy_id = %q\n", id) }

// policies are those of a machine's own files and of its disks, as vCenter has
// them, by a client of its own.
func (p *place) policies(path string) string {
	p.t.Helper()
	vm := p.look(path)
	all := []string{p.Policy(vm.Self.Value)}
	for _, d := range vm.Config.Hardware.Device {
		if disk, ok := d.(*vim.VirtualDisk); ok {
			all = append(all, p.Policy(fmt.Sprintf("%s:%d", vm.Self.Value, disk.Key)))
		}
	}
	return strings.Join(all, " ")
}

// hasPolicies checks what vCenter has.
func (p *place) hasPolicies(path string, want ...string) resource.TestCheckFunc {
	return check(func() error {
		if got := p.policies(path); got != strings.Join(want, " ") {
			return fmt.Errorf("policies are %q, not %q", got, want)
		}
		return nil
	})
}

// TestMachinePolicies: a machine and its disks are made with policies, get
// others, lose them; what is left out is left alone.
func TestMachinePolicies(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	config := func(home, root, data string) string {
		return p.named("m", "m1", home+p.disk("root", 0, 10, root)+p.disk("data", 1, 2, data)+p.nic())
	}
	p.Test(t,
		resource.TestStep{
			Config: config(policy(gold), policy(silver), policy(gold)),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact(gold), "storage_policy_id"),
				has(knownvalue.StringExact(silver), "disk", 0, "storage_policy_id"),
				has(knownvalue.StringExact(gold), "disk", 1, "storage_policy_id"),
			},
			Check: p.hasPolicies("/DC0/vm/m1", gold, silver, gold),
		},
		resource.TestStep{
			Config: config(policy(silver), "", policy(silver)), ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact(silver), "storage_policy_id"),
				has(knownvalue.StringExact(silver), "disk", 0, "storage_policy_id"),
			},
			Check: p.hasPolicies("/DC0/vm/m1", silver, silver, silver),
		},
		resource.TestStep{ // a module that hands on nothing
			Config: config(policy(""), policy(""), ""), ConfigPlanChecks: unchanged,
			Check: p.hasPolicies("/DC0/vm/m1", silver, silver, silver),
		},
		resource.TestStep{
			Config: config(policy("none"), policy("none"), ""), ConfigPlanChecks: updated,
			Check: p.hasPolicies("/DC0/vm/m1", "", "", silver),
		},
		resource.TestStep{ // somebody gives it one
			PreConfig: func() {
				p.reconfigure("/DC0/vm/m1", vim.VirtualMachineConfigSpec{VmProfile: []vim.BaseVirtualMachineProfileSpec{&vim.VirtualMachineDefinedProfileSpec{ProfileId: gold}}})
			},
			Config: config(policy("none"), "", ""), ConfigPlanChecks: updated,
			Check: p.hasPolicies("/DC0/vm/m1", "", "", silver),
		},
		resource.TestStep{Config: config(policy("no-such"), "", ""), ExpectError: regexp.MustCompile(`(?s)storage_policy_id\s+=.*profileId`)},
	)
}

// TestMachinePoliciesOfClone: a clone gets the policies in the task that makes it.
func TestMachinePoliciesOfClone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Test(t, resource.TestStep{
		Config: p.named("m", "m1", p.clone()+policy(gold)+p.disk("root", 0, 10, policy(silver))+p.disk("data", 1, 2, policy(gold))+p.nic()),
		Check: resource.ComposeTestCheckFunc(p.hasPolicies("/DC0/vm/m1", gold, silver, gold), check(func() error {
			if n := p.Calls().Count("ReconfigVM_Task", "RelocateVM_Task"); n != 0 {
				return fmt.Errorf("%d tasks besides the clone", n)
			}
			return nil
		})),
	})
}

// TestMachinePolicyImport: an import reads policies that nobody has configured.
func TestMachinePolicyImport(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.reconfigure("/DC0/vm/DC0_H0_VM0", vim.VirtualMachineConfigSpec{VmProfile: []vim.BaseVirtualMachineProfileSpec{&vim.VirtualMachineDefinedProfileSpec{ProfileId: gold}}})
	protocol := p.Connect(t)
	imported := protocol.Import("vsphere_virtual_machine", "/DC0/vm/DC0_H0_VM0")
	protocol.OK(imported.Diagnostics)
	if imported.State["storage_policy_id"] != gold {
		t.Errorf("the policy reads %v", imported.State["storage_policy_id"])
	}
}

// TestMachinePolicyNotAllowed: who may not see policies can do without, as long
// as nobody sets one.
func TestMachinePolicyNotAllowed(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.Inject(simulator.Fault{Method: "PbmQueryAssociatedProfiles", SOAP: &vim.NoPermission{PrivilegeId: "StorageProfile.View"}})
	protocol := p.Connect(t)
	imported := protocol.Import("vsphere_virtual_machine", "/DC0/vm/DC0_H0_VM0")
	protocol.OK(imported.Diagnostics)
	if n := p.Calls().Count("PbmQueryAssociatedProfiles"); n != 1 {
		t.Errorf("policies were asked for %d times", n)
	}
	protocol.OK(protocol.Refresh("vsphere_virtual_machine", imported).Diagnostics)
	if n := p.Calls().Count("PbmQueryAssociatedProfiles"); n != 1 {
		t.Errorf("policies are asked for again, though nobody has any")
	}
}

// TestMachinePolicyCalls: the policies of many machines and their disks are one
// call of a refresh; machines without policies cost none.
func TestMachinePolicyCalls(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	const kind, machines = "vsphere_virtual_machine", 20
	for _, id := range []string{"", gold} {
		before := p.Calls()
		made := make([]*acctest.Applied, machines)
		inParallel(machines, func(i int) {
			config := p.object(fmt.Sprintf("m%s%d", id, i))
			if id != "" {
				config["storage_policy_id"] = id
				config["disk"].(acctest.List)[1].(acctest.Object)["storage_policy_id"] = id
			}
			made[i] = protocol.Apply(kind, nil, config)
			protocol.OK(made[i].Diagnostics)
		})
		if n := p.Calls().Count("PbmQueryAssociatedProfiles") - before.Count("PbmQueryAssociatedProfiles"); id == "" && n != 0 {
			t.Errorf("making machines without policies asks for them %d times", n)
		}
		before = p.Calls()
		inParallel(machines, func(i int) { made[i] = protocol.Refresh(kind, made[i]) })
		n := p.Calls().Count("PbmQueryAssociatedProfiles") - before.Count("PbmQueryAssociatedProfiles")
		t.Logf("refresh with policy %q: %d calls, %d of them for policies", id, p.Calls().Total-before.Total, n)
		if id == "" && n != 0 || id != "" && (n < 1 || n > machines/2) {
			t.Errorf("refreshing %d machines with policy %q asks for policies %d times", machines, id, n)
		}
		for i, m := range made {
			protocol.OK(m.Diagnostics)
			if m.State["storage_policy_id"] != id || m.State["disk"].(acctest.List)[1].(acctest.Object)["storage_policy_id"] != id {
				t.Errorf("machine %d has policy %v", i, m.State["storage_policy_id"])
			}
		}
		inParallel(machines, func(i int) { protocol.OK(protocol.Apply(kind, made[i], nil).Diagnostics) })
	}
}

var unchanged = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// reconfigure changes a machine behind the provider's back.
func (p *place) reconfigure(path string, spec vim.VirtualMachineConfigSpec) {
	p.t.Helper()
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.Reconfigure(ctx, spec)
	})
}

// check makes a check of something that is not in the state.
func check(f func() error) resource.TestCheckFunc {
	return func(*terraform.State) error { return f() }
}

// inParallel does something n times, ten at a time as Terraform would.
func inParallel(n int, do func(i int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, 10)
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	group.Wait()
}

// wasInState checks what the state of the machine holds when a plan is made.
func wasInState(attribute, want string) plancheck.PlanCheck { return prior{attribute, want} }

type prior struct{ attribute, want string }

// CheckPlan implements plancheck.PlanCheck.
func (p prior) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, r := range req.Plan.ResourceChanges {
		if before, ok := r.Change.Before.(map[string]any); ok && r.Address == address && before[p.attribute] != p.want {
			resp.Error = fmt.Errorf("%s is %v in the state, not %q", p.attribute, before[p.attribute], p.want)
		}
	}
}
