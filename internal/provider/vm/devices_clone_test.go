// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// TestMachineCloneDevices: a clone gets every kind of device in the task that
// makes it.
func TestMachineCloneDevices(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso")
	uefi := p.look("/DC0/vm/templates/template-uefi").Config.Uuid
	p.Test(t, resource.TestStep{
		Config: p.named("m", "m1", p.host()+fmt.Sprintf("firmware = \"efi\"\npci_device_id = [%q]\nclone {\n template_uuid = %q\n}\nvtpm {\n}\nvideo_card {\n num_displays = 2\n total_video_memory = 8\n}\n", simulator.GPU1, uefi)+
			p.disk("a", 0, 16)+p.disk("b", 1, 4)+p.nic()+p.image("a.iso")),
		ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("a.iso"), "cdrom", 0, "path"),
			has(knownvalue.Int64Exact(2), "video_card", 0, "num_displays"),
			has(knownvalue.ListSizeExact(1), "vtpm"),
			has(knownvalue.SetSizeExact(1), "pci_device_id"),
			has(knownvalue.StringExact("on"), "power_state"),
		},
		Check: func(*terraform.State) error {
			if n := p.Calls().Count("ReconfigVM_Task"); n > 0 {
				return fmt.Errorf("the clone was reconfigured %d times", n)
			}
			return nil
		},
	})
}

// What no block stands for comes along from the template and stays; a block takes
// over a drive that is there.
func TestMachineCloneLeavesDevicesAlone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso", "b.iso")
	source := p.named("source", "source", "power_state = \"off\"\nfirmware = \"efi\"\nvtpm {\n}\n"+p.disk("disk0", 0, 1)+p.nic()+p.image("a.iso"))
	clone := func(more string) string {
		return source + p.named("m", "m1", "firmware = \"efi\"\nclone {\n template_uuid = vsphere_virtual_machine.source.uuid\n}\n"+p.disk("disk0", 0, 1)+p.nic()+more)
	}
	count := func(drives, modules int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if d, m := len(devicesOf[*vim.VirtualCdrom](p, "/DC0/vm/m1")), len(devicesOf[*vim.VirtualTPM](p, "/DC0/vm/m1")); d != drives || m != modules {
				return fmt.Errorf("%d drives and %d modules, not %d and %d", d, m, drives, modules)
			}
			return nil
		}
	}
	p.Test(t,
		resource.TestStep{Config: clone(""), Check: count(1, 1), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.ListSizeExact(0), "cdrom"), has(knownvalue.ListSizeExact(0), "vtpm"),
		}},
		resource.TestStep{Config: source},
		resource.TestStep{Config: clone(p.image("b.iso") + "vtpm {\n}\n"), Check: count(1, 1), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("b.iso"), "cdrom", 0, "path"), has(knownvalue.ListSizeExact(1), "vtpm"),
		}},
	)
}

// A template that hands over its vApp properties on a CD-ROM needs the drive.
func TestMachineCloneISOTransport(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	template := p.look("/DC0/vm/templates/template-vapp")
	info := *template.Config.VAppConfig.GetVmConfigInfo()
	info.OvfEnvironmentTransport = []string{"iso"}
	if err := p.Update(template.Self, vim.PropertyChange{Name: "config.vAppConfig", Val: &info}); err != nil {
		t.Fatal(err)
	}
	config := func(more string) string {
		return p.named("m", "m1", fmt.Sprintf("clone {\n template_uuid = %q\n}\n", template.Config.Uuid)+p.disk("disk0", 0, 8)+p.nic()+more)
	}
	p.Test(t,
		resource.TestStep{Config: config(""), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)No drive for the vApp properties.*client_device`)},
		resource.TestStep{Config: config(p.image("a.iso")), PlanOnly: true, ExpectError: regexp.MustCompile(`No drive for the vApp properties`)},
		resource.TestStep{Config: config(clientDrive), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Bool(true), "cdrom", 0, "client_device"),
		}},
	)
}

// What vCenter refuses is laid to the argument of the device.
func TestMachineDeviceRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso")
	refused := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)}
	}
	nowhere := func(datastore string) string {
		return fmt.Sprintf("\n  cdrom {\n    datastore_id = %q\n    path = \"a.iso\"\n  }\n", datastore)
	}
	p.Test(t,
		refused(p.config("cdrom {\n}\n"), `(?s)CD-ROM drive cannot be so.*needs\s+client_device`),
		refused(p.config("cdrom {\n path = \"a.iso\"\n}\n"), `(?s)datastore_id.*required`),
		refused(p.config("cdrom {\n client_device = true\n path = \"a.iso\"\n}\n"), `(?s)client_device.*excludes`),
		refused(p.config(clientDrive+clientDrive+clientDrive), `Too many cdrom\s+blocks`),
		refused(p.config(nowhere("datastore-none")), `(?s)datastore_id = "datastore-none".*not\s+found`),
		refused(p.config(p.image("none.iso")), `no\s+file\s+"\[LocalDS_0\]\s+none.iso"`),
		refused(p.config("video_card {\n num_displays = 11\n total_video_memory = 8\n}\n"), `num_displays`),
		refused(p.config("video_card {\n num_displays = 1\n total_video_memory = 257\n}\n"), `total_video_memory`),
		refused(p.config("video_card {\n num_displays = 1\n total_video_memory = 8\n graphics_3d {\n renderer = \"crayon\"\n}\n}\n"), `renderer`),
		refused(p.config("firmware = \"efi\"\nvtpm {\n version = \"3\"\n}\n"), `version`),
		resource.TestStep{Config: p.config("")},
		refused(p.config(p.image("none.iso")), `no\s+file\s+"\[LocalDS_0\]\s+none.iso"`),
		resource.TestStep{Config: p.config(""), ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("on"), "power_state")}},
	)
}

// TestMachineImportDevices: an imported machine with every kind of device plans
// empty, with its devices in the configuration and without any.
func TestMachineImportDevices(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso")
	protocol := p.Connect(t)
	config := p.object("m1")
	delete(config, "clone")
	disk := acctest.Object{"label": "root", "size": int64(10)}
	config["disk"] = acctest.List{disk}
	config["guest_id"], config["firmware"], config["host_system_id"] = "otherGuest64", "efi", p.id("/DC0/host/DC0_C0/DC0_C0_H0")
	bare := acctest.Object{}
	for name, value := range config {
		bare[name] = value
	}
	config["cdrom"] = acctest.List{acctest.Object{"client_device": true}, acctest.Object{"datastore_id": p.datastore, "path": "a.iso"}}
	config["vtpm"] = acctest.List{acctest.Object{}}
	config["video_card"] = acctest.List{acctest.Object{"num_displays": int64(2), "total_video_memory": int64(16), "graphics_3d": acctest.List{acctest.Object{"renderer": "software"}}}}
	config["pci_device_id"] = acctest.List{simulator.GPU1}
	made := protocol.Apply("vsphere_virtual_machine", nil, config)
	protocol.OK(made.Diagnostics)
	imported := protocol.Import("vsphere_virtual_machine", "/DC0/vm/m1")
	protocol.OK(imported.Diagnostics)
	disk["label"] = imported.State["disk"].(acctest.List)[0].(acctest.Object)["label"]
	imported.State["wait_for_guest_net_timeout"] = int64(0)
	turned := acctest.Object{}
	for name, value := range config {
		turned[name] = value
	}
	turned["cdrom"] = acctest.List{config["cdrom"].(acctest.List)[1], config["cdrom"].(acctest.List)[0]}
	for name, config := range map[string]acctest.Object{"with devices": config, "without": bare, "in another order": turned} {
		planned := protocol.PlanFrom("vsphere_virtual_machine", 3, imported.State, config, true)
		protocol.OK(planned.Diagnostics)
		for _, change := range planned.Changes() {
			t.Errorf("%s: %s changes from %v to %v", name, change, planned.Prior[change], planned.Planned[change])
		}
	}
	// The first update writes down what is declared, and takes nothing off.
	bare["annotation"] = "mine"
	updated := protocol.Apply("vsphere_virtual_machine", imported, bare)
	protocol.OK(updated.Diagnostics)
	count := func(drives, modules, passed int) {
		t.Helper()
		d, m, n := devicesOf[*vim.VirtualCdrom](p, "/DC0/vm/m1"), devicesOf[*vim.VirtualTPM](p, "/DC0/vm/m1"), devicesOf[*vim.VirtualPCIPassthrough](p, "/DC0/vm/m1")
		if len(d) != drives || len(m) != modules || len(n) != passed {
			t.Errorf("%d drives, %d modules, %d passed through, not %d, %d, %d", len(d), len(m), len(n), drives, modules, passed)
		}
	}
	count(2, 1, 1)
	for _, gone := range []string{"cdrom", "vtpm", "pci_device_id", "video_card"} {
		if left, ok := updated.State[gone].(acctest.List); ok && len(left) > 0 {
			t.Errorf("the state has %s = %v", gone, left)
		}
	}
	planned := protocol.PlanFrom("vsphere_virtual_machine", 3, updated.State, bare, true)
	for _, change := range planned.Changes() {
		t.Errorf("after the update: %s changes from %v to %v", change, planned.Prior[change], planned.Planned[change])
	}
	protocol.OK(protocol.Apply("vsphere_virtual_machine", updated, nil).Diagnostics)
}
