// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func cloneTemplate(t testing.TB, v *VCenter, c *govmomi.Client, template, name string, spec vim.VirtualMachineCloneSpec) (*object.VirtualMachine, error) {
	t.Helper()
	ctx := context.Background()
	pool := mustFind(t, v, "/DC0/host/DC0_C0/Resources")
	spec.Location.Pool = &pool
	task, err := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/templates/"+template)).
		Clone(ctx, object.NewFolder(c.Client, mustFind(t, v, "/DC0/vm")), name, spec)
	if err != nil {
		t.Fatal(err)
	}
	info, err := task.WaitForResult(ctx)
	if err != nil {
		return nil, err
	}
	return object.NewVirtualMachine(c.Client, info.Result.(ref)), nil
}

func config(t testing.TB, vm *object.VirtualMachine) *vim.VirtualMachineConfigInfo {
	t.Helper()
	var m mo.VirtualMachine
	if err := vm.Properties(context.Background(), vm.Reference(), []string{"config"}, &m); err != nil {
		t.Fatal(err)
	}
	return m.Config
}

func reconfigure(vm *object.VirtualMachine, spec vim.VirtualMachineConfigSpec) error {
	task, err := vm.Reconfigure(context.Background(), spec)
	if err != nil {
		return err
	}
	return task.Wait(context.Background())
}

func TestCloneAppliesWholeSpec(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	vm, err := cloneTemplate(t, v, c, "template-uefi", "web", vim.VirtualMachineCloneSpec{
		PowerOn: true,
		Config: &vim.VirtualMachineConfigSpec{
			NumCPUs: 4, MemoryMB: 2048, Annotation: "made", CpuHotAddEnabled: vim.NewBool(true), VPMCEnabled: vim.NewBool(true),
			CpuAllocation: &vim.ResourceAllocationInfo{Shares: &vim.SharesInfo{Level: vim.SharesLevelHigh}},
			ExtraConfig:   []vim.BaseOptionValue{&vim.OptionValue{Key: "guestinfo.a", Value: "1"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := config(t, vm)
	disks := object.VirtualDeviceList(got.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))
	switch {
	case got.Firmware != "efi", got.Hardware.NumCPU != 4, got.Hardware.MemoryMB != 2048, got.Annotation != "made",
		!*got.CpuHotAddEnabled, !*got.VPMCEnabled, got.CpuAllocation.Shares.Shares != 8000,
		got.Version != "vmx-21", got.GuestId != "other5xLinux64Guest", got.Template:
		t.Errorf("config %+v", got)
	case len(disks) != 2, disks[0].(*vim.VirtualDisk).CapacityInKB != 16<<20:
		t.Errorf("disks %+v", disks)
	}
	if state, _ := vm.PowerState(context.Background()); state != vim.VirtualMachinePowerStatePoweredOn {
		t.Errorf("state %s", state)
	}
	if _, err := cloneTemplate(t, v, c, "template-uefi", "web", vim.VirtualMachineCloneSpec{}); !fault.Is(err, &vim.DuplicateName{}) {
		t.Errorf("second clone of the name: %v", err)
	}
}

func TestParallelClones(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	const n = 50
	errs := make(chan error, n)
	begin := time.Now()
	for i := range n {
		go func() {
			_, err := cloneTemplate(t, v, c, "template-linux", fmt.Sprintf("vm-%d", i), vim.VirtualMachineCloneSpec{PowerOn: true})
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d clones in %s", n, time.Since(begin))
	for i := range n {
		mustFind(t, v, fmt.Sprintf("/DC0/vm/vm-%d", i))
	}
}

func TestReconfigureRules(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	vm, err := cloneTemplate(t, v, c, "template-linux", "rules", vim.VirtualMachineCloneSpec{PowerOn: true})
	if err != nil {
		t.Fatal(err)
	}
	disk := object.VirtualDeviceList(config(t, vm).Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))[0].(*vim.VirtualDisk)
	change := func(op vim.VirtualDeviceConfigSpecOperation, d vim.BaseVirtualDevice) vim.VirtualMachineConfigSpec {
		return vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: op, Device: d}}}
	}
	nowhere := copyOf(disk)
	nowhere.Key, nowhere.ControllerKey, nowhere.UnitNumber = -1, 4711, vim.NewInt32(5)
	taken := copyOf(disk)
	taken.Key = -1
	smaller := copyOf(disk)
	smaller.CapacityInKB, smaller.CapacityInBytes = 1<<20, 1<<30
	scsi := new(vim.ParaVirtualSCSIController)
	scsi.Key = 1000
	for name, tt := range map[string]struct {
		spec vim.VirtualMachineConfigSpec
		want vim.BaseMethodFault
	}{
		"cpu":                {vim.VirtualMachineConfigSpec{NumCPUs: 2}, new(vim.CpuHotPlugNotSupported)},
		"memory":             {vim.VirtualMachineConfigSpec{MemoryMB: 4096}, new(vim.MemoryHotPlugNotSupported)},
		"firmware":           {vim.VirtualMachineConfigSpec{Firmware: "efi"}, new(vim.InvalidPowerState)},
		"guest":              {vim.VirtualMachineConfigSpec{GuestId: "plan9"}, new(vim.InvalidArgument)},
		"name taken":         {vim.VirtualMachineConfigSpec{Name: "DC0_H0_VM0"}, new(vim.DuplicateName)},
		"change version":     {vim.VirtualMachineConfigSpec{ChangeVersion: "1", Annotation: "x"}, new(vim.ConcurrentAccess)},
		"unknown controller": {change("add", nowhere), new(vim.InvalidDeviceSpec)},
		"unit taken":         {change("add", taken), new(vim.InvalidDeviceSpec)},
		"shrink":             {change("edit", smaller), new(vim.InvalidDeviceOperation)},
		"controller in use":  {change("remove", scsi), new(vim.InvalidDeviceSpec)},
	} {
		if err := reconfigure(vm, tt.spec); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %T", name, err, tt.want)
		}
	}
}

func TestReconfigureKeepsWhatIsNotSent(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	vm, err := cloneTemplate(t, v, c, "template-linux", "keeps", vim.VirtualMachineCloneSpec{Config: &vim.VirtualMachineConfigSpec{
		Tools:       &vim.ToolsConfigInfo{SyncTimeWithHost: vim.NewBool(true)},
		ExtraConfig: []vim.BaseOptionValue{&vim.OptionValue{Key: "a", Value: "1"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	before := config(t, vm)
	disk := copyOf(object.VirtualDeviceList(before.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))[0].(*vim.VirtualDisk))
	disk.CapacityInKB, disk.CapacityInBytes = 10<<20, 0
	err = reconfigure(vm, vim.VirtualMachineConfigSpec{
		Tools:        &vim.ToolsConfigInfo{AfterPowerOn: vim.NewBool(true)},
		ExtraConfig:  []vim.BaseOptionValue{&vim.OptionValue{Key: "a", Value: ""}, &vim.OptionValue{Key: "absent", Value: ""}},
		DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: "edit", Device: disk}},
	})
	if err != nil {
		t.Fatal(err)
	}
	after := config(t, vm)
	if !*after.Tools.SyncTimeWithHost || !*after.Tools.AfterPowerOn {
		t.Errorf("tools %+v", after.Tools)
	}
	for _, o := range after.ExtraConfig {
		if k := o.GetOptionValue().Key; k == "a" || k == "absent" {
			t.Errorf("%s is still there", k)
		}
	}
	for i, d := range after.Hardware.Device {
		if d.GetVirtualDevice().Key != before.Hardware.Device[i].GetVirtualDevice().Key {
			t.Fatal("an edit reorders devices")
		}
		if x, ok := d.(*vim.VirtualDisk); ok && (x.CapacityInBytes != 10<<30 || x.Backing.(*vim.VirtualDiskFlatVer2BackingInfo).Uuid == "") {
			t.Errorf("disk %+v", x)
		}
	}
	if before.ChangeVersion == after.ChangeVersion {
		t.Error("change version stays")
	}
}

func TestGuestBoots(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	v.GuestBoots(10*time.Millisecond, func(_ ref, name string, nics int) *GuestState {
		return &GuestState{HostName: name, Addresses: [][]string{{"10.0.0.7/24"}}, Gateway: "10.0.0.1"}
	})
	vm, err := cloneTemplate(t, v, c, "template-linux", "boots", vim.VirtualMachineCloneSpec{PowerOn: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if ip, err := vm.WaitForIP(ctx); err != nil || ip != "10.0.0.7" {
		t.Errorf("address %s %v", ip, err)
	}
}

func TestCustomizationFails(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	v.CustomizationFails("no perl")
	vm, err := cloneTemplate(t, v, c, "template-linux", "custom", vim.VirtualMachineCloneSpec{PowerOn: true, Customization: &vim.CustomizationSpec{
		Identity:      &vim.CustomizationLinuxPrep{HostName: &vim.CustomizationFixedName{Name: "a"}, Domain: "example.com"},
		NicSettingMap: []vim.CustomizationAdapterMapping{{Adapter: vim.CustomizationIPSettings{Ip: new(vim.CustomizationDhcpIpGenerator)}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var m mo.VirtualMachine
	if err := vm.Properties(context.Background(), vm.Reference(), []string{"guest.customizationInfo"}, &m); err != nil {
		t.Fatal(err)
	}
	if i := m.Guest.CustomizationInfo; i.CustomizationStatus != string(vim.GuestInfoCustomizationStatusTOOLSDEPLOYPKG_FAILED) || i.ErrorMsg != "no perl" {
		t.Errorf("customization %+v", i)
	}
}
