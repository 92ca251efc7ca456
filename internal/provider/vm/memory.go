// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// memoryModel is the memory of the guest.
type memoryModel struct {
	Memory            types.Int64  `tfsdk:"memory"`
	MemoryHotAdd      types.Bool   `tfsdk:"memory_hot_add_enabled"`
	MemoryLocked      types.Bool   `tfsdk:"memory_reservation_locked_to_max"`
	MemoryShareLevel  types.String `tfsdk:"memory_share_level"`
	MemoryShareCount  types.Int64  `tfsdk:"memory_share_count"`
	MemoryLimit       types.Int64  `tfsdk:"memory_limit"`
	MemoryReservation types.Int64  `tfsdk:"memory_reservation"`
}

func memoryAttributes() schemas.Attributes {
	return schemas.Merge(allocationAttributes("memory", "memory", "MB"), schemas.Attributes{
		"memory":                           schemas.DefaultInt64("The memory of the machine in MB. Defaults to `1024`.", 1024, int64validator.AtLeast(4)),
		"memory_hot_add_enabled":           schemas.OptionalBool("Whether memory can be added while the machine runs."),
		"memory_reservation_locked_to_max": schemas.OptionalBool("Whether the reservation always is all of the memory. It has an effect while `memory_reservation` equals `memory`."),
	})
}

func (m *memoryModel) expand(d *delta) {
	number(&d.spec.MemoryMB, int64(d.have.Hardware.MemoryMB), m.Memory)
	d.flag(&d.spec.MemoryHotAddEnabled, d.have.MemoryHotAddEnabled, m.MemoryHotAdd)
	d.spec.MemoryAllocation = d.allocate(d.have.MemoryAllocation, m.MemoryShareLevel, m.MemoryShareCount, m.MemoryLimit, m.MemoryReservation)

	// Locked needs all of the memory reserved. Where it is not, the lock has to
	// go first, else vSphere keeps the reservation at the size of the memory.
	locked, all := deref(d.have.MemoryReservationLockedToMax), m.MemoryReservation.ValueInt64() == m.Memory.ValueInt64()
	switch {
	case all && m.MemoryLocked.ValueBool() && !locked:
		d.spec.MemoryReservationLockedToMax = ptr(true)
	case locked && (!all || !m.MemoryLocked.ValueBool()):
		d.spec.MemoryReservationLockedToMax = ptr(false)
	}
}

func (m *memoryModel) flatten(config *vim.VirtualMachineConfigInfo) {
	m.Memory = numberValue(config.Hardware.MemoryMB)
	m.MemoryHotAdd = flagValue(config.MemoryHotAddEnabled)
	m.MemoryLocked = flagValue(config.MemoryReservationLockedToMax)
	readAllocation(config.MemoryAllocation, &m.MemoryShareLevel, &m.MemoryShareCount, &m.MemoryLimit, &m.MemoryReservation)
}

func (m *memoryModel) offline(prior facet, can abilities) []reason {
	was := prior.(*memoryModel)
	var r reasons
	r.when(grows(m.Memory, was.Memory) && !was.MemoryHotAdd.ValueBool(), "memory", "memory can be added to a running machine only with memory_hot_add_enabled")
	if grows(m.Memory, was.Memory) && was.MemoryHotAdd.ValueBool() {
		limit, step := can.memoryLimit, can.memoryStep
		r.when(can.guest != nil && !can.guest.SupportsMemoryHotAdd, "memory", "memory cannot be added while its guest operating system runs")
		r.when(limit > 0 && m.Memory.ValueInt64() > limit, "memory", fmt.Sprintf("memory can be added to the running machine up to %d MB", limit))
		r.when(step > 0 && (m.Memory.ValueInt64()-was.Memory.ValueInt64())%max(step, 1) != 0, "memory", fmt.Sprintf("memory can be added to the running machine in multiples of %d MB", step))
	}
	r.when(shrinks(m.Memory, was.Memory), "memory", "memory cannot be removed from a running machine")
	r.when(differs(m.MemoryHotAdd, was.MemoryHotAdd), "memory_hot_add_enabled", onlyOff)
	return r
}
