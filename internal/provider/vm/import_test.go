// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// threeDisks is a machine of the inventory with disks at unit 0, 1 and 2.
const threeDisks = "/DC0/vm/DC0_C0_RP0_VM0"

func (p *place) threeDisks() {
	p.reshape(threeDisks, func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).disk(0, 1, flat("b")).disk(0, 2, flat("c"))
	})
}

// written is an imported machine as somebody writes it down: what is no default,
// and disks by names of his own.
func written(protocol *acctest.Protocol, imported *acctest.Applied, labels ...string) acctest.Object {
	config := maps.Clone(protocol.Generate(machineType, imported))
	var disks acctest.List
	for i, l := range labels {
		disks = append(disks, acctest.Object{"label": l, "unit_number": int64(i), "size": int64(10)})
	}
	config["disk"] = disks
	return config
}

// TestMachineImportForms imports one machine by everything that names it.
func TestMachineImportForms(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	vm := p.look(threeDisks)
	for form, id := range map[string]string{
		"path": threeDisks, "managed object id": vm.Self.Value, "BIOS UUID": strings.ToUpper(vm.Config.Uuid), "instance UUID": vm.Config.InstanceUuid,
	} {
		imported := protocol.Import(machineType, id)
		protocol.OK(imported.Diagnostics)
		if imported.State["moid"] != vm.Self.Value || imported.State["id"] != vm.Config.Uuid || imported.Identity["id"] != vm.Self.Value {
			t.Errorf("import by %s: moid %v, id %v, identity %v", form, imported.State["moid"], imported.State["id"], imported.Identity)
		}
	}
	for id, want := range map[string]string{
		"/DC0/vm/templates/template-linux": "it is a template", "/DC0/vm/templates": "is a Folder, not a virtual machine",
		"00000000-0000-0000-0000-00000000000a": "not found", "vm-none": "vm-none",
	} {
		if said := problems(protocol.Import(machineType, id)); !strings.Contains(said, want) {
			t.Errorf("import of %s said %q", id, said)
		}
	}
}

// TestMachineGenerated: a generated configuration leaves out what vSphere
// chooses, and so survives a migration and a new path of a disk.
func TestMachineGenerated(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.reshape(threeDisks, func(h *hardware) {
		h.scsi("pvscsi", 0, "noSharing").disk(0, 0, flat("a")).shares("custom", 7, -1, 0).cards(&vim.VirtualVmxnet3{}, &vim.VirtualVmxnet3{}).fixed(1)
	})
	protocol := p.Connect(t)
	config := protocol.Generate(machineType, protocol.Import(machineType, threeDisks))
	disk, nics := config["disk"].(acctest.List)[0].(acctest.Object), config["network_interface"].(acctest.List)
	for what, value := range map[string]any{
		"host_system_id": config["host_system_id"], "power_state": config["power_state"], "cpu_share_count": config["cpu_share_count"],
		"path": disk["path"], "a chosen mac_address": nics[0].(acctest.Object)["mac_address"],
	} {
		if value != nil {
			t.Errorf("%s is %v", what, value)
		}
	}
	if disk["io_share_count"] != int64(7) || nics[1].(acctest.Object)["mac_address"] != "00:50:56:00:01:01" {
		t.Errorf("what is not chosen by vSphere is left out: %v %v", disk, nics[1])
	}
}

func problems(a *acctest.Applied) string {
	said := ""
	for _, d := range a.Diagnostics {
		said += d.Summary + ": " + d.Detail + "\n"
	}
	return said
}

// TestMachineImportPlansEmpty: the configuration that has made a machine imports
// it without a change, though vSphere calls its disks otherwise. So say a CLI
// with an import block, and the protocol with an identity.
func TestMachineImportPlansEmpty(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.GuestBoots(0, func(vim.ManagedObjectReference, string, int) *simulator.GuestState {
		return &simulator.GuestState{Addresses: [][]string{{"10.1.0.7/24"}}, Gateway: "10.1.0.1", IPAddress: "10.1.0.7"}
	})
	config := strings.Replace(p.named("m", "m1", p.disk("data", 1, 3)+p.disk("root", 0, 4)+p.nic()), "wait_for_guest_net_timeout = 0", "", 1)
	p.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{ // which fails unless the plan is empty
			Config: config, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "/DC0/vm/m1",
		},
	)
}

func TestMachineImportByIdentity(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	byPath := protocol.Import(machineType, threeDisks)
	imported := protocol.ImportIdentity(machineType, byPath.Identity)
	if protocol.OK(imported.Diagnostics); imported.State["moid"] != byPath.State["moid"] {
		t.Errorf("imported %v, not %v", imported.State["moid"], byPath.State["moid"])
	}
	same(t, protocol, imported, protocol.Generate(machineType, imported))
	elsewhere := maps.Clone(byPath.Identity)
	elsewhere["vcenter_uuid"] = "another"
	if said := problems(protocol.ImportIdentity(machineType, elsewhere)); !strings.Contains(said, "names the vCenter another") {
		t.Errorf("import from another vCenter said %q", said)
	}
}

// TestMachineImportOwnLabels: what the configuration calls the disks is no
// change by itself; the first update that changes something writes it down.
func TestMachineImportOwnLabels(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.threeDisks()
	protocol := p.Connect(t)
	imported := protocol.Import(machineType, threeDisks)
	config := written(protocol, imported, "root", "data", "logs")
	same(t, protocol, imported, config)
	config["annotation"] = "mine"
	p.ResetCalls()
	updated := protocol.Apply(machineType, imported, config)
	protocol.OK(updated.Diagnostics)
	if got := fmt.Sprint(labelsOf(updated)); got != "[root data logs]" || updated.State["imported"] != false {
		t.Errorf("the disks are %s, imported is %v", got, updated.State["imported"])
	}
	if n := p.Calls().Count("ReconfigVM_Task"); n != 1 {
		t.Errorf("%d reconfigurations", n)
	}
	same(t, protocol, updated, config)
	config["disk"] = config["disk"].(acctest.List)[:2]
	fewer := protocol.Apply(machineType, updated, config)
	protocol.OK(fewer.Diagnostics)
	if n := disksOn(p, threeDisks); n != 2 {
		t.Errorf("the machine has %d disks after a block was taken out", n)
	}
}

func labelsOf(a *acctest.Applied) []any {
	var labels []any
	for _, d := range a.State["disk"].(acctest.List) {
		labels = append(labels, d.(acctest.Object)["label"])
	}
	return labels
}

func disksOn(p *place, path string) (n int) {
	for _, d := range p.look(path).Config.Hardware.Device {
		if _, ok := d.(*vim.VirtualDisk); ok {
			n++
		}
	}
	return n
}

// TestMachineImportUndeclared: disks of an imported machine that have no block
// are left alone, before and after the first update.
func TestMachineImportUndeclared(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.threeDisks()
	protocol := p.Connect(t)
	imported := protocol.Import(machineType, threeDisks)
	config := written(protocol, imported, "root")
	same(t, protocol, imported, config)
	config["annotation"] = "mine"
	planned := protocol.Plan(machineType, imported, config)
	protocol.OK(planned.Diagnostics)
	var shown []any
	for _, d := range planned.Planned["disk"].(acctest.List) {
		shown = append(shown, d.(acctest.Object)["label"])
	}
	if got := fmt.Sprint(shown); got != "[root <not managed, left alone> <not managed, left alone>]" {
		t.Errorf("the plan shows the disks %s", got)
	}
	updated := protocol.Apply(machineType, imported, config)
	protocol.OK(updated.Diagnostics)
	if n := disksOn(p, threeDisks); n != 3 || fmt.Sprint(labelsOf(updated)) != "[root]" {
		t.Errorf("the machine has %d disks, the state %v", n, labelsOf(updated))
	}
	same(t, protocol, updated, config)
}

// TestMachineUnmanagedDisks sets unmanaged_disks, which takes off what others
// have put on the machine, and then shows in the plan what has come since.
func TestMachineUnmanagedDisks(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const path = "/DC0/vm/m1"
	attach := func(unit int32) func() {
		return func() { p.attach(path, unit) }
	}
	goes := func(n int) []plancheck.PlanCheck {
		return []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, at("disk", n, "label"), knownvalue.StringExact("<remove, keep disk>"))}
	}
	detach := p.config("unmanaged_disks = \"detach\"\n")
	is := func(disks int) []statecheck.StateCheck {
		return []statecheck.StateCheck{has(knownvalue.ListSizeExact(1), "disk"), machineHas{p, path, disks}}
	}
	p.Keeps = []string{"File /DC0/datastore/LocalDS_0 m1/foreign3.vmdk", "File /DC0/datastore/LocalDS_0 m1/foreign4.vmdk"}
	p.Test(t,
		resource.TestStep{Config: p.config("")},
		resource.TestStep{PreConfig: attach(3), Config: p.config(""), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}, ConfigStateChecks: is(2)},
		resource.TestStep{Config: p.config("unmanaged_disks = \"ignore\"\n"), ConfigStateChecks: is(2)},
		resource.TestStep{Config: detach, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: goes(1)}, ConfigStateChecks: is(1)},
		resource.TestStep{PreConfig: attach(4), Config: detach, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: goes(1)}, ConfigStateChecks: is(1)},
	)
}

// TestMachineOrphanedDisks: a state in which the incumbent has listed disks that
// nobody declares plans empty, and detaches them where that is asked for.
func TestMachineOrphanedDisks(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.threeDisks()
	protocol := p.Connect(t)
	imported := protocol.Import(machineType, threeDisks)
	old := maps.Clone(imported.State)
	old["imported"] = nil
	var disks acctest.List
	for i, d := range old["disk"].(acctest.List) {
		disk := maps.Clone(d.(acctest.Object))
		disk["label"] = []string{"root", "orphaned_disk_0", "orphaned_disk_1"}[i]
		disk["keep_on_remove"] = i > 0
		disks = append(disks, disk)
	}
	old["disk"] = disks
	delete(old, "unmanaged_disks")
	delete(old, "timeouts")
	config := written(protocol, imported, "root")
	for _, refresh := range []bool{true, false} {
		planned := protocol.PlanFrom(machineType, 3, old, config, refresh)
		protocol.OK(planned.Diagnostics)
		if changes := planned.Changes(); len(changes) > 0 {
			t.Errorf("refresh %t: %v change: %v", refresh, changes, planned.Planned["disk"])
		}
		config := maps.Clone(config)
		config["unmanaged_disks"] = "detach"
		planned = protocol.PlanFrom(machineType, 3, old, config, refresh)
		protocol.OK(planned.Diagnostics)
		text := fmt.Sprint(planned.Planned["disk"])
		if n := strings.Count(text, "<remove, keep disk>"); n != 2 {
			t.Errorf("refresh %t: %d disks are shown as detached: %s", refresh, n, text)
		}
	}
}

// TestMachineImportThenClone: a clone block that is added to an imported machine
// is written to the state and does nothing.
func TestMachineImportThenClone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	imported := protocol.Import(machineType, threeDisks)
	config := protocol.Generate(machineType, imported)
	config["clone"] = acctest.List{acctest.Object{"template_uuid": p.template, "customize": acctest.List{acctest.Object{
		"linux_options": acctest.List{acctest.Object{"host_name": "a", "domain": "b.c"}},
	}}}}
	planned := protocol.Plan(machineType, imported, config)
	if protocol.OK(planned.Diagnostics); len(planned.Replace) > 0 || len(planned.Diagnostics) > 0 {
		t.Errorf("replaced for %v: %v", planned.Replace, planned.Diagnostics)
	}
	p.ResetCalls()
	applied := protocol.Apply(machineType, imported, config)
	protocol.OK(applied.Diagnostics)
	if n := p.Calls().Count("ReconfigVM_Task", "RelocateVM_Task", "PowerOffVM_Task", "CloneVM_Task", "CustomizeVM_Task"); n != 0 || applied.State["imported"] != false {
		t.Errorf("%d calls, imported %v", n, applied.State["imported"])
	}
	same(t, protocol, applied, config)
}

// TestMachineAnotherUUID: the managed object id decides which machine a state
// means, also after somebody changed the UUID of the machine or copied it.
func TestMachineAnotherUUID(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	imported := protocol.Import(machineType, threeDisks)
	vm, other := p.look(threeDisks), p.look("/DC0/vm/DC0_H0_VM0")
	identify := func(of vim.ManagedObjectReference, uuid string) {
		if err := p.Update(of, vim.PropertyChange{Name: "config.uuid", Val: uuid}, vim.PropertyChange{Name: "summary.config.uuid", Val: uuid}); err != nil {
			t.Fatal(err)
		}
	}
	identify(other.Self, vm.Config.Uuid)
	if read := protocol.Refresh(machineType, imported); read.Failed() || read.State["moid"] != vm.Self.Value {
		t.Errorf("a copy has the UUID: %v %v", read.State["moid"], read.Diagnostics)
	}
	identify(other.Self, other.Config.Uuid)
	const changed = "11111111-2222-3333-4444-555555555555"
	identify(vm.Self, changed)
	read := protocol.Refresh(machineType, imported)
	if protocol.OK(read.Diagnostics); read.State == nil || read.State["moid"] != vm.Self.Value || read.State["id"] != changed {
		t.Errorf("with another UUID the machine is %v", read.State)
	}
	identify(other.Self, vm.Config.Uuid)
	if read = protocol.Refresh(machineType, imported); read.State["moid"] != other.Self.Value {
		t.Errorf("the machine that has the UUID of the state is not found: %v", read.State["moid"])
	}
}
