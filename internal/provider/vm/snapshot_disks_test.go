// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// backings are what the disks of a machine stand on, in the order of its devices.
func (p *place) backings(path string) []*vim.VirtualDiskFlatVer2BackingInfo {
	p.t.Helper()
	var all []*vim.VirtualDiskFlatVer2BackingInfo
	for _, d := range p.look(path).Config.Hardware.Device {
		if disk, ok := d.(*vim.VirtualDisk); ok {
			all = append(all, disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo))
		}
	}
	return all
}

// TestMachineWithSnapshots: a snapshot changes the files of disks, and nothing
// that a plan would want to change back. What vSphere refuses meanwhile is said.
func TestMachineWithSnapshots(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const at = "/DC0/vm/m1"
	file := "resource \"vsphere_virtual_disk\" \"d\" {\n  datacenter = \"DC0\"\n  datastore = \"LocalDS_1\"\n  vmdk_path = \"shared.vmdk\"\n  size = 1\n  type = \"lazy\"\n}\n"
	attached := fmt.Sprintf("\n  disk {\n    label = \"attached\"\n    unit_number = 2\n    attach = true\n    datastore_id = %q\n    path = vsphere_virtual_disk.d.vmdk_path\n  }\n", p.datastore2)
	config := func(size int, arguments string, disks ...string) string {
		return file + p.named("m", "m1", arguments+p.disk("root", 0, size, "thin_provisioned = false", "eagerly_scrub = true")+
			p.disk("alone", 1, 2, `disk_mode = "independent_persistent"`)+attached+strings.Join(disks, "")+p.nic())
	}
	extra := p.disk("extra", 3, 1)
	empty := func(config string, prepare func()) resource.TestStep {
		return resource.TestStep{PreConfig: prepare, Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}}
	}
	snapshot := func() { p.take(at, "a"); p.take(at, "b") }
	chained := func(want ...bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			for i, b := range p.backings(at) {
				if (b.Parent != nil) != want[i] {
					return fmt.Errorf("disk %d is at %s", i, b.FileName)
				}
			}
			return nil
		}
	}
	base := config(4, "", extra)
	with := empty(base, snapshot)
	with.Check = chained(true, false, true, true)
	with.ConfigStateChecks = []statecheck.StateCheck{
		has(knownvalue.Bool(false), "disk", 0, "thin_provisioned"), has(knownvalue.Bool(true), "disk", 0, "eagerly_scrub"),
		has(knownvalue.StringExact("shared.vmdk"), "disk", 2, "path"),
	}
	without := empty(base, func() { p.dropSnapshots(at) })
	without.Check = chained(false, false, false, false)
	p.Test(t,
		resource.TestStep{Config: base},
		with,
		without,
		empty(base, snapshot),
		resource.TestStep{Config: config(4, "annotation = \"changed\"\n", p.disk("extra", 3, 1, `io_share_level = "high"`)), ConfigPlanChecks: updated, Check: chained(true, false, true, true)},
		resource.TestStep{Config: config(6, "annotation = \"changed\"\n", p.disk("extra", 3, 1, `io_share_level = "high"`)), ExpectError: regexp.MustCompile(`(?s)size.*snapshots`)},
		resource.TestStep{Config: config(4, "annotation = \"changed\"\n"), ExpectError: regexp.MustCompile(`(?s)remove\s+the\s+snapshots`)},
		resource.TestStep{PreConfig: func() { p.dropSnapshots(at) }, Config: config(6, "annotation = \"changed\"\n"), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Int64Exact(6), "disk", 0, "size"), has(knownvalue.ListSizeExact(3), "disk"),
		}},
		empty(config(6, "annotation = \"changed\"\n"), snapshot), // and destroyed with them
	)
}

// TestMachineLinked: linked clones of templates and of snapshots.
func TestMachineLinked(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	source := p.look(theMachine)
	clone := func(arguments string) string {
		return fmt.Sprintf("\n  clone {\n    template_uuid = %q\n    %s\n  }\n", source.Config.Uuid, arguments)
	}
	config := func(arguments string, disk ...string) string {
		return p.named("m", "m1", "replace_on_change = true\n"+clone(arguments)+p.disk("root", 0, 10, disk...)+p.nic())
	}
	fails := func(prepare func(), config, want string) resource.TestStep {
		return resource.TestStep{PreConfig: prepare, Config: config, PlanOnly: true, ExpectError: regexp.MustCompile("(?s)" + want)}
	}
	made := func(config string, linked bool) resource.TestStep {
		return resource.TestStep{Config: config, Check: func(*terraform.State) error {
			if all := p.backings("/DC0/vm/m1"); len(all) != 1 || (all[0].Parent != nil) != linked {
				return fmt.Errorf("linked %t: disks %+v", linked, all)
			}
			return nil
		}}
	}
	const linked = "linked_clone = true\n"
	thin := deref(p.backings(theMachine)[0].ThinProvisioned)
	template := strings.Replace(p.named("t", "m1", clone(linked)+p.disk("root", 0, 8)+p.nic()), source.Config.Uuid, p.template, 1)
	second := func() {
		p.addDisk(theMachine) // clones of the first snapshot do not have it
		p.take(theMachine, "second")
	}
	p.Keeps = []string{"File /DC0/datastore/LocalDS_0 DC0_C0_RP0_VM0/DC0_C0_RP0_VM0.vmdk"} // the disk of second
	p.Test(t,
		fails(nil, config(linked), `linked_clone.*no\s+snapshot`),
		fails(nil, config(`snapshot_id = "base"`), `snapshot_id.*snapshot\s+"base"\s+was\s+not\s+found`),
		fails(func() { p.take(theMachine, "base") }, strings.Replace(config(linked), "= 10", "= 12", 1), `size.*as\s+large`),
		fails(nil, config(linked, fmt.Sprintf("thin_provisioned = %t", !thin)), `thin_provisioned.*alike`),
		fails(nil, config(linked, "thin_provisioned = false", "eagerly_scrub = true"), `(eagerly_scrub|thin_provisioned).*alike`),
		made(config(linked), true),
		resource.TestStep{Config: strings.Replace(config(linked), "= 10", "= 12", 1), ExpectError: regexp.MustCompile(`(?s)size.*linked\s+clone`)},
		fails(second, config(linked+"timeout = 20\n")+p.named("other", "m2", clone(linked)+p.disk("root", 0, 10)+p.nic()), `linked_clone.*snapshot_id`),
		made(config(linked+"snapshot_id = \"base\"\n"), true),
		made(config("snapshot_id = \"base\"\n"), false),
		resource.TestStep{Config: p.named("m", "m1", "replace_on_change = true\n"+clone(linked+"snapshot_id = \"base/second\"\n")+p.disk("root", 0, 10)+p.disk("data", 1, 1)+p.nic()), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("base/second"), "clone", 0, "snapshot_id"), has(knownvalue.ListSizeExact(2), "disk"),
		}},
		made(template, true),
		resource.TestStep{ // the snapshot is not known before it is taken
			PreConfig: func() { p.dropSnapshots(theMachine) },
			Config: p.snapshotConfig("s", "late", plainSnapshot) + p.named("m", "m1", "replace_on_change = true\n"+
				clone(linked+"snapshot_id = "+snapshot+".id\n")+p.disk("root", 0, 10)+p.disk("data", 1, 1)+p.nic()),
		},
	)
}

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// addDisk adds a disk of 1 GiB behind the provider's back.
func (p *place) addDisk(path string) {
	p.t.Helper()
	disk := &vim.VirtualDisk{CapacityInKB: 1 << 20}
	devices := object.VirtualDeviceList(p.look(path).Config.Hardware.Device)
	disk.Key, disk.ControllerKey, disk.UnitNumber = -1, devices.SelectByType((*vim.VirtualDisk)(nil))[0].GetVirtualDevice().ControllerKey, vim.NewInt32(1)
	disk.Backing = &vim.VirtualDiskFlatVer2BackingInfo{DiskMode: "persistent", ThinProvisioned: vim.NewBool(true)}
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.Reconfigure(ctx, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{
			&vim.VirtualDeviceConfigSpec{Operation: "add", FileOperation: "create", Device: disk},
		}})
	})
}

// TestMachineWithSnapshots_grows: the plan warns where a disk is to grow that
// stands on a snapshot, and reads the machine for this only then.
func TestMachineWithSnapshots_grows(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	const kind = "vsphere_virtual_machine"
	made := protocol.Apply(kind, nil, p.object("m1"))
	protocol.OK(made.Diagnostics)
	warned := func(root, data int64) (at []string) {
		config := p.object("m1")
		config["disk"].(acctest.List)[0].(acctest.Object)["size"] = root
		config["disk"].(acctest.List)[1].(acctest.Object)["size"] = data
		planned := protocol.PlanFrom(kind, 3, made.State, config, false)
		protocol.OK(planned.Diagnostics)
		for _, d := range planned.Diagnostics {
			if strings.Contains(d.Summary, "cannot grow") {
				at = append(at, d.Attribute.String())
			}
		}
		return at
	}
	if at := warned(12, 3); len(at) != 0 {
		t.Errorf("warned without a snapshot: %v", at)
	}
	p.take("/DC0/vm/m1", "a")
	before := p.Calls().Total
	if at := warned(10, 2); len(at) != 0 || p.Calls().Total != before {
		t.Errorf("nothing grows: warned %v, %d calls", at, p.Calls().Total-before)
	}
	if at := warned(10, 3); len(at) != 1 || !strings.Contains(at[0], `ElementKeyInt(1)`) {
		t.Errorf("warned at %v", at)
	}
	protocol.OK(protocol.Apply(kind, made, nil).Diagnostics)
}

// TestMachineWithSnapshots_moves: the files of snapshots go where the machine
// goes, and the plan after it is empty.
func TestMachineWithSnapshots_moves(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	config := p.config("")
	p.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { p.take("/DC0/vm/m1", "a") },
			Config:    strings.Replace(config, p.datastore, p.datastore2, 1), ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(p.datastore2), "disk", 0, "datastore_id"), has(knownvalue.Int64Exact(10), "disk", 0, "size")},
			Check: func(*terraform.State) error {
				if b := p.backings("/DC0/vm/m1")[0]; b.Parent == nil || b.Parent.Datastore.Value != p.datastore2 {
					return fmt.Errorf("%+v", b)
				}
				return nil
			},
		},
	)
}
