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
)

var (
	// errStillOn is the error of a guest that does not shut down and may not be
	// powered off.
	errStillOn = errors.New("the guest did not shut down in time; raise shutdown_wait_timeout, or allow force_power_off")
	// errNobodyToAsk is that of a machine that cannot be shut down at all.
	errNobodyToAsk = errors.New("VMware Tools do not run in the guest, so it cannot be asked to shut down; allow force_power_off, or shut it down")
	errSuspended   = errors.New("the machine is suspended, and to power it off discards what its memory holds; allow force_power_off, or resume it")
)

// A power-on that is refused because of the machine's state is tried again, at
// first soon: the state is often on its way.
const (
	firstPowerOnPause = 200 * time.Millisecond
	lastPowerOnPause  = 5 * time.Second
)

// powerOn starts the machine; one that runs already is a success. It is tried
// until timeout for as long as the state of the machine does not allow it.
func powerOn(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for pause := firstPowerOnPause; ; pause = min(2*pause, lastPowerOnPause) {
		res, err := methods.PowerOnVM_Task(ctx, c, &vim.PowerOnVM_Task{This: vm})
		err = unless(await(ctx, c, vm, deref(res).Returnval, err), vim.VirtualMachinePowerStatePoweredOn)
		if !notNow(err) || !rest(ctx, pause) {
			return describe("power on", err)
		}
	}
}

// notNow reports whether a fault says that the state of a machine does not
// allow what was asked, which may pass.
func notNow(err error) bool {
	return vsphere.IsFault[vim.InvalidPowerState](err) || vsphere.IsFault[vim.InvalidState](err) || vsphere.IsFault[vim.TaskInProgress](err)
}

// rest reports whether d has passed before ctx has ended.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// powerOff switches the machine off; one that is off already is a success.
func powerOff(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	res, err := methods.PowerOffVM_Task(ctx, c, &vim.PowerOffVM_Task{This: vm})
	err = await(ctx, c, vm, deref(res).Returnval, err)
	return describe("power off", unless(err, vim.VirtualMachinePowerStatePoweredOff))
}

// suspend writes the memory of the machine to disk and stops it there.
func suspend(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	res, err := methods.SuspendVM_Task(ctx, c, &vim.SuspendVM_Task{This: vm})
	err = await(ctx, c, vm, deref(res).Returnval, err)
	return describe("suspend", unless(err, vim.VirtualMachinePowerStateSuspended))
}

// unless drops the error of a machine that is already in the wanted state.
func unless(err error, wanted vim.VirtualMachinePowerState) error {
	if fault, ok := vsphere.FaultAs[vim.InvalidPowerState](err); ok && fault.ExistingState == wanted {
		return nil
	}
	return err
}

func describe(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// stop brings the machine to rest: the guest is asked to shut down if VMware
// Tools run. It is powered off when it takes longer than wait, or cannot be
// asked, if force allows that.
func stop(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine, wait time.Duration, force bool) error {
	var refused error // why the machine cannot be stopped gently
	switch {
	case vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOff:
		return nil
	case vm.Runtime.PowerState == vim.VirtualMachinePowerStateSuspended:
		refused = errSuspended
	case !toolsRun(vm.Guest):
		refused = errNobodyToAsk
	default:
		down, err := shutDown(ctx, c, vm.Self, wait)
		if down || ctx.Err() != nil {
			return err
		}
		if refused = err; errors.Is(err, context.DeadlineExceeded) {
			refused = errStillOn
		}
	}
	if !force {
		return lifecycle.Attr("force_power_off", refused)
	}
	return powerOff(ctx, c, vm.Self)
}

// shutDown asks the guest to shut down and reports whether it did in time.
func shutDown(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, wait time.Duration) (bool, error) {
	if _, err := methods.ShutdownGuest(ctx, c, &vim.ShutdownGuest{This: vm}); err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	err := waitForPower(ctx, c, vm, vim.VirtualMachinePowerStatePoweredOff)
	return err == nil, err
}

// waitForPower waits until the machine is in a power state.
func waitForPower(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, wanted vim.VirtualMachinePowerState) error {
	return c.WaitFor(ctx, vm, []string{"runtime.powerState"}, func(content vim.ObjectContent) (bool, error) {
		for _, p := range content.PropSet {
			if state, ok := p.Val.(vim.VirtualMachinePowerState); ok && state == wanted {
				return true, nil
			}
		}
		return false, nil
	})
}

func toolsRun(guest *vim.GuestInfo) bool {
	return deref(guest).ToolsRunningStatus == string(vim.VirtualMachineToolsRunningStatusGuestToolsRunning)
}

// shutdownWait and powerOnWait are timeouts of the configuration.
func (m *waitModel) shutdownWait() time.Duration {
	return time.Duration(max(m.ShutdownTimeout.ValueInt64(), 1)) * time.Minute
}

func (m *waitModel) powerOnWait() time.Duration {
	return time.Duration(max(m.PowerOnTimeout.ValueInt64(), 300)) * time.Second
}
