// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// The elements of the lists that describe devices.
var (
	dataDiskType = map[string]attr.Type{
		"label": types.StringType, "unit_number": types.Int64Type, "size": types.Int64Type,
		"thin_provisioned": types.BoolType, "eagerly_scrub": types.BoolType,
	}
	dataNICType = map[string]attr.Type{
		"adapter_type": types.StringType, "network_id": types.StringType, "mac_address": types.StringType,
		"bandwidth_limit": types.Int64Type, "bandwidth_reservation": types.Int64Type,
		"bandwidth_share_level": types.StringType, "bandwidth_share_count": types.Int64Type,
		"external_port_id": types.StringType, "physical_function": types.StringType,
	}
	dataGraphicsType = map[string]attr.Type{"memory": types.Int64Type, "renderer": types.StringType}
	dataVideoType    = map[string]attr.Type{
		"num_displays": types.Int64Type, "total_video_memory": types.Int64Type,
		"graphics_3d": types.ListType{ElemType: types.ObjectType{AttrTypes: dataGraphicsType}},
	}
)

func dataSchema(context.Context) schema.Schema {
	attributes := described(schemas.Merge(configAttributes(), powerAttributes()))
	for name, a := range dataOwnAttributes() {
		attributes[name] = a
	}
	return schema.Schema{
		MarkdownDescription: "A virtual machine or template: by `moid`, by `uuid`, or by `name` with `folder` or `datacenter_id` where the name alone is not enough. What it says is what a clone of the machine starts from. Arguments that are no keys are overwritten.",
		Attributes:          attributes,
		Blocks: map[string]schema.Block{"vapp": schema.ListNestedBlock{
			MarkdownDescription: "The vApp of the machine.",
			Validators:          []validator.List{schemas.AtMost(1)},
			NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
				"properties": schema.MapAttribute{MarkdownDescription: "The values of vApp properties by key.", ElementType: types.StringType, Optional: true},
			}},
		}},
	}
}

func dataOwnAttributes() map[string]schema.Attribute {
	key := func(doc string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Computed: true}
	}
	scan := func(doc string, most int64) schema.Int64Attribute {
		return schema.Int64Attribute{MarkdownDescription: doc, Optional: true, Computed: true, Validators: []validator.Int64{int64validator.Between(0, most)}}
	}
	list := func(doc string, element attr.Type) schema.ListAttribute {
		return schema.ListAttribute{MarkdownDescription: doc, ElementType: element, Computed: true}
	}
	return map[string]schema.Attribute{
		"id":                         key("The BIOS UUID of the machine."),
		"name":                       key("The name of the machine, its inventory path, or the path relative to the folder of virtual machines."),
		"folder":                     key("The folder of the machine; afterwards its full inventory path."),
		"datacenter_id":              schema.StringAttribute{MarkdownDescription: "The managed object id of the datacenter to look in. Left out all are looked in.", Optional: true},
		"uuid":                       key("The BIOS UUID of the machine."),
		"moid":                       key("The managed object id of the machine."),
		"instance_uuid":              schema.StringAttribute{MarkdownDescription: "The UUID of the machine in vCenter, which no other machine there has.", Computed: true},
		"change_version":             schema.StringAttribute{MarkdownDescription: "The version of the configuration, which every change raises.", Computed: true},
		"vapp_transport":             list("How vApp properties reach the guest.", types.StringType),
		"evc_mode":                   key("It is not read."),
		"replace_trigger":            key("It has no meaning here."),
		"storage_policy_id":          key("It is not read."),
		"tags":                       list("The ids of the tags that are attached.", types.StringType),
		"custom_attributes":          schema.MapAttribute{MarkdownDescription: "The values of custom attributes by the id of the attribute.", ElementType: types.StringType, Computed: true},
		"scsi_controller_scan_count": scan("How many SCSI controllers are looked at for disks. Defaults to `1`.", 4),
		"sata_controller_scan_count": scan("How many SATA controllers are looked at for disks. Defaults to `0`.", 4),
		"ide_controller_scan_count":  scan("How many IDE controllers are looked at for disks. Defaults to `2`.", 2),
		"nvme_controller_scan_count": scan("How many NVMe controllers are looked at for disks. Defaults to `1`.", 4),
		"scsi_type":                  schema.StringAttribute{MarkdownDescription: "The common type of the SCSI controllers that are looked at, `mixed` if they differ, `unknown` without one.", Computed: true},
		"scsi_bus_sharing":           schema.StringAttribute{MarkdownDescription: "How the SCSI controllers that are looked at share their bus, `mixed` if they differ, `unknown` without one.", Computed: true},
		"disks":                      list("The disks by bus and unit: `label`, `unit_number`, `size` in GiB, `thin_provisioned`, `eagerly_scrub`.", types.ObjectType{AttrTypes: dataDiskType}),
		"network_interface_types":    list("The adapter types of the network interfaces, in their order.", types.StringType),
		"network_interfaces":         list("The network interfaces in their order, with the arguments of the resource's `network_interface` block.", types.ObjectType{AttrTypes: dataNICType}),
		"video_card":                 list("The video card: `num_displays`, `total_video_memory` in MB and `graphics_3d`.", types.ObjectType{AttrTypes: dataVideoType}),
		"vtpm":                       schema.BoolAttribute{MarkdownDescription: "Whether the machine has a virtual Trusted Platform Module.", Computed: true},
	}
}

// described turns attributes of the resource into those of the data source, in
// which everything is read and an argument is accepted where the resource has one.
func described(attributes schemas.Attributes) map[string]schema.Attribute {
	all := make(map[string]schema.Attribute, len(attributes))
	for name, a := range attributes {
		doc, optional := a.GetMarkdownDescription(), a.IsOptional()
		switch a := a.(type) {
		case resource.StringAttribute:
			all[name] = schema.StringAttribute{MarkdownDescription: doc, Optional: optional, Computed: true}
		case resource.BoolAttribute:
			all[name] = schema.BoolAttribute{MarkdownDescription: doc, Optional: optional, Computed: true}
		case resource.Int64Attribute:
			all[name] = schema.Int64Attribute{MarkdownDescription: doc, Optional: optional, Computed: true}
		case resource.MapAttribute:
			all[name] = schema.MapAttribute{MarkdownDescription: doc, Optional: optional, Computed: true, ElementType: a.ElementType}
		case resource.ListAttribute:
			all[name] = schema.ListAttribute{MarkdownDescription: doc, Optional: optional, Computed: true, ElementType: a.ElementType}
		}
	}
	return all
}
