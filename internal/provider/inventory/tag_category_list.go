// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type tagCategoryQuery struct {
	Name types.String `tfsdk:"name_regex"`
}

// NewTagCategoryList returns the list resource vsphere_tag_category.
func NewTagCategoryList() list.ListResource {
	return lifecycle.NewList(NewTagCategory(), lifecycle.Search[tagCategoryQuery]{
		Schema: lifecycle.ListSchema("Lists categories of tags.", map[string]schema.Attribute{"name_regex": nameFilter()}),
		Find:   searchTagCategories,
	})
}

func searchTagCategories(ctx context.Context, c *vsphere.Client, q tagCategoryQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		categories, err := c.TagCategories(ctx)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for _, category := range categories {
			if named(q.Name, category.Name) && !yield(lifecycle.Found{Name: category.Name, ID: category.ID}, nil) {
				return
			}
		}
	}
}
