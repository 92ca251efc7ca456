// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"iter"

	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/view"
)

// Get reads the named properties of one managed object of type M, for example
// Get[mo.ResourcePool](ctx, c, ref, "name", "config"). The error is ErrNotFound
// when the object is gone.
func Get[M any](ctx context.Context, c *Client, ref Ref, props ...string) (*M, error) {
	m := new(M)
	err := property.DefaultCollector(c.Client).RetrieveOne(ctx, ref, props, m)
	if Gone(err) {
		return nil, fmt.Errorf("%s %q: %w", ref.Type, ref.Value, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s %q: %w", ref.Type, ref.Value, err)
	}
	return m, nil
}

// All yields the named properties of every managed object of one kind under a
// container (a folder, datacenter, cluster, ...; the root folder when zero).
func All[M any](ctx context.Context, c *Client, under Ref, kind string, props ...string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		var none M
		if under == (Ref{}) {
			under = c.ServiceContent.RootFolder
		}
		v, err := view.NewManager(c.Client).CreateContainerView(ctx, under, []string{kind}, true)
		if err != nil {
			yield(none, err)
			return
		}
		defer func() { _ = v.Destroy(context.WithoutCancel(ctx)) }()
		var all []M
		if err := v.Retrieve(ctx, []string{kind}, props, &all); err != nil {
			yield(none, err)
			return
		}
		for _, m := range all {
			if !yield(m, nil) {
				return
			}
		}
	}
}
