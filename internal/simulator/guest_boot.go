// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// powerChanged is called with a machine's lock held after its power state has
// changed: a guest that boots reports later, one that is off not at all.
func (v *VCenter) powerChanged(vm *mo.VirtualMachine) {
	v.guests.mu.Lock()
	after, state := v.guests.after, v.guests.state
	v.guests.mu.Unlock()
	if state == nil || v.ctx.Err() != nil {
		return
	}
	id, name, nics := vm.Self, vm.Name, len(ethernetCards(vm.Config.Hardware.Device))
	on := vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn
	v.background.Go(func() {
		if !on {
			_ = v.SetGuest(id, GuestState{ToolsOff: true}) // it may be gone
			return
		}
		if !sleep(v.ctx, after) {
			return
		}
		if g := state(id, name, nics); g != nil && v.isOn(id) {
			_ = v.SetGuest(id, *g) // it may be gone
		}
	})
}

func (v *VCenter) isOn(id ref) bool {
	vm, ok := v.reg.Get(id).(*simulator.VirtualMachine)
	if !ok {
		return false
	}
	unlock := v.lock(v.context(), vm)
	defer unlock()
	return vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn
}
