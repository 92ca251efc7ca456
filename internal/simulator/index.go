// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// index follows vcsim's registry: it knows every object by the value of its
// reference, and tells the property collectors what has changed.
type index struct {
	hub *hub
	mu  sync.RWMutex
	ref map[string]vim.ManagedObjectReference // zero Type: several types share the value
}

func newIndex(reg *simulator.Registry, hub *hub) *index {
	x := &index{hub: hub, ref: map[string]vim.ManagedObjectReference{}}
	for _, obj := range reg.AllReference("") {
		x.add(obj.Reference())
	}
	return x
}

// Reference implements simulator.RegisterObject.
func (x *index) Reference() vim.ManagedObjectReference {
	return vim.ManagedObjectReference{Type: "SimulatorIndex", Value: "index"}
}

// PutObject implements simulator.RegisterObject.
func (x *index) PutObject(_ *simulator.Context, obj mo.Reference) {
	x.add(obj.Reference())
	isolateStorage(obj)
	if t, ok := obj.(*simulator.Task); ok {
		x.hub.v.adoptTask(t)
	}
	if _, ok := obj.(mo.Entity); ok {
		x.hub.moved()
	}
}

// UpdateObject implements simulator.RegisterObject.
func (x *index) UpdateObject(_ *simulator.Context, obj mo.Reference, changes []vim.PropertyChange) {
	if t, ok := obj.(*mo.Task); ok {
		x.hub.v.taskChanged(t)
	}
	for i := range changes {
		vm, ok := obj.(*mo.VirtualMachine)
		switch {
		case ok && changes[i].Name == "runtime.powerState":
			x.hub.v.powerChanged(vm)
		case ok && changes[i].Name == "guest.customizationInfo":
			x.hub.v.customized(vm)
		}
	}
	x.hub.changed(obj.Reference())
	for i := range changes {
		if changes[i].Name == "parent" {
			x.hub.moved()
		}
	}
}

// RemoveObject implements simulator.RegisterObject.
func (x *index) RemoveObject(_ *simulator.Context, ref vim.ManagedObjectReference) {
	x.mu.Lock()
	delete(x.ref, ref.Value)
	x.mu.Unlock()
	x.hub.removed(ref)
	x.hub.v.tagging.forget(ref)
	x.hub.v.policies.forget(ref)
}

func (x *index) add(ref vim.ManagedObjectReference) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if old, ok := x.ref[ref.Value]; ok && old != ref {
		ref.Type = ""
	}
	x.ref[ref.Value] = ref
}

// byValue returns the reference that a managed object id stands for.
func (x *index) byValue(value string) (vim.ManagedObjectReference, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ref, ok := x.ref[value]
	return ref, ok && ref.Type != ""
}

var refType = reflect.TypeFor[vim.ManagedObjectReference]()

// resolve gives the references anywhere inside a request the types that the
// registry has them by. vCenter looks only at the value of a reference.
func (x *index) resolve(req any) {
	x.resolveValue(reflect.ValueOf(req))
}

func (x *index) resolveValue(val reflect.Value) {
	switch val.Kind() {
	case reflect.Pointer:
		if !val.IsNil() {
			x.resolveValue(val.Elem())
		}
	case reflect.Interface:
		x.resolveInterface(val)
	case reflect.Slice:
		for i := range val.Len() {
			x.resolveValue(val.Index(i))
		}
	case reflect.Struct:
		if val.Type() == refType {
			x.resolveRef(val)
			return
		}
		for i := range val.NumField() {
			if val.Type().Field(i).IsExported() {
				x.resolveValue(val.Field(i))
			}
		}
	}
}

// resolveInterface copies a struct held by value, which cannot be set in place.
func (x *index) resolveInterface(val reflect.Value) {
	if val.IsNil() {
		return
	}
	inner := val.Elem()
	if inner.Kind() != reflect.Struct {
		x.resolveValue(inner)
		return
	}
	if !val.CanSet() {
		return
	}
	c := reflect.New(inner.Type()).Elem()
	c.Set(inner)
	x.resolveValue(c)
	val.Set(c)
}

func (x *index) resolveRef(val reflect.Value) {
	ref := val.Interface().(vim.ManagedObjectReference)
	if known, ok := x.byValue(ref.Value); ok && known.Type != ref.Type && val.CanSet() {
		known.ServerGUID = ref.ServerGUID
		val.Set(reflect.ValueOf(known))
	}
}
