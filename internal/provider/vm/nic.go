// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// nicModel is one network_interface block.
type nicModel struct {
	Key              types.Int64  `tfsdk:"key"`
	Address          types.String `tfsdk:"device_address"`
	Network          types.String `tfsdk:"network_id"`
	AdapterType      types.String `tfsdk:"adapter_type"`
	MAC              types.String `tfsdk:"mac_address"`
	StaticMAC        types.Bool   `tfsdk:"use_static_mac"`
	ShareLevel       types.String `tfsdk:"bandwidth_share_level"`
	ShareCount       types.Int64  `tfsdk:"bandwidth_share_count"`
	Limit            types.Int64  `tfsdk:"bandwidth_limit"`
	Reservation      types.Int64  `tfsdk:"bandwidth_reservation"`
	ExternalPort     types.String `tfsdk:"external_port_id"`
	PhysicalFunction types.String `tfsdk:"physical_function"`
	OVFMapping       types.String `tfsdk:"ovf_mapping"`
}

var adapterTypes = []string{device.E1000, device.E1000e, device.SRIOV, device.Vmxnet3, device.Vmxnet3Vrdma}

func nicBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "The network interfaces, in the order in which the guest sees them. They are recognised by device key and MAC address: a block that is taken out removes that interface and no other.",
		Validators:          []validator.List{schemas.AtMost(20)},
		NestedObject:        schema.NestedBlockObject{Attributes: nicAttributes()},
	}
}

func nicAttributes() schemas.Attributes {
	return schemas.Attributes{
		"key":                   schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
		"device_address":        schema.StringAttribute{MarkdownDescription: "Where the interface sits, such as `pci:0:7`.", Computed: true},
		"network_id":            schema.StringAttribute{MarkdownDescription: "The managed object id of the network: a standard network, a distributed port group or an NSX segment. An interface whose network is gone has none.", Required: true},
		"adapter_type":          schemas.DefaultString("The type of the adapter. Another type puts a new adapter in its place. An interface of an older type may keep it."+schemas.OneOf(adapterTypes...), device.Vmxnet3, stringvalidator.OneOf(device.AdapterTypes()...)),
		"mac_address":           schema.StringAttribute{MarkdownDescription: "The MAC address. Another one can be set only with `use_static_mac`.", Optional: true, Computed: true},
		"use_static_mac":        schema.BoolAttribute{MarkdownDescription: "Whether `mac_address` is fixed rather than chosen by vSphere.", Optional: true},
		"bandwidth_share_level": schemas.DefaultString("The interface's share of the bandwidth when there is not enough for all."+schemas.OneOf(shareLevels...), "normal", schemas.Enum(shareLevels...)),
		"bandwidth_share_count": schema.Int64Attribute{MarkdownDescription: "The number of shares. It counts with share level `custom`; otherwise vSphere sets it.", Optional: true, Computed: true, Validators: []validator.Int64{int64validator.AtLeast(0)}},
		"bandwidth_limit":       schemas.DefaultInt64("The most bandwidth in Mbit/s. `-1`, the default, is no limit.", -1, int64validator.AtLeast(-1)),
		"bandwidth_reservation": schemas.DefaultInt64("The bandwidth in Mbit/s that is set aside. Defaults to `0`.", 0, int64validator.AtLeast(0)),
		"external_port_id":      serverChoice("The id of the port of an external network. Once set it cannot be emptied."),
		"physical_function":     schema.StringAttribute{MarkdownDescription: "The PCI address of the host's adapter, with `adapter_type` `sriov`.", Optional: true},
		"ovf_mapping":           schema.StringAttribute{MarkdownDescription: "The network of an OVF that the interface stands for.", Optional: true},
	}
}

var nicType = nicBlock().NestedObject.Type()

// plain returns the interface as the device arithmetic has it.
func (m nicModel) plain() device.NIC {
	return device.NIC{
		Key:                  int32(m.Key.ValueInt64()),
		DeviceAddress:        m.Address.ValueString(),
		NetworkID:            m.Network.ValueString(),
		AdapterType:          m.AdapterType.ValueString(),
		MACAddress:           m.MAC.ValueString(),
		UseStaticMAC:         m.StaticMAC.ValueBool(),
		BandwidthShareLevel:  m.ShareLevel.ValueString(),
		BandwidthShareCount:  int32(m.ShareCount.ValueInt64()),
		BandwidthLimit:       m.Limit.ValueInt64(),
		BandwidthReservation: m.Reservation.ValueInt64(),
		ExternalPortID:       m.ExternalPort.ValueString(),
		PhysicalFunction:     m.PhysicalFunction.ValueString(),
	}
}

// nicOf is the inverse of plain; ovf_mapping is not read back.
func nicOf(n device.NIC, mapping types.String) nicModel {
	return nicModel{
		Key:              numberValue(n.Key),
		Address:          types.StringValue(n.DeviceAddress),
		Network:          types.StringValue(n.NetworkID),
		AdapterType:      types.StringValue(n.AdapterType),
		MAC:              types.StringValue(n.MACAddress),
		StaticMAC:        types.BoolValue(n.UseStaticMAC),
		ShareLevel:       types.StringValue(n.BandwidthShareLevel),
		ShareCount:       numberValue(n.BandwidthShareCount),
		Limit:            types.Int64Value(n.BandwidthLimit),
		Reservation:      types.Int64Value(n.BandwidthReservation),
		ExternalPort:     types.StringValue(n.ExternalPortID),
		PhysicalFunction: types.StringValue(n.PhysicalFunction),
		OVFMapping:       types.StringValue(mapping.ValueString()),
	}
}

func plainNICs(models []nicModel) []device.NIC {
	nics := make([]device.NIC, len(models))
	for i, m := range models {
		nics[i] = m.plain()
	}
	return nics
}
