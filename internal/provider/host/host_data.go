// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package host

import (
	"context"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewHostData returns the data source vsphere_host.
func NewHostData() datasource.DataSource {
	return lifecycle.NewDataSource("host", lifecycle.Lookup[hostData]{
		Schema: schemas.DataLookup("Looks up an ESXi host.", "host", schemas.DataAttributes{
			"name":             schemas.DataOnly("host", "the datacenter"),
			"datacenter_id":    schemas.DataRequired(schemas.DataDatacenterID("")),
			"resource_pool_id": schemas.DataComputed("The managed object id of the root resource pool of the host, or of the cluster that it is in."),
		}),
		Read: findHost,
	})
}

type hostData struct {
	lifecycle.Located
	ResourcePoolID types.String `tfsdk:"resource_pool_id"`
}

func findHost(ctx context.Context, c *vsphere.Client, m *hostData) error {
	found, err := m.Locate(ctx, c, "HostSystem")
	if name := m.Name.ValueString(); vsphere.Gone(err) && strings.Contains(name, "/") {
		// The path of a standalone host without its last part, which repeats the one before.
		alone := m.Located
		alone.Name = types.StringValue(path.Join(name, path.Base(name)))
		if again, secondErr := alone.Locate(ctx, c, "HostSystem"); secondErr == nil {
			found, err, m.ID = again, nil, alone.ID
		}
	}
	if err != nil {
		return err
	}
	root, err := rootPool(ctx, c, found.Ref)
	m.ResourcePoolID = types.StringValue(root.Value)
	return err
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
