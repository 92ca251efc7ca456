// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"time"
)

type bulkKey struct{}

// InBulk returns a context whose reads are many at a time and in no hurry: those
// of a refresh. They wait longer for one another.
func InBulk(ctx context.Context) context.Context { return context.WithValue(ctx, bulkKey{}, true) }

func inBulk(ctx context.Context) bool { return ctx.Value(bulkKey{}) != nil }

// pace decides how long a batch stays open for more asks.
//
// Terraform asks for ten objects at once, but it sends the asks one by one, tens
// of milliseconds apart, since it works on each. A near vCenter answers faster
// than the next ask comes: were every ask answered at once, there would be no
// batches at all. So a batch waits as long as asks keep coming at the pace that
// they lately had, and goes as soon as it has as many as there lately were at
// once: then everybody waits, and nobody is left who could ask. Where one ask
// follows only after the answer to the one before, waiting is in vain; that
// shows, and then it is tried only now and then. Waiting costs a refresh next to
// nothing, since Terraform works on other objects meanwhile, so that bulk reads
// wait for longer.
type pace struct {
	last   time.Time
	gap    time.Duration // the longest between asks of late, 0 when not known
	expect int           // asks at once of late
	tried  int           // waits in a row for more than expected that got no more
	hold   int           // batches that go when they are as expected, before that is tried again
	vain   int           // waits in a row for nobody
	skip   int           // batches that do not wait, before waiting is tried again
}

const (
	// together is how far apart the asks of one operation may be.
	together = time.Millisecond
	// gather is what a batch waits while the pace is not known.
	gather = 4 * time.Millisecond
	// maxGap is the longest gap between asks that are still one crowd.
	maxGap = 400 * time.Millisecond
	// maxGather is the longest that the first of a batch waits, bulkGather the same
	// where asks come in bulk: on a slow computer they come slowly.
	maxGather  = 40 * time.Millisecond
	bulkGather = time.Second
	// maxSkip bounds how seldom waiting is tried where it was in vain, bulkSkip the
	// same where asks come in bulk.
	maxSkip  = 31
	bulkSkip = 7
	// maxHold bounds how seldom waiting for more than expected is tried.
	maxHold = 16
)

// ask notes that an ask comes.
func (p *pace) ask(now time.Time) {
	gap := now.Sub(p.last)
	p.last = now
	switch {
	case gap > maxGap: // a pause, not the pace
	case gap > together:
		p.gap = max(gap, p.gap*15/16)
	}
}

// answered notes that a batch has its answers: who asks after that had to wait
// for them, which says nothing of the pace.
func (p *pace) answered(now time.Time) { p.last = now }

// worthWaiting reports whether a new batch is to wait for company.
func (p *pace) worthWaiting() bool {
	if p.skip > 0 {
		p.skip--
		return false
	}
	return true
}

// wait returns how much longer a batch that has been open for a while is to stay
// open, from the ask that came just now.
func (p *pace) wait(worth, bulk bool, asks int, open time.Duration) time.Duration {
	longest := maxGather
	if bulk {
		longest = bulkGather
	}
	switch {
	case !worth:
		return together / 2 // what the same operation asks next may come along
	case p.expect > 1 && asks >= p.expect && p.hold > 0 && bulk:
		return gather
	case p.expect > 1 && asks >= p.expect && p.hold > 0:
		return together
	}
	return min(max(gather, 4*p.gap), max(longest-open, 0))
}

// started notes what a batch came to.
func (p *pace) started(waited, joined, bulk bool, asks int) {
	p.learn(asks)
	longest := maxSkip
	if bulk {
		longest = bulkSkip
	}
	switch {
	case joined:
		p.vain, p.skip = 0, 0
	case waited:
		p.vain++
		p.skip = min(1<<min(p.vain, 8)-1, longest)
	}
}

// learn adapts how many asks are expected at once. It grows as long as waiting
// brings more, and shrinks slowly: the last of a crowd are always fewer.
func (p *pace) learn(asks int) {
	switch {
	case asks > p.expect:
		p.expect, p.tried, p.hold = asks, 0, 0
	case asks < p.expect:
		p.expect = max(asks, p.expect*3/4)
	case p.hold > 0:
		p.hold--
	default:
		p.tried++
		p.hold = min(1<<min(p.tried, 8), maxHold)
	}
}
