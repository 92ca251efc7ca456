// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type tagQuery struct {
	CategoryID types.String `tfsdk:"category_id"`
	Name       types.String `tfsdk:"name_regex"`
}

// NewTagList returns the list resource vsphere_tag. A tag is shown with the
// name of its category before its own: "env/prod".
func NewTagList() list.ListResource {
	category := lifecycle.StringFilter("Only tags of the category with this URN.")
	category.Validators = []validator.String{urnOfCategory()}
	return lifecycle.NewList(NewTag(), lifecycle.Search[tagQuery]{
		Schema: lifecycle.ListSchema("Lists tags.", map[string]schema.Attribute{"category_id": category, "name_regex": nameFilter()}),
		Find:   searchTags,
	})
}

func searchTags(ctx context.Context, c *vsphere.Client, q tagQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		categories, err := c.TagCategories(ctx)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for _, category := range categories {
			if !lifecycle.Matches(q.CategoryID, category.ID) {
				continue
			}
			tags, err := c.TagsIn(ctx, category.ID)
			if err != nil {
				yield(lifecycle.Found{}, err)
				return
			}
			for _, tag := range tags {
				if named(q.Name, tag.Name) && !yield(lifecycle.Found{Name: category.Name + "/" + tag.Name, ID: tag.ID}, nil) {
					return
				}
			}
		}
	}
}
