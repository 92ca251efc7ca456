// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Locate returns the one object of the given kinds that the argument name
// stands for (a name, an inventory path or a managed object id), in the
// datacenter that the argument datacenter_id gives, or anywhere. The error
// blames the argument that is wrong.
func Locate(ctx context.Context, c *vsphere.Client, name, datacenterID types.String, kinds ...string) (vsphere.Found, error) {
	found, err := Candidates(ctx, c, name, datacenterID, kinds...)
	if err != nil {
		return vsphere.Found{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var top []vsphere.Found
	for _, f := range found {
		if atTop(ctx, c, f) {
			top = append(top, f)
		}
	}
	if len(top) == 1 {
		return top[0], nil
	}
	return vsphere.Found{}, Attr("name", &vsphere.AmbiguousError{What: fmt.Sprintf("%q", name.ValueString()), Candidates: found})
}

// atTop reports whether an object is directly in a root folder of its
// datacenter: /DC0/host/C0. A name means that object before one that is deeper.
func atTop(ctx context.Context, c *vsphere.Client, f vsphere.Found) bool {
	datacenter, err := c.Datacenter(ctx, f.Ref)
	if err != nil {
		return false
	}
	path, err := c.Path(ctx, datacenter)
	return err == nil && strings.Count(f.Path, "/") == strings.Count(path, "/")+2
}

// Candidates is Locate for names that several objects may have; there is at
// least one. The names of all objects of the kinds are read by one call, however
// many lookups there are: this is meant for kinds of which there are thousands
// at most.
func Candidates(ctx context.Context, c *vsphere.Client, name, datacenterID types.String, kinds ...string) ([]vsphere.Found, error) {
	datacenter, err := Within(ctx, c, datacenterID)
	if err != nil {
		return nil, err
	}
	// Without a slash in front a path is matched from its end, and so all
	// objects at the path are found: networks may share one.
	clean := strings.Trim(name.ValueString(), "/")
	found, err := c.Find(ctx, vsphere.Search{Kinds: kinds, Name: clean})
	found = slices.Clone(found) // what others share must stay as it is
	if strings.HasPrefix(name.ValueString(), "/") {
		found = slices.DeleteFunc(found, func(f vsphere.Found) bool { return f.Path != "/"+clean })
	}
	if err == nil && datacenter != (vsphere.Ref{}) {
		found, err = below(ctx, c, datacenter, found)
	}
	if err == nil && len(found) == 0 {
		var only vsphere.Found
		only, err = c.FindOne(ctx, vsphere.Search{Kinds: kinds, Under: datacenter, Name: name.ValueString()}) // knows the nearest names
		found = []vsphere.Found{only}
	}
	if err != nil {
		return nil, Attr("name", err)
	}
	return found, nil
}

// below leaves the objects that are in a datacenter.
func below(ctx context.Context, c *vsphere.Client, datacenter vsphere.Ref, found []vsphere.Found) ([]vsphere.Found, error) {
	path, err := c.Path(ctx, datacenter)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(f vsphere.Found) bool { return !strings.HasPrefix(f.Path, path+"/") }), nil
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
