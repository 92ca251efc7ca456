// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Located is embedded by the models of data sources that find one object of the
// inventory by the argument name, in the datacenter that the argument
// datacenter_id gives, or anywhere.
type Located struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	DatacenterID types.String `tfsdk:"datacenter_id"`
}

// Locate finds the one object of the given kinds and sets the id to that of the
// managed object.
func (l *Located) Locate(ctx context.Context, c *vsphere.Client, kinds ...string) (vsphere.Found, error) {
	found, err := Locate(ctx, c, l.Name, l.DatacenterID, kinds...)
	if err == nil {
		l.ID = types.StringValue(found.Ref.Value)
	}
	return found, err
}

// Locate returns the one object of the given kinds that the argument name
// stands for (a name, an inventory path or a managed object id), in the
// datacenter that the argument datacenter_id gives, or anywhere. The error
// blames the argument that is wrong.
func Locate(ctx context.Context, c *vsphere.Client, name, datacenterID types.String, kinds ...string) (vsphere.Found, error) {
	datacenter, err := Within(ctx, c, datacenterID)
	if err != nil {
		return vsphere.Found{}, err
	}
	found, err := c.FindOne(ctx, vsphere.Search{Kinds: kinds, Under: datacenter, Name: name.ValueString()})
	return found, Attr("name", err)
}

// Candidates is Locate for names that several objects may have; there is at
// least one.
func Candidates(ctx context.Context, c *vsphere.Client, name, datacenterID types.String, kinds ...string) ([]vsphere.Found, error) {
	datacenter, err := Within(ctx, c, datacenterID)
	if err != nil {
		return nil, err
	}
	found, err := c.Find(ctx, vsphere.Search{Kinds: kinds, Under: datacenter, Name: name.ValueString()})
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
