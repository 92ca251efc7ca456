// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// toolsModel is what VMware Tools in the guest do.
type toolsModel struct {
	AfterPowerOn        types.Bool   `tfsdk:"run_tools_scripts_after_power_on"`
	AfterResume         types.Bool   `tfsdk:"run_tools_scripts_after_resume"`
	BeforeGuestReboot   types.Bool   `tfsdk:"run_tools_scripts_before_guest_reboot"`
	BeforeGuestShutdown types.Bool   `tfsdk:"run_tools_scripts_before_guest_shutdown"`
	BeforeGuestStandby  types.Bool   `tfsdk:"run_tools_scripts_before_guest_standby"`
	SyncTime            types.Bool   `tfsdk:"sync_time_with_host"`
	SyncPeriodically    types.Bool   `tfsdk:"sync_time_with_host_periodically"`
	UpgradePolicy       types.String `tfsdk:"tools_upgrade_policy"`
}

var upgradePolicies = []vim.UpgradePolicy{vim.UpgradePolicyManual, vim.UpgradePolicyUpgradeAtPowerCycle}

func toolsAttributes() schemas.Attributes {
	return schemas.Attributes{
		"run_tools_scripts_after_power_on":        schemas.DefaultBool("Whether VMware Tools run their scripts after power-on. Defaults to `true`.", true),
		"run_tools_scripts_after_resume":          schemas.DefaultBool("Whether VMware Tools run their scripts when the machine resumes. Defaults to `true`.", true),
		"run_tools_scripts_before_guest_reboot":   schemas.OptionalBool("Whether VMware Tools run their scripts before the guest reboots."),
		"run_tools_scripts_before_guest_shutdown": schemas.DefaultBool("Whether VMware Tools run their scripts before the guest shuts down. Defaults to `true`.", true),
		"run_tools_scripts_before_guest_standby":  schemas.DefaultBool("Whether VMware Tools run their scripts before the guest goes into standby. Defaults to `true`.", true),
		"sync_time_with_host":                     schemas.DefaultBool("Whether VMware Tools may set the clock of the guest at events such as a resume. Defaults to `true`.", true),
		"sync_time_with_host_periodically":        schemas.OptionalBool("Whether VMware Tools keep the clock of the guest in step with the host's."),
		"tools_upgrade_policy":                    schemas.DefaultString("When VMware Tools are upgraded."+schemas.OneOf(upgradePolicies...), "manual", schemas.Enum(upgradePolicies...)),
	}
}

func (m *toolsModel) expand(d *delta) {
	have := deref(d.have.Tools)
	var tools vim.ToolsConfigInfo
	d.flag(&tools.AfterPowerOn, have.AfterPowerOn, m.AfterPowerOn)
	d.flag(&tools.AfterResume, have.AfterResume, m.AfterResume)
	d.flag(&tools.BeforeGuestReboot, have.BeforeGuestReboot, m.BeforeGuestReboot)
	d.flag(&tools.BeforeGuestShutdown, have.BeforeGuestShutdown, m.BeforeGuestShutdown)
	d.flag(&tools.BeforeGuestStandby, have.BeforeGuestStandby, m.BeforeGuestStandby)
	d.flag(&tools.SyncTimeWithHostAllowed, syncAllowed(have), m.SyncTime)
	d.flag(&tools.SyncTimeWithHost, have.SyncTimeWithHost, m.SyncPeriodically)
	d.text(&tools.ToolsUpgradePolicy, cmp.Or(have.ToolsUpgradePolicy, "manual"), m.UpgradePolicy)
	part(&d.spec.Tools, tools)
}

func (m *toolsModel) flatten(config *vim.VirtualMachineConfigInfo) {
	tools := deref(config.Tools)
	m.AfterPowerOn = flagValue(tools.AfterPowerOn)
	m.AfterResume = flagValue(tools.AfterResume)
	m.BeforeGuestReboot = flagValue(tools.BeforeGuestReboot)
	m.BeforeGuestShutdown = flagValue(tools.BeforeGuestShutdown)
	m.BeforeGuestStandby = flagValue(tools.BeforeGuestStandby)
	m.SyncTime = flagValue(syncAllowed(tools))
	m.SyncPeriodically = flagValue(tools.SyncTimeWithHost)
	m.UpgradePolicy = types.StringValue(cmp.Or(tools.ToolsUpgradePolicy, "manual"))
}

func (m *toolsModel) offline(prior facet, _ abilities) []reason {
	was := prior.(*toolsModel)
	var r reasons
	r.when(differs(m.AfterPowerOn, was.AfterPowerOn), "run_tools_scripts_after_power_on", onlyOff)
	r.when(differs(m.AfterResume, was.AfterResume), "run_tools_scripts_after_resume", onlyOff)
	r.when(differs(m.BeforeGuestReboot, was.BeforeGuestReboot), "run_tools_scripts_before_guest_reboot", onlyOff)
	r.when(differs(m.BeforeGuestShutdown, was.BeforeGuestShutdown), "run_tools_scripts_before_guest_shutdown", onlyOff)
	r.when(differs(m.BeforeGuestStandby, was.BeforeGuestStandby), "run_tools_scripts_before_guest_standby", onlyOff)
	r.when(differs(m.UpgradePolicy, was.UpgradePolicy), "tools_upgrade_policy", onlyOff)
	return r
}

// syncAllowed of a server that does not know the switch (before 7.0.1) is true.
func syncAllowed(tools vim.ToolsConfigInfo) *bool {
	if tools.SyncTimeWithHostAllowed == nil {
		return ptr(true)
	}
	return tools.SyncTimeWithHostAllowed
}
