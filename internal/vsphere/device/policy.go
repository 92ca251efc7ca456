// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	vim "github.com/vmware/govmomi/vim25/types"
)

// NoPolicy stands for "no storage policy" where an empty id means "leave the
// policy alone".
const NoPolicy = "none"

// Profile returns what a specification says to give a machine's home or a disk a
// storage policy: nil for "", and the empty profile for [NoPolicy].
func Profile(policyID string) []vim.BaseVirtualMachineProfileSpec {
	switch policyID {
	case "":
		return nil
	case NoPolicy:
		return []vim.BaseVirtualMachineProfileSpec{new(vim.VirtualMachineEmptyProfileSpec)}
	}
	return []vim.BaseVirtualMachineProfileSpec{&vim.VirtualMachineDefinedProfileSpec{ProfileId: policyID}}
}

// ChangesPolicy reports whether the policy of something that has one policy, or
// none, is to be changed.
func ChangesPolicy(want, have string) bool {
	if want == "" || want == have {
		return false
	}
	return want != NoPolicy || have != ""
}
