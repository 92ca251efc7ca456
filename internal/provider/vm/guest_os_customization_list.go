// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type guestCustomizationQuery struct {
	Name types.String `tfsdk:"name_regex"`
	Type types.String `tfsdk:"type"`
}

// NewGuestCustomizationList returns the list resource vsphere_guest_os_customization.
func NewGuestCustomizationList() list.ListResource {
	return lifecycle.NewList(NewGuestCustomization().Resource, lifecycle.Search[guestCustomizationQuery]{
		Schema: func(context.Context) schema.Schema {
			name := lifecycle.StringFilter("Only specifications whose name matches this regular expression, in the syntax of Go (RE2).")
			name.Validators = []validator.String{compiles{}}
			kind := lifecycle.StringFilter("Only specifications for `Linux` or for `Windows`.")
			kind.Validators = []validator.String{stringvalidator.OneOf(linuxGuest, windowsGuest)}
			return schema.Schema{
				MarkdownDescription: "Lists customization specifications of vCenter.",
				Attributes:          map[string]schema.Attribute{"name_regex": name, "type": kind},
			}
		},
		Find: searchGuestCustomizations,
	})
}

// searchGuestCustomizations yields the specifications that match, in one call.
func searchGuestCustomizations(ctx context.Context, c *vsphere.Client, q guestCustomizationQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		ref, err := specManager(c)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		manager, err := vsphere.Get[mo.CustomizationSpecManager](ctx, c, ref, "info")
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for _, info := range manager.Info {
			if !lifecycle.Matches(q.Type, info.Type) || !q.Name.IsNull() && !regexp.MustCompile(q.Name.ValueString()).MatchString(info.Name) {
				continue
			}
			if !yield(lifecycle.Found{Name: info.Name, ID: info.Name}, nil) {
				return
			}
		}
	}
}
