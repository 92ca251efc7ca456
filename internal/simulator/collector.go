// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).createCollector)
	onFree((*VCenter).destroyCollector)
	onFree((*VCenter).createFilter)
	onFree((*VCenter).destroyFilter)
}

// collector is a PropertyCollector of one session. Any number of calls may
// wait on it at once; each is answered from the version that it names.
type collector struct {
	v       *VCenter
	id      ref
	session *simulator.Session

	// eval is held while filters read objects and while an answer is made, so
	// that an answer sees all changes up to the version it bears.
	eval    sync.Mutex
	version int

	mu        sync.Mutex
	filters   []*filter
	changes   chan struct{} // closed and replaced when something has changed
	cancelled chan struct{} // closed and replaced by CancelWaitForUpdates
	gone      chan struct{} // closed when the collector is destroyed
	destroyed bool
}

// collector returns the state behind a PropertyCollector, made on first use:
// every session is born with one.
func (v *VCenter) collector(ctx *simulator.Context, id ref) *collector {
	s := v.hub.session(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.collectors[id]
	if !ok {
		c = &collector{
			v:         v,
			id:        id,
			session:   ctx.Session,
			changes:   make(chan struct{}),
			cancelled: make(chan struct{}),
			gone:      make(chan struct{}),
		}
		s.collectors[id] = c
	}
	return c
}

// next is called with eval held.
func (c *collector) next() int {
	c.version++
	return c.version
}

// wake lets waiting calls look again.
func (c *collector) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changes)
	c.changes = make(chan struct{})
}

func (c *collector) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.cancelled)
	c.cancelled = make(chan struct{})
}

func (c *collector) destroy() {
	c.mu.Lock()
	filters := c.filters
	c.filters = nil
	if !c.destroyed {
		c.destroyed = true
		close(c.gone)
	}
	c.mu.Unlock()
	for _, f := range filters {
		f.destroy()
	}
}

func (c *collector) add(f *filter) {
	c.mu.Lock()
	c.filters = append(c.filters, f)
	c.mu.Unlock()
	c.wake()
}

func (c *collector) remove(f *filter) {
	c.mu.Lock()
	c.filters = slices.DeleteFunc(slices.Clone(c.filters), func(x *filter) bool { return x == f })
	c.mu.Unlock()
	f.destroy()
}

func (v *VCenter) createCollector(ctx *simulator.Context, _ *simulator.PropertyCollector, _ *vim.CreatePropertyCollector) soap.HasFault {
	pc := new(simulator.PropertyCollector)
	ctx.Session.Put(pc)
	v.collector(ctx, pc.Self)
	return reply[methods.CreatePropertyCollectorBody](&vim.CreatePropertyCollectorResponse{Returnval: pc.Self}, nil)
}

func (v *VCenter) destroyCollector(ctx *simulator.Context, pc *simulator.PropertyCollector, _ *vim.DestroyPropertyCollector) soap.HasFault {
	c := v.collector(ctx, pc.Self)
	s := v.hub.session(ctx)
	s.mu.Lock()
	delete(s.collectors, pc.Self)
	s.mu.Unlock()
	c.destroy()
	if pc.Self != v.model.ServiceContent.PropertyCollector {
		ctx.Session.Remove(ctx, pc.Self)
	}
	return reply[methods.DestroyPropertyCollectorBody](new(vim.DestroyPropertyCollectorResponse), nil)
}

func (v *VCenter) createFilter(ctx *simulator.Context, pc *simulator.PropertyCollector, req *vim.CreateFilter) soap.HasFault {
	f := &filter{
		collector:  v.collector(ctx, pc.Self),
		dirty:      map[ref]bool{},
		pathsDirty: true,
		objects:    map[ref]*tracked{},
	}
	f.Spec, f.PartialUpdates = req.Spec, req.PartialUpdates
	if fault := v.checkFilter(ctx, &f.Spec); fault != nil {
		return faultBody(fault)
	}
	ctx.Session.Put(f)
	f.collector.add(f)
	return reply[methods.CreateFilterBody](&vim.CreateFilterResponse{Returnval: f.Self}, nil)
}

// checkFilter refuses what vCenter refuses when the filter is made: objects
// that do not exist, unless the spec tolerates them, and unknown properties.
func (v *VCenter) checkFilter(ctx *simulator.Context, spec *vim.PropertyFilterSpec) vim.BaseMethodFault {
	r := reader{v, ctx.Session}
	tolerate := spec.ReportMissingObjectsInResults != nil && *spec.ReportMissingObjectsInResults
	for _, o := range spec.ObjectSet {
		c, fault := r.content(o.Obj, spec.PropSet)
		switch {
		case fault != nil:
			return fault
		case c == nil && !tolerate:
			return &vim.ManagedObjectNotFound{Obj: o.Obj}
		}
	}
	return nil
}

func (v *VCenter) destroyFilter(ctx *simulator.Context, f *filter, _ *vim.DestroyPropertyFilter) soap.HasFault {
	f.collector.remove(f)
	ctx.Session.Remove(ctx, f.Self)
	return reply[methods.DestroyPropertyFilterBody](new(vim.DestroyPropertyFilterResponse), nil)
}
