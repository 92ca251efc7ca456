// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewComputeClusterData returns the data source vsphere_compute_cluster.
func NewComputeClusterData() datasource.DataSource {
	return lifecycle.NewDataSource("compute_cluster", lifecycle.Lookup[computeClusterData]{
		Schema: computeClusterDataSchema, Read: findComputeCluster,
	})
}

type computeClusterData struct {
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	DatacenterID   types.String `tfsdk:"datacenter_id"`
	ResourcePoolID types.String `tfsdk:"resource_pool_id"`
}

func computeClusterDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a cluster of hosts.",
		Attributes: map[string]schema.Attribute{
			"id":            schemas.DataID("The managed object id of the cluster."),
			"name":          schemas.DataName("cluster"),
			"datacenter_id": schemas.DataDatacenterID("Without it every datacenter is searched."),
			"resource_pool_id": schema.StringAttribute{
				MarkdownDescription: "The managed object id of the cluster's root resource pool.",
				Computed:            true,
			},
		},
	}
}

func findComputeCluster(ctx context.Context, c *vsphere.Client, m *computeClusterData) error {
	found, err := lifecycle.Locate(ctx, c, m.Name, m.DatacenterID, "ClusterComputeResource")
	if err != nil {
		return err
	}
	root, err := c.RootPool(ctx, found.Ref)
	if err != nil {
		return err
	}
	m.ID, m.ResourcePoolID = types.StringValue(found.Ref.Value), types.StringValue(root.Value)
	return nil
}
