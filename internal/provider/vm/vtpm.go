// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// tpmModel is the vtpm block.
type tpmModel struct {
	Version types.String `tfsdk:"version"`
}

func tpmBlock() schema.ListNestedBlock {
	return single("A virtual Trusted Platform Module. It needs `firmware` to be `efi`, and a key provider in vCenter. It is added and removed while the machine is powered off; with it goes what it holds. "+
		"A module that has no block, of a template or an imported machine, is left alone.", schemas.Attributes{
		"version": schemas.DefaultString("The version of the module. It is not sent to vSphere, which makes 2.0."+schemas.OneOf("1.2", "2.0"), "2.0", stringvalidator.OneOf("1.2", "2.0")),
	}, nil)
}

var tpmType = tpmBlock().NestedObject.Type()

// errNoTPM is the error of a server that took the change and made no module.
var errNoTPM = errors.New("vCenter has reported success, but the machine has no TPM; check that vCenter has a key provider which the host of the machine can reach")

// planTPM checks what a module needs.
func (w planning) planTPM(ctx context.Context) {
	m := w.Planned
	if w.State != nil {
		if len(m.VTPM.Elements()) == 0 && !m.VTPM.IsUnknown() && w.State.Imported.ValueBool() {
			m.VTPM = w.State.VTPM
			return
		}
		m.VTPM = settled(ctx, m.VTPM, w.State.VTPM).(types.List)
	}
	if len(m.VTPM.Elements()) > 0 && !m.Firmware.IsUnknown() && m.Firmware.ValueString() != string(vim.GuestOsDescriptorFirmwareTypeEfi) {
		w.Error(path.Root("vtpm"), "TPM without EFI", "A vtpm needs firmware to be efi.")
	}
}

// readTPM returns the block while the machine has the module.
func readTPM(ctx context.Context, block types.List, devices []vim.BaseVirtualDevice) (types.List, error) {
	if len(block.Elements()) == 0 || device.HasTPM(devices) {
		return block, nil
	}
	return encode[tpmModel](ctx, tpmType, nil)
}

// adoptTPM returns the block of a module that the machine has.
func adoptTPM(ctx context.Context, devices []vim.BaseVirtualDevice) (types.List, error) {
	var found []tpmModel
	if device.HasTPM(devices) {
		found = append(found, tpmModel{Version: types.StringValue("2.0")})
	}
	return encode(ctx, tpmType, found)
}

func (m *model) offlineTPM(was *model) []reason {
	adds := len(m.VTPM.Elements()) > len(was.VTPM.Elements())
	removes := len(m.VTPM.Elements()) < len(was.VTPM.Elements()) && !was.Imported.ValueBool()
	if m.VTPM.IsUnknown() || !adds && !removes {
		return nil
	}
	return []reason{{path.Root("vtpm"), onlyOff}}
}

func addsTPM(spec *vim.VirtualMachineConfigSpec) bool {
	return slices.ContainsFunc(spec.DeviceChange, func(c vim.BaseVirtualDeviceConfigSpec) bool {
		change := c.GetVirtualDeviceConfigSpec()
		_, ok := change.Device.(*vim.VirtualTPM)
		return ok && change.Operation == vim.VirtualDeviceConfigSpecOperationAdd
	})
}

// verifyTPM makes sure that a machine which was made or changed has the module
// that it was to get: nobody notices one that is missing before it is needed.
func verifyTPM(ctx context.Context, c *vsphere.Client, plan *model) error {
	if len(plan.VTPM.Elements()) == 0 {
		return nil
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, plan.Entity(), "config.hardware.device")
	if err != nil {
		return err
	}
	if vm.Config == nil || !device.HasTPM(vm.Config.Hardware.Device) {
		return lifecycle.Attr("vtpm", errNoTPM)
	}
	return nil
}
