// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewVAppContainerData returns the data source vsphere_vapp_container.
func NewVAppContainerData() datasource.DataSource {
	return lifecycle.NewDataSource("vapp_container", lifecycle.Lookup[vappContainerData]{
		Schema: schemas.DataLookup("Looks up a vApp.", "vApp", schemas.DataAttributes{
			"datacenter_id": schemas.DataRequired(schemas.DataDatacenterID("")),
		}),
		Read: findVAppContainer,
	})
}

type vappContainerData struct{ lifecycle.Located }

func findVAppContainer(ctx context.Context, c *vsphere.Client, m *vappContainerData) error {
	_, err := m.Locate(ctx, c, "VirtualApp")
	return err
}
