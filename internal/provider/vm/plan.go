// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// planning is one plan being made.
type planning struct {
	*lifecycle.Plan[model]
}

// plan is the Plan verb.
func plan(ctx context.Context, p *lifecycle.Plan[model]) error {
	w := planning{p}
	w.checkArguments()
	w.checkVApp()
	if err := w.planPlace(ctx); err != nil {
		return err
	}
	if err := errors.Join(w.planDisks(ctx), w.planNICs(ctx), w.planSRIOV(ctx), w.planOthers(ctx)); err != nil {
		return err
	}
	if err := w.checkEVC(ctx); err != nil {
		return err
	}
	if err := errors.Join(w.planOVF(ctx), w.planProperties(ctx)); err != nil {
		return err
	}
	if p.State == nil {
		return w.planCreate(ctx)
	}
	w.planBlocks(ctx)
	if err := w.planUpdate(ctx); err != nil {
		return err
	}
	w.planAdopted()
	return w.release(ctx)
}

// checkArguments judges arguments that depend on each other.
func (w planning) checkArguments() {
	m := w.Planned
	if s := w.State; s != nil {
		w.checkKept(s)
		w.checkControllers(s)
	} else {
		w.checkControllers(&model{})
	}
	if cores := m.CoresPerSocket.ValueInt64(); cores > 0 && m.CPUs.ValueInt64()%cores != 0 && w.alters("num_cpus", "num_cores_per_socket") {
		w.Error(path.Root("num_cores_per_socket"), "Sockets not full", "num_cpus must be a multiple of num_cores_per_socket.")
	}
	if m.SecureBoot.ValueBool() && m.Firmware.ValueString() == "bios" && w.alters("efi_secure_boot_enabled", "firmware") {
		w.Error(path.Root("efi_secure_boot_enabled"), "Secure boot without EFI", "efi_secure_boot_enabled needs firmware to be efi.")
	}
	if m.CoresPerNUMANode.ValueInt64() > 0 && w.Config.HardwareVersion.IsNull() {
		w.Error(path.Root("num_cores_per_numa_node"), "Hardware version not configured", "num_cores_per_numa_node needs hardware_version to be configured, with 20 or higher.")
	}
	if !m.MemoryReservation.IsUnknown() && !m.Memory.IsUnknown() && m.MemoryReservation.ValueInt64() > m.Memory.ValueInt64() && w.alters("memory_reservation", "memory") {
		w.Error(path.Root("memory_reservation"), "More reserved than there is", "memory_reservation may not exceed memory.")
	}
	for attribute, share := range map[string][2]attr.Value{"cpu_share_count": {m.CPUShareLevel, w.Config.CPUShareCount}, "memory_share_count": {m.MemoryShareLevel, w.Config.MemoryShareCount}} {
		if share[0].Equal(types.StringValue("custom")) && share[1].IsNull() {
			w.Error(path.Root(attribute), "Number of shares not configured", "Share level custom needs "+attribute+".")
		}
	}
}

// checkKept refuses what vSphere has no way to take back.
func (w planning) checkKept(s *model) {
	if shrinks(w.Planned.HardwareVersion, s.HardwareVersion) {
		w.Error(path.Root("hardware_version"), "Cannot be taken back", "Virtual hardware can be upgraded but not downgraded.")
	}
}

// planCreate checks what only a new machine has to have.
func (w planning) planCreate(ctx context.Context) error {
	m := w.Planned
	if !m.deployed() && !m.NICs.IsUnknown() && len(m.NICs.Elements()) == 0 {
		w.Error(path.Root("network_interface"), "Network interface not configured", "A new machine needs at least one network_interface block.")
	}
	if !m.deployed() && !m.Disks.IsUnknown() && len(m.Disks.Elements()) == 0 {
		w.Error(path.Root("disk"), "Disk not configured", "A new machine needs at least one disk block.")
	}
	w.checkPower(false)
	m.Imported = types.BoolValue(false)
	m.RebootRequired = types.BoolValue(false)
	if len(m.Clone.Elements()) == 0 {
		return nil
	}
	return w.checkClone(ctx)
}
