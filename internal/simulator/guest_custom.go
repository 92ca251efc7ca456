// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// CustomizationFails makes the customization of every guest fail from now on,
// with what the guest says of it; "" makes it succeed again.
func (v *VCenter) CustomizationFails(reason string) {
	v.guests.mu.Lock()
	defer v.guests.mu.Unlock()
	v.guests.custom = reason
}

// customized is called with a machine's lock held when its guest has reported
// how its customization goes: vcsim's guests succeed at once.
func (v *VCenter) customized(vm *mo.VirtualMachine) {
	v.guests.mu.Lock()
	reason := v.guests.custom
	v.guests.mu.Unlock()
	info := vm.Guest.CustomizationInfo
	if reason == "" || info == nil || info.CustomizationStatus != string(vim.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_SUCCEEDED) {
		return
	}
	failed := *info
	failed.CustomizationStatus, failed.ErrorMsg = string(vim.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_FAILED), reason
	vm.Guest.CustomizationInfo = &failed
}
