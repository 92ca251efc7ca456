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
	if r.callers > 0 {
		return
	}
	r.cancel()
	if f.run == r {
		f.run = nil // whoever comes now starts afresh
	}
}

// Wait blocks until the run under way, if any, has ended.
func (f *flight[T]) Wait(ctx context.Context) {
	f.mu.Lock()
	r := f.run
	f.mu.Unlock()
	if r == nil {
		return
	}
	select {
	case <-r.done:
	case <-ctx.Done():
	}
}

// lazy is a value made on first use, once. A failure is not kept.
type lazy[T any] struct {
	flight flight[T]
	mu     sync.Mutex
	value  T
	made   bool
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
		if l.made {
			defer l.mu.Unlock()
			return l.value, nil
		}
		l.mu.Unlock()
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

// Reset forgets the value.
func (l *lazy[T]) Reset() {
	var none T
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value, l.made = none, false
	l.epoch++
}
