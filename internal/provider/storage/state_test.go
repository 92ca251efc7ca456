// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"maps"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// with returns a copy of an object with changes.
func with(o, changes acctest.Object) acctest.Object {
	all := maps.Clone(o)
	maps.Copy(all, changes)
	return all
}

// plansEmpty plans a configuration on states as the incumbent wrote them.
func plansEmpty(t *testing.T, p *acctest.Protocol, typeName string, config acctest.Object, states map[string]acctest.Object) {
	t.Helper()
	for name, prior := range states {
		for _, refresh := range []bool{true, false} {
			planned := p.PlanFrom(typeName, 0, prior, config, refresh)
			p.OK(planned.Diagnostics)
			if changes := planned.Changes(); len(changes) > 0 || len(planned.Replace) > 0 {
				t.Errorf("%s, refresh %t: changes %q, replaces for %q", name, refresh, changes, planned.Replace)
			}
		}
	}
}

func TestVirtualDisk_incumbentState(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	config := acctest.Object{"datastore": "LocalDS_0", "vmdk_path": "/data/d1.vmdk", "size": 2, "type": "thin", "create_directories": true}
	made := p.Apply("vsphere_virtual_disk", nil, config)
	p.OK(made.Diagnostics)
	state := acctest.Object{
		"id": "data/d1.vmdk", "vmdk_path": "data/d1.vmdk", "datastore": "LocalDS_0", "datacenter": nil,
		"size": 2, "type": "thin", "adapter_type": "lsiLogic", "create_directories": true,
	}
	plansEmpty(t, p, "vsphere_virtual_disk", config, map[string]acctest.Object{
		"null": state, "zero": with(state, acctest.Object{"datacenter": ""}), "as configured": with(state, acctest.Object{"vmdk_path": "/data/d1.vmdk"}),
	})
	in := with(config, acctest.Object{"datacenter": "DC0"})
	plansEmpty(t, p, "vsphere_virtual_disk", in, map[string]acctest.Object{"datacenter": with(state, acctest.Object{"datacenter": "DC0"})})
	planned := p.PlanFrom("vsphere_virtual_disk", 0, state, with(in, acctest.Object{"adapter_type": "ide"}), false)
	p.OK(planned.Diagnostics)
	if len(planned.Replace) > 0 {
		t.Errorf("the same place said at length, and another adapter: replaced for %q", planned.Replace)
	}
	p.OK(p.Apply("vsphere_virtual_disk", made, nil).Diagnostics)
}

func TestFile_incumbentState(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	config := acctest.Object{"datastore": "LocalDS_0", "source_file": local(t, "a.iso", "hello"), "destination_file": "/iso/a.iso", "create_directories": true}
	made := p.Apply("vsphere_file", nil, config)
	p.OK(made.Diagnostics)
	state := with(config, acctest.Object{"id": "[LocalDS_0] //iso/a.iso", "datacenter": nil, "source_datastore": nil, "source_datacenter": nil})
	plansEmpty(t, p, "vsphere_file", config, map[string]acctest.Object{
		"null": state, "zero": with(state, acctest.Object{"datacenter": "", "source_datastore": "", "source_datacenter": ""}),
	})
	in := with(config, acctest.Object{"datacenter": "DC0"})
	plansEmpty(t, p, "vsphere_file", in, map[string]acctest.Object{"datacenter": with(state, acctest.Object{"datacenter": "DC0", "id": "[LocalDS_0] DC0//iso/a.iso"})})
	p.OK(p.Apply("vsphere_file", made, nil).Diagnostics)
}
