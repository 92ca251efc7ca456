// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vapi/tags"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewTagCategory returns the resource vsphere_tag_category: a group of tags
// that says which objects they may be attached to, and how many of them.
func NewTagCategory() *lifecycle.Resource[tagCategoryModel, *tagCategoryModel] {
	return lifecycle.NewResource("tag_category", lifecycle.Verbs[tagCategoryModel]{
		Schema: tagCategorySchema,
		Plan:   planTagCategory,
		Create: createTagCategory,
		Read:   readTagCategory,
		Update: updateTagCategory,
		Delete: func(ctx context.Context, c *vsphere.Client, m *tagCategoryModel) error {
			return c.DeleteTagCategory(ctx, m.ID.ValueString())
		},
		Import: importTagCategory,
	})
}

type tagCategoryModel struct {
	lifecycle.Meta
	Name            types.String `tfsdk:"name"`
	Description     types.String `tfsdk:"description"`
	Cardinality     types.String `tfsdk:"cardinality"`
	AssociableTypes types.Set    `tfsdk:"associable_types"`
}

// The cardinalities of the tagging API.
const (
	single   = "SINGLE"
	multiple = "MULTIPLE"
)

func tagCategorySchema(context.Context) schema.Schema {
	cardinality := schemas.RequiredString("How many tags of the category an object may have: one (`SINGLE`) or several (`MULTIPLE`). `SINGLE` can become `MULTIPLE`, but not the other way round.")
	cardinality.Validators = []validator.String{schemas.Enum(single, multiple)}
	return schema.Schema{
		MarkdownDescription: "Manages a category of tags.",
		Attributes: schemas.Attributes{
			"id":          schemas.ID("The URN of the category."),
			"name":        schemas.RequiredString("The name of the category. No two categories of a vCenter may share a name."),
			"description": schemas.OptionalString("A description of the category."),
			"cardinality": cardinality,
			"associable_types": schema.SetAttribute{
				MarkdownDescription: "The types of objects that tags of the category may be attached to; an empty set is any type. Types can be added in place, but vSphere cannot take one away." +
					schemas.OneOf(associableTypes...),
				ElementType: types.StringType,
				Required:    true,
				Validators:  []validator.Set{setvalidator.ValueStringsAre(knownType{})},
			},
		},
	}
}

func createTagCategory(ctx context.Context, c *vsphere.Client, m *tagCategoryModel) error {
	id, err := c.CreateTagCategory(ctx, tags.Category{
		Name:            m.Name.ValueString(),
		Description:     m.Description.ValueString(),
		Cardinality:     m.Cardinality.ValueString(),
		AssociableTypes: wireTypes(stringsOf(m.AssociableTypes)),
	})
	if err != nil {
		return err
	}
	m.ID = types.StringValue(id)
	return nil
}

func readTagCategory(ctx context.Context, c *vsphere.Client, m *tagCategoryModel) error {
	category, err := c.TagCategory(ctx, m.ID.ValueString())
	if err != nil {
		return err
	}
	m.Name = types.StringValue(category.Name)
	m.Description = types.StringValue(category.Description)
	m.Cardinality = types.StringValue(category.Cardinality)
	m.AssociableTypes = keepTypes(m.AssociableTypes, category.AssociableTypes)
	return nil
}

// updateTagCategory sends what differs. Types can only be appended to those
// that vCenter has, in its order.
func updateTagCategory(ctx context.Context, c *vsphere.Client, plan, state *tagCategoryModel) error {
	change := vsphere.TagCategoryChange{
		Name:        changed(plan.Name, state.Name),
		Description: changed(plan.Description, state.Description),
		Cardinality: changed(plan.Cardinality, state.Cardinality),
	}
	if !plan.AssociableTypes.Equal(state.AssociableTypes) {
		now, err := c.TagCategory(ctx, plan.ID.ValueString())
		if err != nil {
			return err
		}
		all := withTypes(now.AssociableTypes, stringsOf(plan.AssociableTypes))
		change.AssociableTypes = &all
	}
	if change == (vsphere.TagCategoryChange{}) {
		return nil
	}
	return c.ChangeTagCategory(ctx, plan.ID.ValueString(), change)
}

// importTagCategory accepts a name and a URN.
func importTagCategory(ctx context.Context, c *vsphere.Client, id string, m *tagCategoryModel) error {
	m.ID = types.StringValue(id)
	if strings.HasPrefix(id, urnPrefix) {
		return nil
	}
	category, err := c.FindTagCategory(ctx, id)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(category.ID)
	return nil
}

// changed returns what a string is to become, nil when it is to stay. Null and
// "" are the same.
func changed(plan, state types.String) *string {
	if plan.ValueString() == state.ValueString() {
		return nil
	}
	value := plan.ValueString()
	return &value
}

// stringsOf returns the known strings of a set, sorted.
func stringsOf(set types.Set) []string {
	var list []string
	for _, e := range set.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			list = append(list, s.ValueString())
		}
	}
	slices.Sort(list)
	return list
}
