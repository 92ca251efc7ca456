// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"

	vim "github.com/vmware/govmomi/vim25/types"
)

func add(d vim.BaseVirtualDevice) *vim.VirtualDeviceConfigSpec {
	return &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: d}
}

func edit(d vim.BaseVirtualDevice) *vim.VirtualDeviceConfigSpec {
	return &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationEdit, Device: d}
}

func remove(d vim.BaseVirtualDevice) *vim.VirtualDeviceConfigSpec {
	return &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationRemove, Device: d}
}

// AddAll returns the specs that add all devices: the default devices of a new
// machine, before changes to them are merged in with [Merge].
func AddAll(devices []vim.BaseVirtualDevice) []vim.BaseVirtualDeviceConfigSpec {
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, d := range devices {
		if base(d) != nil {
			specs = append(specs, add(d))
		}
	}
	return specs
}

// Merge joins lists of changes into one in which no device occurs twice, as one
// reconfiguration needs. A later edit stands for an earlier one (each was made
// from the preview of those before it, so it contains them); an edit of an added
// device becomes part of the addition; an edited device that is removed is just
// removed, and an added one that is removed was never there.
func Merge(lists ...[]vim.BaseVirtualDeviceConfigSpec) []vim.BaseVirtualDeviceConfigSpec {
	var merged []*vim.VirtualDeviceConfigSpec
	at := map[int32]int{}
	for _, list := range lists {
		for _, s := range list {
			spec := shallow(s.GetVirtualDeviceConfigSpec())
			key := spec.Device.GetVirtualDevice().Key
			i, seen := at[key]
			if seen {
				earlier := merged[i]
				if earlier.Operation == vim.VirtualDeviceConfigSpecOperationAdd {
					merged[i] = mergeIntoAdd(earlier, spec)
					if merged[i] == nil {
						delete(at, key)
					}
					continue
				}
				if spec.Profile == nil && spec.Operation == vim.VirtualDeviceConfigSpecOperationEdit {
					spec.Profile = earlier.Profile
				}
				merged[i] = nil
			}
			at[key] = len(merged)
			merged = append(merged, spec)
		}
	}
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, spec := range merged {
		if spec != nil {
			specs = append(specs, spec)
		}
	}
	return specs
}

func mergeIntoAdd(added, later *vim.VirtualDeviceConfigSpec) *vim.VirtualDeviceConfigSpec {
	if later.Operation == vim.VirtualDeviceConfigSpecOperationRemove {
		return nil
	}
	added.Device = later.Device
	if later.Profile != nil {
		added.Profile = later.Profile
	}
	return added
}

// Apply returns the devices as the changes leave them, in the order that
// vSphere keeps: edited devices stay in place, new ones come last with their
// temporary keys. The list given is left alone. It refuses what vSphere would
// refuse: a device that is not there, a key used twice, two devices of one slot,
// a controller that is missing or was removed with devices on it.
func Apply(devices []vim.BaseVirtualDevice, specs []vim.BaseVirtualDeviceConfigSpec) ([]vim.BaseVirtualDevice, error) {
	after := append([]vim.BaseVirtualDevice(nil), devices...)
	for i, s := range specs {
		spec := s.GetVirtualDeviceConfigSpec()
		changed := base(spec.Device)
		if changed == nil {
			return nil, fmt.Errorf("device change %d: no device", i)
		}
		at := indexOf(after, changed.Key)
		switch {
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationAdd && at < 0:
			after = append(after, spec.Device)
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationAdd:
			return nil, fmt.Errorf("device change %d: key %d is taken", i, changed.Key)
		case at < 0:
			return nil, fmt.Errorf("device change %d: no device has key %d", i, changed.Key)
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationEdit:
			after[at] = spec.Device
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationRemove:
			after = append(after[:at:at], after[at+1:]...)
		default:
			return nil, fmt.Errorf("device change %d: unknown operation %q", i, spec.Operation)
		}
	}
	return after, checkSlots(after, specs)
}

func indexOf(devices []vim.BaseVirtualDevice, key int32) int {
	for i, d := range devices {
		if b := base(d); b != nil && b.Key == key {
			return i
		}
	}
	return -1
}

// checkSlots judges only what the specs touched: a machine whose inventory is
// already odd stays usable.
func checkSlots(devices []vim.BaseVirtualDevice, specs []vim.BaseVirtualDeviceConfigSpec) error {
	type slot struct{ controller, unit int32 }
	touched := make(map[int32]bool, len(specs))
	for _, s := range specs {
		touched[s.GetVirtualDeviceConfigSpec().Device.GetVirtualDevice().Key] = true
	}
	owner := make(map[slot]int32, len(devices))
	known := byKey(devices)
	for _, d := range devices {
		b := base(d)
		if b == nil || b.ControllerKey == 0 {
			continue
		}
		_, there := known[b.ControllerKey]
		if !there && (touched[b.Key] || touched[b.ControllerKey]) {
			return fmt.Errorf("device %d: no controller has key %d", b.Key, b.ControllerKey)
		}
		if b.UnitNumber == nil {
			continue
		}
		s := slot{b.ControllerKey, *b.UnitNumber}
		if other, taken := owner[s]; taken && (touched[b.Key] || touched[other]) {
			return fmt.Errorf("device %d: unit %d of controller %d is taken by device %d", b.Key, s.unit, s.controller, other)
		}
		owner[s] = b.Key
	}
	return nil
}
