// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// errUnconfigured is the error of an operation that needs vCenter while the
// provider block is not known yet.
var errUnconfigured = errors.New("the configuration of the provider is not known yet, so vCenter cannot be asked")

// Base names an object and receives the vCenter that the provider was
// configured for. An object that does not fit a driver embeds Base.
type Base struct {
	name     string
	endpoint *vsphere.Endpoint
}

// Named returns the Base of vsphere_<name>.
func Named(name string) Base { return Base{name: name} }

// TypeName is the name of the object as configurations write it.
func (b *Base) TypeName() string { return "vsphere_" + b.name }

// Client returns the session of vCenter, opened when the first operation asks
// for it.
func (b *Base) Client(ctx context.Context) (*vsphere.Client, error) {
	if b.endpoint == nil {
		return nil, errUnconfigured
	}
	return b.endpoint.Client(ctx)
}

// Configured reports whether the provider block is known, so that Client can
// be asked.
func (b *Base) Configured() bool { return b.endpoint != nil }

// configure stores the data that the provider hands to every object. It is nil
// while Terraform only validates.
func (b *Base) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	endpoint, ok := data.(*vsphere.Endpoint)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("%T is not a *vsphere.Endpoint. Please report this.", data))
		return
	}
	b.endpoint = endpoint
}
