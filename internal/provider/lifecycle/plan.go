// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Plan is a create or an update that is being planned. The verb may change
// Planned, within what Terraform allows: a configured value stays as configured
// or as it is in state.
type Plan[M any] struct {
	Config  *M
	State   *M // nil for a create
	Planned *M

	// Known says that all of the configuration is known. Otherwise the plan of the
	// apply may turn out another than this one, and what depends on arguments that
	// are not known must stay unknown.
	Known bool

	changes bool
	base    *Base
	resp    *resource.ModifyPlanResponse
}

// Client returns the session, or nil while the provider block is not known.
func (p *Plan[M]) Client(ctx context.Context) (*vsphere.Client, error) {
	if !p.base.Configured() {
		return nil, nil
	}
	return p.base.Client(ctx)
}

// Error refuses the plan because of the attribute at where.
func (p *Plan[M]) Error(where path.Path, summary, detail string) {
	p.resp.Diagnostics.AddAttributeError(where, summary, detail)
}

// Warn shows a warning with the plan.
func (p *Plan[M]) Warn(where path.Path, summary, detail string) {
	p.resp.Diagnostics.AddAttributeWarning(where, summary, detail)
}

// Replace asks for a replacement because of the attribute at where.
func (p *Plan[M]) Replace(where path.Path) { p.resp.RequiresReplace.Append(where) }

// Changes says that there is something to do even if the plan differs from the
// state in nothing but values that are known after the apply.
func (p *Plan[M]) Changes() { p.changes = true }

// plan runs the Plan verb and reports whether it insists on a change.
func (r *Resource[M, P]) plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) (changes bool) {
	p := Plan[M]{Config: new(M), Planned: new(M), Known: req.Config.Raw.IsFullyKnown(), base: &r.Base, resp: resp}
	resp.Diagnostics.Append(req.Config.Get(ctx, p.Config)...)
	resp.Diagnostics.Append(resp.Plan.Get(ctx, p.Planned)...)
	if !req.State.Raw.IsNull() {
		p.State = new(M)
		resp.Diagnostics.Append(req.State.Get(ctx, p.State)...)
	}
	if resp.Diagnostics.HasError() {
		return false
	}
	if err := r.verbs.Plan(ctx, &p); err != nil {
		report(&resp.Diagnostics, title(ctx, "plan", r.TypeName(), req.Plan), err)
		return false
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, p.Planned)...)
	return p.changes
}
