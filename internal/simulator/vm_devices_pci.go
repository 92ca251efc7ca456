// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { on((*VCenter).queryConfigTarget) }

// PCI addresses of the devices that the host DC0_C0_H0 can give to machines.
const (
	GPU1      = "0000:81:00.0" // passed through
	GPU2      = "0000:82:00.0" // passed through
	SRIOVPort = "0000:3b:00.0" // physical function with eight virtual ones
	PlainPort = "0000:3b:00.1" // capable of SR-IOV, which is off
)

// givable are the devices of DC0_C0_H0 that other hosts lack.
var givable = []vim.HostPciDevice{
	{Id: SRIOVPort, ClassId: 0x200, Bus: 0x3b, VendorId: -32634, VendorName: "Intel Corporation", DeviceId: 0x1592, DeviceName: "Ethernet Controller E810-C for QSFP"},
	{Id: PlainPort, ClassId: 0x200, Bus: 0x3b, Function: 1, VendorId: -32634, VendorName: "Intel Corporation", DeviceId: 0x1592, DeviceName: "Ethernet Controller E810-C for QSFP"},
	{Id: GPU1, ClassId: 0x302, Bus: 0x81, VendorId: 0x10de, VendorName: "NVIDIA Corporation", DeviceId: 0x2235, DeviceName: "GA102GL [A40]"},
	{Id: GPU2, ClassId: 0x302, Bus: 0x82, VendorId: 0x10de, VendorName: "NVIDIA Corporation", DeviceId: 0x2235, DeviceName: "GA102GL [A40]"},
}

// plugGivable gives a host devices for machines, and says of all of its PCI
// devices what can be passed through.
func plugGivable(h *simulator.HostSystem) {
	h.Hardware.PciDevice = append(slices.Clone(h.Hardware.PciDevice), givable...)
	h.Config.PciPassthruInfo = nil
	for _, d := range h.Hardware.PciDevice {
		info := vim.HostPciPassthruInfo{Id: d.Id, DependentDevice: d.Id}
		switch d.Id {
		case GPU1, GPU2:
			info.PassthruCapable, info.PassthruEnabled, info.PassthruActive = true, true, true
			h.Config.PciPassthruInfo = append(h.Config.PciPassthruInfo, &info)
		case SRIOVPort, PlainPort:
			info.PassthruCapable = true
			port := &vim.HostSriovInfo{HostPciPassthruInfo: info, SriovCapable: true, MaxVirtualFunctionSupported: 64}
			if d.Id == SRIOVPort {
				port.SriovEnabled, port.SriovActive = true, true
				port.NumVirtualFunctionRequested, port.NumVirtualFunction = 8, 8
			}
			h.Config.PciPassthruInfo = append(h.Config.PciPassthruInfo, port)
		default:
			h.Config.PciPassthruInfo = append(h.Config.PciPassthruInfo, &info)
		}
	}
}

// createGivable plugs devices into the first host of the first cluster.
func (v *VCenter) createGivable() {
	if id, ok := v.Find("/DC0/host/DC0_C0/DC0_C0_H0"); ok {
		plugGivable(v.reg.Get(id).(*simulator.HostSystem))
	}
}

// passthruInfo is what a host says of the device at a PCI address.
func passthruInfo(h *simulator.HostSystem, address string) vim.BaseHostPciPassthruInfo {
	for _, info := range h.Config.PciPassthruInfo {
		if strings.EqualFold(info.GetHostPciPassthruInfo().Id, address) {
			return info
		}
	}
	return nil
}

// sriovPort is the physical function at a PCI address, nil if it has no virtual
// ones to give.
func sriovPort(h *simulator.HostSystem, address string) *vim.HostSriovInfo {
	if port, ok := passthruInfo(h, address).(*vim.HostSriovInfo); ok && port.SriovActive {
		return port
	}
	return nil
}

func isPassedThrough(h *simulator.HostSystem, address string) bool {
	info := passthruInfo(h, address)
	return info != nil && info.GetHostPciPassthruInfo().PassthruActive
}

// systemID is how a host is called in the backing of a passed through device.
func systemID(h *simulator.HostSystem) string { return h.Summary.Hardware.Uuid }

// passthrough judges a PCI device: the machine's host has it, and passes it
// through once.
func (k *deviceCheck) passthrough(i int, d *vim.VirtualPCIPassthrough, adds bool) vim.BaseMethodFault {
	b, ok := d.Backing.(*vim.VirtualPCIPassthroughDeviceBackingInfo)
	if !adds || !ok {
		return nil
	}
	if !isPassedThrough(k.host, b.Id) || b.SystemId != systemID(k.host) {
		return invalidBacking(i)
	}
	unit := int32(18)
	for _, x := range ofType[*vim.VirtualPCIPassthrough](k.have) {
		if other, ok := x.Backing.(*vim.VirtualPCIPassthroughDeviceBackingInfo); ok && other.Id == b.Id {
			return invalidDevice(i)
		}
		if x.UnitNumber != nil {
			unit = max(unit, *x.UnitNumber+1)
		}
	}
	d.ControllerKey, d.UnitNumber = 100, &unit
	return nil
}

// sriov judges a network card with a virtual function: the port that it names
// must have some to give.
func (k *deviceCheck) sriov(i int, d *vim.VirtualSriovEthernetCard) vim.BaseMethodFault {
	if d.SriovBacking == nil || d.SriovBacking.PhysicalFunctionBacking == nil {
		return nil
	}
	if sriovPort(k.host, d.SriovBacking.PhysicalFunctionBacking.Id) == nil {
		return invalidBacking(i)
	}
	return nil
}

// queryConfigTarget adds to vcsim's answer what hosts pass through.
func (v *VCenter) queryConfigTarget(ctx *simulator.Context, b *simulator.EnvironmentBrowser, req *vim.QueryConfigTarget) soap.HasFault {
	if req.Host != nil {
		if _, ok := v.reg.Get(*req.Host).(*simulator.HostSystem); !ok {
			return faultBody(&vim.ManagedObjectNotFound{Obj: *req.Host})
		}
	}
	res := b.QueryConfigTarget(ctx, req).(*methods.QueryConfigTargetBody)
	if res.Res == nil || req.Host == nil {
		return res
	}
	h := v.reg.Get(*req.Host).(*simulator.HostSystem)
	target := res.Res.Returnval
	for _, d := range h.Hardware.PciDevice {
		offer := vim.VirtualMachinePciPassthroughInfo{
			VirtualMachineTargetInfo: vim.VirtualMachineTargetInfo{Name: d.Id}, PciDevice: d, SystemId: systemID(h),
		}
		if isPassedThrough(h, d.Id) {
			target.PciPassthrough = append(target.PciPassthrough, &offer)
		}
		if sriovPort(h, d.Id) != nil {
			target.Sriov = append(target.Sriov, vim.VirtualMachineSriovInfo{VirtualMachinePciPassthroughInfo: offer})
		}
	}
	return res
}
