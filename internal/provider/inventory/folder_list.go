// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type folderQuery struct {
	DatacenterID types.String `tfsdk:"datacenter_id"`
	Type         types.String `tfsdk:"type"`
	Name         types.String `tfsdk:"name_regex"`
}

// NewFolderList returns the list resource vsphere_folder. Root folders, which
// cannot be managed, are left out.
func NewFolderList() list.ListResource {
	return lifecycle.NewList(NewFolder(), lifecycle.Search[folderQuery]{Schema: folderListSchema, Find: searchFolders})
}

func folderListSchema(context.Context) schema.Schema {
	kind := lifecycle.StringFilter("Only folders of this type." + schemas.OneOf(folderTypes...))
	kind.Validators = []validator.String{schemas.Enum(folderTypes...)}
	return schema.Schema{
		MarkdownDescription: "Lists folders.",
		Attributes: map[string]schema.Attribute{
			"datacenter_id": lifecycle.StringFilter("Only folders in the datacenter with this managed object id."),
			"type":          kind,
			"name_regex":    nameFilter(),
		},
	}
}

func searchFolders(ctx context.Context, c *vsphere.Client, q folderQuery) iter.Seq2[lifecycle.Found, error] {
	var under vsphere.Ref
	if !q.DatacenterID.IsNull() {
		under = vsphere.NewRef(datacenterKind, q.DatacenterID.ValueString())
	}
	return func(yield func(lifecycle.Found, error) bool) {
		for folder, err := range vsphere.All[mo.Folder](ctx, c, under, folderKind, "name", "childType", "parent") {
			if err != nil {
				yield(lifecycle.Found{}, err)
				return
			}
			kind, err := folderTypeOf(folder.ChildType)
			root := folder.Parent == nil || folder.Parent.Type != folderKind
			if err != nil || root || !lifecycle.Matches(q.Type, string(kind)) || !named(q.Name, folder.Name) {
				continue // what cannot be managed is not an error of the others
			}
			at, err := c.Path(ctx, folder.Self)
			if !yield(lifecycle.Found{Name: at, ID: folder.Self.Value}, err) {
				return
			}
		}
	}
}
