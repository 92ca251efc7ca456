// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"testing"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestFolder(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	ctx := context.Background()
	before := len(v.Inventory())
	root := object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm"))
	outer, err := root.CreateFolder(ctx, "outer")
	if err != nil {
		t.Fatal(err)
	}
	innermost, err := outer.CreateFolder(ctx, "inner")
	if err != nil {
		t.Fatal(err)
	}
	wait := func(work *object.Task, err error) error {
		if err != nil {
			return err
		}
		return work.Wait(ctx)
	}
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_H0_VM0"))
	if err := wait(innermost.MoveInto(ctx, []ref{vm.Reference()})); err != nil {
		t.Fatal(err)
	}
	if err := wait(innermost.MoveInto(ctx, []ref{outer.Reference()})); !fault.Is(err, &vim.InvalidFolder{}) {
		t.Errorf("a folder into itself: %v", err)
	}
	if err := wait(outer.Rename(ctx, "DC0_C0_RP0_VM0")); !fault.Is(err, &vim.DuplicateName{}) {
		t.Errorf("name taken: %v", err)
	}
	if err := wait(outer.Rename(ctx, "renamed")); err != nil {
		t.Fatal(err)
	}
	mustFind(t, v, "/DC0/vm/renamed/inner/DC0_H0_VM0")
	if err := wait(outer.Destroy(ctx)); !fault.Is(err, &vim.InvalidPowerState{}) {
		t.Errorf("destroy with a running machine: %v", err)
	}
	if err := wait(vm.PowerOff(ctx)); err != nil {
		t.Fatal(err)
	}
	if err := wait(outer.Destroy(ctx)); err != nil {
		t.Fatal(err)
	}
	if got, want := len(v.Inventory()), before-3; got != want { // the machine, its configuration and its disk
		t.Errorf("%d objects left, want %d: the machine goes with its folder", got, want)
	}
	if err := wait(root.Destroy(ctx)); !fault.Is(err, &vim.NotSupported{}) {
		t.Errorf("root folder: %v", err)
	}
}
