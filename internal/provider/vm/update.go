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

// update is the Update verb: moves first, then the configuration, with a power
// cycle if that takes one, and at last the migration.
func update(ctx context.Context, c *vsphere.Client, plan, state *model) error {
	looking := *state
	if len(looking.ExtraConfig.Elements()) == 0 {
		looking.ExtraConfig = plan.ExtraConfig // so that its keys are read
	}
	vm, err := find(ctx, c, &looking)
	if err != nil {
		return err
	}
	if err := move(ctx, c, plan, state, vm.Self); err != nil {
		return err
	}
	if err := reconfigure(ctx, c, plan, state, vm); err != nil {
		return err
	}
	moves, err := plan.moves(ctx, state)
	if err != nil || !moves {
		return err
	}
	return migrate(ctx, c, plan)
}

// moves reports whether a plan puts the machine or a disk elsewhere.
func (m *model) moves(ctx context.Context, was *model) (bool, error) {
	if differs(m.ResourcePool, was.ResourcePool) || differs(m.Host, was.Host) || differs(m.Datastore, was.Datastore) {
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

// move puts the machine into another folder.
func move(ctx context.Context, c *vsphere.Client, plan, state *model, vm vsphere.Ref) error {
	if !differs(plan.Folder, state.Folder) {
		return nil
	}
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return err
	}
	res, err := methods.MoveIntoFolder_Task(ctx, c, &vim.MoveIntoFolder_Task{This: folder, List: []vim.ManagedObjectReference{vm}})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	c.Forget(vm)
	return lifecycle.Attr("folder", err)
}

// reconfigure sends what differs, in one task; nothing when nothing does. A
// machine that has to be off for it is stopped before and started again after;
// one that was found off stays off.
func reconfigure(ctx context.Context, c *vsphere.Client, plan, state *model, vm *mo.VirtualMachine) error {
	spec := plan.expand(vm.Config, &state.configModel)
	if name := plan.Name.ValueString(); name != vm.Name {
		spec.Name = name
	}
	var err error
	if spec.DeviceChange, err = devicesForUpdate(ctx, c, plan, state, vm.Config.Hardware.Device); err != nil {
		return err
	}
	upgrade := plan.HardwareVersion.ValueInt64() > int64(hardwareNumber(vm.Config.Version))
	if empty(spec) && !upgrade {
		return nil
	}
	cycle := upgrade || len(plan.offline(ctx, state)) > 0
	cycle = cycle && vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOff
	if cycle {
		if err := stop(ctx, c, vm, plan.shutdownWait(), plan.ForcePowerOff.ValueBool()); err != nil {
			return err
		}
	}
	err = reconfigureTask(ctx, c, vm.Self, spec)
	if err == nil && upgrade {
		err = upgradeHardware(ctx, c, plan)
	}
	if !cycle {
		return err
	}
	if err != nil {
		return errors.Join(err, restart(ctx, c, vm.Self))
	}
	if err := powerOn(ctx, c, vm.Self, plan.powerOnWait()); err != nil {
		return err
	}
	return waitForGuest(ctx, c, vm.Self, &plan.waitModel)
}

// restartTime bounds starting a machine again after a change that failed.
const restartTime = time.Minute

// restart puts a machine back on that was stopped for a change that failed, also
// when the operation was interrupted: nobody has asked for it to be off.
func restart(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restartTime)
	defer cancel()
	if err := powerOn(ctx, c, vm, restartTime); err != nil {
		return fmt.Errorf("powering the machine on again after that: %w", err)
	}
	return nil
}

func reconfigureTask(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, spec *vim.VirtualMachineConfigSpec) error {
	if empty(spec) {
		return nil
	}
	res, err := methods.ReconfigVM_Task(ctx, c, &vim.ReconfigVM_Task{This: vm, Spec: *spec})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	if spec.Name != "" {
		c.Forget(vm)
	}
	if vsphere.IsFault[vim.DuplicateName](err) {
		return lifecycle.Attr("name", err)
	}
	return err
}

// upgradeHardware raises the version of the virtual hardware. The machine is off.
func upgradeHardware(ctx context.Context, c *vsphere.Client, plan *model) error {
	version := hardwareName(plan.HardwareVersion)
	if version == "" {
		return nil
	}
	vm := plan.Entity()
	is, err := vsphere.Get[mo.VirtualMachine](ctx, c, vm, "config.version")
	if err != nil {
		return err
	}
	if is.Config != nil && int64(hardwareNumber(is.Config.Version)) >= plan.HardwareVersion.ValueInt64() {
		return nil
	}
	res, err := methods.UpgradeVM_Task(ctx, c, &vim.UpgradeVM_Task{This: vm, Version: version})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	return lifecycle.Attr("hardware_version", err)
}

// migrate brings the machine and its disks to where the plan has them.
func migrate(ctx context.Context, c *vsphere.Client, plan *model) error {
	vm, err := get(ctx, c, plan.MOID.ValueString(), false)
	if err != nil {
		return err
	}
	spec, err := relocation(ctx, c, plan, vm)
	if err != nil || spec == nil {
		return err
	}
	if err := movePool(ctx, c, vm, spec); err != nil {
		return err
	}
	if spec.Host == nil && spec.Pool == nil && spec.Datastore == nil && len(spec.Disk) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(plan.MigrateTimeout.ValueInt64(), 10))*time.Minute)
	defer cancel()
	res, err := methods.RelocateVM_Task(ctx, c, &vim.RelocateVM_Task{This: vm.Self, Spec: *spec})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
