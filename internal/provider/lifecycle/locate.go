// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Locate returns the one object of the given kinds that the argument name
// stands for (a name, an inventory path or a managed object id), in the
// datacenter that the argument datacenter_id gives, or anywhere. The error
// blames the argument that is wrong.
func Locate(ctx context.Context, c *vsphere.Client, name, datacenterID types.String, kinds ...string) (vsphere.Found, error) {
	under, err := Within(ctx, c, datacenterID)
	if err != nil {
		return vsphere.Found{}, err
	}
	found, err := c.FindOne(ctx, vsphere.Search{Kinds: kinds, Under: under, Name: name.ValueString()})
	return found, Attr("name", err)
}

// Within returns the datacenter that the argument datacenter_id names, the zero
// Ref when it is not set.
func Within(ctx context.Context, c *vsphere.Client, datacenterID types.String) (vsphere.Ref, error) {
	id := datacenterID.ValueString()
	if id == "" {
		return vsphere.Ref{}, nil
	}
	ref := vsphere.NewRef("Datacenter", id)
	datacenter, err := c.Datacenter(ctx, ref)
	switch {
	case vsphere.Gone(err), err == nil && datacenter.Value != id:
		return vsphere.Ref{}, Attr("datacenter_id", fmt.Errorf("%q is not the managed object id of a datacenter: "+
			"use the id of the data source vsphere_datacenter or the moid of the resource", id))
	case err != nil:
		return vsphere.Ref{}, Attr("datacenter_id", err)
	}
	return ref, nil
}

// RootPool returns the root resource pool of the cluster or host at an
// inventory path. vSphere calls each of them Resources and lets nobody rename
// it, so that the search can answer from what it knows.
func RootPool(ctx context.Context, c *vsphere.Client, path string) (types.String, error) {
	pool, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"ResourcePool"}, Name: path + "/Resources"})
	if err != nil {
		return types.StringNull(), err
	}
	return types.StringValue(pool.Ref.Value), nil
}
