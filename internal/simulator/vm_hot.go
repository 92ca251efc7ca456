// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// checkHot refuses what cannot change while a machine runs.
func checkHot(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	c := vm.Config
	guest := describeGuest(c.GuestId)
	cpu := c.Hardware.NumCPU
	switch {
	case spec.NumCPUs > cpu && !(isTrue(c.CpuHotAddEnabled) && guest.SupportsCpuHotAdd),
		spec.NumCPUs != 0 && spec.NumCPUs < cpu && !(isTrue(c.CpuHotRemoveEnabled) && guest.SupportsCpuHotRemove):
		return new(vim.CpuHotPlugNotSupported)
	case !hotMemory(c, guest, spec.MemoryMB):
		return new(vim.MemoryHotPlugNotSupported)
	case changesOffline(c, spec), changesFlagsOffline(&c.Flags, spec.Flags), changesBootOffline(c.BootOptions, spec.BootOptions):
		return &vim.InvalidPowerState{
			RequestedState: vim.VirtualMachinePowerStatePoweredOff,
			ExistingState:  vm.Runtime.PowerState,
		}
	}
	return nil
}

func flagDiffers(b, old *bool) bool { return b != nil && *b != isTrue(old) }

func textDiffers(s, old string) bool { return s != "" && s != old }

// hotMemory reports whether a running machine can have so much memory; 0 is no
// change.
func hotMemory(c *vim.VirtualMachineConfigInfo, guest *vim.GuestOsDescriptor, want int64) bool {
	have := int64(c.Hardware.MemoryMB)
	if want == 0 || want == have {
		return true
	}
	return want > have && isTrue(c.MemoryHotAddEnabled) && guest.SupportsMemoryHotAdd &&
		want <= c.HotPlugMemoryLimit && (want-have)%c.HotPlugMemoryIncrementSize == 0
}

// changesOffline reports whether a spec has settings of its own that are read
// when a machine starts.
func changesOffline(c *vim.VirtualMachineConfigInfo, spec *vim.VirtualMachineConfigSpec) bool {
	numa := spec.VirtualNuma != nil && spec.VirtualNuma.CoresPerNumaNode != nil &&
		(c.NumaInfo == nil || c.NumaInfo.CoresPerNumaNode == nil || *c.NumaInfo.CoresPerNumaNode != *spec.VirtualNuma.CoresPerNumaNode)
	return numa ||
		spec.NumCoresPerSocket != nil && c.Hardware.NumCoresPerSocket != nil && *spec.NumCoresPerSocket != *c.Hardware.NumCoresPerSocket ||
		flagDiffers(spec.CpuHotAddEnabled, c.CpuHotAddEnabled) ||
		flagDiffers(spec.CpuHotRemoveEnabled, c.CpuHotRemoveEnabled) ||
		flagDiffers(spec.MemoryHotAddEnabled, c.MemoryHotAddEnabled) ||
		flagDiffers(spec.NestedHVEnabled, c.NestedHVEnabled) ||
		flagDiffers(spec.VPMCEnabled, c.VPMCEnabled) ||
		textDiffers(spec.Firmware, c.Firmware) ||
		textDiffers(spec.GuestId, c.GuestId) ||
		textDiffers(spec.AlternateGuestName, c.AlternateGuestName) ||
		textDiffers(spec.SwapPlacement, c.SwapPlacement) ||
		textDiffers(spec.Version, c.Version)
}

func changesFlagsOffline(c, spec *vim.VirtualMachineFlagInfo) bool {
	return spec != nil && (flagDiffers(spec.DiskUuidEnabled, c.DiskUuidEnabled) ||
		flagDiffers(spec.EnableLogging, c.EnableLogging) ||
		flagDiffers(spec.VbsEnabled, c.VbsEnabled) ||
		flagDiffers(spec.VvtdEnabled, c.VvtdEnabled) ||
		textDiffers(spec.VirtualExecUsage, c.VirtualExecUsage) ||
		textDiffers(spec.VirtualMmuUsage, c.VirtualMmuUsage))
}

func changesBootOffline(c, spec *vim.VirtualMachineBootOptions) bool {
	return spec != nil && c != nil && flagDiffers(spec.EfiSecureBootEnabled, c.EfiSecureBootEnabled)
}

// Memory that is added to a running machine comes in steps, and up to a multiple
// of what it started with; a Linux guest that started with little has no room
// for more than three gigabytes.
const (
	hotMemoryStep   = 4
	hotMemoryFactor = 16
	lowMemory       = 3072
)

// setHotMemory sets how far the memory of a machine can grow once it runs.
func setHotMemory(vm *simulator.VirtualMachine) {
	c := vm.Config
	switch {
	case !isTrue(c.MemoryHotAddEnabled):
		c.HotPlugMemoryLimit, c.HotPlugMemoryIncrementSize = 0, 0
	case vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOff || c.HotPlugMemoryLimit == 0:
		c.HotPlugMemoryLimit, c.HotPlugMemoryIncrementSize = int64(c.Hardware.MemoryMB)*hotMemoryFactor, hotMemoryStep
		if c.Hardware.MemoryMB <= lowMemory && guestFamily(c.GuestId) == vim.VirtualMachineGuestOsFamilyLinuxGuest {
			c.HotPlugMemoryLimit = lowMemory
		}
	}
}
