// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewResourcePoolData returns the data source vsphere_resource_pool.
func NewResourcePoolData() datasource.DataSource {
	return lifecycle.NewDataSource("resource_pool", lifecycle.Lookup[resourcePoolData]{
		Schema: schemas.DataLookup(
			"Looks up a resource pool. Every cluster and standalone host has a root pool called `Resources`, found as `cluster/Resources`.", "pool",
			schemas.DataAttributes{
				"name": schemas.DataString("The pool to look up: its name, inventory path (also only the end of it, such as `cluster/Resources/web`) or managed object id. " +
					"Without it, the root pool of the only cluster or host is meant."),
				"parent_resource_pool_id": schemas.DataString("The managed object id of the pool that the one to look up is directly under. Needs `name`."),
			}),
		Read: findResourcePool,
	})
}

type resourcePoolData struct {
	lifecycle.Located
	ParentID types.String `tfsdk:"parent_resource_pool_id"`
}

// rootPool is the name of the root pool of every cluster and host.
const rootPool = "Resources"

func findResourcePool(ctx context.Context, c *vsphere.Client, m *resourcePoolData) error {
	at, named := m.Located, m.Name.ValueString() != ""
	switch underParent := m.ParentID.ValueString() != ""; {
	case underParent && !named:
		return lifecycle.Attr("name", errors.New("the name of the pool under parent_resource_pool_id must be set"))
	case underParent:
		parent, err := pathOfPool(ctx, c, m.ParentID)
		if err != nil {
			return lifecycle.Attr("parent_resource_pool_id", err)
		}
		at.Name = types.StringValue(parent + "/" + m.Name.ValueString())
	case !named:
		at.Name = types.StringValue(rootPool)
	}
	_, err := at.Locate(ctx, c, "ResourcePool")
	m.ID = at.ID
	return err
}

// pathOfPool returns the inventory path of the pool that an argument names.
func pathOfPool(ctx context.Context, c *vsphere.Client, id types.String) (string, error) {
	if _, err := ownerOf(ctx, c, poolRef(id)); err != nil {
		return "", err
	}
	return c.Path(ctx, poolRef(id))
}
