// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// images puts files on the first datastore.
func (p *place) images(names ...string) {
	p.t.Helper()
	ctx := context.Background()
	c, err := p.Client(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	ref, _ := p.Find("/DC0/datastore/LocalDS_0")
	var ds mo.Datastore
	if err := property.DefaultCollector(c).RetrieveOne(ctx, ref, []string{"summary"}, &ds); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(ds.Summary.Url, name), []byte("image"), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *place) image(name string) string {
	return fmt.Sprintf("\n  cdrom {\n    datastore_id = %q\n    path         = %q\n  }\n", p.datastore, name)
}

const clientDrive = "\n  cdrom {\n    client_device = true\n  }\n"

// host is the argument for the host with devices to give.
func (p *place) host() string {
	return fmt.Sprintf("host_system_id = %q\n", p.id("/DC0/host/DC0_C0/DC0_C0_H0"))
}

// edit changes a device of a machine behind the provider's back.
func (p *place) edit(machine string, op vim.VirtualDeviceConfigSpecOperation, d vim.BaseVirtualDevice) {
	p.t.Helper()
	p.task(machine, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.Reconfigure(ctx, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: op, Device: d}}})
	})
}

// devicesOf are the devices of one type of a machine.
func devicesOf[D vim.BaseVirtualDevice](p *place, machine string) []D {
	p.t.Helper()
	var found []D
	for _, d := range p.look(machine).Config.Hardware.Device {
		if x, ok := d.(D); ok {
			found = append(found, x)
		}
	}
	return found
}

// cycled checks how many times the machine was stopped since the last reset.
func (p *place) cycled(times int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if n := p.Calls().Count("PowerOffVM_Task", "ShutdownGuest"); n != times {
			return fmt.Errorf("the machine was stopped %d times, not %d", n, times)
		}
		return nil
	}
}

// change is a step that updates the machine in place and leaves it running, with
// an announced power cycle or none.
func (p *place) change(config string, cycles int, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{
		PreConfig: p.ResetCalls, Config: config, Check: p.cycled(cycles),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
			plancheck.ExpectKnownValue(address, at("reboot_required"), knownvalue.Bool(cycles > 0)),
		}},
		ConfigStateChecks: append(checks, has(knownvalue.StringExact("on"), "power_state")),
	}
}

func noChange(config string) resource.TestStep {
	return resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}}
}

func TestMachineCDROM(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso", "b.iso")
	p.Test(t,
		resource.TestStep{
			Config: p.config(p.image("a.iso") + clientDrive),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("a.iso"), "cdrom", 0, "path"),
				has(knownvalue.StringExact(p.datastore), "cdrom", 0, "datastore_id"),
				has(knownvalue.StringExact("ide:0:0"), "cdrom", 0, "device_address"),
				has(knownvalue.NotNull(), "cdrom", 0, "key"),
				has(knownvalue.Bool(true), "cdrom", 1, "client_device"),
			},
		},
		noChange(p.config(clientDrive+p.image("a.iso"))),
		noChange(p.config(p.image("/a.iso")+clientDrive)),
		// What is in a drive changes while the machine runs; a drive does not go.
		p.change(p.config(p.image("b.iso")+clientDrive), 0, has(knownvalue.StringExact("b.iso"), "cdrom", 0, "path")),
		p.change(p.config(clientDrive+clientDrive), 0, has(knownvalue.Bool(true), "cdrom", 0, "client_device"), has(knownvalue.Null(), "cdrom", 0, "path")),
		p.change(p.config(clientDrive+p.image("a.iso")), 0, has(knownvalue.StringExact("ide:0:1"), "cdrom", 1, "device_address")),
		p.change(p.config(p.image("a.iso")), 1, has(knownvalue.ListSizeExact(1), "cdrom"), has(knownvalue.StringExact("ide:0:1"), "cdrom", 0, "device_address")),
		p.change(p.config(""), 1, has(knownvalue.ListSizeExact(0), "cdrom")),
		p.change(p.config(clientDrive), 1, has(knownvalue.StringExact("ide:0:0"), "cdrom", 0, "device_address")),
	)
}

// A drive without a block is left alone, and one that is changed or gone shows.
func TestMachineCDROM_drift(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.images("a.iso", "b.iso")
	drive := func(unit int32) *vim.VirtualCdrom {
		d := new(vim.VirtualCdrom)
		d.Key, d.ControllerKey, d.UnitNumber, d.Backing = -1, 201, &unit, &vim.VirtualCdromRemoteAtapiBackingInfo{}
		return d
	}
	off := `power_state = "off"` + "\n"
	p.Test(t,
		resource.TestStep{Config: p.config(off)},
		resource.TestStep{
			PreConfig: func() { p.edit("/DC0/vm/m1", vim.VirtualDeviceConfigSpecOperationAdd, drive(0)) },
			Config:    p.config(off), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{Config: p.config(off + p.image("a.iso")), ConfigPlanChecks: updated},
		resource.TestStep{
			PreConfig: func() {
				d := devicesOf[*vim.VirtualCdrom](p, "/DC0/vm/m1")[1]
				d.Backing = &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: "[LocalDS_0] b.iso"}}
				p.edit("/DC0/vm/m1", vim.VirtualDeviceConfigSpecOperationEdit, d)
			},
			Config: p.config(off + p.image("a.iso")), ConfigPlanChecks: updated,
		},
		resource.TestStep{
			PreConfig: func() {
				p.edit("/DC0/vm/m1", vim.VirtualDeviceConfigSpecOperationRemove, devicesOf[*vim.VirtualCdrom](p, "/DC0/vm/m1")[1])
			},
			Config: p.config(off + p.image("a.iso")), ConfigPlanChecks: updated,
			Check: func(*terraform.State) error {
				if n := len(devicesOf[*vim.VirtualCdrom](p, "/DC0/vm/m1")); n != 2 {
					return fmt.Errorf("the machine has %d drives, not 2", n)
				}
				return nil
			},
		},
	)
}

func TestMachineVideoCard(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	card := func(displays, memory int, graphics string) string {
		return fmt.Sprintf("  video_card {\n    num_displays = %d\n    total_video_memory = %d\n%s  }\n", displays, memory, graphics)
	}
	const full = "    graphics_3d {\n      memory = 512\n      renderer = \"hardware\"\n    }\n"
	p.Test(t,
		resource.TestStep{
			Config: p.config(card(2, 16, full)),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Int64Exact(2), "video_card", 0, "num_displays"),
				has(knownvalue.Int64Exact(16), "video_card", 0, "total_video_memory"),
				has(knownvalue.Int64Exact(500), "video_card", 0, "key"),
				has(knownvalue.StringExact("pci:0:0"), "video_card", 0, "device_address"),
				has(knownvalue.Int64Exact(512), "video_card", 0, "graphics_3d", 0, "memory"),
				has(knownvalue.StringExact("hardware"), "video_card", 0, "graphics_3d", 0, "renderer"),
			},
		},
		p.change(p.config(card(1, 32, "    graphics_3d {\n      renderer = \"software\"\n    }\n")), 1,
			has(knownvalue.Int64Exact(1), "video_card", 0, "num_displays"), has(knownvalue.Int64Exact(32), "video_card", 0, "total_video_memory"),
			has(knownvalue.Int64Exact(512), "video_card", 0, "graphics_3d", 0, "memory"), has(knownvalue.StringExact("software"), "video_card", 0, "graphics_3d", 0, "renderer")),
		p.change(p.config(card(1, 32, "")), 1, has(knownvalue.ListSizeExact(0), "video_card", 0, "graphics_3d")),
		// Without the block the card stays as it is.
		p.change(p.config(""), 0, has(knownvalue.ListSizeExact(0), "video_card")),
		resource.TestStep{
			Config: p.config(card(1, 32, "")), ConfigPlanChecks: updated,
			Check: func(*terraform.State) error {
				if card := devicesOf[*vim.VirtualMachineVideoCard](p, "/DC0/vm/m1")[0]; card.NumDisplays != 1 || card.VideoRamSizeInKB != 32<<10 {
					return fmt.Errorf("card %+v", card)
				}
				return nil
			},
		},
	)
}

func TestMachineTPM(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const efi, block = "firmware = \"efi\"\n", "vtpm {\n  version = \"1.2\"\n}\n"
	p.Test(t,
		resource.TestStep{Config: p.config(block), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)TPM without EFI.*vtpm`)},
		resource.TestStep{Config: p.config(efi + block), ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("1.2"), "vtpm", 0, "version")}},
		p.change(p.config(efi+"vtpm {\n}\n"), 0, has(knownvalue.StringExact("2.0"), "vtpm", 0, "version")),
		p.change(p.config(efi), 1, has(knownvalue.ListSizeExact(0), "vtpm")),
		p.change(p.config(efi+block), 1, has(knownvalue.ListSizeExact(1), "vtpm")),
		resource.TestStep{ // one that is gone is missed
			PreConfig: func() {
				p.stopped("/DC0/vm/m1")
				p.edit("/DC0/vm/m1", vim.VirtualDeviceConfigSpecOperationRemove, devicesOf[*vim.VirtualTPM](p, "/DC0/vm/m1")[0])
			},
			Config: p.config(efi + block), ConfigPlanChecks: updated,
			Check: func(*terraform.State) error {
				if n := len(devicesOf[*vim.VirtualTPM](p, "/DC0/vm/m1")); n != 1 {
					return fmt.Errorf("the machine has %d modules", n)
				}
				return nil
			},
		},
	)
}

func TestMachinePCI(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	pci := func(addresses string) string { return p.config(p.host() + "pci_device_id = [" + addresses + "]\n") }
	one, two := fmt.Sprintf("%q", simulator.GPU1), fmt.Sprintf("%q", simulator.GPU2)
	set := func(addresses ...string) statecheck.StateCheck {
		var all []knownvalue.Check
		for _, a := range addresses {
			all = append(all, knownvalue.StringExact(a))
		}
		return has(knownvalue.SetExact(all), "pci_device_id")
	}
	p.Test(t,
		resource.TestStep{Config: p.config("pci_device_id = [" + one + "]\n"), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)pci_device_id.*needs\s+host_system_id`)},
		resource.TestStep{Config: pci(`"81:00"`), PlanOnly: true, ExpectError: regexp.MustCompile(`must be a PCI\s+address`)},
		resource.TestStep{Config: pci(`"0000:99:00.0"`), PlanOnly: true, ExpectError: regexp.MustCompile(`has no PCI\s+device\s+0000:99:00.0`)},
		resource.TestStep{Config: pci(`"0000:03:00.0"`), PlanOnly: true, ExpectError: regexp.MustCompile(`not\s+enabled`)},
		resource.TestStep{Config: pci(one), ConfigStateChecks: []statecheck.StateCheck{set(simulator.GPU1)}},
		p.change(pci(two), 1, set(simulator.GPU2)),
		p.change(pci(one+", "+two), 1, set(simulator.GPU1, simulator.GPU2)),
		noChange(pci(two+", "+one)),
		p.change(p.config(p.host()), 1, has(knownvalue.Null(), "pci_device_id")),
	)
}

// A server that takes the change and makes no TPM is found out at once, not when
// the guest needs it.
func TestMachineTPM_silentlyMissing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const off = "firmware = \"efi\"\npower_state = \"off\"\n"
	drop := func(simulator.Call) bool {
		ref, ok := p.Find("/DC0/vm/m1")
		if !ok || len(devicesOf[*vim.VirtualTPM](p, "/DC0/vm/m1")) == 0 {
			return false
		}
		var left []vim.BaseVirtualDevice
		for _, d := range p.look("/DC0/vm/m1").Config.Hardware.Device {
			if _, tpm := d.(*vim.VirtualTPM); !tpm {
				left = append(left, d)
			}
		}
		if err := p.Update(ref, vim.PropertyChange{Name: "config.hardware.device", Val: left}); err != nil {
			t.Error(err)
		}
		return false
	}
	remove := func() {}
	silent := func() { remove = p.Inject(simulator.Fault{Method: "RetrievePropertiesEx", Match: drop}) }
	missing := regexp.MustCompile(`(?s)the machine has no\s+TPM`)
	p.Test(t,
		resource.TestStep{PreConfig: silent, Config: p.config(off + "vtpm {\n}\n"), ExpectError: missing},
		resource.TestStep{PreConfig: func() { remove() }, Config: p.config(off)},
		resource.TestStep{PreConfig: silent, Config: p.config(off + "vtpm {\n}\n"), ExpectError: missing},
		resource.TestStep{PreConfig: func() { remove() }, Config: p.config(off + "vtpm {\n}\n")},
	)
}
