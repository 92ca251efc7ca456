// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"slices"

	vim "github.com/vmware/govmomi/vim25/types"
)

// Adapter types that a configuration can ask for, by their contract names.
const (
	E1000        = "e1000"
	E1000e       = "e1000e"
	SRIOV        = "sriov"
	Vmxnet3      = "vmxnet3"
	Vmxnet3Vrdma = "vmxnet3vrdma"
)

// NIC is what the contract's network_interface block says, as plain values.
type NIC struct {
	Key           int32  // device key, below 1 for a card that does not exist yet
	DeviceAddress string // [Address.String] form, "pci:0:7"
	NetworkID     string // managed object id, "" where the network is gone
	AdapterType   string // see the constants; others are read by name or as Unknown
	MACAddress    string // wanted only with UseStaticMAC
	UseStaticMAC  bool

	BandwidthShareLevel  string // low, normal, high or custom
	BandwidthShareCount  int32  // counts only with level custom
	BandwidthLimit       int64  // Mbit/s, -1 for none (also when wanted: 0 is a limit)
	BandwidthReservation int64  // Mbit/s

	ExternalPortID   string // empty in a wanted card leaves it alone
	PhysicalFunction string // SR-IOV: PCI address of the host's adapter, empty for any

	// Backing connects a wanted card to NetworkID. The caller makes it, since it
	// takes the network's name, or port group key and switch: it is needed for a
	// new card and for one that changes networks.
	Backing vim.BaseVirtualDeviceBackingInfo
}

// NetworkResolver returns the managed object id of the network that a backing
// connects to, "" when there is none.
type NetworkResolver func(vim.BaseVirtualDeviceBackingInfo) string

// NetworkID resolves what a backing itself tells: the object of a standard
// network, and the key of a distributed port group, which is its managed object
// id. Opaque networks have ids of their own and need a lookup.
func NetworkID(b vim.BaseVirtualDeviceBackingInfo) string {
	switch b := b.(type) {
	case *vim.VirtualEthernetCardNetworkBackingInfo:
		if b != nil && b.Network != nil {
			return b.Network.Value
		}
	case *vim.VirtualEthernetCardDistributedVirtualPortBackingInfo:
		if b != nil {
			return b.Port.PortgroupKey
		}
	}
	return ""
}

// ReadNICs returns the network interfaces among devices in the order of their
// keys, which is that of their creation. A nil resolver means [NetworkID].
func ReadNICs(devices []vim.BaseVirtualDevice, network NetworkResolver) []NIC {
	if network == nil {
		network = NetworkID
	}
	controllers := controllersByKey(devices)
	var nics []NIC
	for _, d := range devices {
		if card, ok := d.(vim.BaseVirtualEthernetCard); ok && !isNil(d) {
			nics = append(nics, readNIC(controllers, card, network))
		}
	}
	slices.SortStableFunc(nics, func(a, b NIC) int { return cmp.Compare(a.Key, b.Key) })
	return nics
}

func readNIC(controllers map[int32]Controller, device vim.BaseVirtualEthernetCard, network NetworkResolver) NIC {
	card := device.GetVirtualEthernetCard()
	n := NIC{
		Key:                 card.Key,
		AdapterType:         adapterType(device),
		MACAddress:          card.MacAddress,
		UseStaticMAC:        card.AddressType == string(vim.VirtualEthernetCardMacTypeManual),
		BandwidthShareLevel: string(vim.SharesLevelNormal),
		BandwidthLimit:      -1,
		ExternalPortID:      card.ExternalId,
	}
	if !isNil(card.Backing) {
		n.NetworkID = network(card.Backing)
	}
	if a, ok := addressOf(controllers, &card.VirtualDevice); ok {
		n.DeviceAddress = a.String()
	}
	s, isSRIOV := device.(*vim.VirtualSriovEthernetCard)
	if r := card.ResourceAllocation; r != nil && !isSRIOV { // which has no bandwidth settings
		n.BandwidthShareLevel = cmp.Or(string(r.Share.Level), n.BandwidthShareLevel)
		n.BandwidthShareCount = r.Share.Shares
		n.BandwidthReservation = value(r.Reservation)
		if r.Limit != nil {
			n.BandwidthLimit = *r.Limit
		}
	}
	if isSRIOV && s.SriovBacking != nil && s.SriovBacking.PhysicalFunctionBacking != nil {
		n.PhysicalFunction = s.SriovBacking.PhysicalFunctionBacking.Id
	}
	return n
}

func adapterType(card vim.BaseVirtualEthernetCard) string {
	switch card.(type) {
	case *vim.VirtualE1000:
		return E1000
	case *vim.VirtualE1000e:
		return E1000e
	case *vim.VirtualSriovEthernetCard:
		return SRIOV
	case *vim.VirtualVmxnet3Vrdma:
		return Vmxnet3Vrdma
	case *vim.VirtualVmxnet3:
		return Vmxnet3
	case *vim.VirtualVmxnet2:
		return "vmxnet2"
	case *vim.VirtualVmxnet:
		return "vmxnet"
	case *vim.VirtualPCNet32:
		return "pcnet32"
	}
	return Unknown
}

// AdapterTypes are the adapter types that a machine can have. Those that
// [NIC] names no constant for cannot be made any more.
func AdapterTypes() []string {
	return []string{E1000, E1000e, SRIOV, Vmxnet3, Vmxnet3Vrdma, "vmxnet2", "vmxnet", "pcnet32", Unknown}
}

// newCard makes an empty card of a type, nil for a type that cannot be asked for.
func newCard(adapterType string) vim.BaseVirtualDevice {
	switch adapterType {
	case E1000:
		return &vim.VirtualE1000{}
	case E1000e:
		return &vim.VirtualE1000e{}
	case SRIOV:
		return &vim.VirtualSriovEthernetCard{}
	case Vmxnet3:
		return &vim.VirtualVmxnet3{}
	case Vmxnet3Vrdma:
		return &vim.VirtualVmxnet3Vrdma{}
	}
	return nil
}
