// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import vim "github.com/vmware/govmomi/vim25/types"

// Offline reports whether changes can only be made while the machine is off, for
// the devices that vSphere never plugs while it runs: the video card, TPMs,
// passed through devices and SR-IOV cards, and drives that come to or leave IDE.
// A card of another kind that leaves needs a guest that lets it go: pass tools as
// false when VMware Tools do not run. Devices are the machine's.
func Offline(devices []vim.BaseVirtualDevice, specs []vim.BaseVirtualDeviceConfigSpec, tools bool) bool {
	controllers := controllersByKey(devices)
	for _, s := range specs {
		c := s.GetVirtualDeviceConfigSpec()
		b := base(c.Device)
		if b == nil {
			continue
		}
		switch c.Device.(type) {
		case *vim.VirtualMachineVideoCard, *vim.VirtualTPM, *vim.VirtualPCIPassthrough, *vim.VirtualSriovEthernetCard:
			return true
		case *vim.VirtualCdrom:
			// What is in a drive changes while the machine runs; IDE itself has no plug.
			if c.Operation != vim.VirtualDeviceConfigSpecOperationEdit && controllers[b.ControllerKey].Type != SATA {
				return true
			}
		case vim.BaseVirtualEthernetCard:
			if c.Operation == vim.VirtualDeviceConfigSpecOperationRemove && !tools {
				return true
			}
		}
	}
	return false
}
