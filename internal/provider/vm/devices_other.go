// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// otherDevices is the part of a deviceJob that is neither disk nor network
// interface. Most machines configure none of it.
type otherDevices struct {
	cdroms     []device.CDROM // managed drives that are there
	wantCDROMs []device.CDROM
	cdromOpt   device.CDROMOptions
	video      *device.VideoCard // nil leaves it alone
	born       bool              // the machine is made from nothing
	hadTPM     bool              // the state knows of one
	tpm        bool
	pci        []device.PCIDevice // managed devices that are there
	wantPCI    []device.PCIDevice
}

// want reads what a model wants.
func (o *otherDevices) want(ctx context.Context, m *model) error {
	drives, err := decode[cdromModel](ctx, m.CDROMs)
	if err != nil {
		return err
	}
	o.wantCDROMs = plainCDROMs(drives)
	if o.video, err = wantedVideo(ctx, m.VideoCard); err != nil {
		return err
	}
	o.tpm = len(m.VTPM.Elements()) > 0
	o.wantPCI = pciDevices(m.PCI)
	return nil
}

// manage finds what the state knows among the devices of an existing machine. Of
// an imported one that is more than anybody has declared.
func (o *otherDevices) manage(ctx context.Context, state *model, have []vim.BaseVirtualDevice) error {
	drives, err := decode[cdromModel](ctx, state.CDROMs)
	if err != nil {
		return err
	}
	o.cdroms = device.MatchCDROMs(plainCDROMs(drives), device.ReadCDROMs(have)).CDROMs
	imported := state.Imported.ValueBool()
	o.cdromOpt.KeepOthers = imported
	o.hadTPM = len(state.VTPM.Elements()) > 0 && !imported
	if o.pci = device.ReadPCI(have); len(state.PCI.Elements()) == 0 || len(o.wantPCI) == 0 && imported {
		o.pci = device.CommonPCI(o.pci, o.wantPCI)
	}
	return nil
}

// inherit takes the devices of a template for the first blocks. What no block
// stands for stays.
func (o *otherDevices) inherit(have []vim.BaseVirtualDevice) {
	o.cdroms = device.ReadCDROMs(have)
	o.cdromOpt.KeepOthers = true
	o.pci = device.CommonPCI(device.ReadPCI(have), o.wantPCI)
}

// resolve looks up what the specifications of wanted devices need.
func (o *otherDevices) resolve(ctx context.Context, c *vsphere.Client, host string) error {
	if err := o.nameImages(ctx, c); err != nil {
		return err
	}
	return o.resolvePCI(ctx, c, host)
}

// steps computes the changes; see step.
func (o *otherDevices) steps() []step {
	return []step{o.cdromStep, o.birthStep, o.videoStep, o.tpmStep, o.pciStep}
}

func (o *otherDevices) cdromStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	diff, err := device.DiffCDROMs(have, o.cdroms, o.wantCDROMs, o.cdromOpt)
	return diff.Specs, blame(err)
}

// birthStep has the video card in the specification of a new machine, so that it
// can be changed like that of an old one.
func (o *otherDevices) birthStep([]vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	if o.video == nil || !o.born {
		return nil, nil
	}
	return device.AddAll([]vim.BaseVirtualDevice{device.NewVideoCard()}), nil
}

func (o *otherDevices) videoStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	if o.video == nil {
		return nil, nil
	}
	specs, err := device.DiffVideoCard(have, *o.video)
	return specs, lifecycle.Attr("video_card", err)
}

func (o *otherDevices) tpmStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	return device.DiffTPM(have, o.hadTPM, o.tpm), nil
}

func (o *otherDevices) pciStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	specs, err := device.DiffPCI(have, o.pci, o.wantPCI)
	return specs, lifecycle.Attr("pci_device_id", err)
}

// readOthers fills in the devices of the machine that the model knows.
func (m *model) readOthers(ctx context.Context, devices []vim.BaseVirtualDevice) (err error) {
	if m.CDROMs, err = readCDROMs(ctx, m.CDROMs, devices); err != nil {
		return err
	}
	if m.VideoCard, err = readVideo(ctx, m.VideoCard, devices); err != nil {
		return err
	}
	if m.VTPM, err = readTPM(ctx, m.VTPM, devices); err != nil {
		return err
	}
	m.PCI = readPCI(m.PCI, devices)
	return nil
}

// adoptOthers takes the devices of an imported machine as configured.
func (m *model) adoptOthers(ctx context.Context, devices []vim.BaseVirtualDevice) (err error) {
	if m.CDROMs, err = adoptCDROMs(ctx, devices); err != nil {
		return err
	}
	if m.VTPM, err = adoptTPM(ctx, devices); err != nil {
		return err
	}
	if m.VideoCard, err = adoptVideo(ctx, devices); err != nil {
		return err
	}
	m.PCI = types.SetNull(types.StringType)
	if found := spelled(nil, devices); len(found) > 0 {
		m.PCI = addressSet(found)
	}
	return nil
}

// offlineOthers says which changes need the machine off.
func (m *model) offlineOthers(ctx context.Context, was *model) []reason {
	all := m.offlineCDROMs(ctx, was)
	all = append(all, m.offlineVideo(ctx, was)...)
	all = append(all, m.offlineTPM(was)...)
	return append(all, m.offlinePCI(was)...)
}

// planOthers plans the devices that are neither disk nor network interface.
func (w planning) planOthers(ctx context.Context) error {
	if err := w.planCDROMs(ctx); err != nil {
		return err
	}
	if err := w.planVideo(ctx); err != nil {
		return err
	}
	w.planTPM(ctx)
	return w.planPCI(ctx)
}
