// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
)

func (c *Client) ancestors(ctx context.Context, ref Ref) ([]mo.ManagedEntity, error) {
	return mo.Ancestors(ctx, c.Client, c.ServiceContent.PropertyCollector, ref)
}

// Path returns the inventory path of an object, for example "/DC0/vm/F0/VM1".
func (c *Client) Path(ctx context.Context, ref Ref) (string, error) {
	chain, err := c.ancestors(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("inventory path of %s %q: %w", ref.Type, ref.Value, err)
	}
	names := make([]string, 0, len(chain))
	for _, e := range chain[min(1, len(chain)):] {
		names = append(names, e.Name)
	}
	return "/" + strings.Join(names, "/"), nil
}

// Datacenter returns the datacenter that an object is in; ErrNotFound when it
// is in none.
func (c *Client) Datacenter(ctx context.Context, ref Ref) (Ref, error) {
	chain, err := c.ancestors(ctx, ref)
	if err != nil {
		return Ref{}, fmt.Errorf("datacenter of %s %q: %w", ref.Type, ref.Value, err)
	}
	for _, e := range chain {
		if e.Self.Type == "Datacenter" {
			return e.Self, nil
		}
	}
	return Ref{}, fmt.Errorf("datacenter of %s %q: %w", ref.Type, ref.Value, ErrNotFound)
}

// FindPath returns the object at an absolute inventory path. The error is a
// *NotFoundError when there is none.
func (c *Client) FindPath(ctx context.Context, path string) (Ref, error) {
	r, err := object.NewSearchIndex(c.Client).FindByInventoryPath(ctx, path)
	if err != nil {
		return Ref{}, err
	}
	if r == nil {
		return Ref{}, &NotFoundError{What: path}
	}
	return r.Reference(), nil
}

// FindByUUID returns the virtual machines (or hosts) with a BIOS UUID, or with
// an instance UUID when instance is set.
func (c *Client) FindByUUID(ctx context.Context, uuid string, instance bool) ([]Ref, error) {
	all, err := object.NewSearchIndex(c.Client).FindAllByUuid(ctx, nil, uuid, true, &instance)
	if err != nil {
		return nil, err
	}
	refs := make([]Ref, 0, len(all))
	for _, r := range all {
		refs = append(refs, r.Reference())
	}
	return refs, nil
}

// Forget drops objects from the caches of names and parents: an own write has
// renamed, moved or removed them.
func (c *Client) Forget(refs ...Ref) {}
