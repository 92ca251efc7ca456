// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/vim25/mo"
)

// Remember returns what ask comes to, asking once until the next Forget,
// however many callers have the same key. Lookups that a run repeats go through
// it; the reads of resources do not, since they must see what is there now. An
// error is not remembered. The type of key must be the caller's own.
func Remember[V any](ctx context.Context, c *Client, key any, ask func(context.Context) (V, error)) (V, error) {
	i := &c.inventory
	value, err := i.asks.Do(ctx, since[any]{key, i.now()}, func(ctx context.Context) (any, error) {
		i.mu.Lock()
		kept, ok := i.kept[key]
		epoch := i.epoch
		i.mu.Unlock()
		if ok {
			return kept, nil
		}
		value, err := ask(ctx)
		if err == nil {
			i.keep(key, value, epoch)
		}
		return value, err
	})
	if err != nil {
		var none V
		return none, err
	}
	return value.(V), nil
}

// keep remembers a value, unless a write of ours came in between.
func (i *inventory) keep(key, value any, epoch int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if epoch != i.epoch {
		return
	}
	if i.kept == nil {
		i.kept = map[any]any{}
	}
	i.kept[key] = value
}

// rootOf is the key of the root pool of a cluster or host.
type rootOf Ref

// RootPool returns the root resource pool of a cluster or standalone host.
func (c *Client) RootPool(ctx context.Context, computeResource Ref) (Ref, error) {
	return Remember(ctx, c, rootOf(computeResource), func(ctx context.Context) (Ref, error) {
		found, err := Get[mo.ComputeResource](ctx, c, computeResource, "resourcePool")
		if err != nil {
			return Ref{}, err
		}
		if found.ResourcePool == nil {
			return Ref{}, fmt.Errorf("resource pool of %s %q: %w", computeResource.Type, computeResource.Value, ErrNotFound)
		}
		return *found.ResourcePool, nil
	})
}
