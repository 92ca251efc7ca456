// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

var pciAddress = regexp.MustCompile(`^(?i)[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$`)

func pciAttribute() schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: "The PCI addresses of the host's devices that are passed through, such as `0000:81:00.0`. It needs `host_system_id`. The machine is powered off to change them. " +
			"Devices that the host chooses by itself (dynamic passthrough, vGPU) are left alone, as are all of an imported machine while the argument is left out.",
		ElementType: types.StringType,
		Optional:    true,
		Validators: []validator.Set{setvalidator.ValueStringsAre(
			stringvalidator.RegexMatches(pciAddress, "must be a PCI address such as 0000:81:00.0"),
		)},
	}
}

// pciAddresses are the known elements of a set of PCI addresses.
func pciAddresses(set types.Set) []string {
	var all []string
	for _, e := range set.Elements() {
		if s, ok := e.(types.String); ok && s.ValueString() != "" {
			all = append(all, s.ValueString())
		}
	}
	return all
}

func addressSet(all []string) types.Set {
	values := make([]attr.Value, len(all))
	for i, a := range all {
		values[i] = types.StringValue(a)
	}
	return types.SetValueMust(types.StringType, values)
}

func pciDevices(set types.Set) []device.PCIDevice {
	var all []device.PCIDevice
	for _, a := range pciAddresses(set) {
		all = append(all, device.PCIDevice{Address: a})
	}
	return all
}

// readPCI returns the addresses of what is passed through, where any of it is
// managed. An address that is known stays as it is written.
func readPCI(known types.Set, devices []vim.BaseVirtualDevice) types.Set {
	if len(known.Elements()) == 0 && !known.IsUnknown() {
		return known
	}
	return addressSet(spelled(pciAddresses(known), devices))
}

func spelled(known []string, devices []vim.BaseVirtualDevice) []string {
	var all []string
	for _, d := range device.ReadPCI(devices) {
		if i := slices.IndexFunc(known, func(k string) bool { return device.SamePCI(k, d.Address) }); i >= 0 {
			d.Address = known[i]
		}
		if !slices.Contains(all, d.Address) {
			all = append(all, d.Address)
		}
	}
	return all
}

// planPCI checks that the host has what is passed through, as far as that is new.
func (w planning) planPCI(ctx context.Context) error {
	m := w.Planned
	if w.State != nil && m.PCI.IsNull() && w.State.Imported.ValueBool() {
		m.PCI = w.State.PCI
		return nil
	}
	if m.PCI.IsUnknown() || len(m.PCI.Elements()) == 0 {
		return nil
	}
	at := path.Root("pci_device_id")
	if w.Config.Host.IsNull() || !w.Config.Host.IsUnknown() && w.Config.Host.ValueString() == "" {
		w.Error(at, "Host not configured", "pci_device_id needs host_system_id: the devices are those of one host.")
		return nil
	}
	wanted := pciDevices(m.PCI)
	if w.State != nil && !differs(m.Host, w.State.Host) {
		wanted = slices.DeleteFunc(wanted, func(d device.PCIDevice) bool {
			return len(device.MissingPCI(pciDevices(w.State.PCI), []device.PCIDevice{d})) == 0
		})
	}
	if len(wanted) == 0 {
		return nil
	}
	on, err := w.passthrough(ctx)
	if err != nil || on == nil {
		return err
	}
	for _, d := range wanted {
		switch info := on.info(d.Address); {
		case info == nil:
			w.Error(at, "No such device", fmt.Sprintf("The host %s has no PCI device %s.", m.Host.ValueString(), d.Address))
		case !info.GetHostPciPassthruInfo().PassthruEnabled:
			w.Error(at, "Device not passed through", fmt.Sprintf("Passthrough is not enabled for the PCI device %s of the host %s. Enable it in the hardware settings of the host first.", d.Address, m.Host.ValueString()))
		}
	}
	return nil
}

// passthru is what a host says of its PCI devices.
type passthru []vim.BaseHostPciPassthruInfo

// passthrough reads what the planned host gives to machines; nil while the host,
// or the provider, is not known.
func (w planning) passthrough(ctx context.Context) (passthru, error) {
	c, err := w.Client(ctx)
	host := w.Planned.Host
	if err != nil || c == nil || host.IsUnknown() || host.ValueString() == "" {
		return nil, err
	}
	h, err := vsphere.Get[mo.HostSystem](ctx, c, hostRef(host.ValueString()), "config.pciPassthruInfo")
	if vsphere.Gone(err) {
		w.Error(path.Root("host_system_id"), "No such host", err.Error())
		return nil, nil
	}
	if err != nil || h.Config == nil {
		return nil, err
	}
	return append(passthru{}, h.Config.PciPassthruInfo...), nil
}

// info is what the host says of one device, nil if it has none there.
func (p passthru) info(address string) vim.BaseHostPciPassthruInfo {
	for _, info := range p {
		if info != nil && strings.EqualFold(info.GetHostPciPassthruInfo().Id, address) {
			return info
		}
	}
	return nil
}

func (m *model) offlinePCI(was *model) []reason {
	if m.PCI.IsUnknown() || m.PCI.IsNull() && was.Imported.ValueBool() {
		return nil
	}
	now, before := pciDevices(m.PCI), pciDevices(was.PCI)
	if len(device.MissingPCI(before, now))+len(device.MissingPCI(now, before)) == 0 {
		return nil
	}
	return []reason{{path.Root("pci_device_id"), onlyOff}}
}

// errNoHost is the error of devices without the host that has them.
var errNoHost = errors.New("the devices are those of one host; configure host_system_id")

// resolvePCI finds what stands for devices that are new to the machine on the
// host that has them.
func (o *otherDevices) resolvePCI(ctx context.Context, c *vsphere.Client, host string) error {
	if len(device.MissingPCI(o.pci, o.wantPCI)) == 0 {
		return nil
	}
	if host == "" {
		return lifecycle.Attr("pci_device_id", errNoHost)
	}
	offers, err := pciOffers(ctx, c, hostRef(host))
	if err != nil {
		return lifecycle.Attr("pci_device_id", err)
	}
	for i := range o.wantPCI {
		w := &o.wantPCI[i]
		for _, offer := range offers {
			if info := offer.GetVirtualMachinePciPassthroughInfo(); info != nil && device.SamePCI(info.PciDevice.Id, w.Address) {
				w.Backing = device.PassthroughBacking(info)
			}
		}
	}
	return nil
}

// pciOffers asks the environment of a host what it passes through.
func pciOffers(ctx context.Context, c *vsphere.Client, host vsphere.Ref) ([]vim.BaseVirtualMachinePciPassthroughInfo, error) {
	h, err := vsphere.Get[mo.HostSystem](ctx, c, host, "parent")
	if err != nil {
		return nil, err
	}
	if h.Parent == nil {
		return nil, fmt.Errorf("the host %s has no place in the inventory that the user may see", host.Value)
	}
	owner, err := vsphere.Get[mo.ComputeResource](ctx, c, *h.Parent, "environmentBrowser")
	if err != nil {
		return nil, err
	}
	if owner.EnvironmentBrowser == nil {
		return nil, fmt.Errorf("the host %s does not tell what it can pass through", host.Value)
	}
	res, err := methods.QueryConfigTarget(ctx, c, &vim.QueryConfigTarget{This: *owner.EnvironmentBrowser, Host: &host})
	if err != nil || res.Returnval == nil {
		return nil, err
	}
	return res.Returnval.PciPassthrough, nil
}
