// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// editRefs changes a list of references of an object under the object's lock;
// nothing happens if the object is gone or has no such list.
func (v *VCenter) editRefs(ctx *simulator.Context, id ref, property string, edit func([]ref) []ref) {
	obj := v.reg.Get(id)
	if obj == nil {
		return
	}
	unlock := v.lock(ctx, obj)
	defer unlock()
	p, ok := propertyAt(managed(obj).Elem(), property)
	if !ok {
		return
	}
	old, ok := p.Interface().([]ref)
	if !ok {
		return
	}
	v.reg.Update(ctx, obj, []vim.PropertyChange{{Name: property, Val: edit(slices.Clone(old))}})
}

// moveRef takes an object out of one owner's list and puts it into another's.
func (v *VCenter) moveRef(ctx *simulator.Context, property string, id, from, to ref) {
	if from == to {
		return
	}
	v.editRefs(ctx, from, property, func(l []ref) []ref { return without(l, id) })
	v.editRefs(ctx, to, property, func(l []ref) []ref { return append(without(l, id), id) })
}

// without is l, which may be changed, less an object.
func without(l []ref, id ref) []ref {
	return slices.DeleteFunc(l, func(r ref) bool { return r == id })
}
