// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"sync"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"
)

// Cut says when a connection is cut instead of answered.
type Cut int

// When a connection is cut.
const (
	CutNever  Cut = iota
	CutBefore     // the call has no effect
	CutAfter      // the call takes effect, its answer is lost
)

// Fault makes matching calls go wrong. The first group of fields says which
// calls match, the second how often, the third what happens to them. More than
// one effect may be set: a delayed call may end in a fault.
type Fault struct {
	Method string                     // Call.Name; "" matches any
	Object vim.ManagedObjectReference // only Value is compared; zero matches any
	Match  func(Call) bool            // further condition, may be nil

	At       int // only the k-th match counting from now, 1 the first; 0: every one
	MaxCount int // at most so many times; 0: no limit

	SOAP    vim.BaseMethodFault // answered at once as a SOAP fault (REST: its error of the same meaning)
	Task    vim.BaseMethodFault // the method returns a task that ends in this error; other calls get it as SOAP
	Message string              // text of SOAP or Task; "" is the usual one
	Status  int                 // HTTP status, such as 503
	Expire  bool                // the caller's session has ended: NotAuthenticated or 401
	Cut     Cut
	Delay   time.Duration // before the call takes effect, or until the client has gone
	// TaskDelay makes the task that a method returns run for so long before it
	// takes effect (or fails); it can be cancelled meanwhile.
	TaskDelay time.Duration
}

type faults struct {
	mu      sync.Mutex
	latency time.Duration
	rules   []*rule
}

type rule struct {
	Fault
	seen, done int
}

// Inject makes calls fail from now on, until remove is called or the fault has
// happened MaxCount times. Of several matching faults the oldest happens.
func (v *VCenter) Inject(f Fault) (remove func()) {
	r := &rule{Fault: f}
	v.faults.mu.Lock()
	defer v.faults.mu.Unlock()
	v.faults.rules = append(v.faults.rules, r)
	return func() { v.faults.remove(r) }
}

// SetLatency delays every request from now on by d.
func (v *VCenter) SetLatency(d time.Duration) { v.faults.setLatency(d) }

func (f *faults) setLatency(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latency = d
}

func (f *faults) remove(r *rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.rules {
		if f.rules[i] == r {
			f.rules = append(f.rules[:i:i], f.rules[i+1:]...)
			return
		}
	}
}

// match returns the fault that happens to the call, or nil, and the latency.
func (f *faults) match(call Call) (*Fault, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit *Fault
	for _, r := range f.rules {
		if !r.matches(call) {
			continue
		}
		r.seen++
		if hit == nil && r.due() {
			r.done++
			hit = &r.Fault
		}
	}
	return hit, f.latency
}

func (r *rule) matches(call Call) bool {
	return (r.Method == "" || r.Method == call.Name) &&
		(r.Object.Value == "" || r.Object.Value == call.Object.Value) &&
		(r.Match == nil || r.Match(call))
}

func (r *rule) due() bool {
	if r.At > 0 && r.seen != r.At {
		return false
	}
	return r.MaxCount == 0 || r.done < r.MaxCount
}
