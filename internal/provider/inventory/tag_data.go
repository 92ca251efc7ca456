// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vapi/tags"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewTagData returns the data source vsphere_tag: a tag by id, or by name and
// category.
func NewTagData() datasource.DataSource {
	return lifecycle.NewDataSource("tag", lifecycle.Lookup[tagData]{
		Schema: tagDataSchema,
		Read:   lookUpTag,
	})
}

type tagData struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	CategoryID  types.String `tfsdk:"category_id"`
	Description types.String `tfsdk:"description"`
}

func tagDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a tag.",
		Attributes: map[string]schema.Attribute{
			"id": idOrName("The URN of the tag."),
			"name": schema.StringAttribute{
				MarkdownDescription: "The name of the tag. It goes with `category_id`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("category_id"))},
			},
			"category_id": schema.StringAttribute{
				MarkdownDescription: "The URN of the category that the tag is in.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{urnOfCategory()},
			},
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "The description of the tag."},
		},
	}
}

func lookUpTag(ctx context.Context, c *vsphere.Client, m *tagData) error {
	tag, err := findTag(ctx, c, m)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(tag.ID)
	m.Name = types.StringValue(tag.Name)
	m.CategoryID = types.StringValue(tag.CategoryID)
	m.Description = types.StringValue(tag.Description)
	return nil
}

func findTag(ctx context.Context, c *vsphere.Client, m *tagData) (*tags.Tag, error) {
	if !m.ID.IsNull() {
		tag, err := c.Tag(ctx, m.ID.ValueString())
		return tag, lifecycle.Attr("id", err)
	}
	tag, err := c.FindTag(ctx, m.CategoryID.ValueString(), m.Name.ValueString())
	if unknown := (*vsphere.NotFoundError)(nil); vsphere.Gone(err) && !errors.As(err, &unknown) {
		return nil, lifecycle.Attr("category_id", err) // the category is not there, never mind the tag
	}
	return tag, lifecycle.Attr("name", err)
}
