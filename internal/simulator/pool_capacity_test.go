// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// reserve is the configuration of a pool that is sure of so many MHz and MB.
func reserve(cpu, memory int64, grow bool) vim.ResourceConfigSpec {
	spec := vim.DefaultResourceConfigSpec()
	spec.CpuAllocation.Reservation, spec.MemoryAllocation.Reservation = &cpu, &memory
	spec.CpuAllocation.ExpandableReservation, spec.MemoryAllocation.ExpandableReservation = &grow, &grow
	return spec
}

func readPool(t *testing.T, c *govmomi.Client, id ref) (p mo.ResourcePool) {
	t.Helper()
	if err := property.DefaultCollector(c.Client).RetrieveOne(t.Context(), id, []string{"config", "runtime", "summary", "vm", "resourcePool"}, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// The three hosts of the cluster have two cores of 2294 MHz and 4095 MB each.
const clusterMHz, clusterMB = 3 * 2 * 2294, 3 * 4095

func TestPoolReservations(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	root := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	create := func(parent ref, name string, spec vim.ResourceConfigSpec) (ref, error) {
		p, err := object.NewResourcePool(c.Client, parent).Create(t.Context(), name, spec)
		if err != nil {
			return ref{}, err
		}
		return p.Reference(), nil
	}
	update := func(id ref, spec vim.ResourceConfigSpec) error {
		_, err := methods.UpdateConfig(t.Context(), c, &vim.UpdateConfig{This: id, Config: &spec})
		return err
	}
	must := func(id ref, err error) ref {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	cpu, memory := new(vim.InsufficientCpuResourcesFault), new(vim.InsufficientMemoryResourcesFault)
	refused := func(what string, err error, want vim.BaseMethodFault) {
		t.Helper()
		if !fault.Is(err, want) {
			t.Errorf("%s: %v, want %T", what, err, want)
		}
	}
	if r := readPool(t, c, root); *r.Config.CpuAllocation.Limit != clusterMHz || r.Runtime.Memory.MaxUsage>>20 != clusterMB ||
		r.Summary.GetResourcePoolSummary().Runtime.Cpu.UnreservedForPool != clusterMHz {
		t.Errorf("root pool: %+v %+v", r.Config, r.Runtime)
	}
	_, err := create(root, "x", reserve(clusterMHz+1, 0, true))
	refused("more processors than the hosts have", err, cpu)
	_, err = create(root, "x", reserve(0, clusterMB+1, true))
	refused("more memory than the hosts have", err, memory)

	fixed, growing := must(create(root, "fixed", reserve(1000, 1000, false))), must(create(root, "growing", reserve(1000, 1000, true)))
	_, err = create(fixed, "x", reserve(1001, 0, true))
	refused("more than a parent that cannot grow", err, cpu)
	inner := must(create(growing, "inner", reserve(5000, 1500, true)))
	r := readPool(t, c, root).Runtime
	if r.Cpu.ReservationUsed != 6000 || r.Memory.ReservationUsed>>20 != 2500 || r.Cpu.UnreservedForVm != clusterMHz-6000 {
		t.Errorf("the growing pool takes from the root: %+v", r)
	}
	refused("no longer growing, with more inside", update(growing, reserve(1000, 2000, false)), cpu)
	refused("more than is left", update(fixed, reserve(clusterMHz-5000+1, 1000, false)), cpu)
	must(fixed, update(fixed, reserve(clusterMHz-5000, 1000, false)))
	_, err = methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: fixed, List: []ref{inner}})
	refused("into a pool with too little memory", err, memory)
	must(inner, update(inner, reserve(10, 10, true)))
	if _, err := methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: fixed, List: []ref{inner}}); err != nil {
		t.Error(err)
	}
}

// A machine that runs takes its reservation from the pool that it is in.
func TestMachineReservesInPool(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	root := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	spec := vim.VirtualMachineCloneSpec{PowerOn: true, Config: &vim.VirtualMachineConfigSpec{
		CpuAllocation: &vim.ResourceAllocationInfo{Reservation: vim.NewInt64(500)},
	}}
	vm, err := cloneTemplate(t, v, c, "template-linux", "reserves", spec)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := object.NewResourcePool(c.Client, root).Create(t.Context(), "x", reserve(clusterMHz-499, 0, true)); !fault.Is(err, &vim.InsufficientCpuResourcesFault{}) {
		t.Errorf("what a machine has: %v", err)
	}
	small, err := object.NewResourcePool(c.Client, root).Create(t.Context(), "small", reserve(499, 0, false))
	if err != nil {
		t.Fatal(err)
	}
	_, err = methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: small.Reference(), List: []ref{vm.Reference()}})
	if !fault.Is(err, &vim.InsufficientCpuResourcesFault{}) {
		t.Errorf("a machine into too small a pool: %v", err)
	}
}

// The parent takes over what was in a pool that is destroyed.
func TestDestroyPoolKeepsMembers(t *testing.T) {
	v := start(t, Options{NoTemplates: true, Apps: 1})
	c := login(t, v)
	root := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	pool, err := object.NewResourcePool(c.Client, root).Create(t.Context(), "goes", vim.DefaultResourceConfigSpec())
	if err != nil {
		t.Fatal(err)
	}
	inner, err := pool.Create(t.Context(), "stays", vim.DefaultResourceConfigSpec())
	if err != nil {
		t.Fatal(err)
	}
	vm, app := mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0"), mustFind(t, v, "/DC0/host/DC0_C0/Resources/DC0_C0_APP0")
	members := []ref{vm, app}
	if _, err := methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: pool.Reference(), List: members}); err != nil {
		t.Fatal(err)
	}
	before := readPool(t, c, pool.Reference())
	if !slices.Contains(before.Vm, vm) || !slices.Contains(before.ResourcePool, app) || holds(t, c, root, vm) {
		t.Fatalf("moved: %v %v", before.Vm, before.ResourcePool)
	}
	task, err := pool.Destroy(t.Context())
	if err != nil || task.Wait(t.Context()) != nil {
		t.Fatal("destroy", err)
	}
	after := readPool(t, c, root)
	for _, id := range []ref{app, inner.Reference()} {
		if !slices.Contains(after.ResourcePool, id) {
			t.Errorf("%v is lost", id)
		}
	}
	var m mo.VirtualMachine
	if err := c.RetrieveOne(t.Context(), vm, []string{"resourcePool"}, &m); err != nil || *m.ResourcePool != root || !slices.Contains(after.Vm, vm) {
		t.Errorf("machine in %v: %v", m.ResourcePool, err)
	}
	if slices.Contains(after.ResourcePool, pool.Reference()) {
		t.Error("the pool is still listed")
	}
	if err := c.RetrieveOne(t.Context(), pool.Reference(), []string{"name"}, new(mo.ResourcePool)); !fault.Is(err, &vim.ManagedObjectNotFound{}) {
		t.Errorf("the pool is still there: %v", err)
	}
}

// Moves and new pools at the same time neither lose a pool nor hang.
func TestPoolsInParallel(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	root := object.NewResourcePool(c.Client, mustFind(t, v, "/DC0/host/DC0_C0/Resources"))
	vm := mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0")
	const n = 16
	errs := make(chan error, n)
	for i := range n {
		go func() {
			p, err := root.Create(t.Context(), fmt.Sprintf("pool-%d", i), reserve(10, 10, true))
			if err == nil {
				id := p.Reference()
				var task *object.Task
				if task, err = object.NewVirtualMachine(c.Client, vm).Relocate(t.Context(), vim.VirtualMachineRelocateSpec{Pool: &id}, ""); err == nil {
					err = task.Wait(t.Context())
				}
			}
			if err == nil {
				_, err = methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: root.Reference(), List: []ref{vm}})
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if r := readPool(t, c, root.Reference()); len(r.ResourcePool) != n || r.Runtime.Cpu.ReservationUsed != 10*n {
		t.Errorf("%d pools with %d MHz", len(r.ResourcePool), r.Runtime.Cpu.ReservationUsed)
	}
}
