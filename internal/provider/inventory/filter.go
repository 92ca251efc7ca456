// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// nameFilter is the name_regex argument of a list block.
func nameFilter() schema.StringAttribute {
	filter := lifecycle.StringFilter("Only objects whose name matches this regular expression, in the syntax of Go (RE2).")
	filter.Validators = []validator.String{compiles{}}
	return filter
}

// named reports whether a name passes a validated filter.
func named(filter types.String, name string) bool {
	return filter.IsNull() || regexp.MustCompile(filter.ValueString()).MatchString(name)
}

// compiles is the validator of regular expressions.
type compiles struct{}

// Description implements validator.Describer.
func (compiles) Description(context.Context) string { return "must be a regular expression" }

// MarkdownDescription implements validator.Describer.
func (v compiles) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (compiles) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", err.Error())
	}
}
