// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// DefaultTimeout bounds an operation whose timeout is not configured.
const DefaultTimeout = 30 * time.Minute

// afterwards bounds what is still asked of vCenter when the operation itself
// has failed or was cancelled.
const afterwards = 15 * time.Second

// Verbs is what one resource says about itself. M is its model.
type Verbs[M any] struct {
	// Schema returns the attributes and blocks; the driver adds timeouts.
	Schema func(context.Context) schema.Schema

	// Create makes the object. It assigns the id, and whatever else Delete
	// needs, as soon as the object exists and before any call that can fail.
	Create func(ctx context.Context, c *vsphere.Client, plan *M) error

	// Read fills the model from vCenter and leaves alone what vCenter does not
	// know. The error of an object that is gone satisfies vsphere.Gone.
	Read func(ctx context.Context, c *vsphere.Client, m *M) error

	// Update may be nil: then only tags, custom attributes and timeouts change.
	Update func(ctx context.Context, c *vsphere.Client, plan, state *M) error

	Delete func(ctx context.Context, c *vsphere.Client, state *M) error

	// Import assigns what Read needs, from the id of an import: the contract's
	// import id, a managed object id, or the id of an identity. It also sets
	// the arguments that vCenter does not hold to their defaults. Nil means
	// that the import id is the id.
	Import func(ctx context.Context, c *vsphere.Client, id string, m *M) error

	// Plan checks and completes the plan of a create or an update. It may be nil.
	Plan func(ctx context.Context, p *Plan[M]) error

	// Version is the version of the schema, that of the incumbent's.
	Version int64

	// Identity returns what identifies the object within its vCenter. Nil means
	// the id.
	Identity func(m *M) string
}

// Resource implements resource.Resource and the optional interfaces that every
// resource of this provider has, from the verbs of one resource. It is embedded
// where a resource has to add or replace a method.
type Resource[M any, P Model[M]] struct {
	Base
	verbs Verbs[M]
}

// NewResource returns the resource vsphere_<name>.
func NewResource[M any, P Model[M]](name string, verbs Verbs[M]) *Resource[M, P] {
	return &Resource[M, P]{Base: Named(name), verbs: verbs}
}

// Metadata implements resource.Resource.
func (r *Resource[M, P]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.TypeName()
}

// Configure implements resource.ResourceWithConfigure.
func (r *Resource[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// Schema implements resource.Resource.
func (r *Resource[M, P]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	s := r.verbs.Schema(ctx)
	s.Version = r.verbs.Version
	if s.Blocks == nil {
		s.Blocks = map[string]schema.Block{}
	}
	s.Blocks["timeouts"] = timeouts.BlockAll(ctx)
	resp.Schema = s
}

// Create implements resource.Resource.
func (r *Resource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan M
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	meta := P(&plan).meta()
	meta.ID = types.StringUnknown() // an id that was planned is not that of an object yet
	ctx, cancel := bound(ctx, meta.Timeouts.Create, &resp.Diagnostics)
	defer cancel()

	c, err := r.Client(ctx)
	if err == nil {
		err = warn(&resp.Diagnostics, trouble(ctx, r.TypeName(), req.Plan), r.verbs.Create(ctx, c, &plan))
	}
	if err == nil {
		err = applyLabels(ctx, c, &plan, nil)
	}
	if err == nil {
		err = r.read(ctx, c, &plan, only(&plan))
	}
	if err != nil {
		report(&resp.Diagnostics, title(ctx, "create", r.TypeName(), req.Plan), err)
	}
	if known(meta.ID) { // also after an error: the object exists, taint it rather than lose it
		r.save(ctx, c, &plan, req.Plan.Raw, &resp.State, resp.Identity, &resp.Diagnostics)
	}
}

// Read implements resource.Resource.
func (r *Resource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bound(ctx, P(&state).meta().Timeouts.Read, &resp.Diagnostics)
	defer cancel()

	scope, prior := only(&state), req.State.Raw
	if wasImported(ctx, req.Private) { // no argument is known to be managed, and there is no shape to keep
		scope, prior = everything, tftypes.NewValue(prior.Type(), nil)
	}
	c, err := r.Client(ctx)
	if err == nil {
		err = r.read(vsphere.InBulk(ctx), c, &state, scope)
	}
	switch {
	case vsphere.Gone(err):
		r.identify(ctx, c, &state, resp.Identity, &resp.Diagnostics) // wanted even of a resource that is gone
		resp.State.RemoveResource(ctx)
	case err != nil:
		report(&resp.Diagnostics, title(ctx, "read", r.TypeName(), req.State), err)
	default:
		r.save(ctx, c, &state, prior, &resp.State, resp.Identity, &resp.Diagnostics)
		resp.Diagnostics.Append(forgetImport(ctx, req.Private, resp.Private)...)
	}
}

// Update implements resource.Resource.
func (r *Resource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	bounded, cancel := bound(ctx, P(&plan).meta().Timeouts.Update, &resp.Diagnostics)
	defer cancel()

	c, err := r.Client(bounded)
	if err == nil && r.verbs.Update != nil {
		err = warn(&resp.Diagnostics, trouble(ctx, r.TypeName(), req.Plan), r.verbs.Update(bounded, c, &plan, &state))
	}
	if err == nil {
		err = applyLabels(bounded, c, &plan, &state)
	}
	if err == nil {
		err = r.read(bounded, c, &plan, only(&plan))
	}
	if err == nil {
		r.save(ctx, c, &plan, req.Plan.Raw, &resp.State, resp.Identity, &resp.Diagnostics)
		return
	}
	report(&resp.Diagnostics, title(ctx, "update", r.TypeName(), req.Plan), err)
	r.saveWhatIs(ctx, c, req.State, resp)
}

// saveWhatIs stores what a failed update has left behind.
func (r *Resource[M, P]) saveWhatIs(ctx context.Context, c *vsphere.Client, prior tfsdk.State, resp *resource.UpdateResponse) {
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterwards)
	defer cancel()
	var state M
	if diags := prior.Get(ctx, &state); diags.HasError() {
		return
	}
	if err := r.read(ctx, c, &state, only(&state)); err != nil {
		return // the prior state is the best there is
	}
	r.save(ctx, c, &state, prior.Raw, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete implements resource.Resource. An object that is gone already is a
// success.
func (r *Resource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bound(ctx, P(&state).meta().Timeouts.Delete, &resp.Diagnostics)
	defer cancel()

	c, err := r.Client(ctx)
	if err == nil {
		err = r.verbs.Delete(ctx, c, &state)
	}
	if err != nil && !vsphere.Gone(err) {
		report(&resp.Diagnostics, title(ctx, "delete", r.TypeName(), req.State), err)
	}
}

// ModifyPlan implements resource.ResourceWithModifyPlan.
func (r *Resource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() { // a destroy
		return
	}
	if r.verbs.Plan != nil && r.plan(ctx, req, resp) || resp.Diagnostics.HasError() {
		return
	}
	raw, err := undoIfSame(resp.Plan.Raw, req.State.Raw, req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Unexpected plan of "+r.TypeName(), err.Error())
		return
	}
	resp.Plan.Raw = raw
}

// save stores a model, written in the shape of what was there before.
func (r *Resource[M, P]) save(ctx context.Context, c *vsphere.Client, m *M, prior tftypes.Value, state *tfsdk.State, id *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, m)...)
	raw, err := settle(state.Raw)
	if err == nil {
		raw, err = keepShape(raw, prior)
	}
	if err != nil {
		diags.AddError("Unexpected state of "+r.TypeName(), err.Error())
		return
	}
	state.Raw = raw
	r.identify(ctx, c, m, id, diags)
}

// bound returns ctx with the timeout that the configuration gives an operation.
func bound(ctx context.Context, configured func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, d := configured(ctx, DefaultTimeout)
	diags.Append(d...)
	return context.WithTimeout(ctx, timeout)
}
