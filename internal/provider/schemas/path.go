// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// CleanPath returns an inventory path relative to a root folder in its normal
// form: without slashes at either end, "" for the root itself.
func CleanPath(p string) string {
	clean := strings.Trim(path.Clean("/"+p), "/")
	if clean == "." {
		return ""
	}
	return clean
}

// KeepPath returns prior when it means the same folder as found: the
// configuration may spell a path with slashes around it.
func KeepPath(prior types.String, found string) types.String {
	if !prior.IsUnknown() && CleanPath(prior.ValueString()) == CleanPath(found) && !(prior.IsNull() && found != "") {
		return prior
	}
	return types.StringValue(found)
}

// SamePath returns the plan modifier of folder arguments: a configuration that
// spells the path of the state in another way changes nothing.
func SamePath() planmodifier.String { return samePath{} }

type samePath struct{}

func (samePath) Description(context.Context) string { return "slashes around a path do not matter" }

func (s samePath) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

func (samePath) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.StateValue.IsNull() {
		return
	}
	if CleanPath(req.ConfigValue.ValueString()) == CleanPath(req.StateValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
