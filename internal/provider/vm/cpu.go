// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// cpuModel is the virtual processors.
type cpuModel struct {
	CPUs                types.Int64  `tfsdk:"num_cpus"`
	CoresPerSocket      types.Int64  `tfsdk:"num_cores_per_socket"`
	CoresPerNUMANode    types.Int64  `tfsdk:"num_cores_per_numa_node"`
	CPUHotAdd           types.Bool   `tfsdk:"cpu_hot_add_enabled"`
	CPUHotRemove        types.Bool   `tfsdk:"cpu_hot_remove_enabled"`
	PerformanceCounters types.Bool   `tfsdk:"cpu_performance_counters_enabled"`
	CPUShareLevel       types.String `tfsdk:"cpu_share_level"`
	CPUShareCount       types.Int64  `tfsdk:"cpu_share_count"`
	CPULimit            types.Int64  `tfsdk:"cpu_limit"`
	CPUReservation      types.Int64  `tfsdk:"cpu_reservation"`
}

func cpuAttributes() schemas.Attributes {
	return schemas.Merge(allocationAttributes("cpu", "CPU time", "MHz"), schemas.Attributes{
		"num_cpus":                         schemas.DefaultInt64("The number of virtual processors. Defaults to `1`.", 1, int64validator.AtLeast(1)),
		"num_cores_per_socket":             schemas.DefaultInt64("How many of the processors share a socket. The number of processors must be a multiple of it. `0` leaves it to vSphere. Defaults to `1`.", 1, int64validator.AtLeast(0)),
		"num_cores_per_numa_node":          schemas.OptionalInt64("How many of the processors share a virtual NUMA node. It needs hardware version 20 and `hardware_version` to be set. `0` leaves it to vSphere.", int64validator.AtLeast(0)),
		"cpu_hot_add_enabled":              schemas.OptionalBool("Whether processors can be added while the machine runs."),
		"cpu_hot_remove_enabled":           schemas.OptionalBool("Whether processors can be removed while the machine runs."),
		"cpu_performance_counters_enabled": schemas.OptionalBool("Whether the guest sees the performance counters of the processors."),
	})
}

// numaHardware is the first hardware version with virtual NUMA nodes.
const numaHardware = 20

func (m *cpuModel) expand(d *delta) {
	number(&d.spec.NumCPUs, d.have.Hardware.NumCPU, m.CPUs)
	if want := int32(m.CoresPerSocket.ValueInt64()); !m.CoresPerSocket.IsNull() && !m.CoresPerSocket.IsUnknown() && (d.fresh || coresPerSocket(&d.have.Hardware) != want) {
		d.spec.NumCoresPerSocket = &want
	}
	want := int32(m.CoresPerNUMANode.ValueInt64())
	if hardware := max(hardwareNumber(d.spec.Version), hardwareNumber(d.have.Version)); hardware >= numaHardware && coresPerNUMANode(d.have) != want {
		d.spec.VirtualNuma = &vim.VirtualMachineVirtualNuma{CoresPerNumaNode: &want}
	}
	d.flag(&d.spec.CpuHotAddEnabled, d.have.CpuHotAddEnabled, m.CPUHotAdd)
	d.flag(&d.spec.CpuHotRemoveEnabled, d.have.CpuHotRemoveEnabled, m.CPUHotRemove)
	d.flag(&d.spec.VPMCEnabled, d.have.VPMCEnabled, m.PerformanceCounters)
	d.spec.CpuAllocation = d.allocate(d.have.CpuAllocation, m.CPUShareLevel, m.CPUShareCount, m.CPULimit, m.CPUReservation)
}

func (m *cpuModel) flatten(config *vim.VirtualMachineConfigInfo) {
	m.CPUs = numberValue(config.Hardware.NumCPU)
	m.CoresPerSocket = numberValue(coresPerSocket(&config.Hardware))
	m.CoresPerNUMANode = numberValue(coresPerNUMANode(config))
	m.CPUHotAdd = flagValue(config.CpuHotAddEnabled)
	m.CPUHotRemove = flagValue(config.CpuHotRemoveEnabled)
	m.PerformanceCounters = flagValue(config.VPMCEnabled)
	readAllocation(config.CpuAllocation, &m.CPUShareLevel, &m.CPUShareCount, &m.CPULimit, &m.CPUReservation)
}

// offline: what the machine can do now decides, not what it shall be able to.
func (m *cpuModel) offline(prior facet, can abilities) []reason {
	was := prior.(*cpuModel)
	var r reasons
	r.when(grows(m.CPUs, was.CPUs) && !was.CPUHotAdd.ValueBool(), "num_cpus", "processors can be added to a running machine only with cpu_hot_add_enabled")
	r.when(grows(m.CPUs, was.CPUs) && was.CPUHotAdd.ValueBool() && can.guest != nil && !can.guest.SupportsCpuHotAdd, "num_cpus", "processors cannot be added while its guest operating system runs")
	r.when(shrinks(m.CPUs, was.CPUs) && was.CPUHotRemove.ValueBool() && can.guest != nil && !can.guest.SupportsCpuHotRemove, "num_cpus", "processors cannot be removed while its guest operating system runs")
	r.when(shrinks(m.CPUs, was.CPUs) && !was.CPUHotRemove.ValueBool(), "num_cpus", "processors can be removed from a running machine only with cpu_hot_remove_enabled")
	r.when(differs(m.CoresPerSocket, was.CoresPerSocket), "num_cores_per_socket", onlyOff)
	r.when(differs(m.CoresPerNUMANode, was.CoresPerNUMANode), "num_cores_per_numa_node", onlyOff)
	r.when(differs(m.CPUHotAdd, was.CPUHotAdd), "cpu_hot_add_enabled", onlyOff)
	r.when(differs(m.CPUHotRemove, was.CPUHotRemove), "cpu_hot_remove_enabled", onlyOff)
	r.when(differs(m.PerformanceCounters, was.PerformanceCounters), "cpu_performance_counters_enabled", onlyOff)
	return r
}

// coresPerSocket is 0 where vSphere decides.
func coresPerSocket(h *vim.VirtualHardware) int32 {
	if deref(h.AutoCoresPerSocket) {
		return 0
	}
	return deref(h.NumCoresPerSocket)
}

// coresPerNUMANode is 0 where vSphere decides.
func coresPerNUMANode(config *vim.VirtualMachineConfigInfo) int32 {
	if config.NumaInfo == nil || deref(config.NumaInfo.AutoCoresPerNumaNode) {
		return 0
	}
	return deref(config.NumaInfo.CoresPerNumaNode)
}
