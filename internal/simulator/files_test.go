// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"log"
	"os"
	"slices"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// What a machine owns goes with it; a disk that was taken out stays.
func TestDestroyLeavesDetachedDisks(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	before := v.Inventory()
	store := mustFind(t, v, "/DC0/datastore/LocalDS_0")
	free := func() int64 {
		var ds mo.Datastore
		if err := c.RetrieveOne(t.Context(), store, []string{"summary"}, &ds); err != nil {
			t.Fatal(err)
		}
		return ds.Summary.FreeSpace
	}
	space := free()
	vm, err := cloneTemplate(t, v, c, "template-uefi", "goes", vim.VirtualMachineCloneSpec{})
	if err != nil {
		t.Fatal(err)
	}
	disk := object.VirtualDeviceList(config(t, vm).Hardware.Device).FindByKey(2001)
	if err := reconfigure(vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{
		&vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationRemove, Device: disk},
	}}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"LocalDS_0 goes/goes.vmdk", "LocalDS_0 goes/goes.vmx", "LocalDS_0 goes/goes_1.vmdk"}; !slices.Equal(files(v, "goes"), want) {
		t.Errorf("detached: %q", files(v, "goes"))
	}
	task, err := vm.Destroy(t.Context())
	if err != nil || task.Wait(t.Context()) != nil {
		t.Fatal("destroy", err)
	}
	if want := []string{"LocalDS_0 goes/goes_1.vmdk"}; !slices.Equal(files(v, "goes"), want) {
		t.Errorf("destroyed: %q", files(v, "goes"))
	}
	dc := object.NewDatacenter(c.Client, mustFind(t, v, "/DC0"))
	task, err = object.NewVirtualDiskManager(c.Client).DeleteVirtualDisk(t.Context(), "[LocalDS_0] goes/goes_1.vmdk", dc)
	if err != nil || task.Wait(t.Context()) != nil {
		t.Fatal("delete disk", err)
	}
	if after := v.Inventory(); !slices.Equal(before, after) {
		t.Errorf("before %q, after %q", before, after)
	}
	if got := space - free(); got != 0 {
		t.Errorf("%d bytes of space are missing", got)
	}
}

// Machines of one name in two folders have directories, disks and identifiers
// of their own, and nothing is logged while they are made.
func TestMachinesShareNothing(t *testing.T) {
	var noise bytes.Buffer
	log.SetOutput(&noise)
	defer log.SetOutput(os.Stderr)
	v := start(t, Options{})
	c := login(t, v)
	first, err := cloneTemplate(t, v, c, "template-uefi", "same", vim.VirtualMachineCloneSpec{})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm")).CreateFolder(t.Context(), "inner")
	if err != nil {
		t.Fatal(err)
	}
	task, err := first.Clone(t.Context(), folder, "same", vim.VirtualMachineCloneSpec{})
	if err != nil || task.Wait(t.Context()) != nil {
		t.Fatal("clone", err)
	}
	second := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/inner/same"))
	a, b := config(t, first), config(t, second)
	if a.Uuid == b.Uuid || a.InstanceUuid == b.InstanceUuid || b.Files.VmPathName != "[LocalDS_0] same_1/same.vmx" {
		t.Errorf("%s and %s at %s", a.Uuid, b.Uuid, b.Files.VmPathName)
	}
	want := []string{
		"LocalDS_0 same/same.vmdk", "LocalDS_0 same/same.vmx", "LocalDS_0 same/same_1.vmdk",
		"LocalDS_0 same_1/same.vmdk", "LocalDS_0 same_1/same.vmx", "LocalDS_0 same_1/same_1.vmdk",
	}
	if got := files(v, "same"); !slices.Equal(got, want) {
		t.Errorf("files %q", got)
	}
	if noise.Len() > 0 {
		t.Errorf("logged: %s", &noise)
	}
}

func TestGuestFullName(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/templates/template-linux"))
	if got := config(t, vm).GuestFullName; got != "Ubuntu Linux (64-bit)" {
		t.Errorf("template: %s", got)
	}
	clone, err := cloneTemplate(t, v, c, "template-linux", "named", vim.VirtualMachineCloneSpec{
		Config: &vim.VirtualMachineConfigSpec{GuestId: "rhel9_64Guest"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := config(t, clone).GuestFullName; got != "Red Hat Enterprise Linux 9 (64-bit)" {
		t.Errorf("clone: %s", got)
	}
	for id := range guestFullNames {
		if checkGuestID(id) != nil {
			t.Errorf("%s is no guest", id)
		}
	}
}
