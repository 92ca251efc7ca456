// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func standard(id string) *vim.VirtualEthernetCardNetworkBackingInfo {
	return &vim.VirtualEthernetCardNetworkBackingInfo{
		VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "name of " + id},
		Network:                        &vim.ManagedObjectReference{Type: "Network", Value: id},
	}
}

func portGroup(id string) *vim.VirtualEthernetCardDistributedVirtualPortBackingInfo {
	return &vim.VirtualEthernetCardDistributedVirtualPortBackingInfo{
		Port: vim.DistributedVirtualSwitchPortConnection{SwitchUuid: "50 2e", PortgroupKey: id, PortKey: "17", ConnectionCookie: 5},
	}
}

// nicDevice is a card as vCenter reports it, n making it distinct.
func nicDevice(n int, adapter string, b vim.BaseVirtualDeviceBackingInfo) vim.BaseVirtualDevice {
	d := newCard(adapter)
	card := d.(vim.BaseVirtualEthernetCard).GetVirtualEthernetCard()
	card.Key, card.ControllerKey, card.UnitNumber = int32(4000+n), 100, ptr(int32(7+n))
	card.AddressType, card.MacAddress = "assigned", fmt.Sprintf("00:50:56:00:00:%02x", n)
	card.Backing = b
	card.Connectable = &vim.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true}
	if adapter != SRIOV {
		card.ResourceAllocation = &vim.VirtualEthernetCardResourceAllocation{
			Reservation: ptr(int64(0)), Limit: ptr(int64(-1)), Share: vim.SharesInfo{Level: "normal", Shares: 50},
		}
	}
	return d
}

func newNIC(network string) NIC {
	return NIC{NetworkID: network, AdapterType: Vmxnet3, BandwidthShareLevel: "normal", BandwidthLimit: -1, Backing: standard(network)}
}

// cards has cards on networks a, b and c.
func cards() []vim.BaseVirtualDevice {
	devices := controllerDevices(Counts{})
	for i, network := range []string{"a", "b", "c"} {
		devices = append(devices, nicDevice(i, Vmxnet3, standard(network)))
	}
	return devices
}

func TestReadNICs(t *testing.T) {
	sriov := nicDevice(1, SRIOV, portGroup("dvportgroup-9")).(*vim.VirtualSriovEthernetCard)
	sriov.SriovBacking = &vim.VirtualSriovEthernetCardSriovBackingInfo{PhysicalFunctionBacking: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: "0000:3b:00.1"}}
	static := nicDevice(0, E1000e, standard("network-7")).(*vim.VirtualE1000e)
	static.AddressType, static.ExternalId = "manual", "port-1"
	got := ReadNICs(append(controllerDevices(Counts{}), sriov, static), nil)
	want := []NIC{
		{
			Key: 4000, DeviceAddress: "pci:0:7", NetworkID: "network-7", AdapterType: E1000e, MACAddress: "00:50:56:00:00:00", UseStaticMAC: true,
			BandwidthShareLevel: "normal", BandwidthShareCount: 50, BandwidthLimit: -1, ExternalPortID: "port-1",
		},
		{
			Key: 4001, DeviceAddress: "pci:0:8", NetworkID: "dvportgroup-9", AdapterType: SRIOV, MACAddress: "00:50:56:00:00:01",
			BandwidthShareLevel: "normal", BandwidthLimit: -1, PhysicalFunction: "0000:3b:00.1",
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestReadNICsOdd(t *testing.T) {
	opaque := &vim.VirtualEthernetCardOpaqueNetworkBackingInfo{OpaqueNetworkId: "nsx"}
	resolve := func(b vim.BaseVirtualDeviceBackingInfo) string {
		if o, ok := b.(*vim.VirtualEthernetCardOpaqueNetworkBackingInfo); ok {
			return "network-o-" + o.OpaqueNetworkId
		}
		return ""
	}
	tests := map[string]struct {
		device       vim.BaseVirtualDevice
		network      NetworkResolver
		kind, wantID string
	}{
		"opaque":               {&vim.VirtualVmxnet3Vrdma{VirtualVmxnet3: vim.VirtualVmxnet3{VirtualVmxnet: vim.VirtualVmxnet{VirtualEthernetCard: vim.VirtualEthernetCard{VirtualDevice: vim.VirtualDevice{Backing: opaque}}}}}, resolve, Vmxnet3Vrdma, "network-o-nsx"},
		"opaque, no resolver":  {&vim.VirtualE1000{VirtualEthernetCard: vim.VirtualEthernetCard{VirtualDevice: vim.VirtualDevice{Backing: opaque}}}, nil, E1000, ""},
		"no backing":           {&vim.VirtualPCNet32{}, nil, "pcnet32", ""},
		"nil backing":          {&vim.VirtualVmxnet2{VirtualVmxnet: vim.VirtualVmxnet{VirtualEthernetCard: vim.VirtualEthernetCard{VirtualDevice: vim.VirtualDevice{Backing: (*vim.VirtualEthernetCardNetworkBackingInfo)(nil)}}}}, nil, "vmxnet2", ""},
		"network gone":         {&vim.VirtualVmxnet{VirtualEthernetCard: vim.VirtualEthernetCard{VirtualDevice: vim.VirtualDevice{Backing: &vim.VirtualEthernetCardNetworkBackingInfo{}}}}, nil, "vmxnet", ""},
		"type of no one knows": {&vim.VirtualEthernetCard{}, nil, Unknown, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			nics := ReadNICs([]vim.BaseVirtualDevice{nil, (*vim.VirtualE1000)(nil), tt.device}, tt.network)
			if len(nics) != 1 || nics[0].AdapterType != tt.kind || nics[0].NetworkID != tt.wantID {
				t.Errorf("%+v", nics)
			}
		})
	}
}

func TestMatchNICs(t *testing.T) {
	found := ReadNICs(cards(), nil)
	tests := map[string]struct {
		known NIC
		key   int32
	}{
		"key and mac":             {NIC{Key: 4001, MACAddress: "00:50:56:00:00:01"}, 4001},
		"key used again":          {NIC{Key: 4000, MACAddress: "00:50:56:00:00:02"}, 4002},
		"mac changed":             {NIC{Key: 4001, MACAddress: "00:50:56:ff:ff:ff"}, 4001},
		"mac in capitals":         {NIC{MACAddress: "00:50:56:00:00:02"}, 4002},
		"gone":                    {NIC{Key: 4009, MACAddress: "00:50:56:ff:ff:ff", NetworkID: "a"}, 0},
		"new, by network":         {newNIC("b"), 4001},
		"new, nothing like it":    {newNIC("z"), 4000},
		"new, other adapter type": {NIC{NetworkID: "c", AdapterType: E1000}, 4000},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := MatchNICs([]NIC{tt.known}, found)
			if tt.key == 0 {
				if len(m.Missing) != 1 || len(m.Extra) != 3 {
					t.Errorf("matched %+v", m.NICs)
				}
				return
			}
			if len(m.NICs) != 1 || m.NICs[0].Key != tt.key || len(m.Extra) != 2 {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestDiffNICs(t *testing.T) {
	tests := map[string]struct {
		change  func(w []NIC) []NIC
		ops     []string
		changes []string // kind key attributes
	}{
		"nothing":        {func(w []NIC) []NIC { return w }, nil, nil},
		"reversed":       {func(w []NIC) []NIC { slices.Reverse(w); return w }, nil, nil},
		"without middle": {func(w []NIC) []NIC { return slices.Delete(w, 1, 2) }, []string{"remove"}, []string{"remove 4001 []"}},
		"without first":  {func(w []NIC) []NIC { return w[1:] }, []string{"remove"}, []string{"remove 4000 []"}},
		"inserted":       {func(w []NIC) []NIC { return slices.Insert(w, 1, newNIC("z")) }, []string{"add"}, []string{"add 0 []"}},
		"other network":  {func(w []NIC) []NIC { w[1].NetworkID = "z"; return w }, []string{"edit"}, []string{"edit 4001 [network_id]"}},
		"other network and one less": {func(w []NIC) []NIC { w[1].NetworkID = "z"; return w[:2] },
			[]string{"remove", "edit"}, []string{"remove 4002 []", "edit 4001 [network_id]"}},
		"static mac": {func(w []NIC) []NIC { w[2].UseStaticMAC, w[2].MACAddress = true, "00:50:56:3f:00:01"; return w },
			[]string{"edit"}, []string{"edit 4002 [use_static_mac mac_address]"}},
		"adapter type": {func(w []NIC) []NIC { w[1].AdapterType = E1000e; return w },
			[]string{"remove", "add"}, []string{"replace 4001 [adapter_type]"}},
		"bandwidth": {func(w []NIC) []NIC {
			w[0].BandwidthLimit, w[0].BandwidthShareLevel, w[0].BandwidthShareCount = 100, "custom", 30
			return w
		},
			[]string{"edit"}, []string{"edit 4000 [bandwidth_share_level bandwidth_share_count bandwidth_limit]"}},
		"external port": {func(w []NIC) []NIC { w[0].ExternalPortID = "p"; return w }, []string{"edit"}, []string{"edit 4000 [external_port_id]"}},
		"adapter type of the last, in front": {func(w []NIC) []NIC { w[2].AdapterType = E1000; return []NIC{w[2], w[0]} },
			[]string{"remove", "remove", "add"}, []string{"remove 4001 []", "replace 4002 [adapter_type]"}},
		"fixed mac on another network": {func(w []NIC) []NIC {
			w[0].NetworkID, w[0].UseStaticMAC, w[0].MACAddress = "z", true, "00:50:56:00:00:02"
			return w[:1]
		}, []string{"remove", "remove", "edit"}, []string{"remove 4000 []", "remove 4001 []", "edit 4002 [network_id use_static_mac]"}},
		"by key": {func(w []NIC) []NIC { w[0].Key, w[0].NetworkID = 4002, "z"; return w[:1] },
			[]string{"remove", "remove", "edit"}, []string{"remove 4000 []", "remove 4001 []", "edit 4002 [network_id]"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			devices := cards()
			want := tt.change([]NIC{newNIC("a"), newNIC("b"), newNIC("c")})
			diff, err := DiffNICs(devices, ReadNICs(devices, nil), want, NICOptions{})
			if err != nil {
				t.Fatal(err)
			}
			mustApply(t, devices, diff.Specs)
			if got := operations(diff.Specs); !slices.Equal(got, tt.ops) {
				t.Errorf("operations %v, want %v", got, tt.ops)
			}
			var got []string
			for _, c := range diff.Changes {
				got = append(got, fmt.Sprintf("%s %d %v", c.Kind, c.Key, c.Attributes))
			}
			if !slices.Equal(got, tt.changes) {
				t.Errorf("changes %q, want %q", got, tt.changes)
			}
		})
	}
}

func TestReplacedCardKeepsItsPlace(t *testing.T) {
	devices := append(controllerDevices(Counts{}), nicDevice(0, Vmxnet3, portGroup("dvportgroup-9")))
	w := newNIC("dvportgroup-9")
	w.AdapterType, w.Backing = E1000, nil // the network stays, so no backing is needed
	diff, err := DiffNICs(devices, ReadNICs(devices, nil), []NIC{w}, NICOptions{})
	if err != nil {
		t.Fatal(err)
	}
	after := mustApply(t, devices, diff.Specs)
	n := ReadNICs(after, nil)
	if len(n) != 1 || n[0].AdapterType != E1000 || n[0].DeviceAddress != "pci:0:7" || n[0].NetworkID != "dvportgroup-9" {
		t.Fatalf("%+v", n)
	}
	card := after[1].(*vim.VirtualE1000)
	port := card.Backing.(*vim.VirtualEthernetCardDistributedVirtualPortBackingInfo).Port
	if port.PortKey != "" || port.ConnectionCookie != 0 || port.SwitchUuid != "50 2e" {
		t.Errorf("the new card asks for the port of the old one: %+v", port)
	}
	if card.AddressType != "assigned" || card.MacAddress != "" || !card.Connectable.StartConnected {
		t.Errorf("%+v", card)
	}
}

func TestMACModes(t *testing.T) {
	fixed := nicDevice(0, Vmxnet3, standard("a")).(*vim.VirtualVmxnet3)
	fixed.AddressType = "manual"
	devices := append(controllerDevices(Counts{}), fixed)
	for standalone, address := range map[bool]string{false: "assigned", true: "generated"} {
		diff, err := DiffNICs(devices, ReadNICs(devices, nil), []NIC{newNIC("a")}, NICOptions{Standalone: standalone})
		if err != nil || len(diff.Specs) != 1 {
			t.Fatalf("%v, %v", operations(diff.Specs), err)
		}
		card := diff.Specs[0].GetVirtualDeviceConfigSpec().Device.(*vim.VirtualVmxnet3)
		if card.AddressType != address || card.MacAddress != "" {
			t.Errorf("%s %s, want %s", card.AddressType, card.MacAddress, address)
		}
	}
	if fixed.AddressType != "manual" {
		t.Error("the original was changed")
	}
	w := newNIC("a")
	w.UseStaticMAC, w.MACAddress = true, strings.ToUpper(fixed.MacAddress)
	if diff, err := DiffNICs(devices, ReadNICs(devices, nil), []NIC{w}, NICOptions{}); err != nil || len(diff.Specs) != 0 {
		t.Errorf("the same address in capitals: %v, %v", diff.Changes, err)
	}
}

func TestCloneReusesCards(t *testing.T) {
	devices := cards()
	want := []NIC{newNIC("c"), newNIC("z")}
	want[1].AdapterType = E1000e
	diff, err := DiffNICs(devices, ReadNICs(devices, nil), want, NICOptions{Clone: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range ReadNICs(mustApply(t, devices, diff.Specs), nil) {
		got = append(got, n.DeviceAddress+" "+n.NetworkID+" "+n.AdapterType)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"pci:0:7 c vmxnet3", "pci:0:8 z e1000e"}) {
		t.Error(got)
	}
}

func TestDiffNICsRefuses(t *testing.T) {
	sriov := newNIC("b")
	sriov.AdapterType = SRIOV
	limited := sriov
	limited.BandwidthLimit, limited.BandwidthReservation, limited.BandwidthShareLevel = 5, 5, "high"
	with := func(change func(n *NIC)) NIC { n := newNIC("b"); change(&n); return n }
	tests := map[string]struct {
		want []NIC
		at   string
	}{
		"no network":          {[]NIC{with(func(n *NIC) { n.NetworkID = "" })}, "0.network_id"},
		"no backing":          {[]NIC{newNIC("a"), with(func(n *NIC) { n.NetworkID = "z"; n.Backing = nil })}, "1.network_id"},
		"adapter type":        {[]NIC{with(func(n *NIC) { n.AdapterType = "pcnet32" })}, "0.adapter_type"},
		"static without mac":  {[]NIC{with(func(n *NIC) { n.UseStaticMAC = true })}, "0.mac_address"},
		"mac twice":           {[]NIC{with(func(n *NIC) { n.UseStaticMAC, n.MACAddress = true, "0A" }), with(func(n *NIC) { n.UseStaticMAC, n.MACAddress = true, "0a" })}, "1.mac_address"},
		"sriov first":         {[]NIC{sriov, newNIC("a")}, "1.adapter_type"},
		"sriov bandwidth":     {[]NIC{limited}, "0.bandwidth_limit 0.bandwidth_reservation 0.bandwidth_share_level"},
		"physical function":   {[]NIC{with(func(n *NIC) { n.PhysicalFunction = "x" })}, "0.physical_function"},
		"eleven":              {slices.Repeat([]NIC{newNIC("a")}, 11), "10."},
		"eleven sriov":        {slices.Repeat([]NIC{sriov}, 11), "10."},
		"ten and ten is fine": {slices.Concat(slices.Repeat([]NIC{newNIC("a")}, 10), slices.Repeat([]NIC{sriov}, 10)), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			devices := cards()
			diff, err := DiffNICs(devices, ReadNICs(devices, nil), tt.want, NICOptions{})
			var at []string
			for _, e := range Errors(err) {
				at = append(at, fmt.Sprintf("%d.%s", e.Index, e.Attribute))
			}
			if got := strings.Join(at, " "); got != tt.at {
				t.Errorf("findings %q, want %q: %v", got, tt.at, err)
			}
			if err != nil && len(diff.Specs) > 0 {
				t.Error("changes beside an error")
			}
		})
	}
}
