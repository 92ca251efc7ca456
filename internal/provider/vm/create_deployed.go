// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// adjust brings a machine that was deployed from a package to what the plan has,
// in one task. It is off. From now on its id is known, whatever happens.
func adjust(ctx context.Context, c *vsphere.Client, plan *model, ref vsphere.Ref) error {
	c.Forget(ref)
	vm, err := get(ctx, c, ref.Value, len(plan.ExtraConfig.Elements()) > 0)
	if err != nil {
		return err
	}
	plan.ID, plan.MOID = types.StringValue(vm.Config.Uuid), types.StringValue(ref.Value)
	if err := plan.checkVApp(propertiesOf(vm.Config.VAppConfig)); err != nil {
		return err
	}
	spec := plan.expand(vm.Config, nil)
	job, err := newDeviceJob(ctx, c, plan, vm.Config.Hardware.Device)
	if err != nil {
		return err
	}
	job.deployed()
	if spec.DeviceChange, err = job.changes(ctx, c, plan.Host.ValueString()); err != nil {
		return err
	}
	spec.VmProfile = device.Profile(plan.StoragePolicy.ValueString())
	return blameDevice(reconfigureTask(ctx, c, ref, spec), spec.DeviceChange)
}

// deployed pairs the wanted devices with those that the package has brought.
// Network interfaces are paired by the networks that they were mapped to; without
// a block they are left alone.
func (j *deviceJob) deployed() {
	j.disks = device.PairDeployed(device.ReadDisks(j.devices), j.wantD)
	j.provisionNew()
	if len(j.wantN) > 0 {
		j.nics = device.ReadNICs(j.devices, nil)
	}
}

// cannotShrink is the error of a wanted disk that is smaller than what it is
// made from.
func cannotShrink(want, from device.Disk) error {
	return fmt.Errorf("the disk %q of %d GiB is made from one of %d GiB, and disks cannot shrink", want.Label, want.Size, from.Size)
}
