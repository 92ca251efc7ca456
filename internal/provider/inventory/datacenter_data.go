// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
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
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The managed object id of the datacenter, for example `datacenter-3`."},
			"name": schema.StringAttribute{Optional: true, MarkdownDescription: "The name or the inventory path of the datacenter. " +
				"It may be left out when the vCenter has only one."},
			"virtual_machines": schema.SetAttribute{Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The names of all virtual machines and templates in the datacenter."},
		},
	}
}

func lookUpDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterData) error {
	ref, err := findDatacenter(ctx, c, m.Name.ValueString())
	if err != nil {
		return lifecycle.Attr("name", err)
	}
	machines, err := c.Names(ctx, vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: ref})
	if err != nil {
		return err
	}
	m.ID = types.StringValue(ref.Value)
	m.VirtualMachines = stringSet(machines)
	return nil
}

// findDatacenter returns the datacenter of a name, or the only one.
func findDatacenter(ctx context.Context, c *vsphere.Client, name string) (vsphere.Ref, error) {
	search := vsphere.Search{Kinds: []string{datacenterKind}, Name: name}
	if name != "" {
		found, err := c.FindOne(ctx, search)
		return found.Ref, err
	}
	names, err := c.Names(ctx, search)
	if err != nil {
		return vsphere.Ref{}, err
	}
	var all []vsphere.Found
	for _, search.Name = range names {
		found, err := c.Find(ctx, search) // datacenters in different folders may share a name
		if err != nil {
			return vsphere.Ref{}, err
		}
		all = append(all, found...)
	}
	switch len(all) {
	case 0:
		return vsphere.Ref{}, &vsphere.NotFoundError{What: "a datacenter", Searched: "the inventory"}
	case 1:
		return all[0].Ref, nil
	}
	return vsphere.Ref{}, &vsphere.AmbiguousError{What: "no name", Candidates: all}
}

// stringSet returns a set, empty when there is nothing in it.
func stringSet(list []string) types.Set {
	values := make([]attr.Value, len(list))
	for i, s := range list {
		values[i] = types.StringValue(s)
	}
	return types.SetValueMust(types.StringType, values)
}
