// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// relocation returns what of host, pool, datastore and disks is not where the
// plan has it, nil for nothing.
func relocation(ctx context.Context, c *vsphere.Client, plan *model, vm *mo.VirtualMachine) (*vim.VirtualMachineRelocateSpec, error) {
	var spec vim.VirtualMachineRelocateSpec
	moves := false
	if pool := plan.ResourcePool.ValueString(); vm.ResourcePool != nil && vm.ResourcePool.Value != pool {
		spec.Pool, moves = ptr(poolRef(pool)), true
	}
	if host := plan.Host.ValueString(); host != "" && deref(vm.Runtime.Host).Value != host {
		spec.Host, moves = ptr(hostRef(host)), true
	}
	is, err := datastoreOf(ctx, c, vm)
	if err != nil {
		return nil, err
	}
	if datastore := plan.Datastore.ValueString(); datastore != "" && is != datastore {
		spec.Datastore, moves = ptr(datastoreRef(datastore)), true
	}
	if spec.Disk, err = diskMoves(ctx, plan, vm, spec.Datastore != nil); err != nil {
		return nil, err
	}
	if !moves && len(spec.Disk) == 0 {
		return nil, nil
	}
	return &spec, nil
}

// diskMoves says where disks go. When the machine itself changes datastores all
// disks are named: those that the state does not know stay where they are.
func diskMoves(ctx context.Context, plan *model, vm *mo.VirtualMachine, all bool) ([]vim.VirtualMachineRelocateSpecDiskLocator, error) {
	blocks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return nil, err
	}
	wants := plainDisks(without(blocks))
	found := device.ReadDisks(vm.Config.Hardware.Device)
	target := map[int32]string{}
	for _, d := range found {
		target[d.Key] = d.DatastoreID
	}
	matched := device.MatchDisks(wants, found).Disks
	for i, n := range device.PairDisks(matched, wants) {
		if w := wants[i]; n >= 0 && !w.Attach && w.DatastoreID != "" {
			target[matched[n].Key] = w.DatastoreID
		}
	}
	var moves []vim.VirtualMachineRelocateSpecDiskLocator
	for _, d := range found {
		if to := target[d.Key]; to != "" && (all || to != d.DatastoreID) {
			moves = append(moves, vim.VirtualMachineRelocateSpecDiskLocator{DiskId: d.Key, Datastore: datastoreRef(to)})
		}
	}
	return moves, nil
}

// movePool changes the pool without a migration where both pools belong to the
// same cluster or host, and takes it out of the specification.
func movePool(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine, spec *vim.VirtualMachineRelocateSpec) error {
	if spec.Pool == nil {
		return nil
	}
	to, err := vsphere.Get[mo.ResourcePool](ctx, c, *spec.Pool, "owner")
	if err != nil {
		return lifecycle.Attr("resource_pool_id", err)
	}
	from, err := vsphere.Get[mo.ResourcePool](ctx, c, *vm.ResourcePool, "owner")
	if err != nil {
		return err
	}
	if to.Owner != from.Owner {
		return nil
	}
	_, err = methods.MoveIntoResourcePool(ctx, c, &vim.MoveIntoResourcePool{This: *spec.Pool, List: []vim.ManagedObjectReference{vm.Self}})
	spec.Pool = nil
	return lifecycle.Attr("resource_pool_id", err)
}
