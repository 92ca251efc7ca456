// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/mo"
)

func TestTagging(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	ctx := context.Background()
	rc := rest.NewClient(c.Client)
	if err := rc.Login(ctx, url.UserPassword(v.User(), "wrong")); err == nil {
		t.Error("any password logs in")
	}
	if err := rc.Login(ctx, url.UserPassword(v.User(), v.Password())); err != nil || v.Sessions() != 2 {
		t.Fatal(err, v.Sessions())
	}
	m := tags.NewManager(rc)
	category, err := m.CreateCategory(ctx, &tags.Category{Name: "env", Cardinality: "SINGLE", AssociableTypes: []string{"urn:vim25:VirtualMachine"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.GetCategory(ctx, category); err != nil || !slices.Equal(got.AssociableTypes, []string{"VirtualMachine"}) {
		t.Errorf("types %v %v", got, err)
	}
	refuse := func(what, want string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), want) {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	_, err = m.CreateCategory(ctx, &tags.Category{Name: "ENV", Cardinality: "SINGLE"})
	refuse("category name taken", "already_exists", err)
	a, err := m.CreateTag(ctx, &tags.Tag{Name: "a", CategoryID: category})
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.CreateTag(ctx, &tags.Tag{Name: "b", CategoryID: category})
	if err != nil {
		t.Fatal(err)
	}
	refuse("tag name taken", "already_exists", m.UpdateTag(ctx, &tags.Tag{ID: b, Name: "a"}))
	vm := mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	refuse("wrong type", "invalid_argument", m.AttachTag(ctx, a, mustFind(t, v, "/DC0")))
	refuse("no object", "403", m.AttachTag(ctx, a, ref{Type: "VirtualMachine", Value: "vm-4711"}))
	if err := m.AttachTag(ctx, a, vm); err != nil {
		t.Fatal(err)
	}
	refuse("second of a single category", "invalid_argument", m.AttachTag(ctx, b, vm))
	if err := m.DetachMultipleTagsFromObject(ctx, []string{a}, vm); err != nil {
		t.Fatal(err)
	}
	if got, err := m.ListAttachedObjects(ctx, a); err != nil || len(got) != 0 {
		t.Errorf("detached: %v %v", got, err)
	}
	if err := m.AttachTag(ctx, b, vm); err != nil {
		t.Fatal(err)
	}
	machine := object.NewVirtualMachine(c.Client, vm)
	for _, do := range []func(context.Context) (*object.Task, error){machine.PowerOff, machine.Destroy} {
		work, err := do(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := work.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := m.ListAttachedObjects(ctx, b); err != nil || len(got) != 0 {
		t.Errorf("tags outlive their object: %v %v", got, err)
	}
	v.ExpireSessions()
	if _, err := m.GetTag(ctx, b); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("expired session: %v", err)
	}
}

func TestCustomFields(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	ctx := context.Background()
	m, err := object.GetCustomFieldsManager(c.Client)
	if err != nil {
		t.Fatal(err)
	}
	def, err := m.Add(ctx, "owner", "VirtualMachine", nil, nil)
	if err != nil || def.Key != firstField {
		t.Fatal(def, err)
	}
	vm := mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	values := func() int {
		var x mo.VirtualMachine
		if err := object.NewVirtualMachine(c.Client, vm).Properties(ctx, vm, []string{"customValue"}, &x); err != nil {
			t.Fatal(err)
		}
		return len(x.CustomValue)
	}
	if err := m.Set(ctx, vm, def.Key, "me"); err != nil || values() != 1 {
		t.Error("set", err)
	}
	if err := m.Set(ctx, vm, def.Key, ""); err != nil || values() != 0 {
		t.Error("an empty value stays", err)
	}
	if err := m.Set(ctx, mustFind(t, v, "/DC0"), def.Key, "x"); err == nil {
		t.Error("attribute of another type is accepted")
	}
}
