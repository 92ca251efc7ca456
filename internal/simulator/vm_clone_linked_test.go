// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"
)

// TestLinkedClones: linked clones share files with what they were cloned from,
// and what they share outlives it.
func TestLinkedClones(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{})
	empty := s.v.Inventory()
	clone := func(name string, spec vim.VirtualMachineCloneSpec) (*object.VirtualMachine, error) {
		pool := mustFind(t, s.v, "/DC0/host/DC0_C0/Resources")
		spec.Location.Pool = &pool
		task, err := s.vm.Clone(t.Context(), object.NewFolder(s.c.Client, mustFind(t, s.v, "/DC0/vm")), name, spec)
		if err != nil {
			return nil, err
		}
		info, err := task.WaitForResult(t.Context())
		if err != nil {
			return nil, err
		}
		return object.NewVirtualMachine(s.c.Client, info.Result.(ref)), nil
	}
	linked := vim.VirtualMachineRelocateSpec{DiskMoveType: newChild}
	if _, err := clone("x", vim.VirtualMachineCloneSpec{Location: linked}); !fault.Is(err, &vim.InvalidArgument{}) {
		t.Errorf("linked to what goes on changing: %v", err)
	}
	a := s.take("a", false)
	if err := reconfigure(s.vm, vim.VirtualMachineConfigSpec{Annotation: "later"}); err != nil {
		t.Fatal(err)
	}
	if _, err := clone("x", vim.VirtualMachineCloneSpec{Snapshot: &ref{Type: "VirtualMachineSnapshot", Value: "snapshot-none"}}); !fault.Is(err, &vim.ManagedObjectNotFound{}) {
		t.Errorf("from a snapshot that is not there: %v", err)
	}
	full, err := clone("full", vim.VirtualMachineCloneSpec{Snapshot: &a})
	if err != nil {
		t.Fatal(err)
	}
	one, err := clone("one", vim.VirtualMachineCloneSpec{Snapshot: &a, Location: linked})
	if err != nil {
		t.Fatal(err)
	}
	if vm := lookAt(t, s.c, full.Reference()); vm.Config.Annotation != "" || fmt.Sprint(chains(vm.Config.Hardware.Device)) != "[full]" {
		t.Errorf("the full clone: %q, %v", vm.Config.Annotation, chains(vm.Config.Hardware.Device))
	}
	if got := fmt.Sprint(chains(lookAt(t, s.c, one.Reference()).Config.Hardware.Device)); got != "[one<m]" {
		t.Errorf("the linked clone: %v", got)
	}
	if err := s.remove(a, false, nil); err != nil {
		t.Fatal(err)
	}
	s.is("", "m-000001<m", "m", "m-000001") // not merged: the linked clone stands on it
	s.ok(s.vm.Destroy(t.Context()))
	if got := files(s.v, "m/m.vmdk"); len(got) != 1 {
		t.Errorf("files of the source: %v", got)
	}
	s.ok(full.Destroy(t.Context()))
	s.ok(one.Destroy(t.Context()))
	left := slices.DeleteFunc(s.v.Inventory(), func(line string) bool { return slices.Contains(empty, line) })
	if len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestRelocateChains: a machine moves with the files of its snapshots; what
// others share is copied.
func TestRelocateChains(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{})
	a := s.take("a", false)
	store := mustFind(t, s.v, "/DC0/datastore/LocalDS_1")
	if err := relocate(t, s.vm, vim.VirtualMachineRelocateSpec{Datastore: &store}); err != nil {
		t.Fatal(err)
	}
	want := []string{"LocalDS_1 m/m-000001.vmdk", "LocalDS_1 m/m.vmdk", "LocalDS_1 m/m.vmx"}
	got := slices.DeleteFunc(files(s.v, " m/"), func(name string) bool { return strings.Contains(name, "vmsn") })
	if !slices.Equal(got, want) {
		t.Errorf("files %q", got)
	}
	s.is("a*", "m-000001<m", "m", "m-000001")
	if err := s.remove(a, false, nil); err != nil {
		t.Fatal(err)
	}
	s.is("", "m", "m")

	linked, err := cloneTemplate(t, s.v, s.c, "template-linux", "linked", vim.VirtualMachineCloneSpec{Location: vim.VirtualMachineRelocateSpec{DiskMoveType: newChild}})
	if err != nil {
		t.Fatal(err)
	}
	if err := relocate(t, linked, vim.VirtualMachineRelocateSpec{Datastore: &store}); err != nil {
		t.Fatal(err)
	}
	if got := files(s.v, "template-linux.vmdk"); len(got) != 1 {
		t.Errorf("files of the template: %q", got)
	}
	want = []string{"LocalDS_1 linked/linked.vmdk", "LocalDS_1 linked/linked.vmx", "LocalDS_1 linked/linked_1.vmdk"}
	if got := files(s.v, "linked/"); !slices.Equal(got, want) {
		t.Errorf("files of the linked clone: %q", got)
	}
}
