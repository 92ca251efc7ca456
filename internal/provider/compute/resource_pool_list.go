// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type resourcePoolQuery struct {
	ParentID     types.String `tfsdk:"parent_resource_pool_id"`
	ClusterID    types.String `tfsdk:"compute_cluster_id"`
	DatacenterID types.String `tfsdk:"datacenter_id"`
	NameRegex    types.String `tfsdk:"name_regex"`
}

// NewResourcePoolList returns the list resource vsphere_resource_pool.
func NewResourcePoolList() list.ListResource {
	return lifecycle.NewList(resourcePoolResource(), lifecycle.Search[resourcePoolQuery]{
		Schema: resourcePoolListSchema, Find: searchResourcePools,
	})
}

func resourcePoolListSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists resource pools. The root pools of clusters and hosts are left out, since they cannot be created or deleted.",
		Attributes: map[string]schema.Attribute{
			"parent_resource_pool_id": lifecycle.StringFilter("Only the pools directly under this pool or vApp."),
			"compute_cluster_id":      lifecycle.StringFilter("Only the pools of this cluster or standalone host, by managed object id."),
			"datacenter_id":           lifecycle.StringFilter("Only the pools of this datacenter, by managed object id."),
			"name_regex":              lifecycle.StringFilter("Only the pools whose name matches this regular expression (RE2)."),
		},
	}
}

func searchResourcePools(ctx context.Context, c *vsphere.Client, q resourcePoolQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		name, err := regexp.Compile(q.NameRegex.ValueString())
		if err != nil {
			yield(lifecycle.Found{}, lifecycle.Attr("name_regex", err))
			return
		}
		under, argument, err := q.container(ctx, c)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for pool, err := range vsphere.All[mo.ResourcePool](ctx, c, under, "ResourcePool", "name", "parent") {
			if vsphere.Gone(err) && argument != "" {
				err = lifecycle.Attr(argument, err)
			}
			if err == nil && !q.matches(&pool, name) {
				continue
			}
			found := lifecycle.Found{ID: pool.Self.Value}
			if err == nil {
				found.Name, err = c.Path(ctx, pool.Self)
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

// container returns the narrowest object that a filter names, and the filter.
func (q resourcePoolQuery) container(ctx context.Context, c *vsphere.Client) (vsphere.Ref, string, error) {
	switch {
	case q.ParentID.ValueString() != "":
		return poolRef(q.ParentID), "parent_resource_pool_id", nil
	case q.ClusterID.ValueString() != "":
		return vsphere.NewRef("ComputeResource", q.ClusterID.ValueString()), "compute_cluster_id", nil
	}
	datacenter, err := lifecycle.Within(ctx, c, q.DatacenterID)
	return datacenter, "datacenter_id", err
}

// matches leaves out vApps, which vCenter counts among the pools, and root pools.
func (q resourcePoolQuery) matches(pool *mo.ResourcePool, name *regexp.Regexp) bool {
	if pool.Self.Type != "ResourcePool" || pool.Parent == nil || pool.Parent.Type != "ResourcePool" && pool.Parent.Type != "VirtualApp" {
		return false
	}
	return lifecycle.Matches(q.ParentID, pool.Parent.Value) && name.MatchString(pool.Name)
}
