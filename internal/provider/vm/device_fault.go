// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/vmware/govmomi/fault"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// blameDevice names the argument for the device that a fault of vSphere is about:
// vSphere tells the position of its change, or the file that it lacks.
func blameDevice(err error, changes []vim.BaseVirtualDeviceConfigSpec) error {
	if err == nil {
		return nil
	}
	attribute := ""
	fault.In(err, func(f vim.BaseMethodFault, _ string, _ []vim.LocalizableMessage) bool {
		switch f := f.(type) {
		case vim.BaseInvalidDeviceSpec:
			if i := int(f.GetInvalidDeviceSpec().DeviceIndex); i >= 0 && i < len(changes) {
				attribute = deviceArgument(changes[i].GetVirtualDeviceConfigSpec().Device)
			}
		case *vim.FileNotFound:
			for _, c := range changes {
				if d, ok := c.GetVirtualDeviceConfigSpec().Device.(*vim.VirtualCdrom); ok && holds(d, f.File) {
					attribute = "cdrom"
				}
			}
		}
		return attribute != ""
	})
	if attribute == "" {
		return err
	}
	return lifecycle.Attr(attribute, err)
}

func holds(d *vim.VirtualCdrom, file string) bool {
	image, ok := d.Backing.(*vim.VirtualCdromIsoBackingInfo)
	return ok && image.FileName == file
}

// deviceArgument is the argument that a device stands for, "" for controllers.
func deviceArgument(d vim.BaseVirtualDevice) string {
	switch d.(type) {
	case *vim.VirtualDisk:
		return "disk"
	case vim.BaseVirtualEthernetCard:
		return "network_interface"
	case *vim.VirtualCdrom:
		return "cdrom"
	case *vim.VirtualMachineVideoCard:
		return "video_card"
	case *vim.VirtualTPM:
		return "vtpm"
	case *vim.VirtualPCIPassthrough:
		return "pci_device_id"
	}
	return ""
}
