// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// TestMachineDataDevices: what the data source says of the devices of a machine
// that has some of everything, and how far it looks.
func TestMachineDataDevices(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	p.reshape(threeDisks, func(h *hardware) {
		h.scsi("lsilogic", 0, "noSharing").scsi("pvscsi", 1, "physicalSharing").sata(0).nvme(0)
		h.disk(0, 1, flat("a")).disk(1, 0, scrubbed("b")).disk(2, 3, flat("c")).disk(3, 4, flat("d"))
		h.cards(&vim.VirtualE1000e{}, &vim.VirtualPCNet32{}).fixed(1)
		h.add(&vim.VirtualTPM{VirtualDevice: vim.VirtualDevice{Key: 11000}})
	})
	vm := p.look(threeDisks)
	if err := p.SetGuest(vm.Self, simulator.GuestState{Addresses: [][]string{{"10.9.0.4/24"}}, Gateway: "10.9.0.1", IPAddress: "10.9.0.4"}); err != nil {
		t.Fatal(err)
	}
	read := func(config acctest.Object) acctest.Object {
		t.Helper()
		config["moid"] = vm.Self.Value
		data, diags := protocol.Data(machineType, config)
		protocol.OK(diags)
		return data
	}
	check := func(data acctest.Object, want acctest.Object) {
		t.Helper()
		for name, value := range want {
			if !reflect.DeepEqual(data[name], value) {
				t.Errorf("%s is %v, not %v", name, data[name], value)
			}
		}
	}
	disk := func(label string, unit int64, thin bool) acctest.Object {
		return acctest.Object{"label": label, "unit_number": unit, "size": int64(10), "thin_provisioned": thin, "eagerly_scrub": !thin}
	}
	one := read(acctest.Object{})
	check(one, acctest.Object{
		"id": vm.Config.Uuid, "uuid": vm.Config.Uuid, "moid": vm.Self.Value, "instance_uuid": vm.Config.InstanceUuid, "name": vm.Name,
		"folder": "/DC0/vm", "change_version": vm.Config.ChangeVersion, "guest_id": vm.Config.GuestId, "firmware": "bios", "power_state": "on",
		"scsi_controller_scan_count": int64(1), "sata_controller_scan_count": int64(0), "ide_controller_scan_count": int64(2), "nvme_controller_scan_count": int64(1),
		"scsi_type": "lsilogic", "scsi_bus_sharing": "noSharing", "vtpm": true, "default_ip_address": "10.9.0.4",
		"guest_ip_addresses": acctest.List{"10.9.0.4"}, "network_interface_types": acctest.List{"e1000e", "pcnet32"},
		"disks": acctest.List{disk("Hard disk 1", 1, true), disk("Hard disk 4", 4, true)},
	})
	nic := one["network_interfaces"].(acctest.List)[1].(acctest.Object)
	check(nic, acctest.Object{"adapter_type": "pcnet32", "network_id": p.dvpg, "mac_address": "00:50:56:00:01:01", "bandwidth_limit": int64(-1), "bandwidth_share_level": "normal"})
	all := read(acctest.Object{"scsi_controller_scan_count": int64(2), "sata_controller_scan_count": int64(1), "nvme_controller_scan_count": int64(0)})
	check(all, acctest.Object{
		"scsi_type": "mixed", "scsi_bus_sharing": "mixed",
		"disks": acctest.List{disk("Hard disk 1", 1, true), disk("Hard disk 2", 15, false), disk("Hard disk 3", 3, true)},
	})
	check(read(acctest.Object{"scsi_controller_scan_count": int64(0)}), acctest.Object{"disks": acctest.List{disk("Hard disk 4", 4, true)}})
}

// TestMachineDataLookups finds machines that share a name by where they are, and
// says what there is when that is not enough.
func TestMachineDataLookups(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	dc := p.id("/DC0")
	folder := protocol.Apply("vsphere_folder", nil, acctest.Object{"path": "a", "type": "vm", "datacenter_id": dc})
	protocol.OK(folder.Diagnostics)
	protocol.OK(protocol.Apply("vsphere_folder", nil, acctest.Object{"path": "b", "type": "vm", "datacenter_id": dc}).Diagnostics)
	config := p.object("twin")
	config["folder"] = "a"
	a := protocol.Apply(machineType, nil, config)
	protocol.OK(a.Diagnostics)
	config["folder"] = "b"
	protocol.OK(protocol.Apply(machineType, nil, config).Diagnostics)
	for _, config := range []acctest.Object{
		{"name": "twin", "folder": "/DC0/vm/a"}, {"name": "twin", "folder": "/DC0/vm/a/"}, {"name": "twin", "folder": "a", "datacenter_id": dc},
		{"name": "twin", "folder": "a"}, {"name": "a/twin"}, {"name": "/DC0/vm/a/twin"}, {"name": "a/twin", "datacenter_id": dc},
		{"uuid": strings.ToUpper(a.State["uuid"].(string))}, {"moid": a.State["moid"]},
	} {
		data, diags := protocol.Data(machineType, config)
		if protocol.OK(diags); data["moid"] != a.State["moid"] || data["folder"] != "/DC0/vm/a" {
			t.Errorf("%v finds %v in %v", config, data["moid"], data["folder"])
		}
	}
	for _, test := range []struct {
		config acctest.Object
		want   []string
	}{
		{acctest.Object{"name": "twin"}, []string{"/DC0/vm/a/twin", "/DC0/vm/b/twin", "2 objects"}},
		{acctest.Object{"name": "twim"}, []string{"not found", "twin"}},
		{acctest.Object{"name": "twin", "folder": "/DC0/vm/none"}, []string{"none"}},
		{acctest.Object{"name": "twin", "datacenter_id": "datacenter-0"}, []string{"datacenter-0"}},
		{acctest.Object{"uuid": "00000000-0000-0000-0000-000000000001"}, []string{"UUID 00000000-0000-0000-0000-000000000001", "not found"}},
		{acctest.Object{"moid": "vm-0"}, []string{"vm-0"}},
		{acctest.Object{"name": "/DC0/vm/a"}, []string{"/DC0/vm/a"}},
	} {
		_, diags := protocol.Data(machineType, test.config)
		said := ""
		for _, d := range diags {
			said += fmt.Sprintf("%s: %s\n", d.Summary, d.Detail)
		}
		for _, want := range test.want {
			if !strings.Contains(said, want) {
				t.Errorf("%v says %q, not %q", test.config, said, want)
			}
		}
	}
}
