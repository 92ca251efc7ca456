// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

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
	names, err := namesOfMachines(ctx, c, ref)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(ref.Value)
	m.VirtualMachines = names
	return nil
}

// findDatacenter returns the datacenter of a name, or the only one.
func findDatacenter(ctx context.Context, c *vsphere.Client, name string) (vsphere.Ref, error) {
	if name != "" {
		found, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{datacenterKind}, Name: name})
		return found.Ref, err
	}
	var all []vsphere.Found
	for d, err := range vsphere.All[mo.Datacenter](ctx, c, vsphere.Ref{}, datacenterKind, "name") {
		if err != nil {
			return vsphere.Ref{}, err
		}
		at, err := c.Path(ctx, d.Self)
		if err != nil {
			return vsphere.Ref{}, err
		}
		all = append(all, vsphere.Found{Ref: d.Self, Path: at, Name: d.Name})
	}
	switch len(all) {
	case 0:
		return vsphere.Ref{}, &vsphere.NotFoundError{What: "datacenter", Searched: "/"}
	case 1:
		return all[0].Ref, nil
	}
	return vsphere.Ref{}, &vsphere.AmbiguousError{What: "datacenter without a name", Candidates: all}
}

func namesOfMachines(ctx context.Context, c *vsphere.Client, datacenter vsphere.Ref) (types.Set, error) {
	var names []string
	for machine, err := range vsphere.All[mo.VirtualMachine](ctx, c, datacenter, "VirtualMachine", "name") {
		if err != nil {
			return types.SetNull(types.StringType), err
		}
		names = append(names, machine.Name)
	}
	slices.Sort(names) // machines in different folders may share a name
	return stringSet(slices.Compact(names)), nil
}

// stringSet returns a set, empty when there is nothing in it.
func stringSet(list []string) types.Set {
	values := make([]attr.Value, len(list))
	for i, s := range list {
		values[i] = types.StringValue(s)
	}
	return types.SetValueMust(types.StringType, values)
}
