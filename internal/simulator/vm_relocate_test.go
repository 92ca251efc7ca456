// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"log"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/event"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func relocate(t *testing.T, vm *object.VirtualMachine, spec vim.VirtualMachineRelocateSpec) error {
	t.Helper()
	task, err := vm.Relocate(t.Context(), spec, vim.VirtualMachineMovePriorityDefaultPriority)
	if err != nil {
		return err
	}
	return task.Wait(t.Context())
}

// holds reads the machines that a host, pool or datastore lists.
func holds(t *testing.T, c *govmomi.Client, id, vm ref) bool {
	t.Helper()
	var content []vim.ObjectContent
	if err := property.DefaultCollector(c.Client).Retrieve(t.Context(), []ref{id}, []string{"vm"}, &content); err != nil {
		t.Fatal(err)
	}
	for _, p := range content[0].PropSet {
		return slices.Contains(p.Val.(vim.ArrayOfManagedObjectReference).ManagedObjectReference, vm)
	}
	return false
}

func files(v *VCenter, name string) []string {
	var found []string
	for _, line := range v.Inventory() {
		if file, ok := strings.CutPrefix(line, "File /DC0/datastore/"); ok && strings.Contains(line, name) {
			found = append(found, file)
		}
	}
	return found
}

func TestRelocateMovesFiles(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	vm, err := cloneTemplate(t, v, c, "template-uefi", "moves", vim.VirtualMachineCloneSpec{})
	if err != nil {
		t.Fatal(err)
	}
	first, second := mustFind(t, v, "/DC0/datastore/LocalDS_0"), mustFind(t, v, "/DC0/datastore/LocalDS_1")
	want := []string{"LocalDS_0 moves/moves.vmdk", "LocalDS_0 moves/moves.vmx", "LocalDS_0 moves/moves_1.vmdk"}
	if got := files(v, "moves"); !slices.Equal(got, want) {
		t.Fatalf("files of the clone: %q", got)
	}
	var noise bytes.Buffer
	log.SetOutput(&noise)
	defer log.SetOutput(os.Stderr)
	if err := relocate(t, vm, vim.VirtualMachineRelocateSpec{
		Datastore: &second,
		Disk: []vim.VirtualMachineRelocateSpecDiskLocator{{
			DiskId: 2001, Datastore: first,
			DiskBackingInfo: &vim.VirtualDiskFlatVer2BackingInfo{ThinProvisioned: vim.NewBool(false), EagerlyScrub: vim.NewBool(true)},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	want = []string{"LocalDS_0 moves/moves_1.vmdk", "LocalDS_1 moves/moves.vmdk", "LocalDS_1 moves/moves.vmx"}
	if got := files(v, "moves"); !slices.Equal(got, want) {
		t.Errorf("files after the move: %q", got)
	}
	checkStorage(t, vm, []string{"[LocalDS_1] moves/moves.vmdk", "[LocalDS_0] moves/moves_1.vmdk"}, []ref{second, first})
	if !holds(t, c, first, vm.Reference()) || !holds(t, c, second, vm.Reference()) {
		t.Error("both datastores hold a part of the machine")
	}
	if err := relocate(t, vm, vim.VirtualMachineRelocateSpec{Datastore: &second}); err != nil {
		t.Fatal(err)
	}
	checkStorage(t, vm, []string{"[LocalDS_1] moves/moves.vmdk", "[LocalDS_1] moves/moves_1.vmdk"}, []ref{second})
	if holds(t, c, first, vm.Reference()) {
		t.Error("the first datastore still lists the machine")
	}
	on, err := vm.PowerOn(t.Context())
	if err != nil || on.Wait(t.Context()) != nil {
		t.Error("a machine that was moved does not start")
	}
	if noise.Len() > 0 {
		t.Errorf("logged: %s", &noise)
	}
}

func checkStorage(t *testing.T, vm *object.VirtualMachine, disks []string, stores []ref) {
	t.Helper()
	var m mo.VirtualMachine
	if err := vm.Properties(t.Context(), vm.Reference(), []string{"config", "summary", "datastore", "layoutEx"}, &m); err != nil {
		t.Fatal(err)
	}
	if p := m.Config.Files.VmPathName; p != "[LocalDS_1] moves/moves.vmx" || m.Summary.Config.VmPathName != p {
		t.Errorf("path %s, %s", p, m.Summary.Config.VmPathName)
	}
	var got []string
	for _, d := range object.VirtualDeviceList(m.Config.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil)) {
		b := d.GetVirtualDevice().Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
		got = append(got, b.FileName)
		if eager := d.GetVirtualDevice().Key == 2001; *b.ThinProvisioned == eager || *b.EagerlyScrub != eager {
			t.Errorf("format of %s", b.FileName)
		}
	}
	if !slices.Equal(got, disks) || !slices.Equal(m.Datastore, stores) {
		t.Errorf("disks %q on %v", got, m.Datastore)
	}
	for _, f := range m.LayoutEx.File {
		if len(stores) == 1 && strings.HasPrefix(f.Name, "[LocalDS_0]") {
			t.Errorf("layout still has %s", f.Name)
		}
	}
}

func TestRelocateCompute(t *testing.T) {
	v := start(t, Options{Apps: 1})
	c := login(t, v)
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0"))
	cluster, alone := mustFind(t, v, "/DC0/host/DC0_C0/Resources"), mustFind(t, v, "/DC0/host/DC0_H0/Resources")
	host, member := mustFind(t, v, "/DC0/host/DC0_H0/DC0_H0"), mustFind(t, v, "/DC0/host/DC0_C0/DC0_C0_H1")
	app := mustFind(t, v, "/DC0/host/DC0_C0/Resources/DC0_C0_APP0")
	where := func() (ref, ref, *ref) {
		var m mo.VirtualMachine
		if err := vm.Properties(t.Context(), vm.Reference(), []string{"runtime.host", "resourcePool", "parentVApp"}, &m); err != nil {
			t.Fatal(err)
		}
		return *m.Runtime.Host, *m.ResourcePool, m.ParentVApp
	}
	move := func(spec vim.VirtualMachineRelocateSpec, wantHost *ref, wantPool ref) {
		t.Helper()
		oldHost, oldPool, _ := where()
		if err := relocate(t, vm, spec); err != nil {
			t.Fatal(err)
		}
		h, p, inApp := where()
		if wantHost != nil && h != *wantHost || p != wantPool || (inApp != nil) != (wantPool == app) {
			t.Errorf("on %v in %v of %v", h, p, inApp)
		}
		for _, id := range []ref{h, p} {
			if !holds(t, c, id, vm.Reference()) {
				t.Errorf("%v does not list the machine", id)
			}
		}
		for _, id := range []ref{oldHost, oldPool} {
			if id != h && id != p && holds(t, c, id, vm.Reference()) {
				t.Errorf("%v still lists the machine", id)
			}
		}
	}
	move(vim.VirtualMachineRelocateSpec{Pool: &alone}, &host, alone)
	events, err := event.NewManager(c.Client).QueryEvents(t.Context(), vim.EventFilterSpec{EventTypeId: []string{"VmMigratedEvent"}})
	if err != nil || len(events) != 1 || events[0].GetEvent().Host.Host != host {
		t.Errorf("events %v: %v", events, err)
	}
	move(vim.VirtualMachineRelocateSpec{Pool: &cluster, Host: &member}, &member, cluster)
	move(vim.VirtualMachineRelocateSpec{Pool: &app}, &member, app)
	move(vim.VirtualMachineRelocateSpec{Pool: &cluster}, &member, cluster)
}

func TestRelocateRefuses(t *testing.T) {
	v := start(t, Options{Datacenters: 2, NoTemplates: true})
	c := login(t, v)
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0"))
	before := v.Inventory()
	none := ref{Type: "Datastore", Value: "datastore-4711"}
	alone, host := mustFind(t, v, "/DC0/host/DC0_H0/Resources"), mustFind(t, v, "/DC0/host/DC0_C0/DC0_C0_H0")
	standalone, far := mustFind(t, v, "/DC0/host/DC0_H0/DC0_H0"), mustFind(t, v, "/DC1/datastore/LocalDS_0")
	farFolder, near := mustFind(t, v, "/DC1/vm"), mustFind(t, v, "/DC0/datastore/LocalDS_1")
	for name, tt := range map[string]struct {
		spec vim.VirtualMachineRelocateSpec
		want vim.BaseMethodFault
	}{
		"host outside the pool":           {vim.VirtualMachineRelocateSpec{Pool: &alone, Host: &host}, new(vim.InvalidArgument)},
		"host outside the machine's pool": {vim.VirtualMachineRelocateSpec{Host: &standalone}, new(vim.InvalidArgument)},
		"unknown datastore":               {vim.VirtualMachineRelocateSpec{Datastore: &none}, new(vim.ManagedObjectNotFound)},
		"unknown pool":                    {vim.VirtualMachineRelocateSpec{Pool: &none}, new(vim.ManagedObjectNotFound)},
		"unknown host":                    {vim.VirtualMachineRelocateSpec{Host: &none}, new(vim.ManagedObjectNotFound)},
		"unknown folder":                  {vim.VirtualMachineRelocateSpec{Folder: &none}, new(vim.ManagedObjectNotFound)},
		"folder elsewhere":                {vim.VirtualMachineRelocateSpec{Folder: &farFolder}, new(vim.InvalidArgument)},
		"datastore that the host misses":  {vim.VirtualMachineRelocateSpec{Datastore: &far}, new(vim.InvalidDatastore)},
		"no such disk": {vim.VirtualMachineRelocateSpec{
			Disk: []vim.VirtualMachineRelocateSpecDiskLocator{{DiskId: 4711, Datastore: near}},
		}, new(vim.InvalidArgument)},
		"disk without a datastore": {vim.VirtualMachineRelocateSpec{
			Disk: []vim.VirtualMachineRelocateSpecDiskLocator{{DiskId: 204, Datastore: none}},
		}, new(vim.ManagedObjectNotFound)},
	} {
		if err := relocate(t, vm, tt.spec); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %T", name, err, tt.want)
		}
	}
	if after := v.Inventory(); !slices.Equal(before, after) {
		t.Error("a refused move has moved something")
	}
}

// A machine that goes to another datacenter lands in its root folder.
func TestRelocateAcrossDatacenters(t *testing.T) {
	v := start(t, Options{Datacenters: 2, NoTemplates: true})
	c := login(t, v)
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_H0_VM0"))
	pool, store := mustFind(t, v, "/DC1/host/DC1_C0/Resources"), mustFind(t, v, "/DC1/datastore/LocalDS_0")
	if err := relocate(t, vm, vim.VirtualMachineRelocateSpec{Pool: &pool, Datastore: &store}); err != nil {
		t.Fatal(err)
	}
	if got := mustFind(t, v, "/DC1/vm/DC0_H0_VM0"); got != vm.Reference() {
		t.Errorf("%v in the root folder", got)
	}
	if got := files(v, "DC0_H0_VM0"); len(got) > 0 {
		t.Errorf("left behind: %q", got)
	}
}
