// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// bootModel is how the machine starts.
type bootModel struct {
	Firmware   types.String `tfsdk:"firmware"`
	BootDelay  types.Int64  `tfsdk:"boot_delay"`
	Retry      types.Bool   `tfsdk:"boot_retry_enabled"`
	RetryDelay types.Int64  `tfsdk:"boot_retry_delay"`
	SecureBoot types.Bool   `tfsdk:"efi_secure_boot_enabled"`
}

var firmwares = []vim.GuestOsDescriptorFirmwareType{vim.GuestOsDescriptorFirmwareTypeBios, vim.GuestOsDescriptorFirmwareTypeEfi}

func bootAttributes() schemas.Attributes {
	return schemas.Attributes{
		"firmware":                schemas.DefaultString("The firmware of the machine."+schemas.OneOf(firmwares...), "bios", schemas.Enum(firmwares...)),
		"boot_delay":              schemas.OptionalInt64("How many milliseconds the firmware waits before it boots.", int64validator.AtLeast(0)),
		"boot_retry_enabled":      schemas.OptionalBool("Whether a boot that fails is tried again."),
		"boot_retry_delay":        schemas.DefaultInt64("How many milliseconds pass before a boot that failed is tried again. Defaults to `10000`.", 10000, int64validator.AtLeast(0)),
		"efi_secure_boot_enabled": schemas.OptionalBool("Whether only signed boot loaders start. It needs `firmware` to be `efi`."),
	}
}

func (m *bootModel) expand(d *delta) {
	have := deref(d.have.BootOptions)
	d.text(&d.spec.Firmware, d.implied(d.have.Firmware, "bios"), m.Firmware)
	var boot vim.VirtualMachineBootOptions
	number(&boot.BootDelay, have.BootDelay, m.BootDelay)
	number(&boot.BootRetryDelay, retryDelay(have), m.RetryDelay)
	d.flag(&boot.BootRetryEnabled, have.BootRetryEnabled, m.Retry)
	d.flag(&boot.EfiSecureBootEnabled, have.EfiSecureBootEnabled, m.SecureBoot)
	part(&d.spec.BootOptions, boot)
}

func (m *bootModel) flatten(config *vim.VirtualMachineConfigInfo) {
	boot := deref(config.BootOptions)
	m.Firmware = types.StringValue(cmp.Or(config.Firmware, "bios"))
	m.BootDelay = numberValue(boot.BootDelay)
	m.Retry = flagValue(boot.BootRetryEnabled)
	m.RetryDelay = numberValue(retryDelay(boot))
	m.SecureBoot = flagValue(boot.EfiSecureBootEnabled)
}

func (m *bootModel) offline(prior facet, _ abilities) []reason {
	was := prior.(*bootModel)
	var r reasons
	r.when(differs(m.Firmware, was.Firmware), "firmware", onlyOff)
	r.when(differs(m.SecureBoot, was.SecureBoot), "efi_secure_boot_enabled", onlyOff)
	return r
}

// retryDelay of a machine that says nothing is vSphere's default.
func retryDelay(boot vim.VirtualMachineBootOptions) int64 { return cmp.Or(boot.BootRetryDelay, 10000) }
