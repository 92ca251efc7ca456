// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// dataModel is what the data source vsphere_virtual_machine says of a machine.
// It shares the facets with the resource.
type dataModel struct {
	configModel
	powerModel
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	Folder         types.String `tfsdk:"folder"`
	Datacenter     types.String `tfsdk:"datacenter_id"`
	UUID           types.String `tfsdk:"uuid"`
	MOID           types.String `tfsdk:"moid"`
	InstanceUUID   types.String `tfsdk:"instance_uuid"`
	ChangeVersion  types.String `tfsdk:"change_version"`
	VAppTransport  types.List   `tfsdk:"vapp_transport"`
	EVCMode        types.String `tfsdk:"evc_mode"`
	ReplaceTrigger types.String `tfsdk:"replace_trigger"`
	StoragePolicy  types.String `tfsdk:"storage_policy_id"`
	Tags           types.List   `tfsdk:"tags"`
	Attributes     types.Map    `tfsdk:"custom_attributes"`

	SCSIScan    types.Int64  `tfsdk:"scsi_controller_scan_count"`
	SATAScan    types.Int64  `tfsdk:"sata_controller_scan_count"`
	IDEScan     types.Int64  `tfsdk:"ide_controller_scan_count"`
	NVMeScan    types.Int64  `tfsdk:"nvme_controller_scan_count"`
	SCSIType    types.String `tfsdk:"scsi_type"`
	SCSISharing types.String `tfsdk:"scsi_bus_sharing"`
	Disks       types.List   `tfsdk:"disks"`
	NICTypes    types.List   `tfsdk:"network_interface_types"`
	NICs        types.List   `tfsdk:"network_interfaces"`
	VideoCards  types.List   `tfsdk:"video_card"`
	VTPM        types.Bool   `tfsdk:"vtpm"`
}

// NewVirtualMachineData returns the data source vsphere_virtual_machine: a
// virtual machine or a template.
func NewVirtualMachineData() datasource.DataSource {
	return lifecycle.NewDataSource("virtual_machine", lifecycle.Lookup[dataModel]{Schema: dataSchema, Read: readData})
}

var errNoKey = errors.New("one of name, uuid and moid has to be configured")

// readData is the Read verb of the data source.
func readData(ctx context.Context, c *vsphere.Client, m *dataModel) error {
	ref, err := m.locate(ctx, c)
	if err != nil {
		return err
	}
	paths := slices.Concat(machinePaths, []string{"customValue"})
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, ref, paths...)
	if err == nil && vm.Config == nil {
		err = errNoConfig
	}
	if vsphere.Gone(err) && m.MOID.ValueString() != "" {
		return lifecycle.Attr("moid", err)
	}
	if err != nil {
		return err
	}
	configured := m.VApp // an argument without effect
	m.configModel.flatten(vm.Config)
	m.VApp = configured
	m.powerModel.flatten(vm.Runtime.PowerState, vm.Guest)
	m.flattenIdentity(vm)
	m.flattenDevices(vm.Config.Hardware.Device)
	if parent := cmp.Or(vm.Parent, vm.ParentVApp); parent != nil {
		p, err := c.Path(ctx, *parent)
		if err != nil {
			return err
		}
		m.Folder = types.StringValue(p)
	}
	return m.readLabels(ctx, c, vm)
}

// locate finds the machine: by managed object id, UUID, or name and place.
func (m *dataModel) locate(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	switch {
	case m.MOID.ValueString() != "":
		return machineRef(m.MOID.ValueString()), nil
	case m.UUID.ValueString() != "":
		ref, err := byUUID(ctx, c, m.UUID.ValueString())
		return ref, lifecycle.Attr("uuid", err)
	case m.Name.ValueString() == "":
		return vsphere.Ref{}, errNoKey
	}
	found, err := lifecycle.Locate(ctx, c, m.within(), m.Datacenter, "VirtualMachine")
	return found.Ref, err
}

// within is the name with the folder in front: an absolute inventory path, or one
// relative to the folder of virtual machines of the datacenter. Where no
// datacenter is configured, any that ends so is meant.
func (m *dataModel) within() types.String {
	folder := strings.TrimSuffix(m.Folder.ValueString(), "/")
	if folder == "" {
		return m.Name
	}
	return types.StringValue(folder + "/" + m.Name.ValueString())
}

func (m *dataModel) flattenIdentity(vm *mo.VirtualMachine) {
	m.ID, m.UUID = types.StringValue(vm.Config.Uuid), types.StringValue(vm.Config.Uuid)
	m.MOID, m.InstanceUUID = types.StringValue(vm.Self.Value), types.StringValue(vm.Config.InstanceUuid)
	m.Name, m.ChangeVersion = types.StringValue(vm.Name), types.StringValue(vm.Config.ChangeVersion)
	m.VAppTransport = stringList(transports(vm.Config))
}

// readLabels fills in the tags and custom attributes.
func (m *dataModel) readLabels(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine) error {
	values := map[string]attr.Value{}
	for _, v := range vm.CustomValue {
		if s, ok := v.(*vim.CustomFieldStringValue); ok && s.Value != "" {
			values[strconv.Itoa(int(s.Key))] = types.StringValue(s.Value)
		}
	}
	m.Attributes = types.MapValueMust(types.StringType, values)
	if !c.IsVCenter() {
		m.Tags = stringList(nil)
		return nil
	}
	tags, err := c.AttachedTags(ctx, vm.Self)
	m.Tags = stringList(tags)
	return err
}

// flattenDevices describes the devices on the scanned controllers.
func (m *dataModel) flattenDevices(devices []vim.BaseVirtualDevice) {
	counts := device.Counts{
		SCSI: scan(&m.SCSIScan, 1), SATA: scan(&m.SATAScan, 0), IDE: scan(&m.IDEScan, 2), NVMe: scan(&m.NVMeScan, 1),
	}
	m.SCSIType = types.StringValue(device.SCSIType(devices, counts.SCSI))
	m.SCSISharing = types.StringValue(device.SCSIBusSharing(devices, counts.SCSI))
	var disks, nics, kinds, cards []attr.Value
	for _, d := range device.ImportDisks(device.ReadDisks(devices), counts) {
		disks = append(disks, types.ObjectValueMust(dataDiskType, map[string]attr.Value{
			"label": types.StringValue(d.Label), "unit_number": numberValue(d.UnitNumber), "size": numberValue(d.Size),
			"thin_provisioned": flagValue(d.ThinProvisioned), "eagerly_scrub": flagValue(d.EagerlyScrub),
		}))
	}
	for _, n := range device.ReadNICs(devices, nil) {
		block := nicOf(n, types.StringNull())
		kinds = append(kinds, block.AdapterType)
		nics = append(nics, types.ObjectValueMust(dataNICType, map[string]attr.Value{
			"adapter_type": block.AdapterType, "network_id": block.Network, "mac_address": block.MAC,
			"bandwidth_limit": block.Limit, "bandwidth_reservation": block.Reservation,
			"bandwidth_share_level": block.ShareLevel, "bandwidth_share_count": block.ShareCount,
			"external_port_id": block.ExternalPort, "physical_function": block.PhysicalFunction,
		}))
	}
	for _, d := range devices {
		if card, ok := d.(*vim.VirtualMachineVideoCard); ok {
			cards = append(cards, dataVideoCard(card))
		}
	}
	m.Disks = types.ListValueMust(types.ObjectType{AttrTypes: dataDiskType}, disks)
	m.NICs = types.ListValueMust(types.ObjectType{AttrTypes: dataNICType}, nics)
	m.NICTypes = types.ListValueMust(types.StringType, kinds)
	m.VideoCards = types.ListValueMust(types.ObjectType{AttrTypes: dataVideoType}, cards)
	m.VTPM = types.BoolValue(slices.ContainsFunc(devices, func(d vim.BaseVirtualDevice) bool {
		_, ok := d.(*vim.VirtualTPM)
		return ok
	}))
}

// scan returns how many controllers are looked at, and fills in the default.
func scan(count *types.Int64, fallback int64) int {
	if count.IsNull() {
		*count = types.Int64Value(fallback)
	}
	return int(count.ValueInt64())
}

func dataVideoCard(card *vim.VirtualMachineVideoCard) attr.Value {
	graphics := []attr.Value{}
	if deref(card.Enable3DSupport) {
		graphics = append(graphics, types.ObjectValueMust(dataGraphicsType, map[string]attr.Value{
			"memory": numberValue(card.GraphicsMemorySizeInKB / 1024), "renderer": types.StringValue(card.Use3dRenderer),
		}))
	}
	return types.ObjectValueMust(dataVideoType, map[string]attr.Value{
		"num_displays": numberValue(card.NumDisplays), "total_video_memory": numberValue(card.VideoRamSizeInKB / 1024),
		"graphics_3d": types.ListValueMust(types.ObjectType{AttrTypes: dataGraphicsType}, graphics),
	})
}
