// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestVirtualDiskList(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	p := vc.Connect(t)
	var made []*acctest.Applied
	for _, path := range []string{"data/a.vmdk", "data/deep/b.vmdk", "other/c.vmdk"} {
		disk := p.Apply("vsphere_virtual_disk", nil, acctest.Object{"datacenter": "DC1", "datastore": "LocalDS_1", "vmdk_path": path, "size": 3, "type": "lazy", "create_directories": true})
		p.OK(disk.Diagnostics)
		made = append(made, disk)
	}
	list := func(config acctest.Object, include bool) []acctest.Listed {
		return p.List("vsphere_virtual_disk", with(acctest.Object{"datacenter": "DC1", "datastore": "LocalDS_1"}, config), 100, include)
	}
	const a, b, c = "/DC1/[LocalDS_1] data/a.vmdk", "/DC1/[LocalDS_1] data/deep/b.vmdk", "/DC1/[LocalDS_1] other/c.vmdk"
	for name, test := range map[string]struct {
		config acctest.Object
		want   []string
	}{
		"all":    {nil, []string{a, b, c}},
		"folder": {acctest.Object{"folder": "/data"}, []string{a, b}},
		"name":   {acctest.Object{"name_regex": "^[bc]"}, []string{b, c}},
		"both":   {acctest.Object{"folder": "data/deep", "name_regex": "^a"}, nil},
	} {
		var names []string
		for _, found := range list(test.config, false) {
			names = append(names, found.Name)
		}
		slices.Sort(names)
		if !slices.Equal(names, test.want) {
			t.Errorf("%s: %q, not %q", name, names, test.want)
		}
	}
	all := len(p.List("vsphere_virtual_disk", acctest.Object{"datacenter": "DC0", "datastore": "LocalDS_0"}, 100, false))
	if free := p.List("vsphere_virtual_disk", acctest.Object{"datacenter": "DC0", "datastore": "LocalDS_0", "unattached": true}, 100, false); all == 0 || len(free) != 0 {
		t.Errorf("of %d disks of machines %d are not attached: %v", all, len(free), free)
	}
	got := list(acctest.Object{"folder": "other", "unattached": true}, true)
	if len(got) != 1 || got[0].Identity["id"] != c {
		t.Fatalf("%+v", got)
	}
	for name, want := range made[2].State {
		if name != "create_directories" && name != "timeouts" && got[0].Resource[name] != want {
			t.Errorf("%s: %v, not %v", name, got[0].Resource[name], want)
		}
	}
	for _, disk := range made {
		p.OK(p.Apply("vsphere_virtual_disk", disk, nil).Diagnostics)
	}
}

func TestVirtualDiskList_badInput(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	p := vc.Connect(t)
	for argument, config := range map[string]acctest.Object{
		"name_regex": {"datacenter": "DC1", "datastore": "LocalDS_0", "name_regex": "("},
		"folder":     {"datacenter": "DC1", "datastore": "LocalDS_0", "folder": "none"},
		"datastore":  {"datacenter": "DC1", "datastore": "LocalDS_9"},
		"datacenter": {"datastore": "LocalDS_0"},
	} {
		failure := p.ListFailure("vsphere_virtual_disk", config)
		if !strings.Contains(failure, argument) {
			t.Errorf("%s: %q", argument, failure)
		}
	}
}
