// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewDatastoreData returns the data source vsphere_datastore.
func NewDatastoreData() datasource.DataSource {
	return lifecycle.NewDataSource("datastore", lifecycle.Lookup[datastoreData]{
		Schema: schemas.DataLookup("Looks up a datastore.", "datastore", schemas.DataAttributes{
			"stats": schema.MapAttribute{
				MarkdownDescription: "The space of the datastore in bytes: `capacity` and `free`. Setting it has no effect.",
				ElementType:         types.StringType,
				Optional:            true,
				Computed:            true,
			},
		}),
		Read: findDatastore,
	})
}

type datastoreData struct {
	lifecycle.Located
	Stats types.Map `tfsdk:"stats"`
}

func findDatastore(ctx context.Context, c *vsphere.Client, m *datastoreData) error {
	found, err := m.Locate(ctx, c, "Datastore")
	if err != nil {
		return err
	}
	stats, err := vsphere.Remember(ctx, c, spaceOf(found.Ref), func(ctx context.Context) (*mo.Datastore, error) {
		return vsphere.Get[mo.Datastore](ctx, c, found.Ref, "summary.capacity", "summary.freeSpace")
	})
	if err != nil {
		return err
	}
	m.Stats = types.MapValueMust(types.StringType, map[string]attr.Value{
		"capacity": bytes(stats.Summary.Capacity),
		"free":     bytes(stats.Summary.FreeSpace),
	})
	return nil
}

// spaceOf is the key of the space of a datastore.
type spaceOf vsphere.Ref

func bytes(n int64) types.String { return types.StringValue(strconv.FormatInt(n, 10)) }
