// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"testing"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func linuxSpec(name, host string) vim.CustomizationSpecItem {
	return vim.CustomizationSpecItem{
		Info: vim.CustomizationSpecInfo{Name: name, Type: "Linux", Description: "first"},
		Spec: vim.CustomizationSpec{
			Options:  &vim.CustomizationLinuxOptions{},
			Identity: &vim.CustomizationLinuxPrep{HostName: &vim.CustomizationFixedName{Name: host}, Domain: "example.com"},
		},
	}
}

func TestCustomizationSpecs(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := t.Context()
	m := object.NewCustomizationSpecManager(c.Client)
	if err := m.CreateCustomizationSpec(ctx, linuxSpec("a", "web")); err != nil {
		t.Fatal(err)
	}
	got, err := m.GetCustomizationSpec(ctx, "a")
	if err != nil || got.Info.ChangeVersion == "" || got.Info.LastUpdateTime == nil || got.Info.LastUpdateTime.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := m.CreateCustomizationSpec(ctx, linuxSpec("a", "web")); !fault.Is(err, &vim.AlreadyExists{}) {
		t.Errorf("created twice: %v", err)
	}
	if err := m.CreateCustomizationSpec(ctx, vim.CustomizationSpecItem{Info: vim.CustomizationSpecInfo{Name: "b", Type: "Plan9"}}); !fault.Is(err, &vim.InvalidArgument{}) {
		t.Errorf("a type of its own: %v", err)
	}

	stale := *got
	changed := linuxSpec("a", "db")
	if err := m.OverwriteCustomizationSpec(ctx, changed); err != nil {
		t.Fatal(err)
	}
	now, err := m.GetCustomizationSpec(ctx, "a")
	if err != nil || now.Info.ChangeVersion == got.Info.ChangeVersion {
		t.Errorf("the version did not change: %+v, %v", now, err)
	}
	if err := m.OverwriteCustomizationSpec(ctx, stale); !fault.Is(err, &vim.ConcurrentAccess{}) {
		t.Errorf("overwritten from a stale read: %v", err)
	}
	if err := m.OverwriteCustomizationSpec(ctx, linuxSpec("none", "x")); !fault.Is(err, &vim.NotFound{}) {
		t.Errorf("overwritten what is not there: %v", err)
	}

	if err := m.RenameCustomizationSpec(ctx, "a", "vcsim-linux"); !fault.Is(err, &vim.AlreadyExists{}) {
		t.Errorf("renamed to a taken name: %v", err)
	}
	if err := m.RenameCustomizationSpec(ctx, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := m.DuplicateCustomizationSpec(ctx, "b", "copy"); err != nil {
		t.Fatal(err)
	}
	if err := m.DuplicateCustomizationSpec(ctx, "a", "other"); !fault.Is(err, &vim.NotFound{}) {
		t.Errorf("duplicated what is not there: %v", err)
	}
	if got, err := m.GetCustomizationSpec(ctx, "copy"); err != nil || got.Spec.Identity.(*vim.CustomizationLinuxPrep).HostName.(*vim.CustomizationFixedName).Name != "db" {
		t.Errorf("the duplicate: %+v, %v", got, err)
	}
	if err := m.DeleteCustomizationSpec(ctx, "b"); err != nil {
		t.Fatal(err)
	}
	if err := m.DeleteCustomizationSpec(ctx, "b"); !fault.Is(err, &vim.NotFound{}) {
		t.Errorf("deleted twice: %v", err)
	}
	if there, err := m.DoesCustomizationSpecExist(ctx, "b"); there || err != nil {
		t.Errorf("still there: %v", err)
	}
	var manager mo.CustomizationSpecManager
	if err := property.DefaultCollector(c.Client).RetrieveOne(ctx, m.Reference(), []string{"info"}, &manager); err != nil {
		t.Fatal(err)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(manager.Info, func(i vim.CustomizationSpecInfo) bool { return i.Name == name })
	}
	if !has("copy") || !has("vcsim-linux") || has("a") || has("b") {
		t.Errorf("info %+v", manager.Info)
	}
	// Another simulator of the process knows nothing of it.
	if slices.Contains(start(t, Options{}).Inventory(), "CustomizationSpec copy") {
		t.Error("simulators share their specifications")
	}
}
