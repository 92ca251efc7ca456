// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// PCIDevice is a device of a host that is passed through to a machine.
type PCIDevice struct {
	Address string // on the host: "0000:81:00.0"
	Key     int32  // of the virtual device

	// Backing stands for a wanted device on its host, see [PassthroughBacking].
	// It is needed for a device that is new to the machine.
	Backing *vim.VirtualPCIPassthroughDeviceBackingInfo
}

// SamePCI reports whether two PCI addresses are one; letters may be of any case.
func SamePCI(a, b string) bool { return strings.EqualFold(a, b) }

// ReadPCI returns the devices that are passed through with a fixed address, in
// the order of the addresses. Those that vSphere chooses at each start (dynamic
// passthrough, vGPU) have none and are not among them.
func ReadPCI(devices []vim.BaseVirtualDevice) []PCIDevice {
	var found []PCIDevice
	for _, d := range devices {
		if id, ok := passedThrough(d); ok {
			found = append(found, PCIDevice{Address: id, Key: d.GetVirtualDevice().Key})
		}
	}
	slices.SortStableFunc(found, func(a, b PCIDevice) int {
		return cmp.Or(cmp.Compare(a.Address, b.Address), cmp.Compare(a.Key, b.Key))
	})
	return found
}

func passedThrough(d vim.BaseVirtualDevice) (address string, ok bool) {
	p, ok := d.(*vim.VirtualPCIPassthrough)
	if !ok || p == nil {
		return "", false
	}
	b, ok := p.Backing.(*vim.VirtualPCIPassthroughDeviceBackingInfo)
	if !ok || b == nil || b.Id == "" {
		return "", false
	}
	return b.Id, true
}

// PassthroughBacking is what stands for a device of a host, as the host offers it.
func PassthroughBacking(offer *vim.VirtualMachinePciPassthroughInfo) *vim.VirtualPCIPassthroughDeviceBackingInfo {
	d := offer.PciDevice
	return &vim.VirtualPCIPassthroughDeviceBackingInfo{
		VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: d.DeviceName},
		Id:                             d.Id,
		DeviceId:                       fmt.Sprintf("%x", uint16(d.DeviceId)), //nolint:gosec // the API has it as a signed number
		SystemId:                       offer.SystemId,
		VendorId:                       d.VendorId,
	}
}

// MissingPCI returns the addresses of wanted devices that are not current: those
// that need a backing.
func MissingPCI(current, want []PCIDevice) []string {
	var missing []string
	for _, w := range want {
		if !hasPCI(current, w) {
			missing = append(missing, w.Address)
		}
	}
	return missing
}

// CommonPCI returns the devices that another list has as well.
func CommonPCI(list, other []PCIDevice) []PCIDevice {
	return slices.DeleteFunc(slices.Clone(list), func(d PCIDevice) bool { return !hasPCI(other, d) })
}

func hasPCI(list []PCIDevice, d PCIDevice) bool {
	return slices.ContainsFunc(list, func(x PCIDevice) bool { return SamePCI(x.Address, d.Address) })
}

// DiffPCI returns the changes that add wanted devices and remove current ones
// that are not wanted; nothing else is touched. Current is what is managed of the
// machine's devices. An error is about a wanted device without a backing.
func DiffPCI(devices []vim.BaseVirtualDevice, current, want []PCIDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	there := byKey(devices)
	fresh := newKeys(devices)
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, c := range current {
		if d := there[c.Key]; d != nil && !hasPCI(want, c) {
			specs = append(specs, remove(d))
		}
	}
	for i, w := range want {
		if hasPCI(current, w) || hasPCI(want[:i], w) {
			continue
		}
		if w.Backing == nil {
			return nil, fmt.Errorf("no device of the host is passed through as %s", w.Address)
		}
		specs = append(specs, add(&vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Key: fresh.next(), Backing: w.Backing}}))
	}
	return specs, nil
}
