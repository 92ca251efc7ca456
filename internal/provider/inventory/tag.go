// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vapi/tags"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// urnPrefix begins the ids of tags and categories.
const urnPrefix = "urn:vmomi:"

var isURN = regexp.MustCompile("^" + urnPrefix)

// NewTag returns the resource vsphere_tag: a label of a category, to be
// attached to objects.
func NewTag() *lifecycle.Resource[tagModel, *tagModel] {
	return lifecycle.NewResource("tag", lifecycle.Verbs[tagModel]{
		Schema: tagSchema,
		Create: createTag,
		Read:   readTag,
		Update: updateTag,
		Delete: func(ctx context.Context, c *vsphere.Client, m *tagModel) error {
			return c.DeleteTag(ctx, m.ID.ValueString())
		},
		Import: importTag,
	})
}

type tagModel struct {
	lifecycle.Meta
	Name        types.String `tfsdk:"name"`
	CategoryID  types.String `tfsdk:"category_id"`
	Description types.String `tfsdk:"description"`
}

func tagSchema(context.Context) schema.Schema {
	category := schemas.RequiredString("The URN of the category that the tag is in. Changing it creates a new tag.", stringplanmodifier.RequiresReplace())
	category.Validators = []validator.String{urnOfCategory()}
	return schema.Schema{
		MarkdownDescription: "Manages a tag.",
		Attributes: schemas.Attributes{
			"id":          schemas.ID("The URN of the tag: what arguments called `tags` take."),
			"name":        schemas.RequiredString("The name of the tag. No two tags of a category may share a name."),
			"category_id": category,
			"description": schemas.OptionalString("A description of the tag."),
		},
	}
}

// urnOfCategory is the validator of category_id arguments.
func urnOfCategory() validator.String {
	return stringvalidator.RegexMatches(isURN, "must be the id of a vsphere_tag_category, which begins with "+urnPrefix)
}

func createTag(ctx context.Context, c *vsphere.Client, m *tagModel) error {
	id, err := c.CreateTag(ctx, tags.Tag{
		Name: m.Name.ValueString(), Description: m.Description.ValueString(), CategoryID: m.CategoryID.ValueString(),
	})
	if err != nil {
		return err
	}
	m.ID = types.StringValue(id)
	return nil
}

func readTag(ctx context.Context, c *vsphere.Client, m *tagModel) error {
	tag, err := c.Tag(ctx, m.ID.ValueString())
	if err != nil {
		return err
	}
	m.Name = types.StringValue(tag.Name)
	m.CategoryID = types.StringValue(tag.CategoryID)
	m.Description = types.StringValue(tag.Description)
	return nil
}

func updateTag(ctx context.Context, c *vsphere.Client, plan, state *tagModel) error {
	change := vsphere.TagChange{Name: changed(plan.Name, state.Name), Description: changed(plan.Description, state.Description)}
	if change == (vsphere.TagChange{}) {
		return nil
	}
	return c.ChangeTag(ctx, plan.ID.ValueString(), change)
}

// importTag accepts a URN, and an object in JSON with the names of the category
// and of the tag.
func importTag(ctx context.Context, c *vsphere.Client, id string, m *tagModel) error {
	m.ID = types.StringValue(id)
	if strings.HasPrefix(id, urnPrefix) {
		return nil
	}
	var names struct {
		Category string `json:"category_name"`
		Tag      string `json:"tag_name"`
	}
	if err := json.Unmarshal([]byte(id), &names); err != nil || names.Category == "" || names.Tag == "" {
		return fmt.Errorf(`the import id is neither a URN nor {"category_name": "...", "tag_name": "..."}`)
	}
	category, err := c.FindTagCategory(ctx, names.Category)
	if err != nil {
		return err
	}
	tag, err := c.FindTag(ctx, category.ID, names.Tag)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(tag.ID)
	return nil
}
