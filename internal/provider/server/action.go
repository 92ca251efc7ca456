// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// refusedWriteOnly is the summary with which the framework refuses a
// write-only value.
const refusedWriteOnly = "WriteOnly Attribute Not Allowed"

// ValidateActionConfig implements tfprotov6.ActionServer. It drops the
// framework's refusal of write-only values: the call does not say what the CLI
// can do, so the framework assumes the worst, though every CLI that has actions
// has write-only values too.
func (s *Server) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	resp, err := guarded(ctx, "ValidateActionConfig", req, s.framework.ValidateActionConfig, func(r *tfprotov6.ValidateActionConfigResponse) *[]*tfprotov6.Diagnostic { return &r.Diagnostics })
	if err != nil {
		return nil, err
	}
	resp.Diagnostics = slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Summary == refusedWriteOnly })
	return resp, nil
}
