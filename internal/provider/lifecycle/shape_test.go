// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var diskType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"label": tftypes.String, "size": tftypes.Number}}

var thingType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"name": tftypes.String, "note": tftypes.String, "size": tftypes.Number, "on": tftypes.Bool,
	"tags": tftypes.Set{ElementType: tftypes.String}, "disk": tftypes.List{ElementType: diskType},
}}

// thing builds a value; what is not given is null.
func thing(members map[string]tftypes.Value) tftypes.Value {
	all := map[string]tftypes.Value{}
	for name, kind := range thingType.AttributeTypes {
		all[name] = tftypes.NewValue(kind, nil)
		if v, ok := members[name]; ok {
			all[name] = v
		}
	}
	return tftypes.NewValue(thingType, all)
}

func text(s any) tftypes.Value   { return tftypes.NewValue(tftypes.String, s) }
func number(n any) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
func flag(b any) tftypes.Value   { return tftypes.NewValue(tftypes.Bool, b) }

func tags(list ...tftypes.Value) tftypes.Value {
	if list == nil {
		list = []tftypes.Value{}
	}
	return tftypes.NewValue(thingType.AttributeTypes["tags"], list)
}

func disks(sizes ...any) tftypes.Value {
	list := []tftypes.Value{}
	for _, size := range sizes {
		list = append(list, tftypes.NewValue(diskType, map[string]tftypes.Value{"label": text("d"), "size": number(size)}))
	}
	return tftypes.NewValue(thingType.AttributeTypes["disk"], list)
}

type members = map[string]tftypes.Value

func TestKeepShape(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ now, prior, want members }{
		"null stays null":            {members{"note": text(""), "size": number(0), "on": flag(false), "tags": tags()}, members{}, members{}},
		"zero stays zero":            {members{}, members{"note": text(""), "size": number(0), "on": flag(false), "tags": tags()}, members{"note": text(""), "size": number(0), "on": flag(false), "tags": tags()}},
		"a value replaces null":      {members{"note": text("x"), "size": number(1), "on": flag(true)}, members{}, members{"note": text("x"), "size": number(1), "on": flag(true)}},
		"null replaces a value":      {members{}, members{"note": text("x"), "size": number(1)}, members{}},
		"zero replaces a value":      {members{"on": flag(false), "size": number(0)}, members{"on": flag(true), "size": number(7)}, members{"on": flag(false), "size": number(0)}},
		"inside blocks":              {members{"disk": disks(0, 5)}, members{"disk": disks(nil, nil)}, members{"disk": disks(nil, 5)}},
		"a block that is new":        {members{"disk": disks(0, 0)}, members{"disk": disks(nil)}, members{"disk": disks(nil, 0)}},
		"unknown is neither":         {members{"note": text("")}, members{"note": text(tftypes.UnknownValue)}, members{"note": text("")}},
		"an empty list is like null": {members{"disk": disks()}, members{}, members{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := keepShape(thing(c.now), thing(c.prior))
			if err != nil || !got.Equal(thing(c.want)) {
				t.Errorf("got %s, %v\nwant %s", got, err, thing(c.want))
			}
		})
	}
}

func TestKeepShape_withoutPrior(t *testing.T) {
	t.Parallel()
	now := thing(members{"note": text("")})
	got, err := keepShape(now, tftypes.NewValue(thingType, nil))
	if err != nil || !got.Equal(now) {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	got, err := settle(thing(members{"name": text("n"), "note": text(tftypes.UnknownValue), "disk": disks(tftypes.UnknownValue)}))
	want := thing(members{"name": text("n"), "disk": disks(nil)})
	if err != nil || !got.Equal(want) {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestUndoIfSame(t *testing.T) {
	t.Parallel()
	prior := thing(members{"name": text("n"), "size": number(3), "disk": disks(1)})
	config := members{"name": text("n")}
	unknown := thing(members{"name": text("n"), "size": number(tftypes.UnknownValue), "disk": disks(tftypes.UnknownValue)})
	for name, c := range map[string]struct {
		config  members
		planned tftypes.Value
		undone  bool
	}{
		"only unknowns":          {config, unknown, true},
		"a change and unknowns":  {config, thing(members{"name": text("other"), "size": number(tftypes.UnknownValue), "disk": disks(1)}), false},
		"one disk more":          {config, thing(members{"name": text("n"), "size": number(3), "disk": disks(1, tftypes.UnknownValue)}), false},
		"a destroy":              {config, tftypes.NewValue(thingType, nil), false},
		"unknown to us":          {members{"size": number(tftypes.UnknownValue)}, unknown, false},
		"unknown to us, in part": {members{"disk": disks(tftypes.UnknownValue)}, unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := undoIfSame(c.planned, prior, thing(c.config))
			want := c.planned
			if c.undone {
				want = prior
			}
			if err != nil || !got.Equal(want) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}
