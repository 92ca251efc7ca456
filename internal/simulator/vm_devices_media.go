// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// drive judges a CD-ROM drive: it sits on IDE or SATA, and its image exists where
// the host sees it.
func (k *deviceCheck) drive(i int, d, old *vim.VirtualCdrom, adds bool) vim.BaseMethodFault {
	if adds {
		units := int32(2)
		switch k.have.FindByKey(d.ControllerKey).(type) {
		case *vim.VirtualIDEController:
		case vim.BaseVirtualSATAController:
			units = 30
		default:
			return &vim.InvalidController{InvalidDeviceSpec: at(i), ControllerKey: d.ControllerKey}
		}
		if d.UnitNumber != nil && (*d.UnitNumber < 0 || *d.UnitNumber >= units) || !placeable(k.have, d) {
			return invalidDevice(i)
		}
	}
	image, ok := d.Backing.(*vim.VirtualCdromIsoBackingInfo)
	if !ok {
		return nil
	}
	if old != nil {
		if was, ok := old.Backing.(*vim.VirtualCdromIsoBackingInfo); ok && was.FileName == image.FileName {
			return nil // what is in the drive already may have gone since
		}
	}
	return k.image(i, image)
}

func (k *deviceCheck) image(i int, image *vim.VirtualCdromIsoBackingInfo) vim.BaseMethodFault {
	var p object.DatastorePath
	if !p.FromString(image.FileName) {
		return invalidBacking(i)
	}
	if p.Datastore == "" {
		return nil // an image of the host's own, such as that of VMware Tools
	}
	ds, ok := k.v.reg.FindByName(p.Datastore, k.host.Datastore).(*simulator.Datastore)
	if !ok {
		return invalidBacking(i)
	}
	if file, ok := k.v.filePath(k.dc, image.FileName); !ok || p.Path == "" || !exists(file) {
		return &vim.FileNotFound{FileFault: vim.FileFault{File: image.FileName}}
	}
	image.Datastore = &ds.Self
	return nil
}

// tpm judges a Trusted Platform Module: a machine with EFI has at most one.
func (k *deviceCheck) tpm(d *vim.VirtualTPM, adds bool) vim.BaseMethodFault {
	if !adds {
		return nil
	}
	if len(ofType[*vim.VirtualTPM](k.have)) > 0 {
		return &vim.TooManyDevices{InvalidVmConfig: vim.InvalidVmConfig{Property: "configSpec.deviceChange"}}
	}
	if d.Key <= 0 {
		d.Key = 11000
	}
	d.DeviceInfo = &vim.Description{Label: "Virtual TPM", Summary: "Trusted Platform Module"}
	return nil
}

// Limits of a video card.
const (
	maxDisplays   = 10
	maxVideoKB    = 256 << 10
	maxGraphicsKB = 8 << 20
)

// video judges the video card, which every machine is born with: it can be added
// only in the spec that makes the machine, and means that one.
func (k *deviceCheck) video(i int, d *vim.VirtualMachineVideoCard, adds bool) vim.BaseMethodFault {
	switch {
	case adds && !k.born, adds && len(ofType[*vim.VirtualMachineVideoCard](k.have)) > 1:
		return &vim.TooManyDevices{InvalidVmConfig: vim.InvalidVmConfig{Property: "configSpec.deviceChange"}}
	case d.NumDisplays < 0, d.NumDisplays > maxDisplays, d.VideoRamSizeInKB < 0, d.VideoRamSizeInKB > maxVideoKB,
		d.GraphicsMemorySizeInKB < 0, d.GraphicsMemorySizeInKB > maxGraphicsKB:
		return invalidDevice(i)
	}
	switch vim.VirtualMachineVideoCardUse3dRenderer(d.Use3dRenderer) {
	case "", vim.VirtualMachineVideoCardUse3dRendererAutomatic, vim.VirtualMachineVideoCardUse3dRendererHardware, vim.VirtualMachineVideoCardUse3dRendererSoftware:
		return nil
	}
	return invalidDevice(i)
}

// newVideo is the video card that a spec wants a new machine to have, nil if it
// does not say. vcsim makes the default one whatever the spec says.
func newVideo(spec *vim.VirtualMachineConfigSpec) *vim.VirtualMachineVideoCard {
	for _, change := range spec.DeviceChange {
		if card, ok := change.GetVirtualDeviceConfigSpec().Device.(*vim.VirtualMachineVideoCard); ok {
			return copyOf(card)
		}
	}
	return nil
}

// applyVideo makes the video card of a new machine the wanted one.
func (v *VCenter) applyVideo(ctx *simulator.Context, vm *simulator.VirtualMachine, want *vim.VirtualMachineVideoCard) {
	if want == nil {
		return
	}
	unlock := v.lock(ctx, vm)
	defer unlock()
	devices := copyOf(vm.Config.Hardware.Device)
	for _, card := range ofType[*vim.VirtualMachineVideoCard](devices) {
		own := card.VirtualDevice
		overlay(card, want)
		card.VirtualDevice = own
	}
	v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "config.hardware.device", Val: devices}})
}
