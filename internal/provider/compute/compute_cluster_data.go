// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewComputeClusterData returns the data source vsphere_compute_cluster.
func NewComputeClusterData() datasource.DataSource {
	return lifecycle.NewDataSource("compute_cluster", lifecycle.Lookup[computeClusterData]{
		Schema: schemas.DataLookup("Looks up a cluster of hosts.", "cluster", schemas.DataAttributes{
			"resource_pool_id": schemas.DataComputed("The managed object id of the cluster's root resource pool."),
		}),
		Read: findComputeCluster,
	})
}

type computeClusterData struct {
	lifecycle.Located
	ResourcePoolID types.String `tfsdk:"resource_pool_id"`
}

func findComputeCluster(ctx context.Context, c *vsphere.Client, m *computeClusterData) error {
	found, err := m.Locate(ctx, c, "ClusterComputeResource")
	if err != nil {
		return err
	}
	root, err := c.RootPool(ctx, found.Ref)
	m.ResourcePoolID = types.StringValue(root.Value)
	return err
}
