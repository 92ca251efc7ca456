// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"net/netip"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// guestAddresses returns the addresses that a guest reports, by the key of the
// network interface and IPv4 before IPv6, and those of its default gateways.
func guestAddresses(guest *vim.GuestInfo) (addresses, gateways []netip.Prefix) {
	if guest == nil {
		return nil, nil
	}
	nics := slices.Clone(guest.Net)
	slices.SortStableFunc(nics, func(a, b vim.GuestNicInfo) int { return int(a.DeviceConfigId) - int(b.DeviceConfigId) })
	for _, nic := range nics {
		if nic.DeviceConfigId < 0 || nic.IpConfig == nil {
			continue // an interface of the guest alone, such as a bridge
		}
		all := prefixes(nic.IpConfig.IpAddress)
		addresses = append(addresses, only(all, netip.Addr.Is4)...)
		addresses = append(addresses, only(all, netip.Addr.Is6)...)
	}
	for _, stack := range guest.IpStack {
		if stack.IpRouteConfig == nil {
			continue
		}
		for _, route := range stack.IpRouteConfig.IpRoute {
			gateway, err := netip.ParseAddr(route.Gateway.IpAddress)
			if err == nil && route.PrefixLength == 0 && (route.Network == "0.0.0.0" || route.Network == "::") {
				gateways = append(gateways, netip.PrefixFrom(gateway, gateway.BitLen()))
			}
		}
	}
	return addresses, gateways
}

func prefixes(found []vim.NetIpConfigInfoIpAddress) []netip.Prefix {
	var all []netip.Prefix
	for _, a := range found {
		if ip, err := netip.ParseAddr(a.IpAddress); err == nil {
			all = append(all, netip.PrefixFrom(ip, int(a.PrefixLength)))
		}
	}
	return all
}

func only(all []netip.Prefix, family func(netip.Addr) bool) []netip.Prefix {
	var some []netip.Prefix
	for _, p := range all {
		if family(p.Addr()) {
			some = append(some, p)
		}
	}
	return some
}

// defaultAddress returns the address in the subnet of the IPv4 default gateway,
// else of the IPv6 one, else the first there is; the zero Addr when there is none.
func defaultAddress(addresses, gateways []netip.Prefix) netip.Addr {
	for _, family := range []func(netip.Addr) bool{netip.Addr.Is4, netip.Addr.Is6} {
		for _, gateway := range only(gateways, family) {
			for _, a := range addresses {
				if a.Masked().Contains(gateway.Addr()) {
					return a.Addr()
				}
			}
		}
	}
	if len(addresses) > 0 {
		return addresses[0].Addr()
	}
	return netip.Addr{}
}

// usable drops the addresses that no other machine can reach, and those that
// are to be ignored.
func usable(addresses []netip.Prefix, ignored []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(addresses), func(p netip.Prefix) bool {
		a := p.Addr()
		return a.IsLinkLocalUnicast() || a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() ||
			slices.ContainsFunc(ignored, func(not netip.Prefix) bool { return not.Contains(a) })
	})
}

// ignoredPrefixes reads ignored_guest_ips; what is no address is left to the
// validator.
func ignoredPrefixes(list types.List) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range stringsOf(list) {
		if p, ok := parsePrefix(s); ok {
			all = append(all, p)
		}
	}
	return all
}

// parsePrefix reads an address or a subnet in CIDR notation.
func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// addresses wants a list of addresses and subnets.
type addresses struct{}

func (addresses) Description(context.Context) string {
	return "addresses, or subnets in CIDR notation"
}

func (v addresses) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v addresses) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, e := range req.ConfigValue.Elements() {
		s, ok := e.(types.String)
		if !ok || s.IsNull() || s.IsUnknown() {
			continue
		}
		if _, ok := parsePrefix(s.ValueString()); !ok {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), "Not an address", "Give "+v.Description(ctx)+", not "+s.ValueString()+".")
		}
	}
}

// flatten fills in what the machine and its guest are doing. While no address is
// known the default one stays: the guest may just be starting.
func (m *powerModel) flatten(runtime vim.VirtualMachinePowerState, guest *vim.GuestInfo) {
	m.PowerState = types.StringValue(powerState(runtime))
	m.ToolsStatus = types.StringValue(deref(guest).ToolsRunningStatus)
	found, gateways := guestAddresses(guest)
	texts := make([]string, len(found))
	for i, p := range found {
		texts[i] = p.Addr().String()
	}
	m.GuestIPs = stringList(texts)
	if a := defaultAddress(found, gateways); a.IsValid() {
		m.DefaultIP = types.StringValue(a.String())
	} else if m.DefaultIP.IsUnknown() {
		m.DefaultIP = types.StringNull()
	}
}

// powerState is what the contract calls a power state.
func powerState(s vim.VirtualMachinePowerState) string {
	switch s {
	case vim.VirtualMachinePowerStatePoweredOn:
		return "on"
	case vim.VirtualMachinePowerStateSuspended:
		return "suspended"
	}
	return "off"
}
