// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewDistributedVirtualSwitchData returns the data source
// vsphere_distributed_virtual_switch. Its id is the UUID of the switch.
func NewDistributedVirtualSwitchData() datasource.DataSource {
	return lifecycle.NewDataSource("distributed_virtual_switch", lifecycle.Lookup[switchData]{
		Schema: schemas.DataLookup("Looks up a distributed virtual switch.", "switch", schemas.DataAttributes{
			"id": schemas.DataID("The UUID of the switch."),
			"uplinks": schema.ListAttribute{
				MarkdownDescription: "The names of the uplinks, in the order of the switch.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		}),
		Read: findSwitch,
	})
}

type switchData struct {
	lifecycle.Located
	Uplinks types.List `tfsdk:"uplinks"`
}

// switchOf is the key of the data of a switch.
type switchOf vsphere.Ref

func findSwitch(ctx context.Context, c *vsphere.Client, m *switchData) error {
	found, err := m.Locate(ctx, c, "DistributedVirtualSwitch")
	if err != nil {
		return err
	}
	dvs, err := vsphere.Remember(ctx, c, switchOf(found.Ref), func(ctx context.Context) (*mo.DistributedVirtualSwitch, error) {
		return vsphere.Get[mo.DistributedVirtualSwitch](ctx, c, found.Ref, "uuid", "config")
	})
	if err != nil {
		return err
	}
	m.ID, m.Uplinks = types.StringValue(dvs.Uuid), schemas.StringList(uplinks(dvs.Config))
	return nil
}

// uplinks returns the names of the uplinks of a switch.
func uplinks(config vim.BaseDVSConfigInfo) []string {
	if config == nil {
		return nil
	}
	if policy, ok := config.GetDVSConfigInfo().UplinkPortPolicy.(*vim.DVSNameArrayUplinkPortPolicy); ok {
		return policy.UplinkPortName
	}
	return nil
}
