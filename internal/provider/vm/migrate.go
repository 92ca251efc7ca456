// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// migration is what of a machine is not where the plan has it.
type migration struct {
	spec  vim.VirtualMachineRelocateSpec // but for the disks
	pod   string                         // datastore cluster to go into; "" for none
	disks []diskWish
}

// needed reports whether there is anything to migrate.
func (g *migration) needed() bool {
	return g.spec.Pool != nil || g.spec.Host != nil || g.spec.Datastore != nil || g.pod != "" || len(g.disks) > 0
}

// migrate brings the machine and its disks to where the plan has them. With a
// pod Storage DRS chooses where in that datastore cluster.
func migrate(ctx context.Context, c *vsphere.Client, plan *model, pod string) error {
	vm, err := get(ctx, c, plan.MOID.ValueString(), false)
	if err != nil {
		return err
	}
	g, err := newMigration(ctx, c, plan, vm, pod)
	if err != nil {
		return err
	}
	if err := g.movePool(ctx, c, vm); err != nil || !g.needed() {
		return err
	}
	limit := plan.migrateWait()
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	task, err := g.start(bounded, c, vm.Self)
	if err == nil {
		_, err = c.Wait(bounded, task, nil)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return lifecycle.Attr("migrate_wait_timeout", fmt.Errorf("the migration is not done after %s and was cancelled", limit))
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", plan.blamePolicy(ctx, err))
	}
	return nil
}

// migrateWait is how long a migration may take.
func (m *waitModel) migrateWait() time.Duration {
	return time.Duration(max(m.MigrateTimeout.ValueInt64(), 10)) * time.Minute
}

// newMigration compares the machine with the plan.
func newMigration(ctx context.Context, c *vsphere.Client, plan *model, vm *mo.VirtualMachine, pod string) (*migration, error) {
	g := &migration{pod: pod}
	if pool := plan.ResourcePool.ValueString(); vm.ResourcePool != nil && vm.ResourcePool.Value != pool {
		g.spec.Pool = ptr(poolRef(pool))
	}
	if host := plan.Host.ValueString(); host != "" && deref(vm.Runtime.Host).Value != host {
		g.spec.Host = ptr(hostRef(host))
	}
	is, err := datastoreOf(ctx, c, vm)
	if err != nil {
		return nil, err
	}
	if datastore := plan.Datastore.ValueString(); datastore != "" && is != datastore {
		g.spec.Datastore = ptr(datastoreRef(datastore))
	}
	home := g.spec.Datastore != nil || pod != ""
	if home {
		g.spec.Profile = device.Profile(plan.StoragePolicy.ValueString())
	}
	blocks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return nil, err
	}
	g.disks = diskMoves(plainDisks(without(blocks)), device.ReadDisks(vm.Config.Hardware.Device), home, pod != "")
	return g, nil
}

// diskMoves says where disks go. When the machine itself changes datastores all
// disks are named: those that the state does not know, and attached ones, stay
// where they are. A disk that moves takes space as before and gets its policy.
// Into a pod go the disks whose datastore is not decided.
func diskMoves(wants, found []device.Disk, all, pod bool) []diskWish {
	target := map[int32]device.Disk{}
	matched := device.MatchDisks(wants, found).Disks
	for i, n := range device.PairDisks(matched, wants) {
		if w := wants[i]; n >= 0 && !w.Attach && (w.DatastoreID != "" || pod) {
			target[matched[n].Key] = w
		}
	}
	var moves []diskWish
	for _, d := range found {
		w, decided := target[d.Key]
		switch {
		case decided && w.DatastoreID != d.DatastoreID:
			wish := diskWish{key: d.Key, datastore: w.DatastoreID, profile: device.Profile(w.StoragePolicyID)}
			if d.ThinProvisioned != nil {
				wish.backing = flatBacking(d)
			}
			moves = append(moves, wish)
		case all && d.DatastoreID != "":
			moves = append(moves, diskWish{key: d.Key, datastore: d.DatastoreID})
		}
	}
	return moves
}

// start starts the task that migrates the machine.
func (g *migration) start(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) (vsphere.Ref, error) {
	g.spec.Disk = locators(g.disks, "")
	if g.pod != "" {
		return place(ctx, c, g.pod, vim.StoragePlacementSpec{
			Type: string(vim.StoragePlacementSpecPlacementTypeRelocate), Vm: &vm, RelocateSpec: &g.spec,
			Priority: vim.VirtualMachineMovePriorityDefaultPriority,
		}, g.disks)
	}
	res, err := methods.RelocateVM_Task(ctx, c, &vim.RelocateVM_Task{This: vm, Spec: g.spec})
	return deref(res).Returnval, err
}

// movePool changes the pool without a migration where both pools belong to the
// same cluster or host, and takes it out of the specification.
func (g *migration) movePool(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine) error {
	if g.spec.Pool == nil {
		return nil
	}
	to, err := c.ComputeResource(ctx, *g.spec.Pool)
	if err != nil {
		return lifecycle.Attr("resource_pool_id", err)
	}
	from, err := c.ComputeResource(ctx, *vm.ResourcePool)
	if err != nil || to != from {
		return err
	}
	_, err = methods.MoveIntoResourcePool(ctx, c, &vim.MoveIntoResourcePool{This: *g.spec.Pool, List: []vim.ManagedObjectReference{vm.Self}})
	g.spec.Pool = nil
	c.Forget(vm.Self) // a vApp is part of the path
	return lifecycle.Attr("resource_pool_id", err)
}
