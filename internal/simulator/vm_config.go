// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// overlay copies to dst the fields that are set in src: both point to structs
// of one type. What src leaves unset stays.
func overlay(dst, src any) {
	d, s := reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()
	overlayValue(d, s)
}

func overlayValue(d, s reflect.Value) {
	for i := range s.NumField() {
		f := s.Field(i)
		switch {
		case s.Type().Field(i).Anonymous && f.Kind() == reflect.Struct:
			overlayValue(d.Field(i), f)
		case !f.IsZero():
			d.Field(i).Set(f)
		}
	}
}

// merged is old with what is set in change; nil if there is no change.
func merged[T any](old, change *T) *T {
	if change == nil {
		return nil
	}
	m := new(T)
	if old != nil {
		*m = copyOf(*old)
	}
	overlay(m, change)
	return m
}

// mergeSpec fills up the parts of a spec that vcsim would put in whole.
func mergeSpec(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) {
	c := vm.Config
	spec.Flags = merged(&c.Flags, spec.Flags)
	spec.Tools = merged(c.Tools, spec.Tools)
	spec.BootOptions = mergeBoot(c.BootOptions, spec.BootOptions)
	spec.CpuAllocation = merged(c.CpuAllocation, spec.CpuAllocation)
	spec.MemoryAllocation = merged(c.MemoryAllocation, spec.MemoryAllocation)
	spec.ExtraConfig = dropAbsent(c.ExtraConfig, spec.ExtraConfig)
	mergeProperties(vm, spec)
}

// mergeBoot lets an empty boot order stand for "back to the default", as the
// API has it with VirtualMachineBootOptionsBootableDevice.
func mergeBoot(old, change *vim.VirtualMachineBootOptions) *vim.VirtualMachineBootOptions {
	m := merged(old, change)
	if m != nil && len(m.BootOrder) == 1 {
		if _, base := m.BootOrder[0].(*vim.VirtualMachineBootOptionsBootableDevice); base {
			m.BootOrder = nil
		}
	}
	return m
}

// dropAbsent leaves out removals of keys that are not there; vcsim would add
// them with an empty value.
func dropAbsent(old, changes []vim.BaseOptionValue) []vim.BaseOptionValue {
	present := map[string]bool{}
	for _, o := range old {
		present[o.GetOptionValue().Key] = true
	}
	var kept []vim.BaseOptionValue
	for _, o := range changes {
		x := o.GetOptionValue()
		if s, ok := x.Value.(string); ok && s == "" && !present[x.Key] {
			continue
		}
		present[x.Key] = true
		kept = append(kept, o)
	}
	return kept
}

// applyDropped applies the parts of a spec that vcsim ignores, and computes
// what vCenter computes. The caller holds the machine's lock.
func (v *VCenter) applyDropped(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) {
	c := vm.Config
	setBool := func(dst **bool, src *bool) {
		if src != nil {
			*dst = src
		}
	}
	setBool(&c.VPMCEnabled, spec.VPMCEnabled)
	setBool(&c.Hardware.VirtualICH7MPresent, spec.VirtualICH7MPresent)
	setBool(&c.Hardware.VirtualSMCPresent, spec.VirtualSMCPresent)
	setBool(&c.NpivTemporaryDisabled, spec.NpivTemporaryDisabled)
	if spec.SwapPlacement != "" {
		c.SwapPlacement = spec.SwapPlacement
	}
	if n := spec.VirtualNuma; n != nil {
		c.NumaInfo = numaOf(n)
	}
	if spec.MaxMksConnections != 0 {
		c.MaxMksConnections = spec.MaxMksConnections
	}
	applyVApp(vm, spec)
	if spec.PowerOpInfo != nil {
		overlay(&c.DefaultPowerOps, spec.PowerOpInfo)
	}
	if spec.ScheduledHardwareUpgradeInfo != nil {
		c.ScheduledHardwareUpgradeInfo = merged(c.ScheduledHardwareUpgradeInfo, spec.ScheduledHardwareUpgradeInfo)
	}
	if c.CpuAllocation != nil {
		setShares(c.CpuAllocation.Shares, [3]int32{500, 1000, 2000}, c.Hardware.NumCPU)
	}
	if c.MemoryAllocation != nil {
		setShares(c.MemoryAllocation.Shares, [3]int32{5, 10, 20}, c.Hardware.MemoryMB)
	}
	if n := spec.VirtualNuma; n != nil && n.CoresPerNumaNode != nil {
		auto := *n.CoresPerNumaNode == 0
		c.NumaInfo = &vim.VirtualMachineVirtualNumaInfo{AutoCoresPerNumaNode: &auto, CoresPerNumaNode: n.CoresPerNumaNode}
	}
	v.fillDefaults(vm)
	setHotMemory(vm)
	v.noteDisks(vm)
	fullName := guestFullName(c.GuestId)
	v.reg.Update(ctx, vm, []vim.PropertyChange{
		{Name: "config.guestFullName", Val: fullName},
		{Name: "summary.config.guestFullName", Val: fullName},
		{Name: "config.hardware.numCPU", Val: c.Hardware.NumCPU},
		{Name: "summary.config.annotation", Val: c.Annotation},
	})
}

// numaOf is the virtual NUMA of a spec: zero cores leave the choice to vSphere.
func numaOf(spec *vim.VirtualMachineVirtualNuma) *vim.VirtualMachineVirtualNumaInfo {
	cores := spec.CoresPerNumaNode
	if cores == nil || *cores == 0 {
		return &vim.VirtualMachineVirtualNumaInfo{AutoCoresPerNumaNode: vim.NewBool(true), CoresPerNumaNode: vim.NewInt32(1)}
	}
	return &vim.VirtualMachineVirtualNumaInfo{
		AutoCoresPerNumaNode: vim.NewBool(false), CoresPerNumaNode: cores, VnumaOnCpuHotaddExposed: spec.ExposeVnumaOnCpuHotadd,
	}
}

// fillDefaults sets what is never unset in a vCenter of this version.
func (v *VCenter) fillDefaults(vm *simulator.VirtualMachine) {
	c := vm.Config
	for _, b := range []**bool{
		&c.CpuHotAddEnabled, &c.CpuHotRemoveEnabled, &c.MemoryHotAddEnabled, &c.NestedHVEnabled, &c.VPMCEnabled,
		&c.MemoryReservationLockedToMax, &c.ChangeTrackingEnabled, &c.MessageBusTunnelEnabled,
		&c.BootOptions.EnterBIOSSetup, &c.BootOptions.BootRetryEnabled, &c.BootOptions.EfiSecureBootEnabled,
		&c.Flags.VvtdEnabled, &c.Flags.VbsEnabled, &c.Flags.DisableAcceleration, &c.Flags.DiskUuidEnabled,
		&c.Tools.AfterPowerOn, &c.Tools.AfterResume, &c.Tools.BeforeGuestStandby, &c.Tools.BeforeGuestShutdown,
		&c.Tools.SyncTimeWithHost,
	} {
		if *b == nil {
			*b = vim.NewBool(false)
		}
	}
	text := func(s *string, def string) {
		if *s == "" {
			*s = def
		}
	}
	text(&c.SwapPlacement, "inherit")
	text(&c.Flags.VirtualExecUsage, "hvAuto")
	text(&c.Flags.VirtualMmuUsage, "automatic")
	text(&c.Tools.ToolsUpgradePolicy, "manual")
	text(&c.DefaultPowerOps.PowerOffType, "soft")
	text(&c.DefaultPowerOps.SuspendType, "hard")
	text(&c.DefaultPowerOps.ResetType, "soft")
	text(&c.DefaultPowerOps.StandbyAction, "checkpoint")
	if c.BootOptions.BootRetryDelay == 0 {
		c.BootOptions.BootRetryDelay = 10000
	}
	if c.Hardware.NumCoresPerSocket == nil || *c.Hardware.NumCoresPerSocket == 0 {
		c.Hardware.NumCoresPerSocket = vim.NewInt32(1)
	}
	if c.MaxMksConnections == 0 {
		c.MaxMksConnections = -1
	}
}

// setShares gives a level its number: low, normal or high, per unit.
func setShares(s *vim.SharesInfo, number [3]int32, units int32) {
	if s == nil {
		return
	}
	switch s.Level {
	case vim.SharesLevelLow:
		s.Shares = number[0] * units
	case vim.SharesLevelNormal:
		s.Shares = number[1] * units
	case vim.SharesLevelHigh:
		s.Shares = number[2] * units
	}
}
