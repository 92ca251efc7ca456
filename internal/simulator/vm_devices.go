// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	vim "github.com/vmware/govmomi/vim25/types"
)

// deviceCheck judges the device changes of one spec as vCenter does, one after
// the other, and fills in what vCenter fills in.
type deviceCheck struct {
	v        *VCenter
	dc       *simulator.Datacenter
	host     *simulator.HostSystem
	have     object.VirtualDeviceList // as the changes before leave them
	power    vim.VirtualMachinePowerState
	firmware string // as the spec leaves it
	born     bool   // the machine is being made
}

// checkDevices judges the changes of an existing machine. Edits are complete.
func (v *VCenter) checkDevices(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	host, _ := v.reg.Get(*vm.Runtime.Host).(*simulator.HostSystem)
	k := deviceCheck{
		v: v, dc: v.datacenter(vm), host: host, have: slices.Clone(vm.Config.Hardware.Device),
		power: vm.Runtime.PowerState, firmware: vm.Config.Firmware,
	}
	return k.run(spec)
}

// checkNewDevices judges the devices of a machine that is to be made on a host.
func (v *VCenter) checkNewDevices(dc *simulator.Datacenter, host ref, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	h, _ := v.reg.Get(host).(*simulator.HostSystem)
	k := deviceCheck{
		v: v, dc: dc, host: h, have: slices.Clone(esx.VirtualDevice),
		power: vim.VirtualMachinePowerStatePoweredOff, firmware: string(vim.GuestOsDescriptorFirmwareTypeBios), born: true,
	}
	return k.run(spec)
}

func (k *deviceCheck) run(spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	if spec.Firmware != "" {
		k.firmware = spec.Firmware
	}
	for i, change := range spec.DeviceChange {
		c := change.GetVirtualDeviceConfigSpec()
		if c.Device == nil {
			return invalidDevice(i)
		}
		old := k.have.FindByKey(c.Device.GetVirtualDevice().Key)
		if fault := k.hotPlug(i, c); fault != nil {
			return fault
		}
		if fault := k.one(i, c, old); fault != nil {
			return fault
		}
		if c.Operation != vim.VirtualDeviceConfigSpecOperationAdd {
			k.have = slices.DeleteFunc(k.have, func(d vim.BaseVirtualDevice) bool { return d == old })
		}
		if c.Operation != vim.VirtualDeviceConfigSpecOperationRemove {
			k.have = append(k.have, c.Device)
		}
	}
	if k.firmware != string(vim.GuestOsDescriptorFirmwareTypeEfi) && len(ofType[*vim.VirtualTPM](k.have)) > 0 {
		return &vim.InvalidVmConfig{Property: "configSpec.firmware"}
	}
	return nil
}

// hotPlug refuses what cannot be plugged while a machine runs.
func (k *deviceCheck) hotPlug(i int, c *vim.VirtualDeviceConfigSpec) vim.BaseMethodFault {
	if k.power == vim.VirtualMachinePowerStatePoweredOff {
		return nil
	}
	plugs := c.Operation != vim.VirtualDeviceConfigSpecOperationEdit
	switch d := c.Device.(type) {
	case *vim.VirtualMachineVideoCard, *vim.VirtualTPM:
		return &vim.InvalidPowerState{RequestedState: vim.VirtualMachinePowerStatePoweredOff, ExistingState: k.power}
	case *vim.VirtualPCIPassthrough, *vim.VirtualSriovEthernetCard:
		return noHotPlug(i)
	case *vim.VirtualCdrom:
		if _, ide := k.have.FindByKey(d.ControllerKey).(*vim.VirtualIDEController); ide && plugs {
			return noHotPlug(i)
		}
	}
	return nil
}

// one judges a single change by the kind of its device.
func (k *deviceCheck) one(i int, c *vim.VirtualDeviceConfigSpec, old vim.BaseVirtualDevice) vim.BaseMethodFault {
	if c.Operation == vim.VirtualDeviceConfigSpecOperationRemove {
		if _, video := c.Device.(*vim.VirtualMachineVideoCard); video {
			return &vim.InvalidDeviceOperation{InvalidDeviceSpec: at(i), BadOp: c.Operation}
		}
		return nil
	}
	adds := c.Operation == vim.VirtualDeviceConfigSpecOperationAdd
	switch d := c.Device.(type) {
	case *vim.VirtualCdrom:
		was, _ := old.(*vim.VirtualCdrom)
		return k.drive(i, d, was, adds)
	case *vim.VirtualTPM:
		return k.tpm(d, adds)
	case *vim.VirtualMachineVideoCard:
		return k.video(i, d, adds)
	case *vim.VirtualPCIPassthrough:
		return k.passthrough(i, d, adds)
	case *vim.VirtualSriovEthernetCard:
		return k.sriov(i, d)
	}
	if adds && k.born && !k.controlled(c.Device) {
		return invalidDevice(i)
	}
	return nil
}

// controlled reports whether a device's controller is there, or is chosen by
// vCenter.
func (k *deviceCheck) controlled(d vim.BaseVirtualDevice) bool {
	key := d.GetVirtualDevice().ControllerKey
	return key == 0 || k.have.FindByKey(key) != nil
}

// ofType are the devices of one type.
func ofType[D vim.BaseVirtualDevice](devices object.VirtualDeviceList) []D {
	var found []D
	for _, d := range devices {
		if x, ok := d.(D); ok {
			found = append(found, x)
		}
	}
	return found
}

func at(index int) vim.InvalidDeviceSpec {
	return vim.InvalidDeviceSpec{
		InvalidVmConfig: vim.InvalidVmConfig{Property: "virtualDeviceSpec.device"},
		DeviceIndex:     int32(index),
	}
}

func noHotPlug(index int) vim.BaseMethodFault {
	return &vim.DeviceHotPlugNotSupported{InvalidDeviceSpec: at(index)}
}

func invalidBacking(index int) vim.BaseMethodFault {
	spec := at(index)
	spec.Property += ".backing"
	return &vim.InvalidDeviceBacking{InvalidDeviceSpec: spec}
}
