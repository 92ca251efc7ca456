// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

var errPowerChanged = errors.New("somebody has switched the machine on or off since the plan was made; plan again")

// change is what an update makes of the configuration and the power state of a
// machine.
type change struct {
	c       *vsphere.Client
	plan    *model
	vm      *mo.VirtualMachine
	spec    *vim.VirtualMachineConfigSpec
	empty   []string // members of the specification that are to be emptied
	evc     bool     // whether the EVC mode changes
	upgrade bool     // of the virtual hardware
	power   powerPath

	warnings error // what went wrong when all was done
}

// newChange compares the plan with the machine as it is now and decides how to
// get there. It refuses what the plan did not announce.
func newChange(ctx context.Context, c *vsphere.Client, plan, state *model, vm *mo.VirtualMachine) (*change, error) {
	ch := &change{c: c, plan: plan, vm: vm, spec: plan.expand(vm.Config, &state.configModel)}
	if name := plan.Name.ValueString(); name != vm.Name {
		ch.spec.Name = name
	}
	var err error
	if ch.spec.DeviceChange, err = devicesForUpdate(ctx, c, plan, state, vm.Config.Hardware.Device); err != nil {
		return nil, err
	}
	if !plan.movesHome(state) && device.ChangesPolicy(plan.StoragePolicy.ValueString(), state.StoragePolicy.ValueString()) {
		ch.spec.VmProfile = device.Profile(plan.StoragePolicy.ValueString())
	}
	ch.empty = plan.emptied(vm.Config)
	ch.evc = differs(plan.EVCMode, state.EVCMode)
	ch.upgrade = plan.HardwareVersion.ValueInt64() > int64(hardwareNumber(vm.Config.Version))
	now, err := asItIs(ctx, plan, state, vm)
	if err != nil {
		return nil, err
	}
	var can abilities
	if plan.growsHot(&now.configModel) && vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOff {
		if can, err = readAbilities(ctx, c, vm.Self.Value); err != nil {
			return nil, err
		}
	}
	why := plan.offline(ctx, now, can)
	off := len(why) > 0
	found := powerState(vm.Runtime.PowerState)
	to := wantedPower(plan.PowerState, found, off)
	if found != to && to == state.PowerState.ValueString() {
		return nil, lifecycle.Attr("power_state", errPowerChanged)
	}
	ch.power = pathBetween(found, to, off)
	return ch, ch.mayCycle(why)
}

// asItIs is the state with what the machine is now, also where only the plan
// knows of it. What an update may do while the machine runs is decided by that,
// not by what it was like at the plan.
func asItIs(ctx context.Context, plan, state *model, vm *mo.VirtualMachine) (*model, error) {
	now := *state
	now.powerModel.flatten(vm.Runtime.PowerState, vm.Guest)
	now.configModel.flatten(vm.Config)
	for _, block := range []struct{ now, planned *types.List }{{&now.VideoCard, &plan.VideoCard}, {&now.VTPM, &plan.VTPM}} {
		if len(block.now.Elements()) == 0 {
			*block.now = *block.planned
		}
	}
	return &now, now.readDevices(ctx, vm.Config.Hardware.Device)
}

// mayCycle refuses a power cycle that the policy of the provider forbids, or
// that the plan did not announce.
func (ch *change) mayCycle(why []reason) error {
	announced := ch.plan.RebootRequired.IsUnknown() || ch.plan.RebootRequired.ValueBool()
	deny := ch.c.RebootPolicy() == vsphere.RebootDeny
	if !ch.power.cycles() || announced && !deny {
		return nil
	}
	because := "which the plan did not announce, since the machine was another then. Plan again"
	if deny {
		because = "which reboot_policy = \"deny\" forbids"
	}
	var errs []error
	for _, r := range why {
		errs = append(errs, lifecycle.At(r.at, fmt.Errorf("the machine would have to be powered off and on again (%s), %s", r.why, because)))
	}
	return errors.Join(errs...)
}

// make does it. A machine that was stopped for a change that fails is started
// again.
func (ch *change) make(ctx context.Context) error {
	if ch.power.resume {
		if err := powerOn(ctx, ch.c, ch.vm.Self, ch.plan.powerOnWait()); err != nil {
			return err
		}
	}
	if ch.power.stop {
		if err := stop(ctx, ch.c, ch.vm, ch.plan.shutdownWait(), ch.plan.ForcePowerOff.ValueBool()); err != nil {
			return err
		}
	}
	if err := ch.reconfigure(ctx); err != nil {
		if ch.power.cycles() {
			err = errors.Join(err, restart(ctx, ch.c, ch.vm.Self))
		}
		return err
	}
	if ch.power.start {
		if err := powerOn(ctx, ch.c, ch.vm.Self, ch.plan.powerOnWait()); err != nil {
			return err
		}
	}
	if ch.power.start || ch.power.resume {
		if err := ch.wait(ctx); err != nil {
			return err
		}
	}
	if ch.power.suspend {
		return suspend(ctx, ch.c, ch.vm.Self)
	}
	return nil
}

// wait waits for the guest of a machine that was started. It is there and as
// configured, so that a guest which does not come up is no failure of the update.
func (ch *change) wait(ctx context.Context) error {
	var err error
	if tools := ch.vm.Config.Tools; tools != nil && tools.PendingCustomization != "" {
		err = waitForCustomization(ctx, ch.c, ch.plan)
	}
	if err == nil {
		err = waitForGuest(ctx, ch.c, ch.vm.Self, &ch.plan.waitModel)
	}
	if ctx.Err() != nil {
		return err
	}
	ch.warnings = lifecycle.Warning(err)
	return nil
}

// reconfigure sends what differs, in one task; nothing when nothing does.
func (ch *change) reconfigure(ctx context.Context) error {
	err := ch.plan.blamePolicy(ctx, ch.send(ctx))
	if err == nil && addsTPM(ch.spec) {
		err = verifyTPM(ctx, ch.c, ch.plan)
	}
	if err == nil && ch.upgrade {
		err = upgradeHardware(ctx, ch.c, ch.plan)
	}
	if err == nil && ch.evc {
		err = applyEVC(ctx, ch.c, ch.vm.Self, ch.plan.EVCMode.ValueString())
	}
	return err
}

// send sends the specification. New disks of a machine in a datastore cluster go
// where Storage DRS recommends.
func (ch *change) send(ctx context.Context) error {
	wishes := newDiskWishes(ch.spec.DeviceChange)
	if !given(ch.plan.DatastoreCluster) || len(wishes) == 0 {
		return reconfigureTask(ctx, ch.c, ch.vm.Self, ch.spec, ch.empty...)
	}
	vm := ch.vm.Self
	task, err := place(ctx, ch.c, ch.plan.DatastoreCluster.ValueString(), vim.StoragePlacementSpec{
		Type: string(vim.StoragePlacementSpecPlacementTypeReconfigure), Vm: &vm, ConfigSpec: ch.spec,
	}, wishes)
	if err := reconfigured(ctx, ch.c, vm, ch.spec, task, err); err != nil {
		return err
	}
	return reconfigureTask(ctx, ch.c, vm, new(vim.VirtualMachineConfigSpec), ch.empty...)
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

// reconfigureTask sends a specification, unless it says nothing, with the
// members that are to be emptied.
func reconfigureTask(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, spec *vim.VirtualMachineConfigSpec, emptied ...string) error {
	if empty(spec) && len(emptied) == 0 {
		return nil
	}
	task, err := c.Reconfigure(ctx, vm, *spec, emptied...)
	return reconfigured(ctx, c, vm, spec, task, err)
}

// reconfigured ends the task that changes the configuration.
func reconfigured(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, spec *vim.VirtualMachineConfigSpec, task vsphere.Ref, err error) error {
	err = await(ctx, c, vm, task, err)
	if spec.Name != "" {
		c.Forget(vm)
	}
	if vsphere.IsFault[vim.DuplicateName](err) {
		return lifecycle.Attr("name", err)
	}
	return blameDevice(err, spec.DeviceChange)
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
	err = await(ctx, c, vm, deref(res).Returnval, err)
	return lifecycle.Attr("hardware_version", err)
}
