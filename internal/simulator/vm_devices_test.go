// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// rig is a machine on the host with devices to give, and ways to change it.
type rig struct {
	*testing.T
	v  *VCenter
	c  *govmomi.Client
	vm *object.VirtualMachine
}

func newRig(t *testing.T, template string, on bool) *rig {
	v := start(t, Options{})
	c := login(t, v)
	host := mustFind(t, v, "/DC0/host/DC0_C0/DC0_C0_H0")
	vm, err := cloneTemplate(t, v, c, template, "rig", vim.VirtualMachineCloneSpec{PowerOn: on, Location: vim.VirtualMachineRelocateSpec{Host: &host}})
	if err != nil {
		t.Fatal(err)
	}
	return &rig{t, v, c, vm}
}

func (r *rig) devices() object.VirtualDeviceList {
	r.Helper()
	return config(r, r.vm).Hardware.Device
}

func (r *rig) change(op vim.VirtualDeviceConfigSpecOperation, d vim.BaseVirtualDevice) error {
	return reconfigure(r.vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: op, Device: d}}})
}

func (r *rig) add(d vim.BaseVirtualDevice) error {
	return r.change(vim.VirtualDeviceConfigSpecOperationAdd, d)
}

// image puts a file on the datastore and returns its name.
func (r *rig) image(name string) string {
	r.Helper()
	ds := r.v.reg.Get(mustFind(r, r.v, "/DC0/datastore/LocalDS_0")).(*simulator.Datastore)
	file := filepath.Join(ds.Summary.Url, name)
	if err := os.WriteFile(file, []byte("image"), 0o600); err != nil {
		r.Fatal(err)
	}
	return "[LocalDS_0] " + name
}

// faults checks what a refusal is.
func (r *rig) faults(what string, err error, want vim.BaseMethodFault) {
	r.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		r.Errorf("%s: %v, not %T", what, err, want)
	}
}

func cdrom(controller, unit int32, file string) *vim.VirtualCdrom {
	d := new(vim.VirtualCdrom)
	d.Key, d.ControllerKey, d.UnitNumber = -1, controller, &unit
	d.Backing = &vim.VirtualCdromRemotePassthroughBackingInfo{}
	if file != "" {
		d.Backing = &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: file}}
	}
	return d
}

func TestDriveRules(t *testing.T) {
	r := newRig(t, "template-linux", false)
	iso := r.image("linux.iso")
	r.faults("no file", r.add(cdrom(200, 0, "[LocalDS_0] none.iso")), &vim.FileNotFound{})
	r.faults("no datastore", r.add(cdrom(200, 0, "[none] linux.iso")), &vim.InvalidDeviceBacking{})
	r.faults("no path", r.add(cdrom(200, 0, "linux.iso")), &vim.InvalidDeviceBacking{})
	r.faults("on SCSI", r.add(cdrom(1000, 5, "")), &vim.InvalidController{})
	r.faults("no such unit", r.add(cdrom(200, 2, "")), &vim.InvalidDeviceSpec{})
	r.faults("good", r.add(cdrom(200, 0, iso)), nil)
	r.faults("taken", r.add(cdrom(200, 0, "")), &vim.InvalidDeviceSpec{})
	drive := ofType[*vim.VirtualCdrom](r.devices())[0]
	if b := drive.Backing.(*vim.VirtualCdromIsoBackingInfo); b.Datastore == nil || b.FileName != iso {
		t.Errorf("backing %+v", b)
	}

	task, err := r.vm.PowerOn(context.Background())
	if err == nil {
		err = task.WaitEx(context.Background())
	}
	r.faults("power on", err, nil)
	r.faults("hot add", r.add(cdrom(201, 0, "")), &vim.DeviceHotPlugNotSupported{})
	r.faults("hot removal", r.change(vim.VirtualDeviceConfigSpecOperationRemove, drive), &vim.DeviceHotPlugNotSupported{})
	drive.Backing = &vim.VirtualCdromRemotePassthroughBackingInfo{}
	r.faults("hot change", r.change(vim.VirtualDeviceConfigSpecOperationEdit, drive), nil)
	drive.Backing = cdrom(0, 0, "[LocalDS_0] none.iso").Backing
	r.faults("change to no file", r.change(vim.VirtualDeviceConfigSpecOperationEdit, drive), &vim.FileNotFound{})
	if b := ofType[*vim.VirtualCdrom](r.devices())[0].Backing; typeName(b) != "VirtualCdromRemotePassthroughBackingInfo" {
		t.Errorf("backing %T", b)
	}
}

func TestTPMRules(t *testing.T) {
	bios := newRig(t, "template-linux", false)
	bios.faults("bios", bios.add(new(vim.VirtualTPM)), &vim.InvalidVmConfig{})
	on := newRig(t, "template-uefi", true)
	on.faults("hot", on.add(new(vim.VirtualTPM)), &vim.InvalidPowerState{})
	r := newRig(t, "template-uefi", false)
	r.faults("efi", r.add(new(vim.VirtualTPM)), nil)
	r.faults("second", r.add(new(vim.VirtualTPM)), &vim.TooManyDevices{})
	r.faults("back to bios", reconfigure(r.vm, vim.VirtualMachineConfigSpec{Firmware: "bios"}), &vim.InvalidVmConfig{})
	modules := ofType[*vim.VirtualTPM](r.devices())
	if len(modules) != 1 || modules[0].Key != 11000 {
		t.Fatalf("%+v", modules)
	}
	r.faults("removal", r.change(vim.VirtualDeviceConfigSpecOperationRemove, modules[0]), nil)
	if left := ofType[*vim.VirtualTPM](r.devices()); len(left) > 0 {
		t.Errorf("%+v is left", left)
	}
}

func TestVideoRules(t *testing.T) {
	r := newRig(t, "template-linux", false)
	card := ofType[*vim.VirtualMachineVideoCard](r.devices())[0]
	edit := func(change func(*vim.VirtualMachineVideoCard)) error {
		c := copyOf(card)
		change(c)
		return r.change(vim.VirtualDeviceConfigSpecOperationEdit, c)
	}
	r.faults("second", r.add(new(vim.VirtualMachineVideoCard)), &vim.TooManyDevices{})
	r.faults("removal", r.change(vim.VirtualDeviceConfigSpecOperationRemove, card), &vim.InvalidDeviceOperation{})
	r.faults("displays", edit(func(c *vim.VirtualMachineVideoCard) { c.NumDisplays = 11 }), &vim.InvalidDeviceSpec{})
	r.faults("memory", edit(func(c *vim.VirtualMachineVideoCard) { c.VideoRamSizeInKB = 257 << 10 }), &vim.InvalidDeviceSpec{})
	r.faults("renderer", edit(func(c *vim.VirtualMachineVideoCard) { c.Use3dRenderer = "crayon" }), &vim.InvalidDeviceSpec{})
	r.faults("good", edit(func(c *vim.VirtualMachineVideoCard) { c.NumDisplays = 2 }), nil)
	if got := ofType[*vim.VirtualMachineVideoCard](r.devices()); len(got) != 1 || got[0].NumDisplays != 2 || got[0].VideoRamSizeInKB != 4096 {
		t.Errorf("%+v", got)
	}
	on := newRig(t, "template-linux", true)
	on.faults("hot", on.change(vim.VirtualDeviceConfigSpecOperationEdit, card), &vim.InvalidPowerState{})
}

// A machine is born with the video card that its spec wants, and its clone with
// the same.
func TestVideoOfNewMachines(t *testing.T) {
	r := newRig(t, "template-linux", false)
	spec := vim.VirtualMachineConfigSpec{Name: "born", GuestId: "otherGuest64", Files: &vim.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"}}
	card := &vim.VirtualMachineVideoCard{NumDisplays: 3, VideoRamSizeInKB: 8192}
	card.Key = 500
	spec.DeviceChange = []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: card}}
	folder := object.NewFolder(r.c.Client, mustFind(t, r.v, "/DC0/vm"))
	ctx := context.Background()
	task, err := folder.CreateVM(ctx, spec, object.NewResourcePool(r.c.Client, mustFind(t, r.v, "/DC0/host/DC0_C0/Resources")), nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := task.WaitForResult(ctx)
	if err != nil {
		t.Fatal(err)
	}
	born := object.NewVirtualMachine(r.c.Client, info.Result.(ref))
	task, err = born.Clone(ctx, folder, "clone", vim.VirtualMachineCloneSpec{})
	if err != nil {
		t.Fatal(err)
	}
	if info, err = task.WaitForResult(ctx); err != nil {
		t.Fatal(err)
	}
	for _, vm := range []*object.VirtualMachine{born, object.NewVirtualMachine(r.c.Client, info.Result.(ref))} {
		got := ofType[*vim.VirtualMachineVideoCard](config(t, vm).Hardware.Device)
		if len(got) != 1 || got[0].NumDisplays != 3 || got[0].VideoRamSizeInKB != 8192 || got[0].Use3dRenderer != "automatic" || got[0].ControllerKey != 100 {
			t.Errorf("%+v", got)
		}
	}
}

func gpu(v *VCenter, t *testing.T, address string) *vim.VirtualPCIPassthrough {
	t.Helper()
	host := v.reg.Get(mustFind(t, v, "/DC0/host/DC0_C0/DC0_C0_H0")).(*simulator.HostSystem)
	d := new(vim.VirtualPCIPassthrough)
	d.Key = -1
	d.Backing = &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: address, SystemId: systemID(host)}
	return d
}

func TestPassthroughRules(t *testing.T) {
	r := newRig(t, "template-linux", false)
	stranger := gpu(r.v, t, GPU1)
	stranger.Backing.(*vim.VirtualPCIPassthroughDeviceBackingInfo).SystemId = "another"
	r.faults("other system", r.add(stranger), &vim.InvalidDeviceBacking{})
	r.faults("no such device", r.add(gpu(r.v, t, "0000:99:00.0")), &vim.InvalidDeviceBacking{})
	r.faults("not passed through", r.add(gpu(r.v, t, "0000:03:00.0")), &vim.InvalidDeviceBacking{})
	r.faults("good", r.add(gpu(r.v, t, GPU1)), nil)
	r.faults("twice", r.add(gpu(r.v, t, GPU1)), &vim.InvalidDeviceSpec{})
	r.faults("second", r.add(gpu(r.v, t, GPU2)), nil)
	got := ofType[*vim.VirtualPCIPassthrough](r.devices())
	if len(got) != 2 || *got[0].UnitNumber != 18 || *got[1].UnitNumber != 19 || got[0].ControllerKey != 100 {
		t.Errorf("%+v", got)
	}
	on := newRig(t, "template-linux", true)
	on.faults("hot", on.add(gpu(on.v, t, GPU1)), &vim.DeviceHotPlugNotSupported{})
}

func TestSRIOVRules(t *testing.T) {
	card := func(address string) *vim.VirtualSriovEthernetCard {
		d := new(vim.VirtualSriovEthernetCard)
		d.Key, d.ControllerKey = -1, 100
		d.Backing = &vim.VirtualEthernetCardNetworkBackingInfo{VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "VM Network"}}
		d.SriovBacking = &vim.VirtualSriovEthernetCardSriovBackingInfo{PhysicalFunctionBacking: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: address}}
		return d
	}
	r := newRig(t, "template-linux", false)
	r.faults("off", r.add(card(PlainPort)), &vim.InvalidDeviceBacking{})
	r.faults("no port", r.add(card(GPU1)), &vim.InvalidDeviceBacking{})
	r.faults("good", r.add(card(SRIOVPort)), nil)
	on := newRig(t, "template-linux", true)
	on.faults("hot", on.add(card(SRIOVPort)), &vim.DeviceHotPlugNotSupported{})
}

func TestConfigTargetHasDevices(t *testing.T) {
	r := newRig(t, "template-linux", false)
	ctx := context.Background()
	var cluster mo.ClusterComputeResource
	if err := r.c.RetrieveOne(ctx, mustFind(t, r.v, "/DC0/host/DC0_C0"), []string{"environmentBrowser"}, &cluster); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/DC0/host/DC0_C0/DC0_C0_H0": 2, "/DC0/host/DC0_C0/DC0_C0_H1": 0} {
		host := mustFind(t, r.v, path)
		res, err := methods.QueryConfigTarget(ctx, r.c, &vim.QueryConfigTarget{This: *cluster.EnvironmentBrowser, Host: &host})
		if err != nil {
			t.Fatal(err)
		}
		if target := res.Returnval; len(target.PciPassthrough) != want || len(target.Sriov) != want/2 || len(target.Datastore) == 0 {
			t.Errorf("%s: %d to pass through, %d ports", path, len(target.PciPassthrough), len(target.Sriov))
		}
	}
}

// A device of a new machine on a controller that is not there is refused.
func TestNewMachineNeedsControllers(t *testing.T) {
	r := newRig(t, "template-linux", false)
	spec := vim.VirtualMachineConfigSpec{Name: "odd", Files: &vim.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"}}
	disk := &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Key: -1, ControllerKey: 4711, UnitNumber: vim.NewInt32(0)}}
	for d, want := range map[vim.BaseVirtualDevice]vim.BaseMethodFault{cdrom(4711, 0, ""): &vim.InvalidController{}, disk: &vim.InvalidDeviceSpec{}} {
		spec.DeviceChange = []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: d}}
		task, err := object.NewFolder(r.c.Client, mustFind(t, r.v, "/DC0/vm")).CreateVM(context.Background(), spec,
			object.NewResourcePool(r.c.Client, mustFind(t, r.v, "/DC0/host/DC0_C0/Resources")), nil)
		if err == nil {
			err = task.WaitEx(context.Background())
		}
		r.faults(typeName(d), err, want)
	}
}
