// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// adopt is the Import verb. A template cannot be managed as a machine.
func adopt(ctx context.Context, c *vsphere.Client, id string, m *model) error {
	vm, err := named(ctx, c, id)
	if err != nil {
		return err
	}
	if vm.Config.Template {
		return errTemplate
	}
	return errors.Join(m.adopt(ctx, vm), m.adoptPod(ctx, c, vm))
}

// adoptAny is the Import verb of lists, which show templates as well.
func adoptAny(ctx context.Context, c *vsphere.Client, id string, m *model) error {
	vm, err := named(ctx, c, id)
	if err != nil {
		return err
	}
	return errors.Join(m.adopt(ctx, vm), m.adoptPod(ctx, c, vm))
}

func named(ctx context.Context, c *vsphere.Client, id string) (*mo.VirtualMachine, error) {
	ref, err := byAnyID(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return get(ctx, c, ref.Value, false)
}

// adopt takes everything that the machine has as configured: so the plan of a
// configuration that says the same is empty.
func (m *model) adopt(ctx context.Context, vm *mo.VirtualMachine) error {
	m.ID, m.MOID = types.StringValue(vm.Config.Uuid), types.StringValue(vm.Self.Value)
	m.Imported = types.BoolValue(true)
	for _, unset := range []*types.String{&m.Folder, &m.DatastoreCluster, &m.DatastorePath, &m.Datacenter, &m.ReplaceTrigger, &m.EVCMode, &m.UnmanagedDisks} {
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
	if m.NICs, err = encode(ctx, nicType, nics); err != nil {
		return err
	}
	return m.adoptOthers(ctx, devices)
}
