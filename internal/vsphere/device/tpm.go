// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import vim "github.com/vmware/govmomi/vim25/types"

// HasTPM reports whether a machine has a virtual Trusted Platform Module.
func HasTPM(devices []vim.BaseVirtualDevice) bool { return tpm(devices) != nil }

func tpm(devices []vim.BaseVirtualDevice) *vim.VirtualTPM {
	for _, d := range devices {
		if t, ok := d.(*vim.VirtualTPM); ok && t != nil {
			return t
		}
	}
	return nil
}

// DiffTPM returns the change that adds a wanted module, or removes one that was
// managed. One that never was is left alone: what it holds cannot be brought
// back.
func DiffTPM(devices []vim.BaseVirtualDevice, managed, want bool) []vim.BaseVirtualDeviceConfigSpec {
	have := tpm(devices)
	switch {
	case want && have == nil:
		return []vim.BaseVirtualDeviceConfigSpec{add(&vim.VirtualTPM{VirtualDevice: vim.VirtualDevice{Key: newKeys(devices).next()}})}
	case !want && managed && have != nil:
		return []vim.BaseVirtualDeviceConfigSpec{remove(have)}
	}
	return nil
}
