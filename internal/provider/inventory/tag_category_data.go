// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vapi/tags"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewTagCategoryData returns the data source vsphere_tag_category: a category
// of tags by id or name.
func NewTagCategoryData() datasource.DataSource {
	return lifecycle.NewDataSource("tag_category", lifecycle.Lookup[tagCategoryData]{
		Schema: tagCategoryDataSchema,
		Read:   lookUpTagCategory,
	})
}

type tagCategoryData struct {
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	Description     types.String `tfsdk:"description"`
	Cardinality     types.String `tfsdk:"cardinality"`
	AssociableTypes types.Set    `tfsdk:"associable_types"`
}

func tagCategoryDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a category of tags.",
		Attributes: map[string]schema.Attribute{
			"id":               idOrName("The URN of the category."),
			"name":             schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "The name of the category."},
			"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the category."},
			"cardinality":      schema.StringAttribute{Computed: true, MarkdownDescription: "`SINGLE` when an object may have one tag of the category, `MULTIPLE` when it may have several."},
			"associable_types": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The types of objects that tags of the category may be attached to; empty for any type."},
		},
	}
}

// idOrName is the id argument of a data source that takes either id or name.
func idOrName(doc string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc + " Set this or `name`.",
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))},
	}
}

func lookUpTagCategory(ctx context.Context, c *vsphere.Client, m *tagCategoryData) error {
	category, err := findTagCategory(ctx, c, m)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(category.ID)
	m.Name = types.StringValue(category.Name)
	m.Description = types.StringValue(category.Description)
	m.Cardinality = types.StringValue(category.Cardinality)
	m.AssociableTypes = schemas.StringSet(plainTypes(category.AssociableTypes))
	return nil
}

func findTagCategory(ctx context.Context, c *vsphere.Client, m *tagCategoryData) (*tags.Category, error) {
	if !m.ID.IsNull() {
		category, err := c.TagCategory(ctx, m.ID.ValueString())
		return category, lifecycle.Attr("id", err)
	}
	category, err := c.FindTagCategory(ctx, m.Name.ValueString())
	return category, lifecycle.Attr("name", err)
}
