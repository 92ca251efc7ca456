// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// golden is a machine's configuration as vCenter reports it.
func golden() *vim.VirtualMachineConfigInfo {
	shares := func(n int32) *vim.ResourceAllocationInfo {
		return &vim.ResourceAllocationInfo{Reservation: ptr[int64](0), Limit: ptr[int64](-1), Shares: &vim.SharesInfo{Level: vim.SharesLevelNormal, Shares: n}}
	}
	return &vim.VirtualMachineConfigInfo{
		Version: "vmx-20", GuestId: "ubuntu64Guest", Annotation: "note", Firmware: "bios", SwapPlacement: "inherit",
		Hardware:      vim.VirtualHardware{NumCPU: 2, NumCoresPerSocket: ptr[int32](1), MemoryMB: 1024},
		CpuAllocation: shares(2000), MemoryAllocation: shares(10240),
		CpuHotAddEnabled: ptr(true), MemoryHotAddEnabled: ptr(false),
		Flags:       vim.VirtualMachineFlagInfo{EnableLogging: ptr(true), VirtualExecUsage: "hvAuto", VirtualMmuUsage: "automatic"},
		BootOptions: &vim.VirtualMachineBootOptions{BootRetryDelay: 10000},
		Tools:       &vim.ToolsConfigInfo{AfterPowerOn: ptr(true), ToolsUpgradePolicy: "manual", SyncTimeWithHostAllowed: ptr(true)},
		ExtraConfig: []vim.BaseOptionValue{&vim.OptionValue{Key: "known", Value: "1"}, &vim.OptionValue{Key: "foreign", Value: "x"}},
	}
}

// read returns the attributes of the golden machine.
func goldenModel() configModel {
	var m configModel
	m.ExtraConfig = types.MapValueMust(types.StringType, map[string]attr.Value{"known": types.StringValue("1")})
	m.ExtraConfigReboot = types.BoolValue(true)
	m.flatten(golden())
	return m
}

// TestExpandSendsOnlyChanges holds the specification of each kind of change.
func TestExpandSendsOnlyChanges(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*configModel)
		want    vim.VirtualMachineConfigSpec
		offline int
	}{
		{name: "nothing", change: func(*configModel) {}},
		{name: "processors with hot add", change: func(m *configModel) { m.CPUs = types.Int64Value(4) }, want: vim.VirtualMachineConfigSpec{NumCPUs: 4}},
		{name: "fewer processors", change: func(m *configModel) { m.CPUs = types.Int64Value(1) }, want: vim.VirtualMachineConfigSpec{NumCPUs: 1}, offline: 1},
		{name: "memory without hot add", change: func(m *configModel) { m.Memory = types.Int64Value(2048) }, want: vim.VirtualMachineConfigSpec{MemoryMB: 2048}, offline: 1},
		{name: "sockets by vSphere", change: func(m *configModel) { m.CoresPerSocket = types.Int64Value(0) }, want: vim.VirtualMachineConfigSpec{NumCoresPerSocket: ptr[int32](0)}, offline: 1},
		{name: "numa", change: func(m *configModel) { m.CoresPerNUMANode = types.Int64Value(2) }, want: vim.VirtualMachineConfigSpec{VirtualNuma: &vim.VirtualMachineVirtualNuma{CoresPerNumaNode: ptr[int32](2)}}, offline: 1},
		{
			name:   "limit",
			change: func(m *configModel) { m.CPULimit = types.Int64Value(500) },
			want:   vim.VirtualMachineConfigSpec{CpuAllocation: &vim.ResourceAllocationInfo{Limit: ptr[int64](500)}},
		},
		{
			name: "custom shares",
			change: func(m *configModel) {
				m.MemoryShareLevel, m.MemoryShareCount = types.StringValue("custom"), types.Int64Value(7)
			},
			want: vim.VirtualMachineConfigSpec{MemoryAllocation: &vim.ResourceAllocationInfo{Shares: &vim.SharesInfo{Level: "custom", Shares: 7}}},
		},
		{
			name:    "flags",
			change:  func(m *configModel) { m.Logging, m.VVTD = types.BoolValue(false), types.BoolValue(true) },
			want:    vim.VirtualMachineConfigSpec{Flags: &vim.VirtualMachineFlagInfo{EnableLogging: ptr(false), VvtdEnabled: ptr(true)}},
			offline: 2,
		},
		{
			name:    "firmware",
			change:  func(m *configModel) { m.Firmware, m.SecureBoot = types.StringValue("efi"), types.BoolValue(true) },
			want:    vim.VirtualMachineConfigSpec{Firmware: "efi", BootOptions: &vim.VirtualMachineBootOptions{EfiSecureBootEnabled: ptr(true)}},
			offline: 2,
		},
		{
			name:   "time",
			change: func(m *configModel) { m.SyncTime = types.BoolValue(false) },
			want:   vim.VirtualMachineConfigSpec{Tools: &vim.ToolsConfigInfo{SyncTimeWithHostAllowed: ptr(false)}},
		},
		{
			name: "extra config",
			change: func(m *configModel) {
				m.ExtraConfig = types.MapValueMust(types.StringType, map[string]attr.Value{"guestinfo.a": types.StringValue("2")})
			},
			want:    vim.VirtualMachineConfigSpec{ExtraConfig: []vim.BaseOptionValue{&vim.OptionValue{Key: "guestinfo.a", Value: "2"}, &vim.OptionValue{Key: "known", Value: ""}}},
			offline: 1,
		},
		{name: "unknown", change: func(m *configModel) { m.HVMode, m.CPUShareCount = types.StringUnknown(), types.Int64Unknown() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			was, now := goldenModel(), goldenModel()
			test.change(&now)
			got := now.expand(golden(), &was)
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf("got  %s\nwant %s", text(t, got), text(t, test.want))
			}
			if empty(got) != reflect.DeepEqual(test.want, vim.VirtualMachineConfigSpec{}) {
				t.Errorf("empty is %t", empty(got))
			}
			n := 0
			prior := was.facets()
			for i, f := range now.facets() {
				n += len(f.offline(prior[i], abilities{}))
			}
			if n != test.offline {
				t.Errorf("%d reasons to power off, want %d", n, test.offline)
			}
		})
	}
}

// TestExpandNewMachine: a new machine is told every flag, since vSphere's
// defaults need not be ours.
func TestExpandNewMachine(t *testing.T) {
	m := goldenModel()
	spec := m.expand(nil, nil)
	if spec.GuestId != "ubuntu64Guest" || spec.Version != "vmx-20" || spec.NumCPUs != 2 || spec.MemoryMB != 1024 {
		t.Errorf("got %s", text(t, spec))
	}
	if spec.Flags == nil || spec.Flags.DiskUuidEnabled == nil || *spec.Flags.DiskUuidEnabled {
		t.Errorf("flags %s", text(t, spec.Flags))
	}
	m.GuestID, m.HardwareVersion = types.StringUnknown(), types.Int64Unknown()
	if spec := m.expand(nil, nil); spec.GuestId != defaultGuestID || spec.Version != "" {
		t.Errorf("guest %q, version %q", spec.GuestId, spec.Version)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestDefaultAddress(t *testing.T) {
	guest := &vim.GuestInfo{
		Net: []vim.GuestNicInfo{
			{DeviceConfigId: 4001, IpConfig: &vim.NetIpConfigInfo{IpAddress: []vim.NetIpConfigInfoIpAddress{{IpAddress: "10.0.1.5", PrefixLength: 24}}}},
			{DeviceConfigId: 4000, IpConfig: &vim.NetIpConfigInfo{IpAddress: []vim.NetIpConfigInfoIpAddress{{IpAddress: "fe80::1", PrefixLength: 64}, {IpAddress: "10.0.0.5", PrefixLength: 24}}}},
			{DeviceConfigId: -1, IpConfig: &vim.NetIpConfigInfo{IpAddress: []vim.NetIpConfigInfoIpAddress{{IpAddress: "172.17.0.1", PrefixLength: 16}}}},
		},
		IpStack: []vim.GuestStackInfo{{IpRouteConfig: &vim.NetIpRouteConfigInfo{IpRoute: []vim.NetIpRouteConfigInfoIpRoute{
			{Network: "0.0.0.0", Gateway: vim.NetIpRouteConfigInfoGateway{IpAddress: "10.0.1.1"}},
		}}}},
	}
	found, gateways := guestAddresses(guest)
	if len(found) != 3 || found[0].Addr().String() != "10.0.0.5" || found[1].Addr().String() != "fe80::1" {
		t.Errorf("addresses %v", found)
	}
	if a := defaultAddress(found, gateways); a.String() != "10.0.1.5" {
		t.Errorf("default address %v", a)
	}
	if a := defaultAddress(found, nil); a.String() != "10.0.0.5" {
		t.Errorf("without a gateway %v", a)
	}
	ignored := ignoredPrefixes(stringList([]string{"10.0.1.0/24"}))
	if !networkUp(guest, nil, true) || networkUp(guest, ignored, true) || !networkUp(guest, ignored, false) {
		t.Error("the network is up with a routed address that is not ignored, else only unrouted")
	}
}
