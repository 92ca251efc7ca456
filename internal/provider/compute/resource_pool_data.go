// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewResourcePoolData returns the data source vsphere_resource_pool.
func NewResourcePoolData() datasource.DataSource {
	return lifecycle.NewDataSource("resource_pool", lifecycle.Lookup[resourcePoolData]{
		Schema: resourcePoolDataSchema, Read: findResourcePool,
	})
}

type resourcePoolData struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	DatacenterID types.String `tfsdk:"datacenter_id"`
	ParentID     types.String `tfsdk:"parent_resource_pool_id"`
}

func resourcePoolDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a resource pool. Every cluster and standalone host has a root pool called `Resources`, found as `cluster/Resources`.",
		Attributes: map[string]schema.Attribute{
			"id": schemas.DataID("The managed object id of the pool."),
			"name": schemas.DataString("The pool to look up: its name, inventory path (also only the end of it, such as `cluster/Resources/web`) or managed object id. " +
				"Without it, the root pool of the only cluster or host is meant."),
			"datacenter_id":           schemas.DataDatacenterID("Without it every datacenter is searched."),
			"parent_resource_pool_id": schemas.DataString("The managed object id of the pool that the one to look up is directly under. Needs `name`."),
		},
	}
}

func findResourcePool(ctx context.Context, c *vsphere.Client, m *resourcePoolData) error {
	found, err := m.find(ctx, c)
	if err == nil {
		m.ID = types.StringValue(found.Ref.Value)
	}
	return err
}

func (m *resourcePoolData) find(ctx context.Context, c *vsphere.Client) (vsphere.Found, error) {
	byName, underParent := m.Name.ValueString() != "", m.ParentID.ValueString() != ""
	switch {
	case underParent && byName:
		return m.child(ctx, c)
	case underParent:
		return vsphere.Found{}, lifecycle.Attr("name", errors.New("the name of the pool under parent_resource_pool_id must be set"))
	case byName:
		return lifecycle.Locate(ctx, c, m.Name, m.DatacenterID, "ResourcePool")
	}
	return m.root(ctx, c)
}

// child finds the pool by its name under the given parent.
func (m *resourcePoolData) child(ctx context.Context, c *vsphere.Client) (vsphere.Found, error) {
	if _, err := ownerOf(ctx, c, poolRef(m.ParentID)); err != nil {
		return vsphere.Found{}, lifecycle.Attr("parent_resource_pool_id", err)
	}
	parent, err := c.Path(ctx, poolRef(m.ParentID))
	if err != nil {
		return vsphere.Found{}, lifecycle.Attr("parent_resource_pool_id", err)
	}
	return lifecycle.Locate(ctx, c, types.StringValue(parent+"/"+m.Name.ValueString()), m.DatacenterID, "ResourcePool")
}

// root finds the root pool of the only cluster or host there is.
func (m *resourcePoolData) root(ctx context.Context, c *vsphere.Client) (vsphere.Found, error) {
	under, err := lifecycle.Within(ctx, c, m.DatacenterID)
	if err != nil {
		return vsphere.Found{}, err
	}
	pools, err := c.Find(ctx, vsphere.Search{Kinds: []string{"ResourcePool"}, Under: under, Name: rootPool})
	switch {
	case err != nil:
		return vsphere.Found{}, err
	case len(pools) == 0:
		return vsphere.Found{}, lifecycle.Attr("datacenter_id", errors.New("there is no cluster or host, so no resource pool"))
	case len(pools) > 1:
		return vsphere.Found{}, lifecycle.Attr("name", fmt.Errorf("there are %d root pools, so name must say which is meant: %s", len(pools), paths(pools)))
	}
	return pools[0], nil
}

// rootPool is the name of the root pool of every cluster and host.
const rootPool = "Resources"

// paths lists where objects are, for people.
func paths(found []vsphere.Found) string {
	list := make([]string, len(found))
	for i, f := range found {
		list[i] = f.Path
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
