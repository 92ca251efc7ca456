// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewCustomAttributeData returns the data source vsphere_custom_attribute: a
// custom attribute by name.
func NewCustomAttributeData() datasource.DataSource {
	return lifecycle.NewDataSource("custom_attribute", lifecycle.Lookup[customAttributeData]{
		Schema: customAttributeDataSchema,
		Read:   lookUpCustomAttribute,
	})
}

type customAttributeData struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	Type types.String `tfsdk:"managed_object_type"`
}

func customAttributeDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a custom attribute.",
		Attributes: map[string]schema.Attribute{
			"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "The key of the attribute, a number."},
			"name": schema.StringAttribute{Required: true, MarkdownDescription: "The name of the attribute."},
			"managed_object_type": schema.StringAttribute{Optional: true, Computed: true,
				MarkdownDescription: "The managed object type that has the attribute, empty when all types have it. Set it where attributes of several types share the name."},
		},
	}
}

func lookUpCustomAttribute(ctx context.Context, c *vsphere.Client, m *customAttributeData) error {
	field, err := findCustomAttribute(ctx, c, m.Name.ValueString(), m.Type)
	if err != nil {
		return lifecycle.Attr("name", err)
	}
	m.ID = types.StringValue(strconv.Itoa(int(field.Key)))
	m.Type = types.StringValue(field.ManagedObjectType)
	return nil
}

// findCustomAttribute returns the one custom attribute of a name and, unless it
// is null, a type of objects: attributes of different types may share a name.
func findCustomAttribute(ctx context.Context, c *vsphere.Client, name string, kind types.String) (*vim.CustomFieldDef, error) {
	fields, err := c.CustomFields(ctx)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("custom attribute %q", name)
	var found []vim.CustomFieldDef
	var candidates []vsphere.Found
	for _, field := range fields {
		if field.Name == name && lifecycle.Matches(kind, field.ManagedObjectType) {
			found = append(found, field)
			candidates = append(candidates, vsphere.Found{Name: name, Path: typeOrAll(field.ManagedObjectType), Ref: vsphere.Ref{Value: strconv.Itoa(int(field.Key))}})
		}
	}
	switch len(found) {
	case 0:
		return nil, &vsphere.NotFoundError{What: what, Searched: "all custom attributes"}
	case 1:
		return &found[0], nil
	}
	return nil, &vsphere.AmbiguousError{What: what, Candidates: candidates}
}

func typeOrAll(kind string) string {
	if kind == "" {
		return "all types"
	}
	return kind
}
