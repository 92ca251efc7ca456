// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// TestChange_isAnnounced: what the machine is like at apply decides whether it
// has to be off, and a power cycle that the plan did not announce is refused.
func TestChange_isAnnounced(t *testing.T) {
	t.Parallel()
	v, c := connect(t)
	ref, _ := v.Find("/DC0/vm/DC0_C0_RP0_VM0")
	state := &model{}
	state.MOID = types.StringValue(ref.Value)
	if err := read(t.Context(), c, state); err != nil {
		t.Fatal(err)
	}
	vm, err := get(t.Context(), c, ref.Value, false)
	if err != nil {
		t.Fatal(err)
	}
	prepare := func(announced types.Bool, hot bool, power vim.VirtualMachinePowerState) (*change, error) {
		plan, before, now := *state, *state, *vm
		config := *vm.Config
		now.Config = &config
		plan.Memory, plan.RebootRequired = types.Int64Value(2048), announced
		before.MemoryHotAdd, plan.MemoryHotAdd = types.BoolValue(true), types.BoolValue(true) // as it was at the plan
		config.MemoryHotAddEnabled, now.Runtime.PowerState = &hot, power
		return newChange(t.Context(), c, &plan, &before, &now)
	}
	on, off := vim.VirtualMachinePowerStatePoweredOn, vim.VirtualMachinePowerStatePoweredOff
	if _, err := prepare(types.BoolValue(false), false, on); err == nil || !strings.Contains(err.Error(), "the plan did not announce") {
		t.Errorf("an unannounced power cycle: %v", err)
	}
	for name, announced := range map[string]types.Bool{"announced": types.BoolValue(true), "possible": types.BoolUnknown()} {
		if ch, err := prepare(announced, false, on); err != nil || !ch.power.cycles() {
			t.Errorf("a power cycle that is %s: %v", name, err)
		}
	}
	if _, err := prepare(types.BoolValue(false), true, off); err == nil || !strings.Contains(err.Error(), "switched the machine on or off") {
		t.Errorf("a machine that was switched off: %v", err)
	}
}
