// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package host

import (
	"context"
	"errors"
	"fmt"
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
	host, err := find(ctx, c)
	if err != nil {
		return err
	}
	root, err := rootPool(ctx, c, host)
	if err != nil {
		return err
	}
	m.ID, m.ResourcePoolID = types.StringValue(host.Value), types.StringValue(root.Value)
	return nil
}

// ownerOf is the key of the cluster, or the like of a standalone host, that a
// host is in.
type ownerOf vsphere.Ref

// rootPool returns the root pool of what a host is in.
func rootPool(ctx context.Context, c *vsphere.Client, host vsphere.Ref) (vsphere.Ref, error) {
	owner, err := vsphere.Remember(ctx, c, ownerOf(host), func(ctx context.Context) (vsphere.Ref, error) {
		found, err := vsphere.Get[mo.HostSystem](ctx, c, host, "parent")
		if err != nil || found.Parent == nil {
			return vsphere.Ref{}, err
		}
		return *found.Parent, nil
	})
	if err != nil {
		return vsphere.Ref{}, err
	}
	return c.RootPool(ctx, owner)
}

// named finds a host by its name. The path of a standalone host may be given
// without its last part, which repeats the one before.
func (m *hostData) named(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	found, err := lifecycle.Locate(ctx, c, m.Name, m.DatacenterID, "HostSystem")
	if name := m.Name.ValueString(); vsphere.Gone(err) && strings.Contains(name, "/") {
		standalone := types.StringValue(path.Join(name, path.Base(name)))
		if again, secondErr := lifecycle.Locate(ctx, c, standalone, m.DatacenterID, "HostSystem"); secondErr == nil {
			found, err = again, nil
		}
	}
	return found.Ref, err
}

// onlyHost is the key of the hosts of a datacenter.
type onlyHost vsphere.Ref

// only finds the host of a datacenter that has no other.
func (m *hostData) only(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	datacenter, err := lifecycle.Within(ctx, c, m.DatacenterID)
	if err != nil {
		return vsphere.Ref{}, err
	}
	hosts, err := vsphere.Remember(ctx, c, onlyHost(datacenter), func(ctx context.Context) ([]vsphere.Found, error) {
		return hostsOf(ctx, c, datacenter)
	})
	switch {
	case err != nil:
		return vsphere.Ref{}, err
	case len(hosts) == 0:
		return vsphere.Ref{}, lifecycle.Attr("datacenter_id", errors.New("the datacenter has no host"))
	case len(hosts) == 1:
		return hosts[0].Ref, nil
	}
	paths := make([]string, len(hosts))
	for i, h := range hosts {
		paths[i] = h.Path
	}
	return vsphere.Ref{}, lifecycle.Attr("name", fmt.Errorf("name must say which host of the datacenter is meant: %s", strings.Join(paths, ", ")))
}

func hostsOf(ctx context.Context, c *vsphere.Client, datacenter vsphere.Ref) ([]vsphere.Found, error) {
	var hosts []vsphere.Found
	for host, err := range vsphere.All[mo.HostSystem](ctx, c, datacenter, "HostSystem", "name") {
		if err != nil {
			return nil, err
		}
		at, err := c.Path(ctx, host.Self)
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, vsphere.Found{Ref: host.Self, Path: at, Name: host.Name})
	}
	return hosts, nil
}
