// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/task"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestInject(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	ctx := context.Background()
	vm := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_H0_VM0"))
	now := func() error { _, err := methods.GetCurrentTime(ctx, c); return err }
	inject := func(f Fault) {
		t.Helper()
		f.MaxCount = 1
		v.Inject(f)
	}

	inject(Fault{Method: "CurrentTime", At: 2, SOAP: new(vim.TaskInProgress)})
	if first, second, third := now(), now(), now(); first != nil || !fault.Is(second, &vim.TaskInProgress{}) || third != nil {
		t.Errorf("the second call alone fails: %v, %v, %v", first, second, third)
	}
	inject(Fault{Method: "CurrentTime", Cut: CutBefore})
	if err := now(); !errors.Is(err, io.EOF) {
		t.Errorf("cut: %v", err)
	}
	inject(Fault{Status: 503})
	if err := now(); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("status: %v", err)
	}
	inject(Fault{Method: "PowerOffVM_Task", Object: vm.Reference(), Task: new(vim.ConcurrentAccess)})
	work, err := vm.PowerOff(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var failed task.Error
	if err := work.Wait(ctx); !fault.Is(err, &vim.ConcurrentAccess{}) || !errors.As(err, &failed) || strings.Contains(failed.LocalizedMessage, "*") {
		t.Errorf("task: %v", err)
	}
	inject(Fault{Method: "PowerOffVM_Task", Cut: CutAfter})
	if _, err := vm.PowerOff(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("cut after: %v", err)
	}
	waitFor(t, func() bool {
		state, err := vm.PowerState(ctx)
		return err == nil && state == vim.VirtualMachinePowerStatePoweredOff
	})
	inject(Fault{Method: "CurrentTime", Delay: time.Minute})
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := methods.GetCurrentTime(short, c); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("delay: %v", err)
	}
	inject(Fault{Method: "CurrentTime", Expire: true})
	if err := now(); !fault.Is(err, &vim.NotAuthenticated{}) || v.Sessions() != 0 {
		t.Errorf("expired: %v, %d sessions", err, v.Sessions())
	}
}

func TestCancelTask(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := context.Background()
	before := strings.Join(v.Inventory(), "\n")
	v.Inject(Fault{Method: "CloneVM_Task", TaskDelay: time.Minute})
	pool := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	work, err := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/templates/template-linux")).Clone(ctx,
		object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm")), "never", vim.VirtualMachineCloneSpec{Location: vim.VirtualMachineRelocateSpec{Pool: &pool}})
	if err != nil {
		t.Fatal(err)
	}
	if err := work.Cancel(ctx); err != nil {
		t.Fatal(err)
	}
	if err := work.Wait(ctx); !fault.Is(err, &vim.RequestCanceled{}) {
		t.Errorf("cancelled: %v", err)
	}
	if after := strings.Join(v.Inventory(), "\n"); after != before {
		t.Error("a cancelled clone leaves something")
	}
}

// What ends the process or leaks a lock in vcsim is a fault here.
func TestPanicsBecomeFaults(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	c := login(t, v)
	ctx := context.Background()
	folder := object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm"))
	pool := object.NewResourcePool(c.Client, mustFind(t, v, "/DC0/host/DC0_C0/Resources"))
	create := func(store string, devices ...vim.BaseVirtualDeviceConfigSpec) error {
		work, err := folder.CreateVM(ctx, vim.VirtualMachineConfigSpec{
			Name: "x", GuestId: "otherGuest64", Files: &vim.VirtualMachineFileInfo{VmPathName: store}, DeviceChange: devices,
		}, pool, nil)
		if err != nil {
			return err
		}
		return work.Wait(ctx)
	}
	if err := create("[nowhere]"); !fault.Is(err, &vim.InvalidDatastorePath{}) {
		t.Errorf("unknown datastore: %v", err)
	}
	nic := new(vim.VirtualVmxnet3)
	nic.Backing = &vim.VirtualEthernetCardNetworkBackingInfo{VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "nowhere"}}
	if err := create("[LocalDS_0]", &vim.VirtualDeviceConfigSpec{Operation: "add", Device: nic}); !fault.Is(err, &vim.InvalidDeviceSpec{}) {
		t.Errorf("unknown network: %v", err)
	}
	nobody := ref{Type: "VirtualMachine", Value: "vm-4711"}
	for range 2 { // the lock is free the second time
		if _, err := object.NewAuthorizationManager(c.Client).RetrieveEntityPermissions(ctx, nobody, true); !fault.Is(err, &vim.SystemError{}) {
			t.Errorf("permissions of nothing: %v", err)
		}
	}
}

func TestSimulatorsAreIndependent(t *testing.T) {
	a, b := start(t, Options{NoTemplates: true, Password: "one"}), start(t, Options{NoTemplates: true, Password: "two"})
	login(t, a)
	if a.Sessions() != 1 || b.Sessions() != 0 || b.Calls().Total != 0 || a.Thumbprint() == b.Thumbprint() {
		t.Error("simulators share something")
	}
	annotate(t, a, mustFind(t, a, "/DC0/vm/DC0_H0_VM0"), "mine")
	if len(a.Inventory()) != len(b.Inventory()) {
		t.Error("inventories differ from the start")
	}
}
