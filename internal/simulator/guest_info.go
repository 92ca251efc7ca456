// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/netip"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// guestChanges are the property changes that make a machine report g.
func guestChanges(vm *simulator.VirtualMachine, g GuestState) []vim.PropertyChange {
	info := vim.GuestInfo{}
	if old := vm.Guest; old != nil {
		info = *old
	}
	info.GuestId, info.GuestFullName = vm.Config.GuestId, guestFullName(vm.Config.GuestId)
	info.HostName, info.IpAddress, info.Net, info.IpStack = "", "", nil, nil
	running := !g.ToolsOff
	setTools(&info, running)
	if running {
		setNetwork(&info, vm, g)
	}
	return []vim.PropertyChange{
		{Name: "guest", Val: info},
		{Name: "summary.guest", Val: guestSummary(&info)},
	}
}

func setTools(info *vim.GuestInfo, running bool) {
	status, state := vim.VirtualMachineToolsRunningStatusGuestToolsNotRunning, "notRunning"
	info.ToolsStatus = vim.VirtualMachineToolsStatusToolsNotRunning
	if running {
		status, state = vim.VirtualMachineToolsRunningStatusGuestToolsRunning, "running"
		info.ToolsStatus = vim.VirtualMachineToolsStatusToolsOk
	}
	info.ToolsRunningStatus = string(status)
	info.GuestState = state
	info.ToolsVersion = "12389"
	info.ToolsVersionStatus = string(vim.VirtualMachineToolsVersionStatusGuestToolsCurrent)
	info.ToolsVersionStatus2 = info.ToolsVersionStatus
	info.GuestOperationsReady = &running
	info.InteractiveGuestOperationsReady = vim.NewBool(false)
}

func setNetwork(info *vim.GuestInfo, vm *simulator.VirtualMachine, g GuestState) {
	info.HostName, info.IpAddress = g.HostName, g.IPAddress
	stack := vim.GuestStackInfo{
		DnsConfig: &vim.NetDnsConfigInfo{HostName: g.HostName, IpAddress: g.DNS},
	}
	var nics []vim.GuestNicInfo
	for i, card := range ethernetCards(vm.Config.Hardware.Device) {
		nic := vim.GuestNicInfo{MacAddress: card.MacAddress, Connected: true, DeviceConfigId: card.Key}
		if i < len(g.Addresses) {
			addAddresses(&nic, g.Addresses[i])
		}
		if info.IpAddress == "" && len(nic.IpAddress) > 0 {
			info.IpAddress = nic.IpAddress[0]
		}
		nics = append(nics, nic)
	}
	if g.Gateway != "" {
		stack.IpRouteConfig = &vim.NetIpRouteConfigInfo{IpRoute: []vim.NetIpRouteConfigInfoIpRoute{defaultRoute(g.Gateway)}}
	}
	info.Net, info.IpStack = nics, []vim.GuestStackInfo{stack}
}

func defaultRoute(gateway string) vim.NetIpRouteConfigInfoIpRoute {
	network := "0.0.0.0"
	if a, err := netip.ParseAddr(gateway); err == nil && a.Is6() {
		network = "::"
	}
	return vim.NetIpRouteConfigInfoIpRoute{
		Network: network,
		Gateway: vim.NetIpRouteConfigInfoGateway{IpAddress: gateway, Device: "0"},
	}
}

func addAddresses(nic *vim.GuestNicInfo, addresses []string) {
	nic.IpConfig = new(vim.NetIpConfigInfo)
	for _, s := range addresses {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil {
				continue
			}
			p = netip.PrefixFrom(a, map[bool]int{true: 24, false: 64}[a.Is4()])
		}
		nic.IpAddress = append(nic.IpAddress, p.Addr().String())
		nic.IpConfig.IpAddress = append(nic.IpConfig.IpAddress, vim.NetIpConfigInfoIpAddress{
			IpAddress:    p.Addr().String(),
			PrefixLength: int32(p.Bits()),
			Origin:       "manual",
			State:        "preferred",
		})
	}
}

func guestSummary(info *vim.GuestInfo) *vim.VirtualMachineGuestSummary {
	return &vim.VirtualMachineGuestSummary{
		GuestId:             info.GuestId,
		GuestFullName:       info.GuestFullName,
		ToolsStatus:         info.ToolsStatus,
		ToolsVersionStatus:  info.ToolsVersionStatus,
		ToolsVersionStatus2: info.ToolsVersionStatus2,
		ToolsRunningStatus:  info.ToolsRunningStatus,
		HostName:            info.HostName,
		IpAddress:           info.IpAddress,
	}
}

// ethernetCards are the NICs among devices, in their order.
func ethernetCards(devices []vim.BaseVirtualDevice) []*vim.VirtualEthernetCard {
	var cards []*vim.VirtualEthernetCard
	for _, d := range devices {
		if c, ok := d.(vim.BaseVirtualEthernetCard); ok {
			cards = append(cards, c.GetVirtualEthernetCard())
		}
	}
	return cards
}
