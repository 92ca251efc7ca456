// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"sync"
	"time"
)

// outcome is what one key of a batch came to.
type outcome[V any] struct {
	value V
	err   error
}

// loader joins asks of concurrent operations into batches. Asks that arrive
// while a batch is under way, or shortly after one another, form the next one;
// a batch is closed before its call starts, so that every answer is read after
// the ask. How long a batch stays open is a matter of pace: see pace.
type loader[K comparable, V any] struct {
	fetch func(ctx context.Context, keys []K) map[K]outcome[V]
	max   int // keys of one batch

	mu      sync.Mutex
	next    *batch[K, V] // open for asks, nil when there is none
	running int
	pace    pace
}

type batch[K comparable, V any] struct {
	keys   []K
	known  map[K]struct{}
	asks   int // callers still interested
	opened time.Time
	joined bool // by an ask that came after the first ones
	waited bool // for company
	bulk   bool // nobody is in a hurry
	ctx    context.Context
	cancel context.CancelFunc
	timer  *time.Timer
	done   chan struct{}
	out    map[K]outcome[V]
}

// patience is how long a batch waits for the call before it: one that hangs, or
// reads a lot, must not hold up all others.
const patience = 300 * time.Millisecond

// newLoader returns a loader whose fetch answers every key that it is given; a
// key that it leaves out comes to the zero value.
func newLoader[K comparable, V any](maxKeys int, fetch func(context.Context, []K) map[K]outcome[V]) *loader[K, V] {
	return &loader[K, V]{fetch: fetch, max: maxKeys}
}

// Load asks for one key. When ctx ends only this ask ends; the call of the
// batch goes on for as long as anybody wants its answer.
func (l *loader[K, V]) Load(ctx context.Context, key K) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	b := l.join(ctx, key)
	select {
	case <-b.done:
		o := b.out[key]
		return o.value, o.err
	case <-ctx.Done():
		l.leave(b)
		return none, ctx.Err()
	}
}

func (l *loader[K, V]) join(ctx context.Context, key K) *batch[K, V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.pace.ask(now)
	b := l.next
	if b == nil {
		b = l.open(ctx, now)
	}
	b.asks++
	b.bulk = b.bulk && inBulk(ctx)
	b.joined = b.joined || now.Sub(b.opened) > together
	if _, ok := b.known[key]; !ok {
		b.known[key] = struct{}{}
		b.keys = append(b.keys, key)
	}
	switch {
	case len(b.keys) >= l.max:
		l.start(b)
	case l.running == 0:
		l.arm(b, l.pace.wait(b.waited, b.bulk, len(b.keys), now.Sub(b.opened)))
	}
	return b
}

// open begins a batch.
func (l *loader[K, V]) open(ctx context.Context, now time.Time) *batch[K, V] {
	b := &batch[K, V]{known: map[K]struct{}{}, done: make(chan struct{}), opened: now, waited: true, bulk: true}
	b.ctx, b.cancel = context.WithCancel(context.WithoutCancel(ctx))
	l.next = b
	if l.running > 0 {
		l.arm(b, patience)
	} else {
		b.waited = l.pace.worthWaiting()
	}
	return b
}

// arm makes b start when wait has passed, whoever has come by then.
func (l *loader[K, V]) arm(b *batch[K, V], wait time.Duration) {
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer = time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.next == b {
			l.start(b)
		}
	})
}

func (l *loader[K, V]) start(b *batch[K, V]) {
	if b.timer != nil {
		b.timer.Stop()
	}
	l.next = nil
	l.running++
	l.pace.started(b.waited, b.joined, b.bulk, len(b.keys))
	go l.run(b)
}

func (l *loader[K, V]) run(b *batch[K, V]) {
	b.out = l.fetch(b.ctx, b.keys)
	b.cancel()

	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	l.pace.answered(time.Now())
	close(b.done)
	// Whoever got an answer now is likely to ask again: those who came while the
	// call was under way wait for them.
	if l.next != nil && l.running == 0 {
		l.next.opened = time.Now()
		l.arm(l.next, l.pace.wait(true, l.next.bulk, len(l.next.keys), 0))
	}
}

func (l *loader[K, V]) leave(b *batch[K, V]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.asks--
	if b.asks > 0 {
		return
	}
	b.cancel()
	if l.next == b {
		if b.timer != nil {
			b.timer.Stop()
		}
		l.next = nil
	}
}

// each makes a fetch for a loader of a call that answers many keys or fails as
// a whole. When one key may be to blame it asks again by halves, so that a bad
// key spoils its own answer only. A key without an answer comes to absent.
func each[K comparable, V any](
	call func(context.Context, []K) (map[K]V, error), absent func(K) error,
) func(context.Context, []K) map[K]outcome[V] {
	var fetch func(context.Context, []K) map[K]outcome[V]
	fetch = func(ctx context.Context, keys []K) map[K]outcome[V] {
		out := make(map[K]outcome[V], len(keys))
		values, err := call(ctx, keys)
		if err != nil && len(keys) > 1 && blamesContent(err) {
			half := len(keys) / 2
			for _, part := range [][]K{keys[:half], keys[half:]} {
				for k, o := range fetch(ctx, part) {
					out[k] = o
				}
			}
			return out
		}
		for _, k := range keys {
			v, ok := values[k]
			o := outcome[V]{value: v, err: err}
			if err == nil && !ok {
				o.err = absent(k)
			}
			out[k] = o
		}
		return out
	}
	return fetch
}
