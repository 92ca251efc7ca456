// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"testing"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestDatacenterLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	v, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	c, err := v.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := v.Inventory()
	root := object.NewRootFolder(c)
	if _, err := root.CreateDatacenter(t.Context(), "DC0"); !fault.Is(err, &vim.DuplicateName{}) {
		t.Errorf("a second DC0: %v", err)
	}
	dc, err := root.CreateDatacenter(t.Context(), "DC9")
	if err != nil {
		t.Fatal(err)
	}
	task, err := dc.Destroy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := task.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := v.Inventory(); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
}
