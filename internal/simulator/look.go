// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"fmt"
	"reflect"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// Client is a client in memory for a test's own looking: logged in, not
// counted, no session.
func (v *VCenter) Client(ctx context.Context) (*vim25.Client, error) {
	return vim25.NewClient(ctx, inMemory{v})
}

// Find returns the object at an inventory path such as
// "/DC0/vm/templates/template-linux", and false if there is none.
func (v *VCenter) Find(path string) (vim.ManagedObjectReference, bool) {
	c, err := v.Client(v.ctx)
	if err != nil {
		return vim.ManagedObjectReference{}, false
	}
	ref, err := object.NewSearchIndex(c).FindByInventoryPath(v.ctx, path)
	if err != nil || ref == nil {
		return vim.ManagedObjectReference{}, false
	}
	return ref.Reference(), true
}

// Ref returns the object with a managed object id such as "vm-42".
func (v *VCenter) Ref(id string) (vim.ManagedObjectReference, bool) {
	return v.index.byValue(id)
}

// Update changes properties of an object behind the clients' backs, under the
// object's lock, and wakes those who wait for them. Names are property paths
// such as "config.hardware.memoryMB".
func (v *VCenter) Update(ref vim.ManagedObjectReference, changes ...vim.PropertyChange) error {
	v.index.resolve(&ref)
	obj := v.reg.Get(ref)
	if obj == nil {
		return fmt.Errorf("%s: no such object", ref)
	}
	ctx := v.context()
	unlock := v.lock(ctx, obj)
	defer unlock()
	v.reg.Update(ctx, obj, changes)
	return nil
}

// context makes a context of the simulator's own, not tied to any call.
func (v *VCenter) context() *simulator.Context {
	c := *v.svc.Context
	return &c
}

// managed digs the mo object out of vcsim's wrapper: a pointer to mo.X.
func managed(obj mo.Reference) reflect.Value {
	val := reflect.ValueOf(obj)
	for {
		if val.Kind() == reflect.Pointer {
			val = val.Elem()
		}
		if val.Type().PkgPath() == moPackage {
			return val.Addr()
		}
		val = val.Field(0)
	}
}

var moPackage = reflect.TypeFor[mo.Folder]().PkgPath()
