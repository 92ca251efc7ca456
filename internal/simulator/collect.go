// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

type ref = vim.ManagedObjectReference

// reader reads objects for one caller: a session's view, under each object's
// lock, copying what it reads.
type reader struct {
	v       *VCenter
	session *simulator.Session // nil without login
}

// read runs f with an object of type mo.X under its lock; false if it is gone.
func (r *reader) read(id ref, f func(t reflect.Type, val reflect.Value)) bool {
	ctx := r.v.context()
	ctx.Session = r.session
	obj := r.v.object(ctx, id)
	if obj == nil {
		return false
	}
	if view, ok := obj.(*containerView); ok {
		view.refresh(r)
	}
	unlock := r.v.lock(ctx, obj)
	defer unlock()
	if o, ok := obj.(interface{ Get() mo.Reference }); ok {
		obj = o.Get()
	}
	if r.session == nil && id.Type == "SessionManager" {
		obj = &mo.SessionManager{Self: id} // before login there is no current session
	}
	val := managed(obj)
	if vm, ok := val.Interface().(*mo.VirtualMachine); ok {
		val = reflect.ValueOf(shown(vm))
	}
	f(val.Elem().Type(), val.Elem())
	return true
}

// refs reads a property that holds references.
func (r *reader) refs(id ref, kind, path string) (refs []ref) {
	r.read(id, func(t reflect.Type, val reflect.Value) {
		if kind != "" && !isKind(t, kind) {
			return
		}
		p, ok := propertyAt(val, path)
		if !ok {
			return
		}
		switch x := propertyValue(p).(type) {
		case ref:
			refs = []ref{x}
		case *vim.ArrayOfManagedObjectReference:
			refs = x.ManagedObjectReference
		}
	})
	return refs
}

// content reads the properties of one object that the specs ask for; nil if
// the object is gone.
func (r *reader) content(id ref, specs []vim.PropertySpec) (*vim.ObjectContent, vim.BaseMethodFault) {
	var fault vim.BaseMethodFault
	c := &vim.ObjectContent{Obj: id}
	found := r.read(id, func(t reflect.Type, val reflect.Value) {
		seen := map[string]bool{}
		for i := range specs {
			if !isKind(t, specs[i].Type) {
				continue
			}
			for _, path := range specPaths(&specs[i], t) {
				if seen[path] {
					continue
				}
				seen[path] = true
				p, ok := propertyAt(val, path)
				if !ok {
					fault = &vim.InvalidProperty{Name: path}
					return
				}
				if x := propertyValue(p); x != nil {
					c.PropSet = append(c.PropSet, vim.DynamicProperty{Name: path, Val: x})
				}
			}
		}
	})
	if !found {
		return nil, nil
	}
	return c, fault
}

func specPaths(s *vim.PropertySpec, t reflect.Type) []string {
	if s.All == nil || !*s.All {
		return s.PathSet
	}
	var paths []string
	for name := range fields(t) {
		paths = append(paths, name)
	}
	return paths
}

// traversal walks from the objects of a filter along its selection specs.
type traversal struct {
	reader
	named   map[string]*vim.TraversalSpec
	order   []ref        // objects to report
	report  map[ref]bool // the same as a set
	passed  map[step]bool
	visit   func(id ref) // called before an object is read
	missing []ref        // objects of the filter that do not exist
}

type step struct {
	id   ref
	spec *vim.TraversalSpec
}

func newTraversal(r reader, visit func(ref)) *traversal {
	return &traversal{reader: r, named: map[string]*vim.TraversalSpec{}, report: map[ref]bool{}, passed: map[step]bool{}, visit: visit}
}

func (t *traversal) run(objects []vim.ObjectSpec) {
	for i := range objects {
		t.collectNames(objects[i].SelectSet)
	}
	for i := range objects {
		o := &objects[i]
		t.visit(o.Obj)
		if !t.exists(o.Obj) {
			t.missing = append(t.missing, o.Obj)
			continue
		}
		t.add(o.Obj, o.Skip)
		t.follow(o.Obj, o.SelectSet)
	}
}

func (t *traversal) exists(id ref) bool {
	ctx := t.v.context()
	ctx.Session = t.session
	return t.v.object(ctx, id) != nil
}

func (t *traversal) collectNames(set []vim.BaseSelectionSpec) {
	for _, s := range set {
		if ts, ok := s.(*vim.TraversalSpec); ok {
			if ts.Name != "" {
				t.named[ts.Name] = ts
			}
			t.collectNames(ts.SelectSet)
		}
	}
}

func (t *traversal) add(id ref, skip *bool) {
	if skip != nil && *skip || t.report[id] {
		return
	}
	t.report[id] = true
	t.order = append(t.order, id)
}

func (t *traversal) follow(id ref, set []vim.BaseSelectionSpec) {
	for _, s := range set {
		ts, ok := s.(*vim.TraversalSpec)
		if !ok {
			ts = t.named[s.GetSelectionSpec().Name]
		}
		if ts == nil || t.passed[step{id, ts}] {
			continue
		}
		t.passed[step{id, ts}] = true
		t.visit(id)
		for _, child := range t.refs(id, ts.Type, ts.Path) {
			t.add(child, ts.Skip)
			t.follow(child, ts.SelectSet)
		}
	}
}
