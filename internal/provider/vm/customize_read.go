// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"net"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// flatten fills the settings from a specification. What vSphere does not tell,
// which is passwords that it keeps encrypted, stays as it is.
func (m *customModel) flatten(ctx context.Context, spec *vim.CustomizationSpec) error {
	m.DNSServers, m.DNSSuffixes = stringList(spec.GlobalIPSettings.DnsServerList), stringList(spec.GlobalIPSettings.DnsSuffixList)
	m.Sysprep = types.StringValue("")
	var linux []linuxModel
	var windows []windowsModel
	switch identity := spec.Identity.(type) {
	case *vim.CustomizationLinuxPrep:
		linux = []linuxModel{linuxOf(identity)}
	case *vim.CustomizationSysprep:
		prior, err := decode[windowsModel](ctx, m.Windows)
		if err != nil {
			return err
		}
		if windows = prior; len(prior) == 0 {
			windows = make([]windowsModel, 1)
		}
		windows[0].flatten(identity)
	case *vim.CustomizationSysprepText:
		m.Sysprep = types.StringValue(identity.Value)
	}
	var err error
	if m.Linux, err = encode(ctx, linuxType, linux); err != nil {
		return err
	}
	if m.Windows, err = encode(ctx, windowsType, windows); err != nil {
		return err
	}
	return m.flattenNICs(ctx, spec.NicSettingMap)
}

func (m *customModel) flattenNICs(ctx context.Context, adapters []vim.CustomizationAdapterMapping) error {
	prior, err := decode[customNICModel](ctx, m.NICs)
	if err != nil {
		return err
	}
	nics := make([]customNICModel, len(adapters))
	copy(nics, prior)
	for i := range nics {
		nics[i].flatten(&adapters[i].Adapter)
	}
	m.NICs, err = encode(ctx, customNICType, nics)
	return err
}

func linuxOf(prep *vim.CustomizationLinuxPrep) linuxModel {
	return linuxModel{
		Domain: types.StringValue(prep.Domain), HostName: fixedName(prep.HostName), ClockUTC: flagValue(prep.HwClockUTC),
		Script: types.StringValue(prep.ScriptText), TimeZone: types.StringValue(prep.TimeZone),
	}
}

func (m *windowsModel) flatten(prep *vim.CustomizationSysprep) {
	gui, user, domain := prep.GuiUnattended, prep.UserData, prep.Identification
	var commands []string
	if prep.GuiRunOnce != nil {
		commands = prep.GuiRunOnce.CommandList
	}
	*m = windowsModel{
		AdminPassword: toldPassword(gui.Password, m.AdminPassword), TimeZone: numberValue(gui.TimeZone),
		AutoLogon: types.BoolValue(gui.AutoLogon), AutoLogonCount: numberValue(gui.AutoLogonCount),
		FullName: types.StringValue(user.FullName), Organization: types.StringValue(user.OrgName),
		ComputerName: fixedName(user.ComputerName), ProductKey: types.StringValue(user.ProductId),
		Workgroup: types.StringValue(domain.JoinWorkgroup), JoinDomain: types.StringValue(domain.JoinDomain),
		DomainUser: types.StringValue(domain.DomainAdmin), DomainPassword: toldPassword(domain.DomainAdminPassword, m.DomainPassword),
		DomainOU: types.StringValue(domain.DomainOU), RunOnce: stringList(commands),
	}
}

// toldPassword is a password that vSphere tells; else what was known before.
func toldPassword(p *vim.CustomizationPassword, prior types.String) types.String {
	if p != nil && p.PlainText {
		return types.StringValue(p.Value)
	}
	return prior
}

// fixedName is the name of a guest, "" where vSphere makes one up.
func fixedName(name vim.BaseCustomizationName) types.String {
	if fixed, ok := name.(*vim.CustomizationFixedName); ok {
		return types.StringValue(fixed.Name)
	}
	return types.StringValue("")
}

// flatten fills in the settings of an interface. A netmask without an address
// means nothing to vSphere and stays as it is.
func (m *customNICModel) flatten(settings *vim.CustomizationIPSettings) {
	m.DNSDomain, m.DNSServers = types.StringValue(settings.DnsDomain), stringList(settings.DnsServerList)
	fixed, ok := settings.Ip.(*vim.CustomizationFixedIp)
	switch {
	case ok:
		m.Address4, m.Netmask4 = sameAddr(m.Address4, fixed.IpAddress), numberValue(prefixLength(settings.SubnetMask))
	case m.Address4.ValueString() != "":
		m.Address4, m.Netmask4 = types.StringValue(""), types.Int64Value(0)
	}
	fixed6 := fixedIPv6(settings.IpV6Spec)
	switch {
	case fixed6 != nil:
		m.Address6, m.Netmask6 = sameAddr(m.Address6, fixed6.IpAddress), numberValue(fixed6.SubnetMask)
	case m.Address6.ValueString() != "":
		m.Address6, m.Netmask6 = types.StringValue(""), types.Int64Value(0)
	}
}

func fixedIPv6(spec *vim.CustomizationIPSettingsIpV6AddressSpec) *vim.CustomizationFixedIpV6 {
	if spec == nil {
		return nil
	}
	for _, ip := range spec.Ip {
		if fixed, ok := ip.(*vim.CustomizationFixedIpV6); ok {
			return fixed
		}
	}
	return nil
}

// flatten fills in the gateways. One that no interface can reach is nowhere in
// vSphere and stays as it is.
func (m *gatewayModel) flatten(spec *vim.CustomizationSpec) {
	var four, six []string
	var subnets []netip.Prefix
	for _, n := range spec.NicSettingMap {
		four = append(four, n.Adapter.Gateway...)
		if fixed, ok := n.Adapter.Ip.(*vim.CustomizationFixedIp); ok {
			subnets = append(subnets, subnet(fixed.IpAddress, prefixLength(n.Adapter.SubnetMask)))
		}
		if n.Adapter.IpV6Spec != nil {
			six = append(six, n.Adapter.IpV6Spec.Gateway...)
		}
		if fixed := fixedIPv6(n.Adapter.IpV6Spec); fixed != nil {
			subnets = append(subnets, subnet(fixed.IpAddress, int(fixed.SubnetMask)))
		}
	}
	m.Gateway4, m.Gateway6 = readGateway(m.Gateway4, four, subnets), readGateway(m.Gateway6, six, subnets)
}

func subnet(address string, bits int) netip.Prefix {
	addr, _ := netip.ParseAddr(address)
	return netip.PrefixFrom(addr, bits).Masked()
}

func readGateway(prior types.String, found []string, subnets []netip.Prefix) types.String {
	if len(found) > 0 {
		return sameAddr(prior, found[0])
	}
	for _, s := range subnets {
		if s.Contains(parseAddr(prior)) {
			return types.StringValue("")
		}
	}
	return prior
}

// sameAddr is prior if it is the address that was found, written in another way.
func sameAddr(prior types.String, found string) types.String {
	if addr, err := netip.ParseAddr(found); err == nil && addr == parseAddr(prior) {
		return prior
	}
	return types.StringValue(found)
}

// prefixLength is the length of a subnet mask in dotted form, 0 for none.
func prefixLength(mask string) int {
	ip := net.ParseIP(mask).To4()
	if ip == nil {
		return 0
	}
	bits, _ := net.IPMask(ip).Size()
	return bits
}
