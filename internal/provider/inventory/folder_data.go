// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewFolderData returns the data source vsphere_folder: a folder by its
// absolute inventory path.
func NewFolderData() datasource.DataSource {
	return lifecycle.NewDataSource("folder", lifecycle.Lookup[folderData]{
		Schema: folderDataSchema,
		Read:   lookUpFolder,
	})
}

type folderData struct {
	ID   types.String `tfsdk:"id"`
	Path types.String `tfsdk:"path"`
}

func folderDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a folder of the inventory.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The managed object id of the folder, for example `group-v77`."},
			"path": schema.StringAttribute{Required: true, Validators: []validator.String{namesFolder{}},
				MarkdownDescription: "The absolute inventory path of the folder: datacenter, root folder of the type (`vm`, `network`, `host` or `datastore`) and " +
					"folders, as in `/dc-east/vm/apps/web`."},
		},
	}
}

func lookUpFolder(ctx context.Context, c *vsphere.Client, m *folderData) error {
	ref, err := findFolder(ctx, c, path.Join("/", m.Path.ValueString()))
	if err != nil {
		return lifecycle.Attr("path", err)
	}
	m.ID = types.StringValue(ref.Value)
	return nil
}
