// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// crowd runs op for 0 to n-1, ten at a time as Terraform does.
func crowd(n int, op func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range 10 {
		wg.Go(func() {
			for i := range next {
				op(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// ref returns the object at an inventory path of the simulator.
func ref(t *testing.T, v *simulator.VCenter, path string) vsphere.Ref {
	t.Helper()
	r, ok := v.Find(path)
	if !ok {
		t.Fatalf("the simulator has no %s", path)
	}
	return r
}

func TestReadsOfOneKindOfCall(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 20})
	c := connect(t, v, configFor(v))
	refs := machines(t, c)
	host, pool := ref(t, v, "/DC0/host/DC0_C0/DC0_C0_H0"), ref(t, v, "/DC0/host/DC0_C0/Resources")
	if _, err := c.AttachedTags(t.Context(), host); err != nil {
		t.Fatal(err)
	}
	v.SetLatency(5 * time.Millisecond)
	for name, read := range map[string]func(i int) error{
		"mixed properties": func(i int) error {
			switch i % 4 {
			case 0:
				m, err := vsphere.Get[mo.HostSystem](t.Context(), c, host, "name", "summary.hardware")
				if err == nil && (m.Name != "DC0_C0_H0" || m.Summary.Hardware == nil || m.Runtime.ConnectionState != "") {
					t.Errorf("host: %+v", m)
				}
				return err
			case 1:
				m, err := vsphere.Get[mo.ResourcePool](t.Context(), c, pool, "name", "config")
				if err == nil && (m.Name != "Resources" || m.Config.CpuAllocation.Shares == nil) {
					t.Errorf("pool: %+v", m)
				}
				return err
			}
			want := refs[i%len(refs)]
			m, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, want, "name", "config.hardware", "runtime.powerState")
			if err == nil && (m.Self != want || m.Config == nil || m.Runtime.PowerState == "") {
				t.Errorf("machine: %+v", m)
			}
			return err
		},
		"tags":  func(i int) error { _, err := c.AttachedTags(t.Context(), refs[i%len(refs)]); return err },
		"paths": func(i int) error { _, err := c.Path(t.Context(), refs[i%len(refs)]); return err },
	} {
		v.ResetCalls()
		crowd(100, func(i int) {
			if err := read(i); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		if n := v.Calls().Total; n > 15 {
			t.Errorf("%s: %d calls for 100 reads, want at most 15: %v", name, n, v.Calls().ByName)
		}
	}
}

// Operations that make calls of several kinds in turn stay together.
func TestReadsOfSeveralKindsOfCall(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 10})
	c := connect(t, v, configFor(v))
	refs := machines(t, c)
	if _, err := c.AttachedTags(t.Context(), refs[0]); err != nil {
		t.Fatal(err)
	}
	v.SetLatency(20 * time.Millisecond)
	v.ResetCalls()
	crowd(100, func(i int) {
		if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, refs[i%len(refs)], "name", "config.hardware"); err != nil {
			t.Error(err)
		}
		if _, err := c.AttachedTags(t.Context(), refs[i%len(refs)]); err != nil {
			t.Error(err)
		}
	})
	if n := v.Calls(); n.Total > 40 {
		t.Errorf("%d calls for 100 objects, want at most 40: %v", n.Total, n.ByName)
	}
}

func TestPathIsCachedUntilForget(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ctx := t.Context()
	cluster, pool := ref(t, v, "/DC0/host/DC0_C0"), ref(t, v, "/DC0/host/DC0_C0/Resources")
	v.ResetCalls()
	for range 3 {
		if path, err := c.Path(ctx, pool); err != nil || path != "/DC0/host/DC0_C0/Resources" {
			t.Errorf("%q %v", path, err)
		}
		if dc, err := c.Datacenter(ctx, cluster); err != nil || dc.Type != "Datacenter" {
			t.Errorf("%v %v", dc, err)
		}
	}
	if n := v.Calls().Total; n != 1 {
		t.Errorf("%d calls to know all ancestors, want 1: %v", n, v.Calls().ByName)
	}
	if path, err := c.Path(ctx, c.ServiceContent.RootFolder); err != nil || path != "/" {
		t.Errorf("root: %q %v", path, err)
	}
	if _, err := c.Datacenter(ctx, c.ServiceContent.RootFolder); !errors.Is(err, vsphere.ErrNotFound) {
		t.Errorf("datacenter of the root folder: %v", err)
	}
	if _, err := c.Path(ctx, vsphere.NewRef("Folder", "group-v99999")); !errors.Is(err, vsphere.ErrNotFound) {
		t.Errorf("path of what is not there: %v", err)
	}
	rename(t, c, cluster, "renamed")
	if path, err := c.Path(ctx, pool); err != nil || path != "/DC0/host/renamed/Resources" {
		t.Errorf("after a rename: %q %v", path, err)
	}
}

// rename renames an object and tells the caches.
func rename(t *testing.T, c *vsphere.Client, ref vsphere.Ref, name string) {
	t.Helper()
	res, err := methods.Rename_Task(t.Context(), c, &vim.Rename_Task{This: ref, NewName: name})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Wait(t.Context(), res.Returnval, nil); err != nil {
		t.Fatal(err)
	}
	c.Forget(ref)
}

func TestSearchesAskedOnce(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	dc := ref(t, v, "/DC0")
	machine := vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: dc, Name: "DC0_H0_VM0"}
	if _, err := c.Path(t.Context(), dc); err != nil {
		t.Fatal(err)
	}
	v.SetLatency(20 * time.Millisecond)
	v.ResetCalls()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if f, err := c.FindOne(t.Context(), machine); err != nil || f.Path != "/DC0/vm/DC0_H0_VM0" {
				t.Errorf("%+v %v", f, err)
			}
		})
	}
	wg.Wait()
	if n := v.Calls().Total; n != 1 {
		t.Errorf("%d calls for 20 lookups of one name: %v", n, v.Calls().ByName)
	}
	f, err := c.FindOne(t.Context(), machine)
	if err != nil {
		t.Fatal(err)
	}
	rename(t, c, f.Ref, "renamed")
	if _, err := c.FindOne(t.Context(), machine); !errors.Is(err, vsphere.ErrNotFound) {
		t.Errorf("the old name after a rename: %v", err)
	}
	machine.Name = "renamed"
	if again, err := c.FindOne(t.Context(), machine); err != nil || again.Ref != f.Ref {
		t.Errorf("the new name: %+v %v", again, err)
	}
}

func TestSearchForms(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Datacenters: 2, Folders: 1})
	c := connect(t, v, configFor(v))
	dc := ref(t, v, "/F0/DC1")
	for _, tt := range []struct{ kind, name, path string }{
		{"HostSystem", "DC1_C0_H1", "/F0/DC1/host/F0/DC1_C0/DC1_C0_H1"},
		{"HostSystem", "DC1_C0/DC1_C0_H1", "/F0/DC1/host/F0/DC1_C0/DC1_C0_H1"},
		{"HostSystem", "DC1_H0", "/F0/DC1/host/F0/DC1_H0/DC1_H0"},
		{"ComputeResource", "DC1_C0", "/F0/DC1/host/F0/DC1_C0"},
		{"ResourcePool", "DC1_C0/Resources", "/F0/DC1/host/F0/DC1_C0/Resources"},
		{"Network", "DC1_DVPG0", "/F0/DC1/network/F0/DC1_DVPG0"},
		{"Datastore", "/F0/DC1/datastore/F0/LocalDS_0", "/F0/DC1/datastore/F0/LocalDS_0"},
		{"Folder", "F0", "/F0/DC1/vm/F0"},
	} {
		f, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{tt.kind}, Under: dc, Name: tt.name})
		if err != nil || f.Path != tt.path || f.Ref != ref(t, v, f.Path) {
			t.Errorf("%s %q: %+v %v", tt.kind, tt.name, f, err)
		}
	}
	host := ref(t, v, "/F0/DC1/host/F0/DC1_C0/DC1_C0_H1")
	for _, s := range []vsphere.Search{
		{Kinds: []string{"VirtualMachine"}, Under: dc, Name: host.Value}, // the id of another kind
		{Kinds: []string{"Datacenter"}, Under: dc, Name: "DC1"},
		{Kinds: []string{"HostSystem"}, Under: ref(t, v, "/DC0"), Name: "DC1_C0_H1"},
	} {
		if f, err := c.FindOne(t.Context(), s); !errors.Is(err, vsphere.ErrNotFound) {
			t.Errorf("%+v: %+v %v", s, f, err)
		}
	}
	if f, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{"Datacenter"}, Name: "DC0"}); err != nil || f.Path != "/DC0" {
		t.Errorf("datacenter: %+v %v", f, err)
	}
	_, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{"ResourcePool"}, Under: dc, Name: "Resources"})
	if err == nil || !strings.Contains(err.Error(), "/F0/DC1/host/F0/DC1_C0/Resources") || !strings.Contains(err.Error(), "/F0/DC1/host/F0/DC1_H0/Resources") {
		t.Errorf("the ambiguous name does not list the paths: %v", err)
	}
	_, err = c.FindPath(t.Context(), "/F0/DC1/vmm/x")
	if !errors.Is(err, vsphere.ErrNotFound) || !strings.Contains(err.Error(), "\"vmm\"") || !strings.Contains(err.Error(), "\"vm\"") {
		t.Errorf("a missing part of a path: %v", err)
	}
}
