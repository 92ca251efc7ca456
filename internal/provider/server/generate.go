// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// GenerateResourceConfig implements tfprotov6.ResourceServer. It leaves out
// what a person would not write: arguments that have their default or their
// zero value.
func (s *Server) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := guarded(ctx, "GenerateResourceConfig", req, s.framework.GenerateResourceConfig, func(r *tfprotov6.GenerateResourceConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics })
	r, ok := s.resources[req.TypeName]
	if err != nil || resp.Config == nil || !ok {
		return resp, err
	}
	full := schemaOf(ctx, r)
	kind := full.Type().TerraformType(ctx)
	config, err := resp.Config.Unmarshal(kind)
	if err != nil {
		return nil, err
	}
	short, err := tftypes.Transform(config, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if omits(ctx, full, at, v) {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
	if err != nil {
		return nil, err
	}
	wire, err := tfprotov6.NewDynamicValue(kind, short)
	resp.Config = &wire
	return resp, err
}

// omits reports whether the argument at a path can be left out.
func omits(ctx context.Context, s schema.Schema, at *tftypes.AttributePath, v tftypes.Value) bool {
	if v.IsNull() || !v.IsKnown() {
		return false
	}
	found, rest, err := tftypes.WalkAttributePath(s, at)
	attribute, ok := found.(schema.Attribute)
	if err != nil || len(rest.Steps()) > 0 || !ok || attribute.IsRequired() {
		return false
	}
	if fallback, ok := defaultOf(ctx, attribute); ok {
		wanted, err := fallback.ToTerraformValue(ctx)
		return err == nil && wanted.Equal(v)
	}
	zero, ok := zeroOf(v.Type())
	return ok && zero.Equal(v)
}

// defaultOf returns the default of an attribute of one of the primitive types.
func defaultOf(ctx context.Context, a schema.Attribute) (attr.Value, bool) {
	switch a := a.(type) {
	case schema.StringAttribute:
		if a.Default != nil {
			var resp defaults.StringResponse
			a.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
			return resp.PlanValue, true
		}
	case schema.Int64Attribute:
		if a.Default != nil {
			var resp defaults.Int64Response
			a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &resp)
			return resp.PlanValue, true
		}
	case schema.BoolAttribute:
		if a.Default != nil {
			var resp defaults.BoolResponse
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
			return resp.PlanValue, true
		}
	}
	return nil, false
}

// zeroOf returns the zero value of a primitive type.
func zeroOf(kind tftypes.Type) (tftypes.Value, bool) {
	switch {
	case kind.Is(tftypes.String):
		return tftypes.NewValue(kind, ""), true
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, 0), true
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, false), true
	}
	return tftypes.Value{}, false
}
