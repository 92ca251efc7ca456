// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestPool(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	defer func() { _ = c.Logout(t.Context()) }()
	root, _ := v.Find("/DC0/host/DC0_C0/Resources")
	other, _ := v.Find("/DC0/host/DC0_H0/Resources")
	spec := vim.DefaultResourceConfigSpec()
	spec.ScaleDescendantsShares = string(vim.ResourceConfigSpecScaleSharesBehaviorScaleCpuAndMemoryShares)
	create := func(parent vim.ManagedObjectReference, name string, spec vim.ResourceConfigSpec) vim.ManagedObjectReference {
		t.Helper()
		p, err := object.NewResourcePool(c.Client, parent).Create(t.Context(), name, spec)
		if err != nil {
			t.Fatal(err)
		}
		return p.Reference()
	}
	read := func(ref vim.ManagedObjectReference) (p mo.ResourcePool) {
		t.Helper()
		if err := property.DefaultCollector(c.Client).RetrieveOne(t.Context(), ref, []string{"config", "runtime", "parent"}, &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b := create(root, "a", spec), create(root, "b", vim.DefaultResourceConfigSpec())
	if got := read(b).Config.CpuAllocation.Shares.Shares; got != 4000 {
		t.Errorf("normal is %d shares", got)
	}
	update := func(ref vim.ManagedObjectReference, config vim.ResourceConfigSpec) error {
		_, err := methods.UpdateConfig(t.Context(), c, &vim.UpdateConfig{This: ref, Config: &config})
		return err
	}
	if err := update(b, vim.ResourceConfigSpec{MemoryAllocation: vim.ResourceAllocationInfo{ExpandableReservation: vim.NewBool(false)}}); err != nil {
		t.Fatal(err)
	}
	if p := read(b); *p.Config.MemoryAllocation.ExpandableReservation || !*p.Config.CpuAllocation.ExpandableReservation || *p.Config.MemoryAllocation.Limit != -1 {
		t.Errorf("merged: %+v", p.Config)
	}
	move := func(to, what vim.ManagedObjectReference) error {
		_, err := methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: to, List: []vim.ManagedObjectReference{what}})
		return err
	}
	wantInvalid := func(what string, err error) {
		t.Helper()
		if err == nil || !soap.IsSoapFault(err) {
			t.Errorf("%s: %v", what, err)
			return
		}
		if _, ok := soap.ToSoapFault(err).VimFault().(vim.InvalidArgument); !ok {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantInvalid("move to another host", move(other, b))
	if err := move(a, b); err != nil {
		t.Fatal(err)
	}
	wantInvalid("move into itself", move(b, a))
	if p := read(b); *p.Parent != a || p.Runtime.SharesScalable != spec.ScaleDescendantsShares {
		t.Errorf("moved: %v %q", p.Parent, p.Runtime.SharesScalable)
	}
	wantInvalid("scaling below scaling", update(b, vim.ResourceConfigSpec{ScaleDescendantsShares: spec.ScaleDescendantsShares}))
}
