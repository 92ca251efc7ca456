// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// movable is a resource that is identified by where it is: the identity changes
// when it is moved, or when its datastore or datacenter is renamed.
type movable[M any, P lifecycle.Model[M]] struct {
	*lifecycle.Resource[M, P]
}

// Metadata implements resource.Resource.
func (r movable[M, P]) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.Resource.Metadata(ctx, req, resp)
	resp.ResourceBehavior.MutableIdentity = true
}
