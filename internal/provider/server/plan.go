// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// legacy is implemented by resources with blocks that the provider itself may
// fill in, as SDKv2 could: Terraform then does not insist that the plan has
// just the blocks of the configuration.
type legacy interface {
	FillsInBlocks()
}

func (s *Server) isLegacy(typeName string) bool {
	_, ok := s.resources[typeName].(legacy)
	return ok
}

// PlanResourceChange implements tfprotov6.ResourceServer.
func (s *Server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := guarded(ctx, "PlanResourceChange", req, s.framework.PlanResourceChange, func(r *tfprotov6.PlanResourceChangeResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics })
	if err == nil && s.isLegacy(req.TypeName) {
		resp.UnsafeToUseLegacyTypeSystem = true //nolint:staticcheck // see legacy
	}
	return resp, err
}

// ApplyResourceChange implements tfprotov6.ResourceServer. After a panic the
// planned or the prior state is kept: what exists must not be lost.
func (s *Server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := guarded(ctx, "ApplyResourceChange", req, s.framework.ApplyResourceChange, func(r *tfprotov6.ApplyResourceChangeResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics })
	if err != nil {
		return resp, err
	}
	if resp.NewState == nil {
		resp.NewState, resp.Private = req.PriorState, req.PlannedPrivate
	}
	if s.isLegacy(req.TypeName) {
		resp.UnsafeToUseLegacyTypeSystem = true //nolint:staticcheck // see legacy
	}
	return resp, nil
}
