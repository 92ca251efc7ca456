// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// warnOfChains warns of disks that are to grow and stand on a snapshot. It is no
// error: the snapshot may be gone by the time of the apply, which has it removed.
// Only when a disk grows is the machine read for this.
func (w planning) warnOfChains(ctx context.Context, d *diskPlan) error {
	growing := map[int32]int{}
	for i, n := range d.pairs {
		if n >= 0 && grows(d.planned[i].Size, d.state[n].Size) {
			growing[int32(d.state[n].Key.ValueInt64())] = i
		}
	}
	c, err := w.Client(ctx)
	if len(growing) == 0 || c == nil || err != nil {
		return err
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, machineRef(w.State.MOID.ValueString()), "config.hardware.device")
	if vsphere.Gone(err) || err == nil && vm.Config == nil {
		return nil // a matter of the apply
	}
	if err != nil {
		return err
	}
	for _, is := range device.ReadDisks(vm.Config.Hardware.Device) {
		if i, ok := growing[is.Key]; ok && is.Chained {
			w.Warn(path.Root("disk").AtListIndex(i).AtName("size"), "A disk that stands on another file cannot grow",
				fmt.Sprintf("The machine has snapshots, or is a linked clone. vSphere extends the disk %q only when that has changed before.", d.planned[i].Label.ValueString()))
		}
	}
	return nil
}
