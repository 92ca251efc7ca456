// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// follower is implemented by resources with arguments that the server chooses
// as long as nobody else does, such as the host that a machine runs on. Written
// into a configuration they would hold the object where it happens to be. The
// keys are paths like "disk.path"; the value names the argument beside it that
// makes the choice one of the configuration ("attach", or "level=custom"), or is
// empty if none does.
type follower interface {
	FollowsServer() map[string]string
}

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
	follows := map[string]string{}
	if f, ok := r.(follower); ok {
		follows = f.FollowsServer()
	}
	short, err := tftypes.Transform(config, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if omits(ctx, full, at, v) || chosen(config, at, v, follows) {
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

// chosen reports whether the value at a path is the server's choice.
func chosen(config tftypes.Value, at *tftypes.AttributePath, v tftypes.Value, follows map[string]string) bool {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	unless, ok := follows[strings.Join(names, ".")]
	if !ok || v.IsNull() || !v.IsKnown() {
		return false
	}
	if unless == "" {
		return true
	}
	argument, want, compares := strings.Cut(unless, "=")
	beside, rest, err := tftypes.WalkAttributePath(config, at.WithoutLastStep().WithAttributeName(argument))
	value, ok := beside.(tftypes.Value)
	if err != nil || len(rest.Steps()) > 0 || !ok {
		return false
	}
	if compares {
		return !value.Equal(tftypes.NewValue(tftypes.String, want))
	}
	return !value.Equal(tftypes.NewValue(tftypes.Bool, true))
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
