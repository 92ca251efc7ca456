// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// An import takes every device as configured. One that no block turns out to
// stand for is never taken off the machine: nobody has asked for it. It stays in
// the state for as long as nothing changes, so that the plan is empty, and goes
// out of the state, not off the machine, with the first update.

// release takes what no block stands for out of the state of a machine that was
// imported, in the plan of its first update.
func (w planning) release(ctx context.Context) error {
	m, s := w.Planned, w.State
	if !s.Imported.ValueBool() || m.Imported.IsUnknown() || m.Imported.ValueBool() {
		return nil
	}
	if len(w.Config.VTPM.Elements()) == 0 && !w.Config.VTPM.IsUnknown() && len(m.VTPM.Elements()) > 0 {
		m.VTPM = types.ListValueMust(tpmType, nil)
		w.warnReleased("vtpm")
	}
	if len(w.Config.VideoCard.Elements()) == 0 && !w.Config.VideoCard.IsUnknown() && len(m.VideoCard.Elements()) > 0 {
		m.VideoCard = types.ListValueMust(videoType, nil)
		w.warnReleased("video_card")
	}
	if w.Config.PCI.IsNull() && len(m.PCI.Elements()) > 0 {
		m.PCI = types.SetNull(types.StringType)
		w.warnReleased("pci_device_id")
	}
	claimed, err := w.claimedCDROMs(ctx)
	if err != nil || m.CDROMs.IsUnknown() || len(claimed.Elements()) == len(m.CDROMs.Elements()) {
		return err
	}
	m.CDROMs = claimed
	w.warnReleased("cdrom")
	return nil
}

func (w planning) warnReleased(argument string) {
	w.Warn(path.Root(argument), "Left alone",
		"The machine was imported with devices that "+argument+" does not declare. They stay on the machine and are no longer in the state.")
}

// claimedCDROMs are the planned drives that blocks stand for.
func (w planning) claimedCDROMs(ctx context.Context) (types.List, error) {
	config, err := decode[cdromModel](ctx, w.Config.CDROMs)
	if err != nil {
		return w.Planned.CDROMs, err
	}
	planned, err := decode[cdromModel](ctx, w.Planned.CDROMs)
	if err != nil || slices.ContainsFunc(config, cdromModel.undecided) {
		return w.Planned.CDROMs, err
	}
	var claimed []cdromModel
	for _, n := range device.PairCDROMs(plainCDROMs(planned), plainCDROMs(config)) {
		if n >= 0 {
			claimed = append(claimed, planned[n])
		}
	}
	return encode(ctx, cdromType, claimed)
}
