// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"iter"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type customAttributeQuery struct {
	Type types.String `tfsdk:"managed_object_type"`
	Name types.String `tfsdk:"name_regex"`
}

// NewCustomAttributeList returns the list resource vsphere_custom_attribute.
func NewCustomAttributeList() list.ListResource {
	return lifecycle.NewList(NewCustomAttribute(), lifecycle.Search[customAttributeQuery]{
		Schema: lifecycle.ListSchema("Lists custom attributes.", map[string]schema.Attribute{
			"managed_object_type": lifecycle.StringFilter("Only attributes of this managed object type; an empty string is those that all types have."),
			"name_regex":          nameFilter(),
		}),
		Find: searchCustomAttributes,
	})
}

func searchCustomAttributes(ctx context.Context, c *vsphere.Client, q customAttributeQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		fields, err := c.CustomFields(ctx)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for _, field := range fields {
			if !lifecycle.Matches(q.Type, field.ManagedObjectType) || !named(q.Name, field.Name) {
				continue
			}
			if !yield(lifecycle.Found{Name: field.Name, ID: strconv.Itoa(int(field.Key))}, nil) {
				return
			}
		}
	}
}
