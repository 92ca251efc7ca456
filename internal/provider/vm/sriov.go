// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	vim "github.com/vmware/govmomi/vim25/types"
)

// planSRIOV checks what network interfaces with virtual functions of the host's
// adapters need, beyond what device.CheckNICs does: the host, its adapters, and
// that the guest's memory is really there.
func (w planning) planSRIOV(ctx context.Context) error {
	m := w.Planned
	planned, err := decode[nicModel](ctx, m.NICs)
	if err != nil || !slices.ContainsFunc(planned, isSRIOV) {
		return err
	}
	fresh, err := w.newFunctions(ctx, planned)
	if err != nil || w.settledSRIOV(planned, fresh) {
		return err
	}
	const summary = "SR-IOV not possible"
	first := path.Root("network_interface").AtListIndex(slices.IndexFunc(planned, isSRIOV))
	if w.Config.Host.IsNull() || !w.Config.Host.IsUnknown() && w.Config.Host.ValueString() == "" {
		w.Error(first.AtName("adapter_type"), summary, "adapter_type sriov needs host_system_id: the adapters are those of one host.")
		return nil
	}
	if !m.Memory.IsUnknown() && !m.MemoryReservation.IsUnknown() && m.Memory.ValueInt64() != m.MemoryReservation.ValueInt64() {
		w.Error(path.Root("memory_reservation"), summary, fmt.Sprintf("SR-IOV needs all of the memory reserved: memory_reservation must be %d, as memory is.", m.Memory.ValueInt64()))
	}
	if len(fresh) == 0 {
		return nil
	}
	on, err := w.passthrough(ctx)
	if err != nil || on == nil {
		return err
	}
	for i, function := range fresh {
		at := path.Root("network_interface").AtListIndex(i).AtName("physical_function")
		switch info, isPort := on.info(function).(*vim.HostSriovInfo); {
		case on.info(function) == nil:
			w.Error(at, summary, fmt.Sprintf("The host %s has no PCI device %s.", m.Host.ValueString(), function))
		case !isPort || !info.SriovEnabled:
			w.Error(at, summary, fmt.Sprintf("SR-IOV is not enabled for the adapter %s of the host %s. Enable it in the network settings of the host first.", function, m.Host.ValueString()))
		}
	}
	return nil
}

// settledSRIOV reports whether nothing changes of what SR-IOV depends on: then
// the machine has been able to do without what is checked.
func (w planning) settledSRIOV(planned []nicModel, fresh map[int]string) bool {
	m, s := w.Planned, w.State
	if s == nil || len(fresh) > 0 || differs(m.Memory, s.Memory) || differs(m.MemoryReservation, s.MemoryReservation) || differs(m.Host, s.Host) {
		return false
	}
	return !slices.ContainsFunc(planned, func(n nicModel) bool { return isSRIOV(n) && n.Key.IsUnknown() })
}

// newFunctions are the physical functions by the position of their interface
// that the state does not have on the same host.
func (w planning) newFunctions(ctx context.Context, planned []nicModel) (map[int]string, error) {
	known := map[string]bool{}
	if w.State != nil && !differs(w.Planned.Host, w.State.Host) {
		state, err := decode[nicModel](ctx, w.State.NICs)
		if err != nil {
			return nil, err
		}
		for _, n := range state {
			known[n.PhysicalFunction.ValueString()] = isSRIOV(n)
		}
	}
	fresh := map[int]string{}
	for i, n := range planned {
		if function := n.PhysicalFunction.ValueString(); isSRIOV(n) && function != "" && !known[function] {
			fresh[i] = function
		}
	}
	return fresh, nil
}
