// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"slices"
	"strings"
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

// A datacenter goes with its folders, clusters, hosts, machines that run,
// datastores, switches, and what is in a folder of datacenters with it.
func TestDatacenterGoesWithAllInIt(t *testing.T) {
	t.Parallel()
	v := start(t, Options{Datacenters: 2, Pods: 1, Apps: 1, Pools: 1})
	c := login(t, v)
	destroy := func(e interface {
		Destroy(context.Context) (*object.Task, error)
	}) error {
		task, err := e.Destroy(t.Context())
		if err != nil {
			return err
		}
		return task.Wait(t.Context())
	}
	under := func(path string) (lines []string) {
		for _, line := range v.Inventory() {
			if strings.Contains(line, " "+path) {
				lines = append(lines, line)
			}
		}
		return lines
	}
	other := under("/DC1")
	dc := object.NewDatacenter(c.Client, mustFind(t, v, "/DC0"))
	host, vm := mustFind(t, v, "/DC0/host/DC0_C0/DC0_C0_H0"), mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	if err := destroy(dc); err != nil {
		t.Fatal(err)
	}
	if left := under("/DC0"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if got := under("/DC1"); !slices.Equal(got, other) {
		t.Errorf("the other datacenter was %q, is %q", other, got)
	}
	for _, id := range []ref{host, vm} {
		if v.reg.Get(id) != nil {
			t.Errorf("%v is still known", id)
		}
	}
	folder, err := object.NewRootFolder(c.Client).CreateFolder(t.Context(), "sites")
	if err != nil {
		t.Fatal(err)
	}
	inner, err := folder.CreateDatacenter(t.Context(), "empty")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := inner.Folders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folders.VmFolder.CreateFolder(t.Context(), "nothing in it"); err != nil {
		t.Fatal(err)
	}
	if err := destroy(folder); err != nil || len(under("/sites")) > 0 {
		t.Errorf("folder of datacenters: %v, left %q", err, under("/sites"))
	}
}
