// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const (
	snapshotKind = "vsphere_virtual_machine_snapshot"
	snapshot     = snapshotKind + ".s"
	theMachine   = "/DC0/vm/DC0_C0_RP0_VM0"
)

func (p *place) snapshotConfig(resource, name, arguments string) string {
	return fmt.Sprintf("resource %q %q {\n  virtual_machine_uuid = %q\n  snapshot_name = %q\n%s\n}\n",
		snapshotKind, resource, p.look(theMachine).Config.Uuid, name, arguments)
}

const plainSnapshot = "description = \"d\"\nmemory = false\nquiesce = false\n"

// snapshotNames are the names of the snapshots of a machine, and of those that
// stand on them in brackets.
func (p *place) snapshotNames(path string) string {
	p.t.Helper()
	var text func([]vim.VirtualMachineSnapshotTree) string
	text = func(list []vim.VirtualMachineSnapshotTree) string {
		var all []string
		for _, s := range list {
			all = append(all, s.Name)
			if len(s.ChildSnapshotList) > 0 {
				all = append(all, "("+text(s.ChildSnapshotList)+")")
			}
		}
		return strings.Join(all, " ")
	}
	if info := p.look(path).Snapshot; info != nil {
		return text(info.RootSnapshotList)
	}
	return ""
}

// take takes a snapshot behind the provider's back.
func (p *place) take(path, name string) {
	p.t.Helper()
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.CreateSnapshot(ctx, name, "", false, false)
	})
}

// dropSnapshots removes all snapshots behind the provider's back.
func (p *place) dropSnapshots(path string) {
	p.t.Helper()
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.RemoveAllSnapshot(ctx, nil)
	})
}

func snapshots(p *place, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := p.snapshotNames(theMachine); got != want {
			return fmt.Errorf("the machine has the snapshots %q, not %q", got, want)
		}
		return nil
	}
}

// TestSnapshot sets and changes every argument.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	ref, _ := p.Find(theMachine)
	if err := p.SetGuest(ref, simulator.GuestState{}); err != nil {
		t.Fatal(err)
	}
	has := func(check knownvalue.Check, name string) statecheck.StateCheck { return value(snapshot, check, name) }
	replaced := planned(snapshot, plancheck.ResourceActionReplace)
	changed := planned(snapshot, plancheck.ResourceActionUpdate)
	quiet := "description = \"d\"\nmemory = false\nquiesce = true\n"
	memory := "description = \"d\"\nmemory = true\nquiesce = false\n"
	isQuiet := func(*terraform.State) error {
		if s := p.look(theMachine).Snapshot.RootSnapshotList[0]; !s.Quiesced || s.Description != "d" {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}
	withMemory := func(*terraform.State) error {
		if s := p.look(theMachine).Snapshot.RootSnapshotList[0]; s.State != vim.VirtualMachinePowerStatePoweredOn {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}
	importing := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: snapshot, ImportState: true, ImportStateVerify: true, ImportStateId: id}
	}
	p.Test(t,
		resource.TestStep{Config: p.snapshotConfig("s", "first", quiet), Check: isQuiet, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringRegexp(regexp.MustCompile(`^snapshot-`)), "id"), has(knownvalue.Bool(true), "quiesce"), has(knownvalue.Bool(false), "memory"),
			has(knownvalue.StringExact("first"), "snapshot_name"), has(knownvalue.StringExact("d"), "description"),
			has(knownvalue.Bool(false), "remove_children"), has(knownvalue.Null(), "consolidate"),
		}},
		importing(""),
		importing(theMachine+"/first"),
		importing(p.look(theMachine).Config.Uuid+"/first"),
		importing(ref.Value+"/first"),
		resource.TestStep{ResourceName: snapshot, ImportState: true, ImportStateId: theMachine + "/none", ExpectError: regexp.MustCompile(`(?s)snapshot\s+"none".*first`)},
		resource.TestStep{ResourceName: snapshot, ImportState: true, ImportStateId: "/DC0/vm/none/first", ExpectError: regexp.MustCompile(`no\s+machine`)},
		resource.TestStep{ResourceName: snapshot, ImportState: true, ImportStateId: "snapshot-none", ExpectError: regexp.MustCompile(`non-existent`)},
		resource.TestStep{Config: p.snapshotConfig("s", "second", memory), ConfigPlanChecks: replaced, Check: resource.ComposeTestCheckFunc(snapshots(p, "second"), withMemory)},
		importing(""),
		resource.TestStep{Config: p.snapshotConfig("s", "second", memory+"consolidate = false\nremove_children = true\n"), ConfigPlanChecks: changed, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.Bool(false), "consolidate"), has(knownvalue.Bool(true), "remove_children"),
		}},
		resource.TestStep{Config: p.snapshotConfig("s", "second", strings.Replace(memory, `"d"`, `"other"`, 1)+"consolidate = true\n"), ConfigPlanChecks: replaced, ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("other"), "description"), has(knownvalue.Bool(true), "consolidate"), has(knownvalue.Bool(false), "remove_children"),
		}},
		resource.TestStep{ // the snapshots of one machine wait for one another
			Config: p.snapshotConfig("s", "a", plainSnapshot) + p.snapshotConfig("b", "b", plainSnapshot) + p.snapshotConfig("c", "c", plainSnapshot),
		},
		resource.TestStep{ // another machine
			Config:           strings.Replace(p.snapshotConfig("s", "a", plainSnapshot), p.look(theMachine).Config.Uuid, p.look("/DC0/vm/DC0_H0_VM0").Config.Uuid, 1),
			ConfigPlanChecks: replaced, Check: snapshots(p, ""),
		},
	)
}

// TestSnapshotRemoval: children stay or go, and files are merged or not.
func TestSnapshotRemoval(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	root := func(arguments string) string { return p.snapshotConfig("s", "root", plainSnapshot+arguments) }
	const none = "locals {}\n"
	disk := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			disk := object.VirtualDeviceList(p.look(theMachine).Config.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))[0]
			if got := disk.GetVirtualDevice().Backing.(vim.BaseVirtualDeviceFileBackingInfo).GetVirtualDeviceFileBackingInfo().FileName; !strings.HasSuffix(got, want) {
				return fmt.Errorf("the disk is at %s, not at %s", got, want)
			}
			return nil
		}
	}
	above := func() { p.take(theMachine, "above") }
	p.Test(t,
		resource.TestStep{Config: root("")},
		resource.TestStep{PreConfig: above, Config: none, Check: resource.ComposeTestCheckFunc(snapshots(p, "above"), disk("-000002.vmdk"))},
		resource.TestStep{PreConfig: func() { p.dropSnapshots(theMachine) }, Config: root("remove_children = true\n")},
		resource.TestStep{PreConfig: above, Config: none, Check: snapshots(p, "")},
		resource.TestStep{Config: root("consolidate = false\n"), Check: disk("-000001.vmdk")},
		resource.TestStep{Config: none, Check: resource.ComposeTestCheckFunc(snapshots(p, ""), disk("-000001.vmdk"))},
		resource.TestStep{Config: root("consolidate = true\n")},
		resource.TestStep{Config: none, Check: resource.ComposeTestCheckFunc(snapshots(p, ""), func(s *terraform.State) error {
			if disk("-000001.vmdk")(s) == nil {
				return fmt.Errorf("the files are not merged")
			}
			return nil
		})},
	)
}

func TestSnapshotRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	fails := func(config, want string, plan bool) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: plan, ExpectError: regexp.MustCompile("(?s)" + want)}
	}
	ref, _ := p.Find(theMachine)
	if err := p.SetGuest(ref, simulator.GuestState{ToolsOff: true}); err != nil {
		t.Fatal(err)
	}
	unknown := strings.Replace(p.snapshotConfig("s", "x", plainSnapshot), p.look(theMachine).Config.Uuid, "00000000-0000-0000-0000-000000000000", 1)
	p.Test(t,
		fails(p.snapshotConfig("s", "", plainSnapshot), `snapshot_name.*at\s+least\s+1`, true),
		fails(unknown, `virtual_machine_uuid.*was\s+not\s+found`, false),
		fails(p.snapshotConfig("s", "x", "description = \"\"\nmemory = false\nquiesce = true\n"), `quiesce.*VMware\s+Tools`, false),
		resource.TestStep{ // what is not known at plan time is no error
			Config: "resource \"terraform_data\" \"t\" {\n  input = \"late\"\n}\n" + strings.Replace(p.snapshotConfig("s", "late", plainSnapshot), `"late"`, "terraform_data.t.output", 1),
			Check:  snapshots(p, "late"),
		},
	)
}

// TestSnapshotOfIndependentDisk: the memory of a machine with a disk that takes
// no part in snapshots cannot be kept.
func TestSnapshotOfIndependentDisk(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	machine := p.named("m", "m1", p.disk("root", 0, 2)+p.disk("alone", 1, 1, `disk_mode = "independent_persistent"`)+p.nic())
	of := func(arguments string) string {
		return machine + strings.Replace(p.snapshotConfig("s", "x", arguments), fmt.Sprintf("%q", p.look(theMachine).Config.Uuid), address+".uuid", 1)
	}
	p.Test(t,
		resource.TestStep{Config: of("description = \"\"\nmemory = true\nquiesce = false\n"), ExpectError: regexp.MustCompile(`(?s)memory.*independent`)},
		resource.TestStep{Config: of(plainSnapshot)},
	)
}

func TestSnapshotDisappears(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	config := p.snapshotConfig("s", "gone", plainSnapshot)
	p.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: func() { p.dropSnapshots(theMachine) }, Config: config, ConfigPlanChecks: planned(snapshot, plancheck.ResourceActionCreate)},
	)
}

// TestSnapshotHalfway: what was made before the failure is not lost.
func TestSnapshotHalfway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	before := p.Inventory()
	remove := p.Inject(simulator.Fault{Method: "RetrievePropertiesEx", SOAP: new(vim.NoPermission), Match: func(simulator.Call) bool { return p.snapshotNames(theMachine) != "" }})
	half := protocol.Apply(snapshotKind, nil, p.snapshotObject("half"))
	remove()
	if !half.Failed() || half.State["id"] == nil {
		t.Fatalf("stored %v, said %+v", half.State, half.Diagnostics)
	}
	protocol.OK(protocol.Apply(snapshotKind, half, nil).Diagnostics)
	if after := p.Inventory(); !slices.Equal(before, after) {
		t.Errorf("left behind: %q", after)
	}
}

func (p *place) snapshotObject(name string) acctest.Object {
	return acctest.Object{"virtual_machine_uuid": p.look(theMachine).Config.Uuid, "snapshot_name": name, "description": "d", "memory": false, "quiesce": false}
}

// TestSnapshotSDKState: what the incumbent wrote plans empty, also of a snapshot
// that was renamed meanwhile, and so does what was imported.
func TestSnapshotSDKState(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	config := p.snapshotObject("old")
	made := protocol.Apply(snapshotKind, nil, config)
	protocol.OK(made.Diagnostics)
	old := acctest.Object{"id": made.State["id"], "consolidate": nil, "remove_children": nil}
	for name, v := range config {
		old[name] = v
	}
	imported := protocol.Import(snapshotKind, made.State["id"].(string))
	protocol.OK(imported.Diagnostics)
	c, err := p.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := p.Ref(made.State["id"].(string))
	if _, err := methods.RenameSnapshot(t.Context(), c, &vim.RenameSnapshot{This: ref, Name: "renamed"}); err != nil {
		t.Fatal(err)
	}
	for _, state := range []acctest.Object{old, imported.State} {
		for _, refresh := range []bool{true, false} {
			planned := protocol.PlanFrom(snapshotKind, 0, state, config, refresh)
			protocol.OK(planned.Diagnostics)
			for _, name := range planned.Changes() {
				t.Errorf("refresh %t: %s changes from %v to %v", refresh, name, planned.Prior[name], planned.Planned[name])
			}
			if len(planned.Replace) > 0 {
				t.Errorf("replaced for %v", planned.Replace)
			}
		}
	}
	protocol.OK(protocol.Apply(snapshotKind, made, nil).Diagnostics)
}

func TestSnapshotList(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const other = "/DC0/vm/DC0_H0_VM0"
	p.take(theMachine, "base")
	p.take(theMachine, "patched")
	p.take(other, "base")
	protocol := p.Connect(t)
	uuid := p.look(theMachine).Config.Uuid
	for _, test := range []struct {
		config acctest.Object
		want   []string
	}{
		{acctest.Object{}, []string{theMachine + "/base", theMachine + "/base/patched", other + "/base"}},
		{acctest.Object{"virtual_machine_uuid": uuid}, []string{theMachine + "/base", theMachine + "/base/patched"}},
		{acctest.Object{"name_regex": "^pat"}, []string{theMachine + "/base/patched"}},
		{acctest.Object{"datacenter_id": p.id("/DC0"), "name_regex": "base"}, []string{theMachine + "/base", other + "/base"}},
	} {
		var names []string
		for _, l := range protocol.List(snapshotKind, test.config, 100, false) {
			names = append(names, l.Name)
			if imported := protocol.Import(snapshotKind, l.Name); imported.State["id"] != l.Identity["id"] {
				t.Errorf("%s imports as %v, is %v", l.Name, imported.State["id"], l.Identity["id"])
			}
		}
		if slices.Sort(names); !slices.Equal(names, test.want) {
			t.Errorf("%v: %q, not %q", test.config, names, test.want)
		}
	}
	for _, l := range protocol.List(snapshotKind, acctest.Object{"virtual_machine_uuid": uuid}, 100, true) {
		if l.Resource["virtual_machine_uuid"] != uuid || !strings.HasSuffix(l.Name, l.Resource["snapshot_name"].(string)) || l.Resource["id"] != l.Identity["id"] {
			t.Errorf("%s: %v, %v", l.Name, l.Identity, l.Resource)
		}
	}
	p.take(theMachine, "base") // a second one of the name
	p.take(theMachine, "patched")
	if imported := protocol.Import(snapshotKind, theMachine+"/patched"); !imported.Failed() {
		t.Errorf("one of two: %v", imported.State)
	}
	if imported := protocol.Import(snapshotKind, theMachine+"/base/patched/base/patched"); imported.Failed() {
		t.Errorf("by its path: %v", imported.Diagnostics)
	}
}
