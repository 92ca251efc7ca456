// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package host

import (
	"context"
	"errors"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewHostData returns the data source vsphere_host.
func NewHostData() datasource.DataSource {
	return lifecycle.NewDataSource("host", lifecycle.Lookup[hostData]{Schema: hostDataSchema, Read: findHost})
}

type hostData struct {
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	DatacenterID   types.String `tfsdk:"datacenter_id"`
	ResourcePoolID types.String `tfsdk:"resource_pool_id"`
}

func hostDataSchema(context.Context) schema.Schema {
	datacenter := schemas.DataDatacenterID("")
	datacenter.Required, datacenter.Optional = true, false
	return schema.Schema{
		MarkdownDescription: "Looks up an ESXi host.",
		Attributes: map[string]schema.Attribute{
			"id": schemas.DataID("The managed object id of the host."),
			"name": schemas.DataString("The host to look up: its name, inventory path or managed object id. " +
				"Without it, the only host of the datacenter is meant."),
			"datacenter_id": datacenter,
			"resource_pool_id": schema.StringAttribute{
				MarkdownDescription: "The managed object id of the root resource pool of the host, or of the cluster that it is in.",
				Computed:            true,
			},
		},
	}
}

func findHost(ctx context.Context, c *vsphere.Client, m *hostData) error {
	find := m.named
	if m.Name.ValueString() == "" {
		find = m.only
	}
	at, id, err := find(ctx, c)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(id)
	m.ResourcePoolID, err = lifecycle.RootPool(ctx, c, path.Dir(at))
	return err
}

// named finds a host by its name and returns its path and id. The path of a
// standalone host may be given without its last part, which repeats the one
// before.
func (m *hostData) named(ctx context.Context, c *vsphere.Client) (at, id string, err error) {
	found, err := lifecycle.Locate(ctx, c, m.Name, m.DatacenterID, "HostSystem")
	if name := m.Name.ValueString(); vsphere.Gone(err) && strings.Contains(name, "/") {
		standalone := types.StringValue(path.Join(name, path.Base(name)))
		if again, secondErr := lifecycle.Locate(ctx, c, standalone, m.DatacenterID, "HostSystem"); secondErr == nil {
			found, err = again, nil
		}
	}
	return found.Path, found.Ref.Value, err
}

// only finds the host of a datacenter that has no other.
func (m *hostData) only(ctx context.Context, c *vsphere.Client) (at, id string, err error) {
	datacenter, err := lifecycle.Within(ctx, c, m.DatacenterID)
	if err != nil {
		return "", "", err
	}
	var hosts []vsphere.Found
	for host, err := range vsphere.All[mo.HostSystem](ctx, c, datacenter, "HostSystem", "name") {
		if err != nil {
			return "", "", err
		}
		at, err := c.Path(ctx, host.Self)
		if err != nil {
			return "", "", err
		}
		hosts = append(hosts, vsphere.Found{Ref: host.Self, Path: at, Name: host.Name})
	}
	switch len(hosts) {
	case 0:
		return "", "", lifecycle.Attr("datacenter_id", errors.New("the datacenter has no host"))
	case 1:
		return hosts[0].Path, hosts[0].Ref.Value, nil
	}
	return "", "", lifecycle.Attr("name", &vsphere.AmbiguousError{What: "name must say which host of the datacenter is meant", Candidates: hosts})
}
