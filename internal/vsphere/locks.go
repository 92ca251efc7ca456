// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
)

// locks serialises edits of objects. The zero value is ready for use.
type locks struct {
	mu   sync.Mutex
	held map[Ref]chan struct{} // closed when the lock is given back
}

// Lock serialises edits of objects within this process. Several are taken in
// one order, whatever the order of the arguments. unlock gives all back.
func (c *Client) Lock(ctx context.Context, refs ...Ref) (unlock func(), err error) {
	wanted := slices.Clone(refs)
	slices.SortFunc(wanted, func(a, b Ref) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value)) })
	wanted = slices.Compact(wanted)
	for i, ref := range wanted {
		if err := c.locks.take(ctx, ref); err != nil {
			c.locks.give(wanted[:i])
			return nil, fmt.Errorf("waiting for another change of %s %q: %w", ref.Type, ref.Value, err)
		}
	}
	return sync.OnceFunc(func() { c.locks.give(wanted) }), nil
}

func (l *locks) take(ctx context.Context, ref Ref) error {
	for {
		l.mu.Lock()
		busy, ok := l.held[ref]
		if !ok {
			if l.held == nil {
				l.held = map[Ref]chan struct{}{}
			}
			l.held[ref] = make(chan struct{})
			l.mu.Unlock()
			return nil
		}
		l.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *locks) give(refs []Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ref := range refs {
		close(l.held[ref])
		delete(l.held, ref)
	}
}
