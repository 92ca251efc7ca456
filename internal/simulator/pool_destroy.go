// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).destroyPool) }

// destroyPool hands machines and pools inside to the parent.
func (v *VCenter) destroyPool(ctx *simulator.Context, p *simulator.ResourcePool, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, p, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		if strings.HasSuffix(p.Parent.Type, "ComputeResource") {
			return nil, new(vim.NotSupported)
		}
		for _, id := range slices.Clone(p.Vm) {
			if vm, ok := v.reg.Get(id).(*simulator.VirtualMachine); ok {
				v.movePoolMember(ctx, p.Self, *p.Parent, vm, vim.PropertyChange{Name: "resourcePool", Val: *p.Parent})
			}
		}
		for _, id := range slices.Clone(p.ResourcePool.ResourcePool) {
			if child, ok := v.reg.Get(id).(mo.Entity); ok {
				v.movePoolMember(ctx, p.Self, *p.Parent, child, vim.PropertyChange{Name: "parent", Val: *p.Parent})
			}
		}
		parent := v.reg.Get(*p.Parent)
		unlock := v.lock(ctx, parent)
		left := slices.DeleteFunc(slices.Clone(v.poolAt(*p.Parent).ResourcePool), func(r ref) bool { return r == p.Self })
		v.reg.Update(ctx, parent, []vim.PropertyChange{{Name: "resourcePool", Val: left}})
		unlock()
		v.reg.Remove(ctx, p.Self)
		return nil, nil
	})
}

// movePoolMember moves a machine or pool from one pool's list to another's.
func (v *VCenter) movePoolMember(ctx *simulator.Context, from, to ref, x mo.Entity, change vim.PropertyChange) {
	id := x.Reference()
	name := "vm"
	if _, isPool := x.(*simulator.ResourcePool); isPool {
		name = "resourcePool"
	}
	edit := func(pool ref, f func([]ref) []ref) {
		obj := v.reg.Get(pool)
		if obj == nil {
			return
		}
		unlock := v.lock(ctx, obj)
		defer unlock()
		p, ok := propertyAt(managed(obj).Elem(), name)
		if ok {
			v.reg.Update(ctx, obj, []vim.PropertyChange{{Name: name, Val: f(slices.Clone(p.Interface().([]ref)))}})
		}
	}
	edit(from, func(l []ref) []ref { return slices.DeleteFunc(l, func(r ref) bool { return r == id }) })
	edit(to, func(l []ref) []ref { return append(l, id) })
	unlock := v.lock(ctx, x)
	defer unlock()
	v.reg.Update(ctx, x, []vim.PropertyChange{change})
}
