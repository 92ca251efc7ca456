// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewDatastoreStatsData returns the data source vsphere_datastore_stats: the
// space of all datastores of a datacenter.
func NewDatastoreStatsData() datasource.DataSource {
	return lifecycle.NewDataSource("datastore_stats", lifecycle.Lookup[datastoreStatsData]{Schema: datastoreStatsSchema, Read: readDatastoreStats})
}

type datastoreStatsData struct {
	ID           types.String `tfsdk:"id"`
	DatacenterID types.String `tfsdk:"datacenter_id"`
	Capacity     types.Map    `tfsdk:"capacity"`
	FreeSpace    types.Map    `tfsdk:"free_space"`
}

func datastoreStatsSchema(context.Context) schema.Schema {
	space := func(what string) schema.MapAttribute {
		return schema.MapAttribute{
			MarkdownDescription: "The " + what + " of each datastore in bytes, by its name. Setting it has no effect.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
		}
	}
	return schema.Schema{
		MarkdownDescription: "Tells how much space the datastores of a datacenter have.",
		Attributes: schemas.DataAttributes{
			"id":            schemas.DataID("The managed object id of the datacenter, followed by `_stats`."),
			"datacenter_id": schemas.DataRequired(schemas.DataDatacenterID("")),
			"capacity":      space("capacity"),
			"free_space":    space("free space"),
		},
	}
}

func readDatastoreStats(ctx context.Context, c *vsphere.Client, m *datastoreStatsData) error {
	datacenter, err := lifecycle.Within(ctx, c, m.DatacenterID)
	if err != nil {
		return err
	}
	capacity, free := map[string]attr.Value{}, map[string]attr.Value{}
	for d, err := range vsphere.All[mo.Datastore](ctx, c, datacenter, "Datastore", "name", "summary.capacity", "summary.freeSpace") {
		if err != nil {
			return err
		}
		capacity[d.Name], free[d.Name] = bytes(d.Summary.Capacity), bytes(d.Summary.FreeSpace)
	}
	m.ID = types.StringValue(datacenter.Value + "_stats")
	m.Capacity, m.FreeSpace = types.MapValueMust(types.StringType, capacity), types.MapValueMust(types.StringType, free)
	return nil
}
