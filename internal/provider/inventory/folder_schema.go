// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

func folderSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages a folder of virtual machines, networks, hosts, datastores or datacenters.",
		Attributes: schemas.Merge(schemas.Attributes{
			"id": schemas.ID("The managed object id of the folder, for example `group-v77`."),
			"path": schema.StringAttribute{
				MarkdownDescription: "The path of the folder, relative to the root folder of its type in the datacenter: `apps/web`. Only the last folder is created, " +
					"those above it must exist. Changing the last name renames the folder, changing the rest moves it.",
				Required:      true,
				Validators:    []validator.String{namesFolder{}},
				PlanModifiers: []planmodifier.String{schemas.SamePath()},
			},
			"type": schema.StringAttribute{
				MarkdownDescription: "What is kept in the folder." + schemas.OneOf(folderTypes...) + " Changing it creates a new folder.",
				Required:            true,
				Validators:          []validator.String{schemas.Enum(folderTypes...)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"datacenter_id": schemas.OptionalString("The managed object id of the datacenter that the folder is in. Needed for every type but `datacenter`. "+
				"Changing it creates a new folder.", stringplanmodifier.RequiresReplace()),
		}, schemas.Tags(), schemas.CustomAttributes()),
	}
}

// namesFolder is the validator of a path that must not be a root folder.
type namesFolder struct{}

// Description implements validator.Describer.
func (namesFolder) Description(context.Context) string { return "must name a folder below the root" }

// MarkdownDescription implements validator.Describer.
func (n namesFolder) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

// ValidateString implements validator.String.
func (n namesFolder) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsUnknown() || req.ConfigValue.IsNull() || schemas.CleanPath(req.ConfigValue.ValueString()) != "" {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid folder path", "The path "+n.Description(ctx)+".")
}
