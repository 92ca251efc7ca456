// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// flagsModel is how the hypervisor runs the machine.
type flagsModel struct {
	NestedHV      types.Bool   `tfsdk:"nested_hv_enabled"`
	DiskUUID      types.Bool   `tfsdk:"enable_disk_uuid"`
	Logging       types.Bool   `tfsdk:"enable_logging"`
	HVMode        types.String `tfsdk:"hv_mode"`
	EPTRVIMode    types.String `tfsdk:"ept_rvi_mode"`
	VBS           types.Bool   `tfsdk:"vbs_enabled"`
	VVTD          types.Bool   `tfsdk:"vvtd_enabled"`
	SwapPlacement types.String `tfsdk:"swap_placement_policy"`
	Latency       types.String `tfsdk:"latency_sensitivity"`
}

var (
	hvModes    = []vim.VirtualMachineFlagInfoVirtualExecUsage{vim.VirtualMachineFlagInfoVirtualExecUsageHvAuto, vim.VirtualMachineFlagInfoVirtualExecUsageHvOn, vim.VirtualMachineFlagInfoVirtualExecUsageHvOff}
	mmuModes   = []vim.VirtualMachineFlagInfoVirtualMmuUsage{vim.VirtualMachineFlagInfoVirtualMmuUsageAutomatic, vim.VirtualMachineFlagInfoVirtualMmuUsageOn, vim.VirtualMachineFlagInfoVirtualMmuUsageOff}
	placements = []vim.VirtualMachineConfigInfoSwapPlacementType{vim.VirtualMachineConfigInfoSwapPlacementTypeInherit, vim.VirtualMachineConfigInfoSwapPlacementTypeVmDirectory, vim.VirtualMachineConfigInfoSwapPlacementTypeHostLocal}
	latencies  = []vim.LatencySensitivitySensitivityLevel{vim.LatencySensitivitySensitivityLevelLow, vim.LatencySensitivitySensitivityLevelNormal, vim.LatencySensitivitySensitivityLevelMedium, vim.LatencySensitivitySensitivityLevelHigh}
)

func flagsAttributes() schemas.Attributes {
	return schemas.Attributes{
		"nested_hv_enabled":     schemas.OptionalBool("Whether the guest can be a hypervisor itself."),
		"enable_disk_uuid":      schemas.OptionalBool("Whether the guest sees the UUIDs of its disks."),
		"enable_logging":        schemas.OptionalBool("Whether the machine writes a log beside its files."),
		"hv_mode":               schemas.ServerString("Whether instructions run on the hardware's virtualisation."+schemas.OneOf(hvModes...), schemas.Enum(hvModes...)),
		"ept_rvi_mode":          schemas.ServerString("Whether memory pages are translated by the hardware."+schemas.OneOf(mmuModes...), schemas.Enum(mmuModes...)),
		"vbs_enabled":           schemas.OptionalBool("Whether Windows can use virtualisation-based security."),
		"vvtd_enabled":          schemas.OptionalBool("Whether the guest has a virtual IOMMU (Intel VT-d)."),
		"swap_placement_policy": schemas.DefaultString("Where the swap file goes."+schemas.OneOf(placements...), "inherit", schemas.Enum(placements...)),
		"latency_sensitivity":   schemas.DefaultString("How much the scheduler favours a short delay. `high` wants all CPU and memory reserved."+schemas.OneOf(latencies...), "normal", schemas.Enum(latencies...)),
	}
}

func (m *flagsModel) expand(d *delta) {
	d.flag(&d.spec.NestedHVEnabled, d.have.NestedHVEnabled, m.NestedHV)
	d.text(&d.spec.SwapPlacement, d.implied(d.have.SwapPlacement, "inherit"), m.SwapPlacement)
	var flags vim.VirtualMachineFlagInfo
	have := d.have.Flags
	d.flag(&flags.DiskUuidEnabled, have.DiskUuidEnabled, m.DiskUUID)
	d.flag(&flags.EnableLogging, have.EnableLogging, m.Logging)
	d.flag(&flags.VbsEnabled, have.VbsEnabled, m.VBS)
	d.flag(&flags.VvtdEnabled, have.VvtdEnabled, m.VVTD)
	d.text(&flags.VirtualExecUsage, have.VirtualExecUsage, m.HVMode)
	d.text(&flags.VirtualMmuUsage, have.VirtualMmuUsage, m.EPTRVIMode)
	part(&d.spec.Flags, flags)
	if want := vim.LatencySensitivitySensitivityLevel(m.Latency.ValueString()); want != "" && want != latency(d.have) {
		d.spec.LatencySensitivity = &vim.LatencySensitivity{Level: want}
	}
}

func (m *flagsModel) flatten(config *vim.VirtualMachineConfigInfo) {
	flags := config.Flags
	m.NestedHV = flagValue(config.NestedHVEnabled)
	m.DiskUUID = flagValue(flags.DiskUuidEnabled)
	m.Logging = flagValue(flags.EnableLogging)
	m.VBS = flagValue(flags.VbsEnabled)
	m.VVTD = flagValue(flags.VvtdEnabled)
	m.HVMode = types.StringValue(flags.VirtualExecUsage)
	m.EPTRVIMode = types.StringValue(flags.VirtualMmuUsage)
	m.SwapPlacement = types.StringValue(cmp.Or(config.SwapPlacement, "inherit"))
	m.Latency = types.StringValue(string(latency(config)))
}

func (m *flagsModel) offline(prior facet, _ abilities) []reason {
	was := prior.(*flagsModel)
	var r reasons
	r.when(differs(m.NestedHV, was.NestedHV), "nested_hv_enabled", onlyOff)
	r.when(differs(m.DiskUUID, was.DiskUUID), "enable_disk_uuid", onlyOff)
	r.when(differs(m.Logging, was.Logging), "enable_logging", onlyOff)
	r.when(differs(m.HVMode, was.HVMode), "hv_mode", onlyOff)
	r.when(differs(m.EPTRVIMode, was.EPTRVIMode), "ept_rvi_mode", onlyOff)
	r.when(differs(m.VBS, was.VBS), "vbs_enabled", onlyOff)
	r.when(differs(m.VVTD, was.VVTD), "vvtd_enabled", onlyOff)
	r.when(differs(m.SwapPlacement, was.SwapPlacement), "swap_placement_policy", onlyOff)
	return r
}

// latency of a machine that says nothing is normal.
func latency(config *vim.VirtualMachineConfigInfo) vim.LatencySensitivitySensitivityLevel {
	return cmp.Or(deref(config.LatencySensitivity).Level, vim.LatencySensitivitySensitivityLevelNormal)
}
