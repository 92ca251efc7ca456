// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewComputeClusterHostGroupData returns the data source
// vsphere_compute_cluster_host_group.
func NewComputeClusterHostGroupData() datasource.DataSource {
	return lifecycle.NewDataSource("compute_cluster_host_group", lifecycle.Lookup[hostGroupData]{
		Schema: hostGroupDataSchema,
		Read:   findHostGroup,
	})
}

type hostGroupData struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	ClusterID types.String `tfsdk:"compute_cluster_id"`
	HostIDs   types.Set    `tfsdk:"host_system_ids"`
}

func hostGroupDataSchema(context.Context) schema.Schema {
	filled := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "Looks up a group of hosts in a cluster, to which the DRS rules of the cluster may bind groups of virtual machines.",
		Attributes: schemas.DataAttributes{
			"id": schemas.DataID("The name of the host group."),
			"name": schema.StringAttribute{
				MarkdownDescription: "The name of the host group, in the case that vCenter shows.",
				Required:            true,
				Validators:          filled,
			},
			"compute_cluster_id": schema.StringAttribute{
				MarkdownDescription: "The managed object id of the cluster that the group belongs to: the `id` of the data source `vsphere_compute_cluster`.",
				Required:            true,
				Validators:          filled,
			},
			"host_system_ids": schema.SetAttribute{
				MarkdownDescription: "The managed object ids of the hosts in the group.",
				Computed:            true,
				ElementType:         types.StringType,
			},
		},
	}
}

func findHostGroup(ctx context.Context, c *vsphere.Client, m *hostGroupData) error {
	ref := vsphere.NewRef("ClusterComputeResource", m.ClusterID.ValueString())
	cluster, err := vsphere.Get[mo.ClusterComputeResource](ctx, c, ref, "configurationEx")
	if vsphere.Gone(err) {
		err = fmt.Errorf("%q is not the managed object id of a cluster: use the id of the data source vsphere_compute_cluster", ref.Value)
	}
	if err != nil {
		return lifecycle.Attr("compute_cluster_id", err)
	}
	name, groups := m.Name.ValueString(), hostGroups(cluster)
	i := slices.IndexFunc(groups, func(g *vim.ClusterHostGroup) bool { return g.Name == name })
	if i < 0 {
		return lifecycle.Attr("name", noHostGroup(ctx, c, ref, name, groups))
	}
	ids := make([]string, len(groups[i].Host))
	for j, host := range groups[i].Host {
		ids[j] = host.Value
	}
	m.ID, m.HostIDs = m.Name, schemas.StringSet(ids)
	return nil
}

// hostGroups returns the groups of hosts among the groups of a cluster.
func hostGroups(cluster *mo.ClusterComputeResource) []*vim.ClusterHostGroup {
	config, ok := cluster.ConfigurationEx.(*vim.ClusterConfigInfoEx)
	if !ok {
		return nil
	}
	var groups []*vim.ClusterHostGroup
	for _, g := range config.Group {
		if hosts, ok := g.(*vim.ClusterHostGroup); ok {
			groups = append(groups, hosts)
		}
	}
	return groups
}

// noHostGroup says which groups there are instead.
func noHostGroup(ctx context.Context, c *vsphere.Client, cluster vsphere.Ref, name string, groups []*vim.ClusterHostGroup) error {
	at, err := c.Path(ctx, cluster)
	if err != nil {
		return err
	}
	has := "which has none"
	if len(groups) > 0 {
		names := make([]string, len(groups))
		for i, g := range groups {
			names[i] = strconv.Quote(g.Name)
		}
		has = "which has " + strings.Join(names, ", ")
	}
	return &vsphere.NotFoundError{What: fmt.Sprintf("host group %q", name), Searched: "cluster " + at + ", " + has}
}
