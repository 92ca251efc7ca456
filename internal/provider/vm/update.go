// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// update is the Update verb: moves first, then the configuration, with a power
// cycle if that takes one, and at last the migration. Whether it may be done is
// decided before anything is.
func update(ctx context.Context, c *vsphere.Client, plan, state *model) error {
	looking := *state
	if len(looking.ExtraConfig.Elements()) == 0 {
		looking.ExtraConfig = plan.ExtraConfig // so that its keys are read
	}
	vm, err := find(ctx, c, &looking)
	if err != nil {
		return err
	}
	change, err := newChange(ctx, c, plan, state, vm)
	if err != nil {
		return err
	}
	if err := move(ctx, c, plan, state, vm.Self); err != nil {
		return err
	}
	if err := change.make(ctx); err != nil {
		return err
	}
	moves, err := plan.moves(ctx, state)
	if err == nil && moves {
		err = migrate(ctx, c, plan, plan.podToEnter())
	}
	if err == nil {
		err = leaveVApp(ctx, c, plan, state, vm.Self)
	}
	return errors.Join(change.warnings, err)
}

// moves reports whether a plan puts the machine or a disk elsewhere.
func (m *model) moves(ctx context.Context, was *model) (bool, error) {
	if differs(m.ResourcePool, was.ResourcePool) || differs(m.Host, was.Host) || m.movesHome(was) {
		return true, nil
	}
	disks, err := decode[diskModel](ctx, m.Disks)
	if err != nil {
		return false, err
	}
	old, err := decode[diskModel](ctx, was.Disks)
	if err != nil {
		return false, err
	}
	for i, n := range device.PairDisks(plainDisks(old), plainDisks(disks)) {
		if n >= 0 && differs(disks[i].Datastore, old[n].Datastore) {
			return true, nil
		}
	}
	return false, nil
}

// movesHome reports whether a plan puts the machine's own files elsewhere.
func (m *model) movesHome(was *model) bool { return m.inPod() || differs(m.Datastore, was.Datastore) }

// podToEnter is the datastore cluster that an update moves the machine into, ""
// for none.
func (m *model) podToEnter() string {
	if m.inPod() {
		return m.DatastoreCluster.ValueString()
	}
	return ""
}

// move puts the machine into another folder.
func move(ctx context.Context, c *vsphere.Client, plan, state *model, vm vsphere.Ref) error {
	if !differs(plan.Folder, state.Folder) || plan.inVApp() || state.inVApp() {
		return nil
	}
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return err
	}
	return moveInto(ctx, c, folder, vm)
}
