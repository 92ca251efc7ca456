// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Progress tells the user how far an action is.
type Progress func(format string, args ...any)

// Deed is what one action says about itself. M is the model of its config.
type Deed[M any] struct {
	Schema func(context.Context) schema.Schema

	// Plan returns what the user should know before the action runs, "" when
	// there is nothing. Values may be unknown. It may be nil.
	Plan func(m *M) (warning string)

	// Invoke does it. It is idempotent: what is as wanted already is a success.
	Invoke func(ctx context.Context, c *vsphere.Client, m *M, say Progress) error
}

// Action implements action.Action from the parts of a Deed.
type Action[M any] struct {
	Base
	deed Deed[M]
}

// NewAction returns the action vsphere_<name>.
func NewAction[M any](name string, deed Deed[M]) *Action[M] {
	return &Action[M]{Base: Named(name), deed: deed}
}

// Metadata implements action.Action.
func (a *Action[M]) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.TypeName()
}

// Configure implements action.ActionWithConfigure.
func (a *Action[M]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}

// Schema implements action.Action.
func (a *Action[M]) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = a.deed.Schema(ctx)
}

// ModifyPlan implements action.ActionWithModifyPlan.
func (a *Action[M]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.deed.Plan == nil {
		return
	}
	var m M
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	if warning := a.deed.Plan(&m); warning != "" {
		resp.Diagnostics.AddWarning("What "+a.TypeName()+" will do", warning)
	}
}

// Invoke implements action.Action. A panic becomes an error here, since the
// framework runs it where a panic ends the process.
func (a *Action[M]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	summary := "Unable to run " + a.TypeName()
	defer func() {
		if p := recover(); p != nil {
			resp.Diagnostics.AddError(summary, fmt.Sprintf("It panicked: %v. Please report this.", p))
		}
	}()
	var m M
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	c, err := a.Client(ctx)
	if err == nil {
		err = a.deed.Invoke(ctx, c, &m, func(format string, args ...any) {
			resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
		})
	}
	if err != nil {
		report(&resp.Diagnostics, summary, err)
	}
}
