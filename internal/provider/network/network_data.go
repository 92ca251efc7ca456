// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package network

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewNetworkData returns the data source vsphere_network: a standard network, a
// distributed port group or an opaque network, such as a segment of NSX.
func NewNetworkData() datasource.DataSource {
	return lifecycle.NewDataSource("network", lifecycle.Lookup[networkData]{Schema: networkDataSchema, Read: findNetwork})
}

type networkData struct {
	lifecycle.Located
	SwitchUUID    types.String `tfsdk:"distributed_virtual_switch_uuid"`
	Filter        []filter     `tfsdk:"filter"`
	VPCID         types.String `tfsdk:"vpc_id"`
	VPCProjectID  types.String `tfsdk:"vpc_project_id"`
	RetryTimeout  types.Int64  `tfsdk:"retry_timeout"`
	RetryInterval types.Int64  `tfsdk:"retry_interval"`
	Type          types.String `tfsdk:"type"`
}

type filter struct {
	NetworkType types.String `tfsdk:"network_type"`
}

// networkTypes are the managed object types of networks.
var networkTypes = []string{"Network", "DistributedVirtualPortgroup", "OpaqueNetwork"}

const defaultInterval = 500 // milliseconds

func networkDataSchema(ctx context.Context) schema.Schema {
	const doc = "Looks up a network: one of a standard switch, a distributed port group, or an opaque network such as a segment of NSX. " +
		"Networks may share a name; the other arguments then say which one is meant."
	all := schemas.DataLookup(doc, "network", schemas.DataAttributes{
		"distributed_virtual_switch_uuid": schemas.DataString("Only a port group of the distributed switch with this UUID, " +
			"which is the `id` of a `vsphere_distributed_virtual_switch`."),
		"vpc_id":         schemas.DataString("Only a subnet of this virtual private cloud of NSX."),
		"vpc_project_id": schemas.DataString("Only a subnet of a virtual private cloud in this project of NSX."),
		"retry_timeout":  retry("How long to wait for a network that is not there yet, in seconds. Defaults to `0`."),
		"retry_interval": retry("How long to wait between two looks, in milliseconds; at least 100. Defaults to `500`."),
		"type":           schemas.DataComputed("What kind of network it is:" + schemas.OneOf(networkTypes...)),
	})(ctx)
	all.Blocks = map[string]schema.Block{
		"filter": schema.SetNestedBlock{
			MarkdownDescription: "Only networks of a kind. Of several blocks any may match.",
			NestedObject: schema.NestedBlockObject{Attributes: schemas.DataAttributes{
				"network_type": schemas.DataString("The kind."+schemas.OneOf(networkTypes...), stringvalidator.OneOf(networkTypes...)),
			}},
		},
	}
	return all
}

func retry(doc string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: doc, Optional: true, Computed: true, Validators: []validator.Int64{int64validator.AtLeast(0)}}
}

func findNetwork(ctx context.Context, c *vsphere.Client, m *networkData) error {
	m.RetryTimeout = types.Int64Value(m.RetryTimeout.ValueInt64())
	if m.RetryInterval.IsNull() {
		m.RetryInterval = types.Int64Value(defaultInterval)
	}
	found, err := m.await(ctx, c)
	if err != nil {
		return err
	}
	m.ID, m.Type = types.StringValue(found.Ref.Value), types.StringValue(found.Ref.Type)
	return nil
}

// await looks for the network until it is there or retry_timeout has passed.
func (m *networkData) await(ctx context.Context, c *vsphere.Client) (vsphere.Found, error) {
	deadline := time.Now().Add(time.Duration(m.RetryTimeout.ValueInt64()) * time.Second)
	interval := max(time.Duration(m.RetryInterval.ValueInt64())*time.Millisecond, 100*time.Millisecond)
	for {
		found, err := m.find(ctx, c)
		if !vsphere.Gone(err) || time.Now().After(deadline) {
			return found, err
		}
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-time.After(min(interval, time.Until(deadline)+time.Millisecond)):
			c.Forget() // the answer of the last look
		}
	}
}

// find looks for the network once. The error is an ErrNotFound when there is none.
func (m *networkData) find(ctx context.Context, c *vsphere.Client) (vsphere.Found, error) {
	all, err := lifecycle.Candidates(ctx, c, m.Name, m.DatacenterID, "Network")
	if err != nil {
		return vsphere.Found{}, err
	}
	return m.choose(ctx, c, all)
}
