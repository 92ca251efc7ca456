// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// identity is the identity of every resource: what it is called within its
// vCenter, and which vCenter that is. Ids repeat from one vCenter to the next.
type identity struct {
	ID          types.String `tfsdk:"id"`
	VCenterUUID types.String `tfsdk:"vcenter_uuid"`
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource[M, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: "What identifies the object within its vCenter."},
		"vcenter_uuid": identityschema.StringAttribute{OptionalForImport: true, Description: "The instance UUID of the vCenter that the object is in."},
	}}
}

// identify sets the identity of m.
func (r *Resource[M, P]) identify(ctx context.Context, c *vsphere.Client, m *M, id *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	if id == nil {
		return
	}
	is := identity{ID: P(m).meta().ID, VCenterUUID: types.StringNull()}
	if r.verbs.Identity != nil {
		is.ID = types.StringValue(r.verbs.Identity(m))
	}
	if c != nil && c.UUID() != "" {
		is.VCenterUUID = types.StringValue(c.UUID())
	}
	diags.Append(id.Set(ctx, is)...)
}

// ImportState implements resource.ResourceWithImportState: by the import id of
// the contract, by managed object id, and by identity.
func (r *Resource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	wanted := identity{ID: types.StringValue(req.ID)}
	if req.ID == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &wanted)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	summary := fmt.Sprintf("Unable to import %s %q", r.TypeName(), wanted.ID.ValueString())
	c, err := r.Client(ctx)
	if err == nil {
		err = inThisVCenter(c, wanted.VCenterUUID)
	}
	if err != nil {
		report(&resp.Diagnostics, summary, err)
		return
	}
	m, diags := r.adopt(ctx, c, wanted.ID.ValueString(), &resp.State, summary)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	r.identify(ctx, c, m, resp.Identity, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
}

// adopt returns a model with nothing in it but what an import sets.
func (r *Resource[M, P]) adopt(ctx context.Context, c *vsphere.Client, id string, like *tfsdk.State, summary string) (*M, diag.Diagnostics) {
	m, diags := empty[M](ctx, like)
	if diags.HasError() {
		return nil, diags
	}
	if r.verbs.Import == nil {
		P(m).meta().ID = types.StringValue(id)
		return m, diags
	}
	if err := r.verbs.Import(ctx, c, id, m); err != nil {
		report(&diags, summary, err)
	}
	return m, diags
}

// empty returns a model that fits the schema of a state: all null, and every
// collection of blocks empty, as Terraform has it.
func empty[M any](ctx context.Context, like *tfsdk.State) (*M, diag.Diagnostics) {
	object := like.Schema.Type().TerraformType(ctx).(tftypes.Object)
	values := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for name, kind := range object.AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
		if block, ok := like.Schema.GetBlocks()[name]; ok && isCollection(block.Type()) {
			values[name] = tftypes.NewValue(kind, []tftypes.Value{})
		}
	}
	m := new(M)
	state := tfsdk.State{Schema: like.Schema, Raw: tftypes.NewValue(object, values)}
	return m, state.Get(ctx, m)
}

func isCollection(t attr.Type) bool {
	_, ok := t.(attr.TypeWithElementType)
	return ok
}

func inThisVCenter(c *vsphere.Client, uuid types.String) error {
	if uuid.ValueString() == "" || strings.EqualFold(uuid.ValueString(), c.UUID()) {
		return nil
	}
	return fmt.Errorf("the identity names the vCenter %s, but the provider is configured for %s", uuid.ValueString(), c.UUID())
}

// importedKey marks, in private state, an object that was imported and not yet
// read: its labels are read though no argument is known to manage them.
const importedKey = "imported"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func wasImported(ctx context.Context, private privateReader) bool {
	value, diags := private.GetKey(ctx, importedKey)
	return !diags.HasError() && string(value) == "true"
}

func forgetImport(ctx context.Context, was privateReader, private privateWriter) diag.Diagnostics {
	if !wasImported(ctx, was) {
		return nil
	}
	return private.SetKey(ctx, importedKey, []byte("false"))
}

// known reports whether an id was assigned.
func known(id types.String) bool { return !id.IsNull() && !id.IsUnknown() && id.ValueString() != "" }
