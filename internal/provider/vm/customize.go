// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"net/netip"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// customization returns what the guest of a clone is to be changed to, nil for
// nothing.
func customization(ctx context.Context, c *vsphere.Client, clone cloneModel) (*vim.CustomizationSpec, error) {
	stored, err := decode[storedSpecModel](ctx, clone.Specification)
	if err != nil {
		return nil, err
	}
	if len(stored) > 0 {
		spec, err := storedCustomization(ctx, c, stored[0].ID.ValueString())
		return spec, lifecycle.At(cloneAt.AtName("customization_spec").AtListIndex(0).AtName("id"), err)
	}
	custom, err := decode[customizeModel](ctx, clone.Customize)
	if err != nil || len(custom) == 0 {
		return nil, err
	}
	return custom[0].spec(ctx, custom[0].gatewayModel)
}

// storedSpecKey is the name of a stored specification that was looked up: many
// machines are customized by one.
type storedSpecKey string

// storedCustomization returns the settings of a stored specification.
func storedCustomization(ctx context.Context, c *vsphere.Client, name string) (*vim.CustomizationSpec, error) {
	return vsphere.Remember(ctx, c, storedSpecKey(name), func(ctx context.Context) (*vim.CustomizationSpec, error) {
		item, err := storedSpec(ctx, c, name)
		if err != nil {
			return nil, err
		}
		return &item.Spec, nil
	})
}

// spec is the specification for vSphere.
func (m *customModel) spec(ctx context.Context, gateway gatewayModel) (*vim.CustomizationSpec, error) {
	nics, err := decode[customNICModel](ctx, m.NICs)
	if err != nil {
		return nil, err
	}
	spec := &vim.CustomizationSpec{GlobalIPSettings: vim.CustomizationGlobalIPSettings{
		DnsServerList: stringsOf(m.DNSServers), DnsSuffixList: stringsOf(m.DNSSuffixes),
	}}
	gateways := []netip.Addr{parseAddr(gateway.Gateway4), parseAddr(gateway.Gateway6)}
	for _, n := range nics {
		spec.NicSettingMap = append(spec.NicSettingMap, vim.CustomizationAdapterMapping{Adapter: n.settings(gateways)})
	}
	spec.Identity, spec.Options, err = m.identity(ctx)
	return spec, err
}

// identity is the part that depends on the kind of guest.
func (m *customModel) identity(ctx context.Context) (vim.BaseCustomizationIdentitySettings, vim.BaseCustomizationOptions, error) {
	linux, err := decode[linuxModel](ctx, m.Linux)
	if err != nil {
		return nil, nil, err
	}
	if len(linux) > 0 {
		return linux[0].prep(), &vim.CustomizationLinuxOptions{}, nil
	}
	windows, err := decode[windowsModel](ctx, m.Windows)
	if err != nil {
		return nil, nil, err
	}
	options := &vim.CustomizationWinOptions{ChangeSID: true}
	if len(windows) > 0 {
		return windows[0].sysprep(), options, nil
	}
	return &vim.CustomizationSysprepText{Value: m.Sysprep.ValueString()}, options, nil
}

func (m *linuxModel) prep() *vim.CustomizationLinuxPrep {
	return &vim.CustomizationLinuxPrep{
		HostName:   &vim.CustomizationFixedName{Name: m.HostName.ValueString()},
		Domain:     m.Domain.ValueString(),
		TimeZone:   m.TimeZone.ValueString(),
		HwClockUTC: ptr(m.ClockUTC.ValueBool()),
		ScriptText: m.Script.ValueString(),
	}
}

func (m *windowsModel) sysprep() *vim.CustomizationSysprep {
	prep := &vim.CustomizationSysprep{
		GuiUnattended: vim.CustomizationGuiUnattended{
			Password: password(m.AdminPassword), TimeZone: int32(m.TimeZone.ValueInt64()),
			AutoLogon: m.AutoLogon.ValueBool(), AutoLogonCount: int32(m.AutoLogonCount.ValueInt64()),
		},
		UserData: vim.CustomizationUserData{
			FullName: m.FullName.ValueString(), OrgName: m.Organization.ValueString(),
			ComputerName: &vim.CustomizationFixedName{Name: m.ComputerName.ValueString()}, ProductId: m.ProductKey.ValueString(),
		},
		Identification: vim.CustomizationIdentification{
			JoinWorkgroup: m.Workgroup.ValueString(), JoinDomain: m.JoinDomain.ValueString(),
			DomainAdmin: m.DomainUser.ValueString(), DomainAdminPassword: password(m.DomainPassword), DomainOU: m.DomainOU.ValueString(),
		},
	}
	if commands := stringsOf(m.RunOnce); len(commands) > 0 {
		prep.GuiRunOnce = &vim.CustomizationGuiRunOnce{CommandList: commands}
	}
	return prep
}

// password is sent as plain text: the connection is encrypted.
func password(s types.String) *vim.CustomizationPassword {
	if s.ValueString() == "" {
		return nil
	}
	return &vim.CustomizationPassword{Value: s.ValueString(), PlainText: true}
}

// settings are the addresses of one interface. It takes, and removes from the
// list, each gateway that is in its subnet: only the first interface there gets it.
func (m *customNICModel) settings(gateways []netip.Addr) vim.CustomizationIPSettings {
	settings := vim.CustomizationIPSettings{Ip: &vim.CustomizationDhcpIpGenerator{}, DnsDomain: m.DNSDomain.ValueString(), DnsServerList: stringsOf(m.DNSServers)}
	if subnet := netip.PrefixFrom(parseAddr(m.Address4), int(m.Netmask4.ValueInt64())); subnet.IsValid() {
		settings.Ip = &vim.CustomizationFixedIp{IpAddress: m.Address4.ValueString()}
		settings.SubnetMask = mask(subnet.Bits())
		settings.Gateway = take(gateways, subnet)
	}
	if subnet := netip.PrefixFrom(parseAddr(m.Address6), int(m.Netmask6.ValueInt64())); subnet.IsValid() {
		settings.IpV6Spec = &vim.CustomizationIPSettingsIpV6AddressSpec{
			Ip:      []vim.BaseCustomizationIpV6Generator{&vim.CustomizationFixedIpV6{IpAddress: m.Address6.ValueString(), SubnetMask: int32(subnet.Bits())}},
			Gateway: take(gateways, subnet),
		}
	}
	return settings
}

func take(gateways []netip.Addr, subnet netip.Prefix) []string {
	for i, g := range gateways {
		if g.IsValid() && subnet.Masked().Contains(g) {
			gateways[i] = netip.Addr{}
			return []string{g.String()}
		}
	}
	return nil
}

// parseAddr returns the zero Addr for what is no address.
func parseAddr(s types.String) netip.Addr {
	a, _ := netip.ParseAddr(s.ValueString())
	return a
}

// mask is a prefix length in dotted form.
func mask(bits int) string {
	all := ^uint32(0) << (32 - bits)
	return netip.AddrFrom4([4]byte{byte(all >> 24), byte(all >> 16), byte(all >> 8), byte(all)}).String()
}
