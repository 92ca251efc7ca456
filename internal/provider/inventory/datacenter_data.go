// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewDatacenterData returns the data source vsphere_datacenter: a datacenter by
// name or path, or the only one that there is.
func NewDatacenterData() datasource.DataSource {
	return lifecycle.NewDataSource("datacenter", lifecycle.Lookup[datacenterData]{
		Schema: datacenterDataSchema,
		Read:   lookUpDatacenter,
	})
}

type datacenterData struct {
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	VirtualMachines types.Set    `tfsdk:"virtual_machines"`
}

func datacenterDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a datacenter.",
		Attributes: schemas.DataAttributes{
			"id":   schemas.DataID("The managed object id of the datacenter, for example `datacenter-3`."),
			"name": schemas.DataOnly("datacenter", "the vCenter"),
			"virtual_machines": schema.SetAttribute{Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The names of all virtual machines and templates in the datacenter."},
		},
	}
}

func lookUpDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterData) error {
	found, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{datacenterKind}, Name: m.Name.ValueString()})
	if err != nil {
		return lifecycle.Attr("name", err)
	}
	machines, err := c.Names(ctx, vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: found.Ref})
	m.ID, m.VirtualMachines = types.StringValue(found.Ref.Value), schemas.StringSet(machines)
	return err
}
