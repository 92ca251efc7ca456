// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Size limits how many blocks of a kind there may be. The server layer puts it
// on the wire, so that Terraform itself refuses what does not fit.
type Size struct{ atLeast, atMost int64 }

// AtMost allows up to n blocks.
func AtMost(n int64) Size { return Size{atMost: n} }

// Exactly allows n blocks.
func Exactly(n int64) Size { return Size{atLeast: n, atMost: n} }

// Size returns the limits; an upper limit of zero is none.
func (s Size) Size() (atLeast, atMost int64) { return s.atLeast, s.atMost }

// Description implements validator.Describer.
func (s Size) Description(context.Context) string {
	return fmt.Sprintf("between %d and %d blocks", s.atLeast, s.atMost)
}

// MarkdownDescription implements validator.Describer.
func (s Size) MarkdownDescription(ctx context.Context) string { return s.Description(ctx) }

// ValidateList implements validator.List.
func (s Size) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	s.check(ctx, req.Path, len(req.ConfigValue.Elements()), req.ConfigValue.IsUnknown(), &resp.Diagnostics)
}

// ValidateSet implements validator.Set.
func (s Size) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	s.check(ctx, req.Path, len(req.ConfigValue.Elements()), req.ConfigValue.IsUnknown(), &resp.Diagnostics)
}

// check adds an error when the number of blocks at a path is out of bounds.
func (s Size) check(ctx context.Context, at path.Path, blocks int, unknown bool, diags *diag.Diagnostics) {
	if n := int64(blocks); !unknown && (n < s.atLeast || s.atMost > 0 && n > s.atMost) {
		diags.AddAttributeError(at, "Wrong number of blocks", fmt.Sprintf("There are %d, but there must be %s.", n, s.Description(ctx)))
	}
}
