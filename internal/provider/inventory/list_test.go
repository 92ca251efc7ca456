// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory_test

import (
	"slices"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func namesOf(listed []acctest.Listed) []string {
	names := make([]string, len(listed))
	for i, l := range listed {
		names[i] = l.Name
	}
	slices.Sort(names)
	return names
}

func TestList(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	apply := func(kind string, config object) *acctest.Applied {
		t.Helper()
		made := p.Apply(kind, nil, config)
		p.OK(made.Diagnostics)
		return made
	}
	dc, _ := vc.Find("/DC0")
	apply("vsphere_folder", object{"path": "emea", "type": "datacenter"})
	apply("vsphere_datacenter", object{"name": "east", "folder": "emea"})
	folder := apply("vsphere_folder", object{"path": "apps", "type": "host", "datacenter_id": dc.Value})
	apply("vsphere_custom_attribute", object{"name": "cost"})
	apply("vsphere_custom_attribute", object{"name": "owner", "managed_object_type": "Folder"})
	env := apply("vsphere_tag_category", object{"name": "env", "cardinality": "SINGLE", "associable_types": acctest.List{}})
	zone := apply("vsphere_tag_category", object{"name": "zone", "cardinality": "SINGLE", "associable_types": acctest.List{}})
	apply("vsphere_tag", object{"name": "prod", "category_id": env.State["id"]})
	apply("vsphere_tag", object{"name": "test", "category_id": env.State["id"]})
	apply("vsphere_tag", object{"name": "prod", "category_id": zone.State["id"], "description": "Zone."})

	for _, test := range []struct {
		kind   string
		config object
		want   []string
	}{
		{"vsphere_datacenter", nil, []string{"/DC0", "/emea/east"}},
		{"vsphere_datacenter", object{"folder": "/"}, []string{"/DC0"}},
		{"vsphere_datacenter", object{"folder": "/emea/"}, []string{"/emea/east"}},
		{"vsphere_datacenter", object{"name_regex": "^e"}, []string{"/emea/east"}},
		{"vsphere_folder", object{"type": "datacenter"}, []string{"/emea"}},
		{"vsphere_folder", object{"datacenter_id": dc.Value, "type": "host"}, []string{"/DC0/host/apps"}},
		{"vsphere_folder", object{"name_regex": "a$"}, []string{"/emea"}},
		{"vsphere_custom_attribute", nil, []string{"cost", "owner"}},
		{"vsphere_custom_attribute", object{"managed_object_type": "Folder"}, []string{"owner"}},
		{"vsphere_custom_attribute", object{"managed_object_type": ""}, []string{"cost"}},
		{"vsphere_tag_category", nil, []string{"env", "zone"}},
		{"vsphere_tag_category", object{"name_regex": "z"}, []string{"zone"}},
		{"vsphere_tag", nil, []string{"env/prod", "env/test", "zone/prod"}},
		{"vsphere_tag", object{"category_id": env.State["id"], "name_regex": "prod"}, []string{"env/prod"}},
	} {
		config := test.config
		if config == nil {
			config = object{}
		}
		for _, include := range []bool{false, true} {
			listed := p.List(test.kind, config, 100, include)
			if got := namesOf(listed); !slices.Equal(got, test.want) {
				t.Errorf("%s %v: %q, want %q", test.kind, test.config, got, test.want)
			}
			for _, l := range listed {
				if l.Identity["id"] == nil || include && l.Resource["id"] == nil {
					t.Errorf("%s %q is incomplete: %v %v", test.kind, l.Name, l.Identity, l.Resource)
				}
			}
		}
	}
	if limited := p.List("vsphere_tag", object{}, 2, false); len(limited) != 2 {
		t.Errorf("a limit of 2 lists %d", len(limited))
	}
	apps := p.List("vsphere_folder", object{"type": "host"}, 1, true)
	if len(apps) != 1 || apps[0].Resource["path"] != "apps" || apps[0].Resource["datacenter_id"] != dc.Value || apps[0].Identity["id"] != folder.State["id"] {
		t.Errorf("listed %v", apps)
	}
}
