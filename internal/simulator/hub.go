// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
)

// hub carries changes of objects to the filters of property collectors.
//
// A change only marks: which objects of which filters are no longer as they
// were last read. Waiting calls then read those objects again and compare. So
// it does not matter how exactly a change is reported, nor how often.
//
// Locks: an object's lock may be held when mu is taken, never the reverse.
type hub struct {
	v        *VCenter
	mu       sync.Mutex
	watched  map[ref]map[*filter]watch
	views    map[*filter]bool // filters that pass through a container view
	sessions map[string]*sessionState
}

type watch uint8

const (
	watchProperties watch = 1 << iota // the object is reported
	watchPath                         // the way to other objects leads over it
)

// sessionState is what the collectors of one session own.
type sessionState struct {
	mu         sync.Mutex
	collectors map[ref]*collector
	pages      map[string]resultPage
	lastPage   int
	ended      chan struct{}
}

func newHub(v *VCenter) *hub {
	return &hub{
		v:        v,
		watched:  map[ref]map[*filter]watch{},
		views:    map[*filter]bool{},
		sessions: map[string]*sessionState{},
	}
}

// session returns the state of the caller's session, made on first use.
func (h *hub) session(ctx *simulator.Context) *sessionState {
	key := ""
	if ctx.Session != nil {
		key = ctx.Session.Key
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.sessions[key]
	if !ok {
		s = &sessionState{
			collectors: map[ref]*collector{},
			pages:      map[string]resultPage{},
			ended:      make(chan struct{}),
		}
		h.sessions[key] = s
	}
	return s
}

// endSession drops what a session owned; its waiting calls end.
func (v *VCenter) endSession(key string) {
	v.hub.mu.Lock()
	s, ok := v.hub.sessions[key]
	delete(v.hub.sessions, key)
	v.hub.mu.Unlock()
	if !ok {
		return
	}
	close(s.ended)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.collectors {
		c.destroy()
	}
}

// changed marks an object that may differ from what collectors have read.
func (h *hub) changed(id ref) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for f, w := range h.watched[id] {
		f.mark(id, w)
	}
}

// moved marks container views: an entity came, went or has a new parent.
func (h *hub) moved() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for f := range h.views {
		f.mark(ref{}, watchPath)
	}
}

// removed marks all filters that know an object which is no more: those that
// pass over others to it learn it from the others' new children.
func (h *hub) removed(id ref) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for f := range h.watched[id] {
		f.mark(id, watchProperties|watchPath)
	}
	for f := range h.views {
		f.mark(id, watchPath)
	}
}

// watch makes changes of an object known to f, from before it is read.
func (h *hub) watch(f *filter, id ref, w watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.watched[id]
	if m == nil {
		m = map[*filter]watch{}
		h.watched[id] = m
	}
	m[f] |= w
}

// unwatch ends that.
func (h *hub) unwatch(f *filter, id ref) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watched[id], f)
	if len(h.watched[id]) == 0 {
		delete(h.watched, id)
	}
}

// touched marks an object after a call on it, since vcsim does not report all
// that its methods change.
func (v *VCenter) touched(id ref) {
	switch id.Type {
	case "PropertyCollector", "PropertyFilter", "Task", "SessionManager", "ServiceInstance", "ViewManager", "SearchIndex", "":
		return
	}
	v.hub.changed(id)
	if _, ok := v.reg.Get(id).(mo.Entity); ok {
		v.hub.moved()
	}
}
