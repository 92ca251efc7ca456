// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func TestHotPlugRules(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	yes := vim.NewBool(true)
	vm, err := cloneTemplate(t, v, c, "template-linux", "hot", vim.VirtualMachineCloneSpec{PowerOn: true, Config: &vim.VirtualMachineConfigSpec{CpuHotAddEnabled: yes, MemoryHotAddEnabled: yes}})
	if err != nil {
		t.Fatal(err)
	}
	if got := config(t, vm); got.HotPlugMemoryLimit != 3072 || got.HotPlugMemoryIncrementSize != 4 {
		t.Errorf("memory can grow to %d in steps of %d", got.HotPlugMemoryLimit, got.HotPlugMemoryIncrementSize)
	}
	for name, tt := range map[string]struct {
		spec vim.VirtualMachineConfigSpec
		want vim.BaseMethodFault
	}{
		"processors":    {vim.VirtualMachineConfigSpec{NumCPUs: 2}, nil},
		"memory":        {vim.VirtualMachineConfigSpec{MemoryMB: 2048}, nil},
		"too much":      {vim.VirtualMachineConfigSpec{MemoryMB: 4096}, new(vim.MemoryHotPlugNotSupported)},
		"a broken step": {vim.VirtualMachineConfigSpec{MemoryMB: 2050}, new(vim.MemoryHotPlugNotSupported)},
		"disk uuids":    {vim.VirtualMachineConfigSpec{Flags: &vim.VirtualMachineFlagInfo{DiskUuidEnabled: yes}}, new(vim.InvalidPowerState)},
		"secure boot":   {vim.VirtualMachineConfigSpec{BootOptions: &vim.VirtualMachineBootOptions{EfiSecureBootEnabled: yes}}, new(vim.InvalidPowerState)},
		"swap file":     {vim.VirtualMachineConfigSpec{SwapPlacement: "hostLocal"}, new(vim.InvalidPowerState)},
		"numa":          {vim.VirtualMachineConfigSpec{VirtualNuma: &vim.VirtualMachineVirtualNuma{CoresPerNumaNode: vim.NewInt32(2)}}, new(vim.InvalidPowerState)},
		"boot delay":    {vim.VirtualMachineConfigSpec{BootOptions: &vim.VirtualMachineBootOptions{BootDelay: 5}}, nil},
		"what is so":    {vim.VirtualMachineConfigSpec{GuestId: "ubuntu64Guest"}, nil},
	} {
		if err := reconfigure(vm, tt.spec); tt.want == nil && err != nil || tt.want != nil && !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %T", name, err, tt.want)
		}
	}
}

func TestGuestDescriptors(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	var vm mo.VirtualMachine
	machine := object.NewVirtualMachine(c.Client, mustFind(t, v, "/DC0/vm/DC0_H0_VM0"))
	if err := machine.Properties(context.Background(), machine.Reference(), []string{"environmentBrowser"}, &vm); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]vim.GuestOsDescriptor{
		"rhel9_64Guest":          {Family: "linuxGuest", SupportsCpuHotAdd: true, SupportsCpuHotRemove: true, SupportsMemoryHotAdd: true},
		"windows2019srv_64Guest": {Family: "windowsGuest", SupportsCpuHotAdd: true, SupportsMemoryHotAdd: true},
		"winXPProGuest":          {Family: "windowsGuest"},
		"freebsd14_64Guest":      {Family: "otherGuestFamily"},
	} {
		res, err := methods.QueryConfigOptionEx(context.Background(), c, &vim.QueryConfigOptionEx{This: vm.EnvironmentBrowser, Spec: &vim.EnvironmentBrowserConfigOptionQuerySpec{Key: "vmx-19", GuestId: []string{id}}})
		if err != nil || len(res.Returnval.GuestOSDescriptor) != 1 || res.Returnval.Version != "vmx-19" {
			t.Fatalf("%s: %v", id, err)
		}
		got := res.Returnval.GuestOSDescriptor[0]
		if got.Id != id || got.Family != want.Family || got.SupportsCpuHotAdd != want.SupportsCpuHotAdd || got.SupportsCpuHotRemove != want.SupportsCpuHotRemove || got.SupportsMemoryHotAdd != want.SupportsMemoryHotAdd {
			t.Errorf("%s is %+v", id, got)
		}
	}
}

// A question holds a task up until it is answered with one of its choices; the
// wrong one ends the task.
func TestQuestion(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	id := mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	vm := object.NewVirtualMachine(c.Client, id)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for choice, want := range map[string]vim.BaseMethodFault{"0": nil, "1": new(vim.GenericVmConfigFault)} {
		v.Ask(id, CDROMLocked)
		task, err := vm.Reconfigure(ctx, vim.VirtualMachineConfigSpec{Annotation: "asked"})
		if err != nil {
			t.Fatal(err)
		}
		var m mo.VirtualMachine
		for m.Runtime.Question == nil && ctx.Err() == nil {
			if err := vm.Properties(ctx, id, []string{"runtime.question"}, &m); err != nil {
				t.Fatal(err)
			}
		}
		if q := m.Runtime.Question; q == nil || q.Message[0].Id != CDROMLocked.Message || len(q.Choice.ChoiceInfo) != 2 {
			t.Fatalf("asked %+v", q)
		}
		if err := vm.Answer(ctx, m.Runtime.Question.Id, "7"); !fault.Is(err, &vim.InvalidArgument{}) {
			t.Errorf("no choice: %v", err)
		}
		if err := vm.Answer(ctx, m.Runtime.Question.Id, choice); err != nil {
			t.Error(err)
		}
		if err := task.WaitEx(ctx); want == nil && err != nil || want != nil && !fault.Is(err, want) {
			t.Errorf("after answer %s: %v", choice, err)
		}
		if err := vm.Answer(ctx, m.Runtime.Question.Id, choice); !fault.Is(err, &vim.ConcurrentAccess{}) {
			t.Errorf("answered twice: %v", err)
		}
	}
}

func TestEVCMode(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := context.Background()
	var si mo.ServiceInstance
	if err := property.DefaultCollector(c.Client).RetrieveOne(ctx, vim.ManagedObjectReference{Type: "ServiceInstance", Value: "ServiceInstance"}, []string{"capability"}, &si); err != nil {
		t.Fatal(err)
	}
	mask := func(key string) []vim.HostFeatureMask {
		i := slices.IndexFunc(si.Capability.SupportedEVCMode, func(m vim.EVCMode) bool { return m.Key == key })
		if i < 0 {
			t.Fatalf("no mode %s", key)
		}
		return si.Capability.SupportedEVCMode[i].FeatureMask
	}
	vm, err := cloneTemplate(t, v, c, "template-linux", "evc", vim.VirtualMachineCloneSpec{})
	if err != nil {
		t.Fatal(err)
	}
	apply := func(masks []vim.HostFeatureMask) error {
		res, err := methods.ApplyEvcModeVM_Task(ctx, c, &vim.ApplyEvcModeVM_Task{This: vm.Reference(), Mask: masks})
		if err != nil {
			return err
		}
		return object.NewTask(c.Client, res.Returnval).WaitEx(ctx)
	}
	check := func(what string, err error, want vim.BaseMethodFault, key string) {
		t.Helper()
		var m mo.VirtualMachine
		if e := vm.Properties(ctx, vm.Reference(), []string{"runtime"}, &m); e != nil {
			t.Fatal(e)
		}
		if want == nil && err != nil || want != nil && !fault.Is(err, want) || m.Runtime.MinRequiredEVCModeKey != key {
			t.Errorf("%s: %v, and the mode is %q", what, err, m.Runtime.MinRequiredEVCModeKey)
		}
	}
	check("a mode", apply(mask("intel-broadwell")), nil, "intel-broadwell")
	check("another maker", apply(mask("amd-zen")), new(vim.EVCModeUnsupportedByHosts), "intel-broadwell")
	check("newer than the hosts", apply(mask("intel-sapphirerapids")), new(vim.EVCModeUnsupportedByHosts), "intel-broadwell")
	check("no mode", apply([]vim.HostFeatureMask{{Key: "x"}}), new(vim.InvalidArgument), "intel-broadwell")
	check("cleared", apply(nil), nil, "")
	task, err := vm.PowerOn(ctx)
	if err != nil || task.WaitEx(ctx) != nil {
		t.Fatal(err)
	}
	check("running", apply(mask("intel-broadwell")), new(vim.InvalidPowerState), "")
}

// What is sent empty is another thing than what is not sent.
func TestEmptied(t *testing.T) {
	t.Parallel()
	body := `<Envelope><Body><ReconfigVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><spec><name>a</name><annotation></annotation>` +
		`<bootOptions><bootDelay>0</bootDelay><bootRetryDelay>5</bootRetryDelay></bootOptions><files></files></spec></ReconfigVM_Task></Body></Envelope>`
	if got := emptied([]byte(body)); !slices.Equal(got, []string{"annotation", "bootOptions.bootDelay", "files"}) {
		t.Errorf("found %q", got)
	}
}
