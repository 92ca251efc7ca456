// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// adopt is the Import verb. Everything that the machine has is taken as
// configured: so the plan of a configuration that says the same is empty.
func adopt(ctx context.Context, c *vsphere.Client, id string, m *model) error {
	ref, err := byAnyID(ctx, c, id)
	if err != nil {
		return err
	}
	vm, err := get(ctx, c, ref.Value, false)
	if err != nil {
		return err
	}
	if vm.Config.Template {
		return errTemplate
	}
	m.ID, m.MOID = types.StringValue(vm.Config.Uuid), types.StringValue(ref.Value)
	m.Imported = types.BoolValue(true)
	for _, unset := range []*types.String{&m.Folder, &m.DatastoreCluster, &m.DatastorePath, &m.Datacenter, &m.ReplaceTrigger, &m.EVCMode} {
		*unset = types.StringValue("")
	}
	m.Replace = types.BoolValue(false)
	m.waitModel = waitModel{
		GuestIPTimeout: types.Int64Value(0), GuestNetTimeout: types.Int64Value(5), GuestNetRouted: types.BoolValue(true),
		IgnoredIPs: types.ListNull(types.StringType), ShutdownTimeout: types.Int64Value(3), ForcePowerOff: types.BoolValue(true),
		PowerOnTimeout: types.Int64Value(300), MigrateTimeout: types.Int64Value(30),
	}
	m.ExtraConfig = types.MapValueMust(types.StringType, map[string]attr.Value{})
	m.ExtraConfigReboot = types.BoolValue(true)
	m.adoptControllers(vm.Config.Hardware.Device)
	return m.adoptDevices(ctx, vm.Config.Hardware.Device)
}

func (m *model) adoptControllers(devices []vim.BaseVirtualDevice) {
	counts := device.ContiguousCounts(devices)
	m.SCSICount, m.SATACount = numberValue(counts.SCSI), numberValue(counts.SATA)
	m.IDECount, m.NVMeCount = numberValue(max(counts.IDE, 1)), numberValue(counts.NVMe)
	m.SCSIType, m.SCSISharing = types.StringValue(device.ParaVirtual), types.StringValue("noSharing")
}

func (m *model) adoptDevices(ctx context.Context, devices []vim.BaseVirtualDevice) error {
	disks := device.ImportDisks(device.ReadDisks(devices), m.counts())
	for i := range disks {
		if disks[i].IOShareLevel != "custom" {
			disks[i].IOShareCount = 0 // the server's, not the configuration's
		}
	}
	var err error
	if m.Disks, err = encode(ctx, diskType, diskModels(disks)); err != nil {
		return err
	}
	var nics []nicModel
	for _, n := range device.ReadNICs(devices, nil) {
		nics = append(nics, nicOf(n, types.StringNull()))
	}
	m.NICs, err = encode(ctx, nicType, nics)
	return err
}
