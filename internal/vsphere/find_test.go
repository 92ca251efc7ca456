// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func setName(t *testing.T, v *simulator.VCenter, ref vsphere.Ref, name string) {
	t.Helper()
	if err := v.Update(ref, vim.PropertyChange{Name: "name", Val: name}); err != nil {
		t.Fatal(err)
	}
}

// What several objects answer to is the one that the name leads to from the top.
func TestFindOne_top(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Datacenters: 2, Folders: 1, StandaloneHosts: 2})
	c := connect(t, v, configFor(v))
	host := ref(t, v, "/F0/DC1/host")
	folder := ref(t, v, "/F0/DC1/host/F0")
	deep, flat := ref(t, v, "/F0/DC1/host/F0/DC1_C0"), ref(t, v, "/F0/DC1/host/F0/DC1_H0")
	spec := vim.PropertyChange{Name: "parent", Val: host}
	if err := v.Update(flat, spec); err != nil { // DC1_H0 becomes /F0/DC1/host/DC1_C0
		t.Fatal(err)
	}
	children := func(of vsphere.Ref) []vsphere.Ref {
		f, err := vsphere.Get[mo.Folder](t.Context(), c, of, "childEntity")
		if err != nil {
			t.Fatal(err)
		}
		return f.ChildEntity
	}
	for parent, list := range map[vsphere.Ref][]vsphere.Ref{
		host:   append(children(host), flat),
		folder: slices.DeleteFunc(children(folder), func(r vsphere.Ref) bool { return r == flat }),
	} {
		if err := v.Update(parent, vim.PropertyChange{Name: "childEntity", Val: list}); err != nil {
			t.Fatal(err)
		}
	}
	setName(t, v, flat, "DC1_C0")
	for _, tt := range []struct {
		under vsphere.Ref
		name  string
		want  vsphere.Ref
	}{
		{ref(t, v, "/F0/DC1"), "DC1_C0", flat},
		{vsphere.Ref{}, "DC1_C0", flat},
		{ref(t, v, "/F0/DC1"), "F0/DC1_C0", deep},
		{folder, "DC1_C0", deep},
		{vsphere.Ref{}, "/F0/DC1/host/F0/DC1_C0", deep},
		{ref(t, v, "/F0/DC1"), "/F0/DC1/host/DC1_C0", flat},
		{vsphere.Ref{}, deep.Value, deep},
	} {
		s := vsphere.Search{Kinds: []string{"ComputeResource"}, Under: tt.under, Name: tt.name}
		if f, err := c.FindOne(t.Context(), s); err != nil || f.Ref != tt.want {
			t.Errorf("%+v: %+v %v, want %v", s, f, err, tt.want)
		}
	}
	both, err := c.Find(t.Context(), vsphere.Search{Kinds: []string{"ComputeResource"}, Name: "DC1_C0"})
	if err != nil || len(both) != 2 {
		t.Errorf("all of the name: %+v %v", both, err)
	}
	all, err := c.Find(t.Context(), vsphere.Search{Kinds: []string{"ComputeResource"}, Under: folder})
	if err != nil || len(all) != 2 {
		t.Errorf("all in the folder: %+v %v", all, err)
	}
}

// Networks may share even a path.
func TestFind_samePath(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	network, group := ref(t, v, "/DC0/network/VM Network"), ref(t, v, "/DC0/network/DC0_DVPG0")
	setName(t, v, group, "VM Network")
	for _, name := range []string{"VM Network", "/DC0/network/VM Network"} {
		s := vsphere.Search{Kinds: []string{"Network"}, Under: ref(t, v, "/DC0"), Name: name}
		found, err := c.Find(t.Context(), s)
		if err != nil || len(found) != 2 {
			t.Errorf("%q: %+v %v", name, found, err)
		}
		many := (*vsphere.AmbiguousError)(nil)
		if _, err := c.FindOne(t.Context(), s); !errors.As(err, &many) || !strings.Contains(err.Error(), network.Value) || !strings.Contains(err.Error(), group.Value) {
			t.Errorf("%q: the error does not list the ids: %v", name, err)
		}
	}
	one, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{"DistributedVirtualPortgroup"}, Name: "VM Network"})
	if err != nil || one.Ref != group {
		t.Errorf("of a kind: %+v %v", one, err)
	}
}

// vCenter escapes some characters of names, and people write them either way.
func TestFind_escapedNames(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	group, machine := ref(t, v, "/DC0/network/DC0_DVPG0"), ref(t, v, "/DC0/vm/DC0_H0_VM0")
	setName(t, v, group, "VLAN 10%2f24")
	setName(t, v, machine, "50%25")
	for name, want := range map[string]vsphere.Ref{
		"VLAN 10/24": group, "VLAN 10%2f24": group, "VLAN 10%2F24": group, "/DC0/network/VLAN 10%2f24": group,
		"50%": machine, "50%25": machine, "/DC0/vm/50%": machine,
	} {
		f, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{want.Type}, Under: ref(t, v, "/DC0"), Name: name})
		if err != nil || f.Ref != want {
			t.Errorf("%q: %+v %v", name, f, err)
		}
	}
}

func TestFind_none(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Datacenters: 2})
	c := connect(t, v, configFor(v))
	other := ref(t, v, "/DC1/host/DC1_C0")
	dc := ref(t, v, "/DC0")
	for _, tt := range []struct {
		s    vsphere.Search
		text string
	}{
		{vsphere.Search{Kinds: []string{"ClusterComputeResource"}, Under: dc, Name: "DC0_C1"}, `ClusterComputeResource "DC0_C1" was not found in /DC0; the nearest names are "DC0_C0"`},
		{vsphere.Search{Kinds: []string{"ClusterComputeResource"}, Under: dc, Name: other.Value}, `in /DC0`},
		{vsphere.Search{Kinds: []string{"ClusterComputeResource"}, Under: dc, Name: "/DC1/host/DC1_C0"}, `in /DC0`},
		{vsphere.Search{Kinds: []string{"ClusterComputeResource"}, Name: "/host/DC1_C0"}, `in the whole inventory; the nearest names are "DC1_C0", "DC0_C0"`},
		{vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: dc, Name: "/DC1/vm/DC1_H0_VM0"}, `in /DC0`},
		{vsphere.Search{Kinds: []string{"StoragePod"}}, `StoragePod was not found in the whole inventory`},
	} {
		if _, err := c.FindOne(t.Context(), tt.s); !errors.Is(err, vsphere.ErrNotFound) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%+v: %v", tt.s, err)
		}
		if all, err := c.Find(t.Context(), tt.s); len(all) > 0 || !errors.Is(err, vsphere.ErrNotFound) {
			t.Errorf("%+v: %+v %v", tt.s, all, err)
		}
	}
}

// One call reads all names of a kind and where they are, whatever the size of
// the inventory; that of machines is not read for one at the top.
func TestFind_calls(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 3})
	c := connect(t, v, configFor(v))
	dc := ref(t, v, "/DC0")
	for i := range 2000 {
		if _, err := object.NewFolder(c.Client, ref(t, v, "/DC0/vm")).CreateFolder(t.Context(), fmt.Sprintf("team-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Path(t.Context(), dc); err != nil {
		t.Fatal(err)
	}
	calls := func(want int, what, kind string, names ...string) {
		t.Helper()
		v.ResetCalls()
		for _, name := range names {
			if _, err := c.FindOne(t.Context(), vsphere.Search{Kinds: []string{kind}, Under: dc, Name: name}); err != nil {
				t.Error(err)
			}
		}
		if n := v.Calls(); n.Total != want {
			t.Errorf("%s: %d calls, want %d: %v", what, n.Total, want, n.ByName)
		}
	}
	var teams []string
	for i := range 2000 {
		teams = append(teams, fmt.Sprintf("team-%d", i))
	}
	calls(1, "2,000 names", "Folder", teams...)
	calls(0, "again", "Folder", teams...)
	calls(1, "a machine at the top", "VirtualMachine", "DC0_C0_RP0_VM1")
	calls(0, "again", "VirtualMachine", "DC0_C0_RP0_VM1")
	calls(2, "a machine by id", "VirtualMachine", ref(t, v, "/DC0/vm/DC0_H0_VM1").Value)
	calls(0, "machines from the index", "VirtualMachine", "DC0_H0_VM0", "/DC0/vm/DC0_C0_RP0_VM2")
}
