// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"errors"
	"testing"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	named := func(kind string) vim.ObjectContent {
		return vim.ObjectContent{Obj: NewRef(kind, "x-1"), PropSet: []vim.DynamicProperty{{Name: "name", Val: "it"}}}
	}
	for _, kind := range []string{"Network", "DistributedVirtualPortgroup", "OpaqueNetwork", "Datastore", "Folder"} {
		var e mo.ManagedEntity
		if err := decode(named(kind), &e); err != nil || e.Name != "it" || e.Self != NewRef(kind, "x-1") {
			t.Errorf("%s as ManagedEntity: %+v %v", kind, e, err)
		}
	}
	var pool mo.ResourcePool
	if err := decode(named("VirtualApp"), &pool); err != nil || pool.Name != "it" {
		t.Errorf("vApp as pool: %+v %v", pool, err)
	}
	if err := decode(named("ClusterComputeResource"), &pool); !errors.Is(err, ErrNotFound) {
		t.Errorf("cluster as pool: %v", err)
	}
}
