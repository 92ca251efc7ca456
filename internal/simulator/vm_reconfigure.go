// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).reconfigureTask) }

func (v *VCenter) reconfigureTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.ReconfigVM_Task) soap.HasFault {
	empty := v.emptiedBy(ctx)
	return v.task(ctx, vm, "ReconfigVM_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		if fault := checkEmptied(vm, empty); fault != nil {
			return nil, fault
		}
		if fault := v.reconfigure(ctx, vm, &req.Spec); fault != nil {
			return nil, fault
		}
		v.empty(ctx, vm, empty)
		return nil, nil
	})
}

// reconfigure checks a spec as vCenter does and applies it wholly. The caller
// holds the machine's lock.
func (v *VCenter) reconfigure(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	if fault := v.checkSpec(vm, spec); fault != nil {
		return fault
	}
	if fault := v.checkProfiles("PreReconfigureCheckCallback", profilesIn(spec)...); fault != nil {
		return fault
	}
	if fault := v.checkChains(ctx, vm, spec.DeviceChange); fault != nil {
		return fault
	}
	order := deviceKeys(vm)
	if fault := completeDevices(vm, spec); fault != nil {
		return fault
	}
	if fault := v.checkDevices(vm, spec); fault != nil {
		return fault
	}
	if fault := v.checkNetworks(vm, spec.DeviceChange); fault != nil {
		return fault
	}
	if fault := v.nameDisks(ctx, v.datacenter(vm), homeOf(vm.Config.Files.VmPathName), spec.DeviceChange); fault != nil {
		return fault
	}
	full := copyOf(*spec)
	mergeSpec(vm, spec)
	config, networks := copyOf(vm.Config), slices.Clone(vm.Network)
	if _, fault := v.inner(vm.Self, func() soap.HasFault {
		return vm.ReconfigVMTask(ctx, &vim.ReconfigVM_Task{This: vm.Self, Spec: *spec})
	}); fault != nil {
		vm.Config, vm.Network = config, networks // vcsim leaves half a change behind
		return fault
	}
	v.applyDropped(ctx, vm, &full)
	v.restoreOrder(ctx, vm, order)
	v.associateConfig(vm, &full)
	return nil
}

// checkSpec refuses what vCenter refuses, before anything has changed.
func (v *VCenter) checkSpec(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	if spec.ChangeVersion != "" && spec.ChangeVersion != vm.Config.ChangeVersion {
		return new(vim.ConcurrentAccess)
	}
	if fault := checkGuestID(spec.GuestId); fault != nil {
		return fault
	}
	if fault := checkVAppEdit(vm, spec); fault != nil {
		return fault
	}
	if spec.NumCPUs < 0 || spec.MemoryMB < 0 {
		return &vim.InvalidArgument{InvalidProperty: "configSpec"}
	}
	if spec.Name != "" && spec.Name != vm.Name && vm.Parent != nil {
		if f, ok := v.reg.Get(*vm.Parent).(*simulator.Folder); ok {
			if taken := v.reg.FindByName(spec.Name, f.ChildEntity); taken != nil {
				return &vim.DuplicateName{Name: spec.Name, Object: taken.Reference()}
			}
		}
	}
	if vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOff {
		return nil
	}
	return checkHot(vm, spec)
}

// completeDevices checks device changes one after the other and fills up what a
// client may leave out: vcsim takes the device of an edit or removal as sent.
func completeDevices(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	devices := object.VirtualDeviceList(slices.Clone(vm.Config.Hardware.Device))
	for i, change := range spec.DeviceChange {
		c := change.GetVirtualDeviceConfigSpec()
		if c.Device == nil {
			return invalidDevice(i)
		}
		d := c.Device.GetVirtualDevice()
		old := devices.FindByKey(d.Key)
		switch c.Operation {
		case vim.VirtualDeviceConfigSpecOperationAdd:
			if !placeable(devices, c.Device) {
				return invalidDevice(i)
			}
			devices = append(devices, c.Device)
			continue
		case vim.VirtualDeviceConfigSpecOperationRemove:
			if old == nil || inUse(devices, old, spec.DeviceChange[i:]) {
				return invalidDevice(i)
			}
			c.Device = old
			devices = slices.DeleteFunc(devices, func(x vim.BaseVirtualDevice) bool { return x == old })
		case vim.VirtualDeviceConfigSpecOperationEdit:
			if old == nil {
				return invalidDevice(i)
			}
			c.Device = editedDevice(old, c.Device)
		}
	}
	return nil
}

// placeable reports whether the controller of a new device exists and has the
// slot free. Devices without a controller are placed by vCenter.
func placeable(devices object.VirtualDeviceList, device vim.BaseVirtualDevice) bool {
	d := device.GetVirtualDevice()
	if d.ControllerKey == 0 {
		return true
	}
	if devices.FindByKey(d.ControllerKey) == nil {
		return false
	}
	if _, nic := device.(vim.BaseVirtualEthernetCard); nic || d.UnitNumber == nil {
		return true
	}
	return !slices.ContainsFunc(devices, func(x vim.BaseVirtualDevice) bool {
		o := x.GetVirtualDevice()
		return o.ControllerKey == d.ControllerKey && o.UnitNumber != nil && *o.UnitNumber == *d.UnitNumber
	})
}

// inUse reports whether a controller has devices that stay.
func inUse(devices object.VirtualDeviceList, controller vim.BaseVirtualDevice, rest []vim.BaseVirtualDeviceConfigSpec) bool {
	if _, ok := controller.(vim.BaseVirtualController); !ok {
		return false
	}
	key := controller.GetVirtualDevice().Key
	return slices.ContainsFunc(devices, func(x vim.BaseVirtualDevice) bool {
		if x.GetVirtualDevice().ControllerKey != key {
			return false
		}
		return !slices.ContainsFunc(rest, func(c vim.BaseVirtualDeviceConfigSpec) bool {
			s := c.GetVirtualDeviceConfigSpec()
			return s.Operation != vim.VirtualDeviceConfigSpecOperationAdd && s.Device.GetVirtualDevice().Key == x.GetVirtualDevice().Key
		})
	})
}

// editedDevice is the old device with what the edit sets.
func editedDevice(old, edit vim.BaseVirtualDevice) vim.BaseVirtualDevice {
	if typeName(old) != typeName(edit) {
		return edit
	}
	d := copyOf(old)
	backing := d.GetVirtualDevice().Backing
	overlay(d, edit)
	if now, ok := d.GetVirtualDevice().Backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok {
		if was, ok := backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok && (now.FileName == was.FileName || now.FileName == "") {
			d.GetVirtualDevice().Backing = merged(was, now)
		}
	}
	return d
}

func deviceKeys(vm *simulator.VirtualMachine) []int32 {
	keys := make([]int32, 0, len(vm.Config.Hardware.Device))
	for _, d := range vm.Config.Hardware.Device {
		keys = append(keys, d.GetVirtualDevice().Key)
	}
	return keys
}

// restoreOrder puts devices back where they were: vcsim moves an edited one to
// the end.
func (v *VCenter) restoreOrder(ctx *simulator.Context, vm *simulator.VirtualMachine, order []int32) {
	rank := func(d vim.BaseVirtualDevice) int {
		if i := slices.Index(order, d.GetVirtualDevice().Key); i >= 0 {
			return i
		}
		return len(order)
	}
	devices := slices.Clone(vm.Config.Hardware.Device)
	slices.SortStableFunc(devices, func(a, b vim.BaseVirtualDevice) int { return rank(a) - rank(b) })
	v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "config.hardware.device", Val: devices}})
}
