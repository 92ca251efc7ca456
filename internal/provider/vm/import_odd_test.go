// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"reflect"
	"slices"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

const machineType = "vsphere_virtual_machine"

// odd is a machine as people have them: what somebody made of its devices by
// hand, with another tool, or years ago.
type odd struct {
	name   string
	change func(*hardware)
	disks  int  // that are in the state after an import
	still  bool // vcsim ends in a panic when the machine is reconfigured
}

// oddMachines are the layouts that an import has to take as they are.
var oddMachines = []odd{
	{"as it came", func(*hardware) {}, 1, false},
	{"foreign labels", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).disk(0, 1, flat("b")).label("Festplatte 1", "orphaned_disk_0")
	}, 2, false},
	{"labels twice and none", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).disk(0, 1, flat("b")).disk(0, 2, flat("c")).label("disk", "disk", "")
	}, 3, false},
	{"no disk at unit 0", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing").disk(0, 3, flat("a")).disk(0, 9, flat("b")) }, 2, false},
	{"no disk at all", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing") }, 0, false},
	{"no network interface", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).cards() }, 1, false},
	{"orphan controllers", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").scsi("pvscsi", 1, "noSharing").scsi("pvscsi", 2, "noSharing").sata(0).nvme(0).disk(0, 0, flat("a"))
	}, 1, false},
	{"buses with a gap", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").scsi("pvscsi", 2, "noSharing").disk(0, 0, flat("a")).disk(1, 0, flat("b"))
	}, 1, false},
	{"no controller 0", func(h *hardware) { h.scsi("lsilogic", 1, "noSharing").disk(0, 0, flat("a")) }, 0, false},
	{"no IDE controller", func(h *hardware) { h.withoutIDE().scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")) }, 1, false},
	{"mixed controllers", func(h *hardware) {
		h.scsi("lsilogic", 0, "virtualSharing").scsi("pvscsi", 1, "noSharing").disk(0, 0, flat("a")).disk(1, 0, flat("b"))
	}, 2, false},
	{"BusLogic", func(h *hardware) { h.scsi("buslogic", 0, "noSharing").disk(0, 0, flat("a")) }, 1, false},
	{"LSI Logic SAS with a shared bus", func(h *hardware) { h.scsi("lsilogic-sas", 0, "physicalSharing").disk(0, 0, flat("a")) }, 1, false},
	{"every type of controller", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").sata(0).nvme(0).ide(0).disk(0, 1, flat("a")).disk(1, 1, flat("b")).disk(2, 1, flat("c")).disk(3, 1, flat("d"))
	}, 4, false},
	{"only NVMe", func(h *hardware) { h.nvme(0).nvme(1).disk(0, 0, flat("a")).disk(1, 5, flat("b")) }, 2, false},
	{"only SATA, above the first unit", func(h *hardware) { h.sata(0).disk(0, 29, flat("a")) }, 1, false},
	{"the first IDE unit", func(h *hardware) { h.ide(0).disk(0, 0, flat("a")) }, 1, false},
	{"units above those of the contract", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).disk(0, 63, flat("b"))
	}, 1, false},
	{"raw device mappings", func(h *hardware) {
		h.scsi("pvscsi", 0, "physicalSharing").disk(0, 0, flat("a")).disk(0, 1, rdm("physicalMode")).disk(0, 2, rdm("virtualMode"))
	}, 3, false},
	{"independent disks", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, moded("independent_persistent")).disk(0, 1, moded("independent_nonpersistent")).disk(0, 2, moded("append"))
	}, 3, false},
	{"sparse disks", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing").disk(0, 0, seSparse("a")).disk(0, 1, sparse("b")) }, 2, false},
	{"raw disks of a host", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing").disk(0, 0, rawDisk()) }, 1, true},
	{"a disk of half a GiB, shared, thick, scrubbed", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, scrubbed("a")).size(1 << 29)
	}, 1, false},
	{"a disk of one and a half GiB", func(h *hardware) { h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).size(3 << 29) }, 1, false},
	{"limits and shares", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).shares("custom", 1234, 100, 7)
	}, 1, false},
	{"container volumes", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).disk(0, 1, flat("b")).disk(0, 2, flat("c")).firstClass(1, 2)
	}, 1, false},
	{"network interfaces of all sorts", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).cards(&vim.VirtualSriovEthernetCard{}, &vim.VirtualPCNet32{}, &vim.VirtualVmxnet2{},
			&vim.VirtualVmxnet{}, &vim.VirtualE1000e{}, &vim.VirtualVmxnet3Vrdma{}, &vim.VirtualVmxnet3{}, &vim.VirtualEthernetCard{})
	}, 1, false},
	{"a network that is gone, and a fixed address", func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).cards(&vim.VirtualVmxnet3{}, &vim.VirtualVmxnet3{}).lostNetwork(0).fixed(1)
	}, 1, false},
	{"secure boot left on with BIOS", func(h *hardware) { h.config.BootOptions.EfiSecureBootEnabled = vim.NewBool(true) }, 1, false},
	{"sockets that are not full", func(h *hardware) { h.config.Hardware.NumCPU, h.config.Hardware.NumCoresPerSocket = 3, vim.NewInt32(2) }, 1, false},
}

// TestMachineImportsAnything: whatever a machine looks like, the configuration
// that Terraform generates for it plans empty, applying it sends nothing, and a
// change of something else touches no device.
func TestMachineImportsAnything(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	asItCame := *p.look(threeDisks).Config
	for _, o := range oddMachines {
		t.Run(o.name, func(t *testing.T) {
			if err := p.Update(p.look(threeDisks).Self, vim.PropertyChange{Name: "config", Val: &asItCame}); err != nil {
				t.Fatal(err)
			}
			p.reshape(threeDisks, o.change)
			o.imports(t, p, protocol)
		})
	}
}

func (o odd) imports(t *testing.T, p *place, protocol *acctest.Protocol) {
	before := p.look(threeDisks).Config
	imported := protocol.Import(machineType, threeDisks)
	protocol.OK(imported.Diagnostics)
	if disks := imported.State["disk"].(acctest.List); len(disks) != o.disks {
		t.Errorf("%d disks are in the state, not %d", len(disks), o.disks)
	}
	config := protocol.Generate(machineType, imported)
	same(t, protocol, imported, config)
	p.ResetCalls()
	applied := protocol.Apply(machineType, imported, config)
	protocol.OK(applied.Diagnostics)
	if n := p.Calls().Count("ReconfigVM_Task", "RelocateVM_Task", "PowerOffVM_Task", "ShutdownGuest", "PowerOnVM_Task"); n != 0 {
		t.Errorf("applying no change made %d calls", n)
	}
	if o.still {
		return
	}
	config["annotation"] = "imported"
	changed := protocol.Apply(machineType, protocol.Refresh(machineType, applied), config)
	protocol.OK(changed.Diagnostics)
	after := p.look(threeDisks).Config
	if after.Annotation != "imported" || !reflect.DeepEqual(before.Hardware.Device, after.Hardware.Device) {
		t.Errorf("a change of the annotation changed the devices from %v to %v", keysOf(before), keysOf(after))
	}
	same(t, protocol, changed, config)
}

// same plans a configuration that changes nothing.
func same(t *testing.T, protocol *acctest.Protocol, of *acctest.Applied, config acctest.Object) {
	t.Helper()
	for _, state := range []*acctest.Applied{of, protocol.Refresh(machineType, of)} {
		planned := protocol.Plan(machineType, state, config)
		protocol.OK(planned.Diagnostics)
		for _, name := range planned.Changes() {
			t.Errorf("%s changes from %v to %v", name, planned.Prior[name], planned.Planned[name])
		}
		if len(planned.Replace) > 0 {
			t.Errorf("the machine is replaced for %v", planned.Replace)
		}
	}
}

func keysOf(config *vim.VirtualMachineConfigInfo) []int32 {
	var keys []int32
	for _, d := range config.Hardware.Device {
		keys = append(keys, d.GetVirtualDevice().Key)
	}
	slices.Sort(keys)
	return keys
}
