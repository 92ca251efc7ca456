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

// errStillOn is the error of a guest that does not shut down and may not be
// powered off.
var errStillOn = errors.New("the guest did not shut down in time; raise shutdown_wait_timeout, or allow force_power_off")

// powerOn starts the machine; one that runs already is a success.
func powerOn(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	res, err := methods.PowerOnVM_Task(ctx, c, &vim.PowerOnVM_Task{This: vm})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	return describe("power on", unless(err, vim.VirtualMachinePowerStatePoweredOn))
}

// powerOff switches the machine off; one that is off already is a success.
func powerOff(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	res, err := methods.PowerOffVM_Task(ctx, c, &vim.PowerOffVM_Task{This: vm})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	return describe("power off", unless(err, vim.VirtualMachinePowerStatePoweredOff))
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
// Tools run, and powered off when it takes longer than wait and force allows it.
// Without Tools there is nobody to ask.
func stop(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine, wait time.Duration, force bool) error {
	switch {
	case vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOff:
		return nil
	case vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOn || !toolsRun(vm.Guest):
		return powerOff(ctx, c, vm.Self)
	}
	down, err := shutDown(ctx, c, vm.Self, wait)
	if down || ctx.Err() != nil {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) && !force {
		return lifecycle.Attr("force_power_off", errStillOn)
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
