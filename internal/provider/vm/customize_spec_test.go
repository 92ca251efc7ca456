// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"net/netip"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// TestCustomizeAddresses: a gateway goes to the first interface in its subnet.
func TestCustomizeAddresses(t *testing.T) {
	gateways := []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")}
	nic := func(four, six string) customNICModel {
		m := customNICModel{Netmask4: types.Int64Value(20), Netmask6: types.Int64Value(64)}
		if four != "" {
			m.Address4 = types.StringValue(four)
		}
		if six != "" {
			m.Address6 = types.StringValue(six)
		}
		return m
	}
	other, first, second := nic("192.168.0.7", ""), nic("10.0.0.7", "2001:db8::7"), nic("10.0.0.8", "")
	if s := other.settings(gateways); s.Gateway != nil || s.SubnetMask != "255.255.240.0" {
		t.Errorf("another subnet: %+v", s)
	}
	s := first.settings(gateways)
	if len(s.Gateway) != 1 || s.Gateway[0] != "10.0.0.1" || s.IpV6Spec == nil || len(s.IpV6Spec.Gateway) != 1 {
		t.Errorf("first in the subnet: %+v", s)
	}
	if s := second.settings(gateways); s.Gateway != nil {
		t.Errorf("second in the subnet: %+v", s)
	}
	dhcp := nic("", "")
	if _, ok := dhcp.settings(gateways).Ip.(*vim.CustomizationDhcpIpGenerator); !ok {
		t.Error("an interface without an address is DHCP")
	}
}

func TestSysprep(t *testing.T) {
	m := windowsModel{
		ComputerName: types.StringValue("win"), JoinDomain: types.StringValue("example.com"), DomainUser: types.StringValue("admin"),
		DomainPassword: types.StringValue("secret"), TimeZone: types.Int64Value(85), RunOnce: stringList([]string{"a", "b"}),
	}
	prep := m.sysprep()
	if prep.Identification.DomainAdminPassword == nil || prep.Identification.JoinDomain != "example.com" || prep.GuiUnattended.Password != nil {
		t.Errorf("%+v", prep)
	}
	if prep.GuiRunOnce == nil || len(prep.GuiRunOnce.CommandList) != 2 {
		t.Error("the commands of the first logon are missing")
	}
}
