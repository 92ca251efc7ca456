// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func TestTags(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ctx := t.Context()
	vm := ref(t, v, "/DC0/vm/DC0_H0_VM0")
	category, err := c.CreateTagCategory(ctx, tags.Category{Name: "stage", Cardinality: "MULTIPLE"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range []string{"dev", "test", "prod"} {
		id, err := c.CreateTag(ctx, tags.Tag{Name: name, CategoryID: category})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	v.ResetCalls()
	if err := c.ChangeTags(ctx, vm, ids, nil); err != nil {
		t.Error(err)
	}
	if got, err := c.AttachedTags(ctx, vm); err != nil || !slices.Equal(got, ids) {
		t.Errorf("attached: %v %v", got, err)
	}
	if err := c.ChangeTags(ctx, vm, ids[:1], ids[1:]); err != nil {
		t.Error(err)
	}
	if got, err := c.AttachedTags(ctx, vm); err != nil || !slices.Equal(got, ids[:1]) {
		t.Errorf("after a change: %v %v", got, err)
	}
	if n := v.Calls(); n.Total != 5 {
		t.Errorf("%d calls, want 5: %v", n.Total, n.ByName)
	}

	none := "urn:vmomi:InventoryServiceTag:00000000-0000-0000-0000-000000000000:GLOBAL"
	err = c.ChangeTags(ctx, vm, []string{ids[1], none}, nil)
	var failed *vsphere.TagError
	if !errors.As(err, &failed) || failed.Tag != none {
		t.Errorf("one tag that does not exist: %v", err)
	}
	if got, err := c.AttachedTags(ctx, vm); err != nil || !slices.Contains(got, ids[1]) {
		t.Errorf("the good tag is not attached: %v %v", got, err)
	}
	err = c.ChangeTags(ctx, vsphere.NewRef("VirtualMachine", "vm-99999"), ids[:2], nil)
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), ids[0]) || !strings.Contains(err.Error(), ids[1]) {
		t.Errorf("an object that does not exist: %v", err)
	}
	if _, err := c.AttachedTags(ctx, vsphere.NewRef("VirtualMachine", "")); err == nil {
		t.Error("tags of nothing")
	}
}

func TestTagsByName(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ctx := t.Context()
	id, err := c.CreateTagCategory(ctx, tags.Category{Name: "stage", Cardinality: "SINGLE"})
	if err != nil {
		t.Fatal(err)
	}
	tag, err := c.CreateTag(ctx, tags.Tag{Name: "prod", CategoryID: id})
	if err != nil {
		t.Fatal(err)
	}
	find := func(wantCalls int) {
		t.Helper()
		v.ResetCalls()
		crowd(20, func(int) {
			if got, err := c.FindTagCategory(ctx, "stage"); err != nil || got.ID != id {
				t.Errorf("%+v %v", got, err)
			}
			if got, err := c.FindTag(ctx, id, "prod"); err != nil || got.ID != tag {
				t.Errorf("%+v %v", got, err)
			}
		})
		if n := v.Calls(); n.Total != wantCalls {
			t.Errorf("%d calls, want %d: %v", n.Total, wantCalls, n.ByName)
		}
	}
	find(4) // two lists, one category, one tag
	find(0)
	var none *vsphere.NotFoundError
	if _, err := c.FindTag(ctx, id, "prd"); !errors.As(err, &none) || !slices.Contains(none.Nearest, "prod") {
		t.Errorf("got %v", err)
	}
	name := "production"
	if err := c.ChangeTag(ctx, tag, vsphere.TagChange{Name: &name}); err != nil {
		t.Error(err)
	}
	if got, err := c.FindTag(ctx, id, name); err != nil || got.ID != tag {
		t.Errorf("after a change: %+v %v", got, err)
	}
	for _, err := range []error{c.DeleteTag(ctx, tag), c.DeleteTagCategory(ctx, id)} {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Tag(ctx, tag); !errors.Is(err, vsphere.ErrNotFound) {
		t.Errorf("a deleted tag: %v", err)
	}
	if _, err := c.FindTagCategory(ctx, "stage"); !errors.Is(err, vsphere.ErrNotFound) {
		t.Errorf("a deleted category: %v", err)
	}
	if _, err := c.Tag(ctx, "prod"); !errors.Is(err, vsphere.ErrNotFound) || !strings.Contains(err.Error(), "urn:") {
		t.Errorf("a name in place of an id: %v", err)
	}
}

func TestCustomFields(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ctx := t.Context()
	res, err := methods.AddCustomFieldDef(ctx, c, &vim.AddCustomFieldDef{This: *c.ServiceContent.CustomFieldsManager, Name: "owner"})
	if err != nil {
		t.Fatal(err)
	}
	v.ResetCalls()
	crowd(20, func(int) {
		if all, err := c.CustomFields(ctx); err != nil || len(all) != 1 || all[0].Name != "owner" {
			t.Errorf("%+v %v", all, err)
		}
	})
	if n := v.Calls().Total; n != 1 {
		t.Errorf("%d calls to read the list", n)
	}
	vm := ref(t, v, "/DC0/vm/DC0_H0_VM0")
	for _, value := range []string{"me", ""} {
		if err := c.SetCustomValue(ctx, vm, res.Returnval.Key, value); err != nil {
			t.Fatal(err)
		}
		m, err := vsphere.Get[mo.VirtualMachine](ctx, c, vm, "customValue")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range m.CustomValue {
			if s, ok := f.(*vim.CustomFieldStringValue); ok && s.Key == res.Returnval.Key {
				got = s.Value
			}
		}
		if got != value {
			t.Errorf("%q, want %q", got, value)
		}
	}
	if _, err := methods.AddCustomFieldDef(ctx, c, &vim.AddCustomFieldDef{This: *c.ServiceContent.CustomFieldsManager, Name: "cost"}); err != nil {
		t.Fatal(err)
	}
	c.ForgetCustomFields()
	if all, err := c.CustomFields(ctx); err != nil || len(all) != 2 {
		t.Errorf("after a write: %+v %v", all, err)
	}
}

func TestPoliciesShareCalls(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 5})
	c := connect(t, v, configFor(v))
	refs := machines(t, c)
	if _, err := c.PBM(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.SetLatency(5 * time.Millisecond)
	v.ResetCalls()
	crowd(100, func(i int) {
		entity := pbmtypes.PbmServerObjectRef{ObjectType: "virtualMachine", Key: refs[i%len(refs)].Value, ServerUuid: c.UUID()}
		if _, err := c.AssociatedPolicies(t.Context(), entity); err != nil {
			t.Error(err)
		}
	})
	if n := v.Calls(); n.Total > 15 || n.Count("PbmQueryAssociatedProfiles") != n.Total {
		t.Errorf("%d calls for 100 asks, want at most 15: %v", n.Total, n.ByName)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	for version, want := range map[string]bool{"6.7": true, "8": true, "8.0.3": true, "8.0.4": false, "8.1": false, "9": false, "8.0.3.1": false} {
		if got := c.AtLeast(version); got != want {
			t.Errorf("%s is at least %s: %v", c.Version(), version, got)
		}
	}
	if !c.IsVCenter() || c.UUID() == "" {
		t.Error("not a vCenter")
	}
	if _, err := c.SSO(t.Context()); err != nil {
		t.Errorf("single sign-on: %v", err)
	}
	if _, err := c.VSAN(t.Context()); err != nil {
		t.Errorf("vSAN: %v", err)
	}
}
