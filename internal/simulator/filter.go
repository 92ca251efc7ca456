// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// filter follows the objects that a PropertyFilterSpec selects. It keeps the
// last known state of each with the version of its collector in which that
// state arose, so that any caller can be told what is new since any version.
type filter struct {
	mo.PropertyFilter
	collector *collector

	// marked by the hub, under its mutex
	dirty      map[ref]bool
	pathsDirty bool

	// under the collector's eval
	objects map[ref]*tracked
	passed  map[ref]bool // objects that the traversal read
	missing []ref
	since   int // version in which missing was found
}

// tracked is the last known state of an object.
type tracked struct {
	order   int
	entered int // version in which it came in
	left    int // version in which it went; 0 while it is there
	changed int // newest version of any property
	props   map[string]*trackedProperty
}

type trackedProperty struct {
	val     vim.AnyType // nil once it is unset
	version int
}

// mark is called with the hub's mutex held.
func (f *filter) mark(id ref, w watch) {
	if w&watchProperties != 0 {
		f.dirty[id] = true
	}
	if w&watchPath != 0 {
		f.pathsDirty = true
	}
	f.collector.wake()
}

// refresh reads again what has been marked since the last time.
func (f *filter) refresh() {
	h := f.collector.v.hub
	h.mu.Lock()
	dirty, paths := f.dirty, f.pathsDirty
	f.dirty, f.pathsDirty = map[ref]bool{}, false
	h.mu.Unlock()
	if paths {
		f.traverse(dirty)
	}
	r := reader{f.collector.v, f.collector.session}
	for id := range dirty {
		f.reread(&r, id)
	}
}

// traverse finds the objects of the filter anew; new ones are added to dirty.
func (f *filter) traverse(dirty map[ref]bool) {
	h := f.collector.v.hub
	passed := map[ref]bool{}
	t := newTraversal(reader{f.collector.v, f.collector.session}, func(id ref) {
		if !passed[id] {
			passed[id] = true
			h.watch(f, id, watchPath)
			if id.Type == "ContainerView" {
				h.watchViews(f)
			}
		}
	})
	t.run(f.Spec.ObjectSet)
	for i, id := range t.order {
		if o := f.objects[id]; o == nil || o.left > 0 {
			h.watch(f, id, watchProperties)
			dirty[id] = true
			f.objects[id] = &tracked{order: i, props: map[string]*trackedProperty{}}
		}
	}
	for id, o := range f.objects {
		if o.left == 0 && !t.report[id] {
			f.leave(id, o)
			if passed[id] {
				h.watch(f, id, watchPath)
			}
		}
	}
	for id := range f.passed {
		if !passed[id] && !t.report[id] {
			h.unwatch(f, id)
		}
	}
	f.passed = passed
	if len(t.missing) > 0 && f.missing == nil {
		f.missing, f.since = t.missing, f.collector.next()
	}
}

func (h *hub) watchViews(f *filter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.views[f] = true
}

func (f *filter) leave(id ref, o *tracked) {
	if o.entered == 0 { // nobody has been told of it
		delete(f.objects, id)
	} else {
		o.left = f.collector.next()
		o.changed, o.props = o.left, nil
	}
	f.collector.v.hub.unwatch(f, id)
}

// reread compares an object with its last known state.
func (f *filter) reread(r *reader, id ref) {
	o := f.objects[id]
	if o == nil || o.left > 0 {
		return
	}
	c, fault := r.content(id, f.Spec.PropSet)
	if c == nil || fault != nil {
		f.leave(id, o)
		return
	}
	now := make(map[string]vim.AnyType, len(c.PropSet))
	var fresh []string
	for _, p := range c.PropSet {
		now[p.Name] = p.Val
		if old := o.props[p.Name]; old == nil || !reflect.DeepEqual(old.val, p.Val) {
			fresh = append(fresh, p.Name)
		}
	}
	for name, old := range o.props {
		if _, ok := now[name]; !ok && old.val != nil {
			fresh = append(fresh, name)
		}
	}
	if len(fresh) == 0 && o.entered > 0 {
		return
	}
	o.changed = f.collector.next()
	if o.entered == 0 {
		o.entered = o.changed
	}
	for _, name := range fresh {
		o.props[name] = &trackedProperty{now[name], o.changed}
	}
}

// destroy ends the filter.
func (f *filter) destroy() {
	h := f.collector.v.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.views, f)
	for id, m := range h.watched {
		delete(m, f)
		if len(m) == 0 {
			delete(h.watched, id)
		}
	}
}
