// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"testing"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

const appPath = "/DC0/host/DC0_C0/Resources/DC0_C0_APP0"

// TestAppChildren: a machine that is made or cloned in a vApp, or moved there,
// has no folder; it gets one when it leaves; and it goes with the vApp.
func TestAppChildren(t *testing.T) {
	t.Parallel()
	v := start(t, Options{Apps: 1})
	before := v.Inventory()
	c := login(t, v)
	pc := c.PropertyCollector()
	app := object.NewVirtualApp(c.Client, mustFind(t, v, appPath))
	root := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	where := func(id ref) (m mo.VirtualMachine) {
		t.Helper()
		if err := pc.RetrieveOne(t.Context(), id, []string{"parent", "parentVApp", "resourcePool"}, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	inside := func(id ref) {
		t.Helper()
		if m := where(id); m.Parent != nil || m.ParentVApp == nil || *m.ParentVApp != app.Reference() || *m.ResourcePool != app.Reference() || !holds(t, c, app.Reference(), id) {
			t.Errorf("%v is in %v, %v and %v", id, m.Parent, m.ParentVApp, m.ResourcePool)
		}
	}
	inside(mustFind(t, v, appPath+"/DC0_C0_APP0_VM0"))

	spec := vim.VirtualMachineConfigSpec{Name: "child", GuestId: "otherGuest64", Files: &vim.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"}}
	task, err := app.CreateChildVM(t.Context(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := task.WaitForResult(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	inside(info.Result.(ref))
	if task, err = app.CreateChildVM(t.Context(), spec, nil); err == nil {
		err = task.Wait(t.Context())
	}
	if !fault.Is(err, &vim.DuplicateName{}) {
		t.Errorf("a name that is taken in the vApp: %v", err)
	}
	bad := spec
	bad.Name, bad.GuestId = "bad", "noGuest"
	if task, err = app.CreateChildVM(t.Context(), bad, nil); err == nil {
		err = task.Wait(t.Context())
	}
	if !fault.Is(err, &vim.InvalidArgument{}) {
		t.Errorf("a guest that there is not: %v", err)
	}

	vm := mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0")
	source := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/templates/template-linux"))
	folder := object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm"))
	to := app.Reference()
	if task, err = source.Clone(t.Context(), folder, "cloned", vim.VirtualMachineCloneSpec{Location: vim.VirtualMachineRelocateSpec{Pool: &to}}); err != nil {
		t.Fatal(err)
	}
	if info, err = task.WaitForResult(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	inside(info.Result.(ref))

	if err := into(t, c.Client, app.Reference(), vm); err != nil {
		t.Fatal(err)
	}
	inside(vm)
	if _, ok := v.Find("/DC0/vm/DC0_C0_RP0_VM0"); ok {
		t.Error("the machine is still in the folder")
	}
	if err := into(t, c.Client, root, vm); err != nil {
		t.Fatal(err)
	}
	if m := where(vm); m.Parent == nil || *m.Parent != folder.Reference() || m.ParentVApp != nil || mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0") != vm {
		t.Errorf("out of the vApp the machine is in %v and %v", m.Parent, m.ParentVApp)
	}
	destroyApp(t, c.Client, v, app)
	for _, line := range v.Inventory() {
		for _, old := range before {
			if line == old {
				line = ""
			}
		}
		if line != "" {
			t.Errorf("left behind: %s", line)
		}
	}
}

func into(t *testing.T, c *vim25.Client, pool, vm ref) error {
	t.Helper()
	_, err := methods.MoveIntoResourcePool(t.Context(), c, &vim.MoveIntoResourcePool{This: pool, List: []ref{vm}})
	return err
}

// destroyApp destroys a vApp, which is refused while a machine in it runs.
func destroyApp(t *testing.T, c *vim25.Client, v *VCenter, app *object.VirtualApp) {
	t.Helper()
	task, err := app.Destroy(t.Context())
	if err == nil {
		err = task.Wait(t.Context())
	}
	if !fault.Is(err, &vim.InvalidPowerState{}) {
		t.Errorf("a vApp that runs: %v", err)
	}
	vm := object.NewVirtualMachine(c, mustFind(t, v, appPath+"/DC0_C0_APP0_VM0"))
	if task, err = vm.PowerOff(t.Context()); err == nil {
		err = task.Wait(t.Context())
	}
	if err == nil {
		if task, err = app.Destroy(t.Context()); err == nil {
			err = task.Wait(t.Context())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{appPath, appPath + "/child", "/DC0/vm/child", "/DC0/vm/DC0_C0_APP0_VM0"} {
		if _, ok := v.Find(path); ok {
			t.Errorf("%s outlives the vApp", path)
		}
	}
}
