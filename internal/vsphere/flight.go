// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"sync"
)

// flight lets concurrent callers share one run of a function. The run's context
// lives for as long as one of them is interested: a caller that is cancelled
// does not fail the others. The zero value is ready for use.
type flight[T any] struct {
	// durable runs go on when nobody is interested any more. A login is one: cut
	// off, it may leave a session that nobody ends.
	durable bool

	mu  sync.Mutex
	run *run[T]
}

type run[T any] struct {
	callers int
	cancel  context.CancelFunc
	done    chan struct{}
	value   T
	err     error
}

// Do runs fn, or joins the run that is under way.
func (f *flight[T]) Do(ctx context.Context, fn func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	r := f.join(ctx, fn)
	select {
	case <-r.done:
		return r.value, r.err
	case <-ctx.Done():
		f.leave(r)
		return none, ctx.Err()
	}
}

func (f *flight[T]) join(ctx context.Context, fn func(context.Context) (T, error)) *run[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.run != nil {
		f.run.callers++
		return f.run
	}
	shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &run[T]{callers: 1, cancel: cancel, done: make(chan struct{})}
	f.run = r
	go func() {
		r.value, r.err = fn(shared)
		f.mu.Lock()
		if f.run == r {
			f.run = nil
		}
		f.mu.Unlock()
		cancel()
		close(r.done)
	}()
	return r
}

func (f *flight[T]) leave(r *run[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r.callers--
	if r.callers > 0 || f.durable {
		return
	}
	r.cancel()
	if f.run == r {
		f.run = nil // whoever comes now starts afresh
	}
}

// End blocks until the run under way, if any, has ended. When ctx ends first
// the run is cancelled.
func (f *flight[T]) End(ctx context.Context) {
	f.mu.Lock()
	r := f.run
	f.mu.Unlock()
	if r == nil {
		return
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		r.cancel()
	}
}

// lazy is a value made on first use, once. A failure is not kept.
type lazy[T any] struct {
	flight flight[T]
	mu     sync.Mutex
	value  T
	made   bool
	closed bool
	epoch  int
}

// Get returns the value, making it with fn when there is none yet.
func (l *lazy[T]) Get(ctx context.Context, fn func(context.Context) (T, error)) (T, error) {
	if v, ok := l.Peek(); ok {
		return v, nil
	}
	return l.flight.Do(ctx, func(ctx context.Context) (T, error) {
		l.mu.Lock()
		epoch := l.epoch
		made, value, closed := l.made, l.value, l.closed
		l.mu.Unlock()
		switch {
		case made:
			return value, nil
		case closed:
			return value, errClosed
		}
		v, err := fn(ctx)
		l.mu.Lock()
		defer l.mu.Unlock()
		// A Reset while fn ran means that v may be out of date already.
		if err == nil && epoch == l.epoch {
			l.value, l.made = v, true
		}
		return v, err
	})
}

// Peek returns the value if it has been made.
func (l *lazy[T]) Peek() (T, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value, l.made
}

// Close keeps the value from being made and waits while it is, until ctx ends.
func (l *lazy[T]) Close(ctx context.Context) {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.flight.End(ctx)
}

// Reset forgets the value.
func (l *lazy[T]) Reset() {
	var none T
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value, l.made = none, false
	l.epoch++
}

// keyed shares one run of a function among those who ask for the same key. The
// zero value is ready for use.
type keyed[K comparable, V any] struct {
	mu      sync.Mutex
	flights map[K]*shared[V]
}

type shared[V any] struct {
	flight flight[V]
	users  int
}

// Do runs fn, or joins the run for key that is under way.
func (k *keyed[K, V]) Do(ctx context.Context, key K, fn func(context.Context) (V, error)) (V, error) {
	k.mu.Lock()
	s := k.flights[key]
	if s == nil {
		s = new(shared[V])
		if k.flights == nil {
			k.flights = map[K]*shared[V]{}
		}
		k.flights[key] = s
	}
	s.users++
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if s.users--; s.users == 0 {
			delete(k.flights, key)
		}
	}()
	return s.flight.Do(ctx, fn)
}
