// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/task"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
)

// TestBlameDevice: a fault is laid to the argument of the device that it is about.
func TestBlameDevice(t *testing.T) {
	image := &vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{Backing: &vim.VirtualCdromIsoBackingInfo{
		VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: "[ds] a.iso"},
	}}}
	var changes []vim.BaseVirtualDeviceConfigSpec
	devices := []vim.BaseVirtualDevice{
		&vim.ParaVirtualSCSIController{}, &vim.VirtualDisk{}, &vim.VirtualVmxnet3{}, image, &vim.VirtualMachineVideoCard{}, &vim.VirtualTPM{}, &vim.VirtualPCIPassthrough{},
	}
	for _, d := range devices {
		changes = append(changes, &vim.VirtualDeviceConfigSpec{Device: d})
	}
	spec := func(i int32) vim.InvalidDeviceSpec { return vim.InvalidDeviceSpec{DeviceIndex: i} }
	at := func(i int32) vim.BaseMethodFault { s := spec(i); return &s }
	for want, fault := range map[string]vim.BaseMethodFault{
		"disk": at(1), "network_interface": at(2), "video_card": at(4), "vtpm": at(5),
		"pci_device_id": &vim.InvalidDeviceBacking{InvalidDeviceSpec: spec(6)},
		"cdrom":         &vim.FileNotFound{FileFault: vim.FileFault{File: "[ds] a.iso"}},
	} {
		err := blameDevice(task.Error{LocalizedMethodFault: &vim.LocalizedMethodFault{Fault: fault}}, changes)
		if a := (*lifecycle.AttributeError)(nil); !errors.As(err, &a) || a.Path.String() != want {
			t.Errorf("%T: %#v, not %s", fault, err, want)
		}
	}
	for _, fault := range []vim.BaseMethodFault{at(0), at(7), at(-1), &vim.FileNotFound{FileFault: vim.FileFault{File: "[ds] b.vmdk"}}, &vim.InvalidState{}} {
		err := blameDevice(task.Error{LocalizedMethodFault: &vim.LocalizedMethodFault{Fault: fault}}, changes)
		if a := (*lifecycle.AttributeError)(nil); err == nil || errors.As(err, &a) {
			t.Errorf("%T is laid to %v", fault, err)
		}
	}
	if err := blameDevice(nil, changes); err != nil {
		t.Error(err)
	}
}

// TestAddsTPM: only a change that adds a module is verified.
func TestAddsTPM(t *testing.T) {
	change := func(op vim.VirtualDeviceConfigSpecOperation, d vim.BaseVirtualDevice) *vim.VirtualMachineConfigSpec {
		return &vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: op, Device: d}}}
	}
	if !addsTPM(change(vim.VirtualDeviceConfigSpecOperationAdd, &vim.VirtualTPM{})) {
		t.Error("an added module")
	}
	if addsTPM(change(vim.VirtualDeviceConfigSpecOperationRemove, &vim.VirtualTPM{})) || addsTPM(change(vim.VirtualDeviceConfigSpecOperationAdd, &vim.VirtualDisk{})) {
		t.Error("another change")
	}
}

// TestPCISpelling: an address stays as it is written.
func TestPCISpelling(t *testing.T) {
	device := &vim.VirtualPCIPassthrough{VirtualDevice: vim.VirtualDevice{Backing: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: "0000:3b:00.0"}}}
	known := addressSet([]string{"0000:3B:00.0", "0000:99:00.0"})
	if got := readPCI(known, []vim.BaseVirtualDevice{device}); !got.Equal(addressSet([]string{"0000:3B:00.0"})) {
		t.Errorf("%v", got)
	}
	if got := readPCI(types.SetNull(types.StringType), []vim.BaseVirtualDevice{device}); !got.IsNull() {
		t.Errorf("unmanaged: %v", got)
	}
}
