// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewDatastoreClusterData returns the data source vsphere_datastore_cluster.
func NewDatastoreClusterData() datasource.DataSource {
	return lifecycle.NewDataSource("datastore_cluster", lifecycle.Lookup[datastoreClusterData]{
		Schema: schemas.DataLookup("Looks up a datastore cluster.", "datastore cluster", schemas.DataAttributes{
			"datastores": schema.SetAttribute{
				MarkdownDescription: "The names of the datastores in the cluster.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		}),
		Read: findDatastoreCluster,
	})
}

type datastoreClusterData struct {
	lifecycle.Located
	Datastores types.Set `tfsdk:"datastores"`
}

// membersOf is the key of the names of the datastores in a cluster.
type membersOf vsphere.Ref

func findDatastoreCluster(ctx context.Context, c *vsphere.Client, m *datastoreClusterData) error {
	found, err := m.Locate(ctx, c, "StoragePod")
	if err != nil {
		return err
	}
	names, err := vsphere.Remember(ctx, c, membersOf(found.Ref), func(ctx context.Context) ([]string, error) {
		var names []string
		for member, err := range vsphere.All[mo.Datastore](ctx, c, found.Ref, "Datastore", "name") {
			if err != nil {
				return nil, err
			}
			names = append(names, member.Name)
		}
		return names, nil
	})
	m.Datastores = schemas.StringSet(names)
	return err
}
