// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// The operations of vsphere_virtual_machine_power.
const (
	opOn       = "on"
	opOff      = "off"
	opShutdown = "shutdown"
	opReboot   = "reboot"
	opReset    = "reset"
	opSuspend  = "suspend"
	opStandby  = "standby"
)

var operations = []string{opOn, opOff, opShutdown, opReboot, opReset, opSuspend, opStandby}

// powerDeed is the config of vsphere_virtual_machine_power.
type powerDeed struct {
	ID         types.String `tfsdk:"virtual_machine_id"`
	Operation  types.String `tfsdk:"operation"`
	ForceAfter types.Int64  `tfsdk:"force_after"`
	Timeout    types.Int64  `tfsdk:"timeout"`
}

var (
	errOff     = errors.New("the machine is not powered on")
	errNoTools = errors.New("VMware Tools do not run in the guest, so it cannot be asked; use off or reset, or set force_after")
)

// NewVirtualMachinePower returns the action vsphere_virtual_machine_power.
func NewVirtualMachinePower() action.Action {
	return lifecycle.NewAction("virtual_machine_power", lifecycle.Deed[powerDeed]{Schema: powerSchema, Plan: warnPower, Invoke: invokePower})
}

func powerSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Switches a virtual machine on or off, or asks its guest to shut down, reboot or stand by. A machine that is as wanted already is left alone.",
		Attributes: map[string]schema.Attribute{
			"virtual_machine_id": schema.StringAttribute{MarkdownDescription: "The machine: its `id` (BIOS UUID), managed object id or inventory path.", Required: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			"operation":          schema.StringAttribute{MarkdownDescription: "What to do. `shutdown`, `reboot` and `standby` ask the guest, which takes VMware Tools." + schemas.OneOf(operations...), Required: true, Validators: []validator.String{stringvalidator.OneOf(operations...)}},
			"force_after":        schema.Int64Attribute{MarkdownDescription: "After how many seconds a `shutdown` that the guest does not carry out becomes `off`, and a `reboot` without VMware Tools a `reset`. Left out it does not.", Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)}},
			"timeout":            schema.Int64Attribute{MarkdownDescription: "How many seconds the operation may take. Defaults to `300`.", Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)}},
		},
	}
}

// warnPower says in the plan what the action interrupts.
func warnPower(m *powerDeed) string {
	switch op := m.Operation.ValueString(); op {
	case opOff, opReset, opSuspend:
		return fmt.Sprintf("It interrupts the guest of %s without asking it (%s).", deedName(m), op)
	case opShutdown, opReboot, opStandby:
		warning := fmt.Sprintf("It asks the guest of %s for %s.", deedName(m), op)
		if !m.ForceAfter.IsNull() {
			warning += fmt.Sprintf(" After %d seconds the guest is not asked any more.", m.ForceAfter.ValueInt64())
		}
		return warning
	}
	return ""
}

func deedName(m *powerDeed) string {
	if m.ID.IsUnknown() {
		return "a machine that is not known yet"
	}
	return m.ID.ValueString()
}

// invokePower is the Invoke verb.
func invokePower(ctx context.Context, c *vsphere.Client, m *powerDeed, say lifecycle.Progress) error {
	timeout := 300 * time.Second
	if !m.Timeout.IsNull() {
		timeout = time.Duration(m.Timeout.ValueInt64()) * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ref, err := byAnyID(ctx, c, m.ID.ValueString())
	if err != nil {
		return lifecycle.Attr("virtual_machine_id", err)
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, ref, "name", "runtime.powerState", "guest.toolsRunningStatus")
	if err != nil {
		return lifecycle.Attr("virtual_machine_id", err)
	}
	o := operation{c: c, vm: vm, say: say, force: -1}
	if !m.ForceAfter.IsNull() {
		o.force = time.Duration(m.ForceAfter.ValueInt64()) * time.Second
	}
	if err := o.do(ctx, m.Operation.ValueString()); err != nil {
		return err
	}
	say("%s: done", vm.Name)
	return nil
}

// operation is one power operation being carried out.
type operation struct {
	c     *vsphere.Client
	vm    *mo.VirtualMachine
	say   lifecycle.Progress
	force time.Duration // negative: never
}

func (o *operation) is(state vim.VirtualMachinePowerState) bool {
	return o.vm.Runtime.PowerState == state
}

func (o *operation) do(ctx context.Context, op string) error {
	on, off := o.is(vim.VirtualMachinePowerStatePoweredOn), o.is(vim.VirtualMachinePowerStatePoweredOff)
	suspended := o.is(vim.VirtualMachinePowerStateSuspended)
	switch {
	case op == opOn && on, (op == opOff || op == opShutdown) && off, (op == opSuspend || op == opStandby) && suspended:
		o.say("%s: is %s already", o.vm.Name, powerState(o.vm.Runtime.PowerState))
		return nil
	case op != opOn && op != opOff && !on:
		return fmt.Errorf("%s: %w", op, errOff)
	}
	switch op {
	case opShutdown:
		return o.shutDown(ctx)
	case opReboot:
		return o.reboot(ctx)
	case opStandby:
		return o.standby(ctx)
	}
	return o.task(ctx, op)
}

// task runs an operation of the hypervisor and tells how far it is.
func (o *operation) task(ctx context.Context, op string) error {
	start := map[string]func() (vsphere.Ref, error){
		opOn: func() (vsphere.Ref, error) {
			res, err := methods.PowerOnVM_Task(ctx, o.c, &vim.PowerOnVM_Task{This: o.vm.Self})
			return deref(res).Returnval, err
		},
		opOff: func() (vsphere.Ref, error) {
			res, err := methods.PowerOffVM_Task(ctx, o.c, &vim.PowerOffVM_Task{This: o.vm.Self})
			return deref(res).Returnval, err
		},
		opReset: func() (vsphere.Ref, error) {
			res, err := methods.ResetVM_Task(ctx, o.c, &vim.ResetVM_Task{This: o.vm.Self})
			return deref(res).Returnval, err
		},
		opSuspend: func() (vsphere.Ref, error) {
			res, err := methods.SuspendVM_Task(ctx, o.c, &vim.SuspendVM_Task{This: o.vm.Self})
			return deref(res).Returnval, err
		},
	}[op]
	task, err := start()
	if err == nil {
		_, err = o.c.Wait(ctx, task, func(percent int32, _ string) { o.say("%s: %s, %d %%", o.vm.Name, op, percent) })
	}
	return describe(op, err)
}

func (o *operation) shutDown(ctx context.Context) error {
	if !toolsRun(o.vm.Guest) {
		if o.force < 0 {
			return describe(opShutdown, errNoTools)
		}
		return o.task(ctx, opOff)
	}
	wait := o.force
	if wait < 0 {
		wait = time.Hour // the timeout of the action ends it before
	}
	o.say("%s: asking the guest to shut down", o.vm.Name)
	down, err := shutDown(ctx, o.c, o.vm.Self, wait)
	if down || o.force < 0 || ctx.Err() != nil {
		return describe(opShutdown, err)
	}
	o.say("%s: the guest did not shut down in %s", o.vm.Name, o.force)
	return o.task(ctx, opOff)
}

func (o *operation) reboot(ctx context.Context) error {
	if !toolsRun(o.vm.Guest) {
		if o.force < 0 {
			return describe(opReboot, errNoTools)
		}
		return o.task(ctx, opReset)
	}
	_, err := methods.RebootGuest(ctx, o.c, &vim.RebootGuest{This: o.vm.Self})
	return describe(opReboot, err)
}

func (o *operation) standby(ctx context.Context) error {
	if !toolsRun(o.vm.Guest) {
		return describe(opStandby, errNoTools)
	}
	if _, err := methods.StandbyGuest(ctx, o.c, &vim.StandbyGuest{This: o.vm.Self}); err != nil {
		return describe(opStandby, err)
	}
	return describe(opStandby, waitForPower(ctx, o.c, o.vm.Self, vim.VirtualMachinePowerStateSuspended))
}
