// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ipv4 is the validator of IPv4 addresses.
type ipv4 struct{}

func (ipv4) Description(context.Context) string { return "must be an IPv4 address" }

func (v ipv4) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v ipv4) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	checkAddr(ctx, v, netip.Addr.Is4, req, resp)
}

// ipv6 is the validator of IPv6 addresses.
type ipv6 struct{}

func (ipv6) Description(context.Context) string { return "must be an IPv6 address" }

func (v ipv6) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v ipv6) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	checkAddr(ctx, v, netip.Addr.Is6, req, resp)
}

// checkAddr refuses what is no address of a family. An empty text is none.
func checkAddr(ctx context.Context, v validator.Describer, is func(netip.Addr) bool, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if text == "" {
		return
	}
	if addr, err := netip.ParseAddr(text); err != nil || !is(addr) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid address", req.Path.String()+" "+v.Description(ctx)+"; it is "+text+".")
	}
}
