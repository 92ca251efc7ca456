// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Unset is the plan modifier of optional arguments for which null and zero are
// the same: an SDKv2 provider stored either of them for an argument that is not
// configured. What the state holds stays when it is one of the two; anything
// else is planned to become zero, and a collection to become null.
type Unset struct{}

// ZeroWhenUnset returns the plan modifier for arguments that mean zero when
// they are not configured.
func ZeroWhenUnset() Unset { return Unset{} }

// Description implements planmodifier.Describer.
func (Unset) Description(context.Context) string { return "means zero when it is not configured" }

// MarkdownDescription implements planmodifier.Describer.
func (u Unset) MarkdownDescription(ctx context.Context) string { return u.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (Unset) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && req.StateValue.ValueString() == "":
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.StringValue("")
	}
}

// PlanModifyInt64 implements planmodifier.Int64.
func (Unset) PlanModifyInt64(_ context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && req.StateValue.ValueInt64() == 0:
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.Int64Value(0)
	}
}

// PlanModifyBool implements planmodifier.Bool.
func (Unset) PlanModifyBool(_ context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && !req.StateValue.ValueBool():
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.BoolValue(false)
	}
}

// PlanModifySet implements planmodifier.Set.
func (Unset) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && len(req.StateValue.Elements()) == 0:
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.SetNull(req.PlanValue.ElementType(ctx))
	}
}

// PlanModifyList implements planmodifier.List.
func (Unset) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && len(req.StateValue.Elements()) == 0:
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.ListNull(req.PlanValue.ElementType(ctx))
	}
}

// PlanModifyMap implements planmodifier.Map.
func (Unset) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	switch {
	case !req.ConfigValue.IsNull():
	case !req.State.Raw.IsNull() && len(req.StateValue.Elements()) == 0:
		resp.PlanValue = req.StateValue
	default:
		resp.PlanValue = types.MapNull(req.PlanValue.ElementType(ctx))
	}
}
