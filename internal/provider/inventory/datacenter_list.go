// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"iter"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type datacenterQuery struct {
	Folder types.String `tfsdk:"folder"`
	Name   types.String `tfsdk:"name_regex"`
}

// NewDatacenterList returns the list resource vsphere_datacenter.
func NewDatacenterList() list.ListResource {
	return lifecycle.NewList(NewDatacenter(), lifecycle.Search[datacenterQuery]{
		Schema: lifecycle.ListSchema("Lists datacenters.", map[string]schema.Attribute{
			"folder":     lifecycle.StringFilter("Only datacenters directly in this folder, as a path from the root of the inventory; `/` is the root."),
			"name_regex": nameFilter(),
		}),
		Find: searchDatacenters,
	})
}

func searchDatacenters(ctx context.Context, c *vsphere.Client, q datacenterQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		for d, err := range vsphere.All[mo.Datacenter](ctx, c, vsphere.Ref{}, datacenterKind, "name") {
			var at string
			if err == nil {
				at, err = c.Path(ctx, d.Self)
			}
			if err != nil {
				yield(lifecycle.Found{}, err)
				return
			}
			elsewhere := !q.Folder.IsNull() && schemas.CleanPath(q.Folder.ValueString()) != schemas.CleanPath(path.Dir(at))
			if elsewhere || !named(q.Name, d.Name) {
				continue
			}
			if !yield(lifecycle.Found{Name: at, ID: d.Self.Value}, nil) {
				return
			}
		}
	}
}
