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
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// pods is a place with two datastore clusters of two datastores each. In the
// first the second datastore has more space.
type pods struct {
	*place
	one, two     string // datastore clusters
	small, large string // datastores of the first
}

func newPods(t *testing.T) *pods {
	t.Helper()
	p := &pods{place: newPlace(t, acctest.Start(t, func(o *simulator.Options) { o.Pods = 2 }))}
	p.one, p.two = p.id("/DC0/datastore/DC0_POD0"), p.id("/DC0/datastore/DC0_POD1")
	p.small, p.large = p.id("/DC0/datastore/DC0_POD0/DC0_POD0_DS0"), p.id("/DC0/datastore/DC0_POD0/DC0_POD0_DS1")
	p.space(p.small, 50)
	p.space(p.large, 95)
	return p
}

// space leaves a datastore of 100 GiB so many free.
func (p *pods) space(store string, free int64) {
	p.t.Helper()
	ref, _ := p.Ref(store)
	if err := p.Update(ref, vim.PropertyChange{Name: "summary.capacity", Val: int64(100 << 30)}, vim.PropertyChange{Name: "summary.freeSpace", Val: free << 30}); err != nil {
		p.t.Fatal(err)
	}
}

// in is the configuration of a machine in a datastore cluster, or on a datastore.
func (p *pods) in(id, arguments string) string {
	config := p.named("m", "m1", arguments+p.nic())
	if strings.HasPrefix(id, "datastore-") {
		return strings.Replace(config, p.datastore, id, 1)
	}
	return strings.Replace(config, fmt.Sprintf("datastore_id               = %q", p.datastore), fmt.Sprintf("datastore_cluster_id       = %q", id), 1)
}

// on checks the datastores of the machine and its disks, in state and in vCenter.
func (p *pods) on(home string, disks ...string) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{has(knownvalue.StringExact(home), "datastore_id")}
	for i, d := range disks {
		checks = append(checks, has(knownvalue.StringExact(d), "disk", i, "datastore_id"))
	}
	return checks
}

// isOn checks in vCenter on which datastores a machine's files are.
func (p *place) isOn(home string, disks ...string) resource.TestCheckFunc {
	return check(func() error {
		vm := p.look("/DC0/vm/m1")
		name, _, _ := strings.Cut(strings.TrimPrefix(vm.Config.Files.VmPathName, "["), "]")
		got, want := []string{name}, []string{p.nameOf(home)}
		for _, d := range vm.Config.Hardware.Device {
			if disk, ok := d.(*vim.VirtualDisk); ok {
				got = append(got, p.nameOf(disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo).Datastore.Value))
			}
		}
		for _, d := range disks {
			want = append(want, p.nameOf(d))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			return fmt.Errorf("files are on %v, not %v", got, want)
		}
		return nil
	})
}

// nameOf is the name of a datastore.
func (p *place) nameOf(id string) string {
	for _, path := range []string{"LocalDS_0", "LocalDS_1", "DC0_POD0/DC0_POD0_DS0", "DC0_POD0/DC0_POD0_DS1", "DC0_POD1/DC0_POD1_DS0", "DC0_POD1/DC0_POD1_DS1"} {
		if ref, ok := p.Find("/DC0/datastore/" + path); ok && ref.Value == id {
			return path[strings.LastIndex(path, "/")+1:]
		}
	}
	return id
}

func unknown(name string) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
		plancheck.ExpectUnknownValue(address, tfjsonpath.New(name)),
	}}
}

// TestMachineInDatastoreCluster: Storage DRS places a new machine and disks that
// are added, and a machine moves between datastores and datastore clusters.
func TestMachineInDatastoreCluster(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	root, data := p.disk("root", 0, 10), p.disk("data", 1, 2)
	p.Test(t,
		resource.TestStep{
			Config:            p.in(p.one, root),
			ConfigStateChecks: append(p.on(p.large, p.large), has(knownvalue.StringExact(p.one), "datastore_cluster_id")),
			Check:             p.isOn(p.large, p.large),
		},
		resource.TestStep{ // a new disk goes where there is space now
			PreConfig:         func() { p.space(p.large, 5) },
			Config:            p.in(p.one, root+data),
			ConfigPlanChecks:  updated,
			ConfigStateChecks: p.on(p.large, p.large, p.small),
			Check:             p.isOn(p.large, p.large, p.small),
		},
		resource.TestStep{ // out of the cluster, with all disks
			Config:            p.in(p.datastore, root+data),
			ConfigPlanChecks:  updated,
			ConfigStateChecks: append(p.on(p.datastore, p.datastore, p.datastore), has(knownvalue.StringExact(""), "datastore_cluster_id")),
			Check:             p.isOn(p.datastore, p.datastore, p.datastore),
		},
		resource.TestStep{ // and in again
			Config:            p.in(p.one, root+data),
			ConfigPlanChecks:  unknown("datastore_id"),
			ConfigStateChecks: p.on(p.small, p.small, p.small),
			Check:             p.isOn(p.small, p.small, p.small),
		},
		resource.TestStep{ // to a datastore of the cluster by name: it is there
			Config:            p.in(p.small, root+data),
			ConfigPlanChecks:  updated,
			ConfigStateChecks: p.on(p.small, p.small, p.small),
		},
		resource.TestStep{
			Config:            p.in(p.one, root+data),
			ConfigPlanChecks:  updated,
			ConfigStateChecks: p.on(p.small, p.small, p.small),
			Check: check(func() error {
				if n := p.Calls().Count("RelocateVM_Task"); n != 1 {
					return fmt.Errorf("%d plain migrations, of which one was called for", n)
				}
				return nil
			}),
		},
		resource.TestStep{Config: p.in(p.two, root+data), ConfigPlanChecks: unknown("datastore_id"), Check: p.isOn(p.id("/DC0/datastore/DC0_POD1/DC0_POD1_DS0"), p.id("/DC0/datastore/DC0_POD1/DC0_POD1_DS0"), p.id("/DC0/datastore/DC0_POD1/DC0_POD1_DS0"))},
	)
}

// TestMachineCloneInDatastoreCluster: a clone is placed with its policies and
// disk formats; no other task is needed.
func TestMachineCloneInDatastoreCluster(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	p.Test(t, resource.TestStep{
		Config:            p.in(p.one, p.clone()+policy(gold)+p.disk("root", 0, 10, "thin_provisioned = false", "eagerly_scrub = true", policy(silver))+p.disk("data", 1, 2)),
		ConfigStateChecks: append(p.on(p.large, p.large, p.large), has(knownvalue.Bool(true), "disk", 0, "eagerly_scrub")),
		Check: resource.ComposeTestCheckFunc(p.isOn(p.large, p.large, p.large), p.hasPolicies("/DC0/vm/m1", gold, silver, ""), check(func() error {
			if n := p.Calls().Count("CloneVM_Task", "ReconfigVM_Task", "RelocateVM_Task", "PowerOnVM_Task"); n != 0 {
				return fmt.Errorf("%d tasks besides that of Storage DRS", n)
			}
			return nil
		})),
	})
}

// TestMachineDatastorePath: the files go to the folder, however the machine is
// made; another folder is another machine.
func TestMachineDatastorePath(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	at := func(path string) statecheck.StateCheck {
		return has(knownvalue.StringRegexp(regexp.MustCompile("^"+path+"/")), "vmx_path")
	}
	replaced := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)}}
	step := func(config, path string) resource.TestStep {
		return resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact(path), "datastore_path"), at(path)}}
	}
	root := p.disk("root", 0, 10)
	second := step(p.in(p.datastore, root+`datastore_path = "second"`), "second")
	second.ConfigPlanChecks = replaced
	p.Test(t,
		step(p.in(p.datastore, root+`datastore_path = "first"`), "first"), second,
		step(p.in(p.datastore, p.clone()+root+`datastore_path = "third"`), "third"),
		step(p.in(p.one, root+`datastore_path = "fourth"`), "fourth"),
		step(p.in(p.one, p.clone()+root+`datastore_path = "fifth"`), "fifth"),
	)
}

// TestMachinePlacedBadly: what cannot be is refused on its argument.
func TestMachinePlacedBadly(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	root := p.disk("root", 0, 10)
	fails := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(want)}
	}
	off := func(off bool) func() {
		return func() {
			ref, _ := p.Ref(p.one)
			if err := p.Update(ref, vim.PropertyChange{Name: "podStorageDrsEntry.storageDrsConfig.podConfig.enabled", Val: !off}); err != nil {
				t.Error(err)
			}
		}
	}
	disabled := fails(p.in(p.one, root), `(?s)datastore_cluster_id\s+=.*Storage DRS is off`)
	disabled.PreConfig = off(true)
	added := resource.TestStep{Config: p.in(p.one, root+p.disk("data", 1, 2)), ExpectError: regexp.MustCompile(`(?s)datastore_cluster_id\s+=.*Storage DRS is off`), PreConfig: off(true)}
	p.Test(t,
		fails(p.in(p.one, root+fmt.Sprintf("datastore_id = %q", p.datastore)), `(?s)datastore_cluster_id\s+=.*Leave\s+out`),
		fails(p.in(p.one, p.disk("root", 0, 10, fmt.Sprintf("datastore_id = %q", p.large))), `(?s)datastore_id\s+=.*Leave\s+out`),
		fails(p.in("", root), `Datastore not configured`),
		fails(p.in("group-p999", root), `(?s)datastore_cluster_id\s+=.*no\s+datastore\s+cluster`),
		fails(p.in(p.datastore, root+`host_system_id = "host-999"`), `(?s)host_system_id\s+=.*no\s+host`),
		fails(p.in(p.datastore, root+fmt.Sprintf("host_system_id = %q", p.id("/DC0/host/DC0_H0/DC0_H0"))), `(?s)host_system_id\s+=.*belongs\s+to`),
		disabled,
		resource.TestStep{PreConfig: off(false), Config: p.in(p.one, p.disk("root", 0, 500)), ExpectError: regexp.MustCompile(`(?s)datastore_cluster_id\s+=.*finds\s+no\s+datastore`)},
		resource.TestStep{Config: p.in(p.one, root)},
		added,
		resource.TestStep{Config: p.in(p.one, root), ConfigPlanChecks: unchanged}, // nothing to place
	)
}

// TestMachineMigrationFails: after a migration that failed the state is as it
// is in vCenter, and the next run does it.
func TestMachineMigrationFails(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	root := p.disk("root", 0, 10)
	there := strings.Replace(p.named("m", "m1", root+p.nic()+`annotation = "moved"`+"\nmigrate_wait_timeout = 20"), p.datastore, p.datastore2, 1)
	p.Test(t,
		resource.TestStep{Config: p.named("m", "m1", root+p.nic())},
		resource.TestStep{
			PreConfig: func() {
				p.Inject(simulator.Fault{Method: "RelocateVM_Task", MaxCount: 1, Task: &vim.NoDiskSpace{Datastore: "LocalDS_1"}})
			},
			Config: there, ExpectError: regexp.MustCompile(`(?s)LocalDS_1.*full`),
		},
		resource.TestStep{
			Config: there,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				wasInState("datastore_id", p.datastore), wasInState("annotation", "moved"),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact(p.datastore2), "datastore_id"), has(knownvalue.StringExact(p.datastore2), "disk", 0, "datastore_id"),
				has(knownvalue.Int64Exact(20), "migrate_wait_timeout"),
			},
			Check: p.isOn(p.datastore2, p.datastore2),
		},
	)
}

// TestMachineDisksMove: disks follow the machine, unless they have a datastore
// of their own; a disk moves alone; an attached one does not.
func TestMachineDisksMove(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	own := func(id string) string { return fmt.Sprintf("datastore_id = %q", id) }
	root, data := p.disk("root", 0, 10, "thin_provisioned = false", "eagerly_scrub = true"), p.disk("data", 1, 2)
	p.Test(t,
		resource.TestStep{
			Config:            p.in(p.datastore, root+p.disk("data", 1, 2, own(p.datastore2))),
			ConfigStateChecks: p.on(p.datastore, p.datastore, p.datastore2),
			Check:             p.isOn(p.datastore, p.datastore, p.datastore2),
		},
		resource.TestStep{ // one disk alone, with a policy
			Config: p.in(p.datastore, root+p.disk("data", 1, 2, own(p.large), policy(gold))), ConfigPlanChecks: updated,
			ConfigStateChecks: p.on(p.datastore, p.datastore, p.large),
			Check: resource.ComposeTestCheckFunc(p.isOn(p.datastore, p.datastore, p.large), p.hasPolicies("/DC0/vm/m1", "", "", gold), check(func() error {
				if n := p.Calls().Count("ReconfigVM_Task"); n != 0 {
					return fmt.Errorf("the policy of a disk that moves is set %d times besides", n)
				}
				return nil
			})),
		},
		resource.TestStep{ // the machine with the disk that follows
			Config: p.in(p.small, root+p.disk("data", 1, 2, own(p.large))), ConfigPlanChecks: updated,
			ConfigStateChecks: append(p.on(p.small, p.small, p.large), has(knownvalue.Bool(true), "disk", 0, "eagerly_scrub")),
			Check:             p.isOn(p.small, p.small, p.large),
		},
		resource.TestStep{Config: p.in(p.small, root+data), ConfigPlanChecks: unchanged}, // it stays where it is
		resource.TestStep{
			Config: p.in(p.datastore, root+data), ConfigPlanChecks: updated, // and then goes with the machine
			ConfigStateChecks: p.on(p.datastore, p.datastore, p.datastore),
			Check:             p.isOn(p.datastore, p.datastore, p.datastore),
		},
	)
}

// TestMachineImportedFromDatastoreCluster: whether the configuration of an
// imported machine names the cluster or the datastore, nothing is to be done.
func TestMachineImportedFromDatastoreCluster(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	protocol := p.Connect(t)
	kind := "vsphere_virtual_machine"
	config := p.object("m1")
	delete(config, "datastore_id")
	delete(config, "clone")
	config["datastore_cluster_id"] = p.one
	made := protocol.Apply(kind, nil, config)
	protocol.OK(made.Diagnostics)
	imported := protocol.Import(kind, "/DC0/vm/m1")
	protocol.OK(imported.Diagnostics)
	if imported.State["datastore_cluster_id"] != p.one {
		t.Errorf("datastore_cluster_id reads %v", imported.State["datastore_cluster_id"])
	}
	byDatastore := p.object("m1")
	delete(byDatastore, "clone")
	byDatastore["datastore_id"] = p.large
	for what, c := range map[string]acctest.Object{"cluster": config, "datastore": byDatastore} {
		planned := protocol.PlanFrom(kind, 3, imported.State, c, true)
		protocol.OK(planned.Diagnostics)
		for _, name := range planned.Changes() {
			if name == "datastore_cluster_id" || name == "datastore_id" {
				t.Errorf("by %s: %s changes from %v to %v", what, name, planned.Prior[name], planned.Planned[name])
			}
		}
	}
	protocol.OK(protocol.Apply(kind, made, nil).Diagnostics)
}

// TestMachineLeftDatastoreCluster: a machine that somebody has moved out of its
// datastore cluster goes back.
func TestMachineLeftDatastoreCluster(t *testing.T) {
	t.Parallel()
	p := newPods(t)
	config := p.in(p.one, p.disk("root", 0, 10))
	p.Test(t,
		resource.TestStep{Config: config, Check: p.isOn(p.large, p.large)},
		resource.TestStep{ // within it nothing is to be done
			PreConfig: func() { p.relocate("/DC0/vm/m1", p.small) },
			Config:    config, ConfigPlanChecks: unchanged, Check: p.isOn(p.small, p.small),
		},
		resource.TestStep{
			PreConfig: func() { p.relocate("/DC0/vm/m1", p.datastore) },
			Config:    config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("datastore_id")),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("disk").AtSliceIndex(0).AtMapKey("datastore_id")),
			}},
			Check: p.isOn(p.large, p.large),
		},
	)
}

// relocate moves a machine behind the provider's back.
func (p *place) relocate(path, store string) {
	p.t.Helper()
	to, _ := p.Ref(store)
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
		return vm.Relocate(ctx, vim.VirtualMachineRelocateSpec{Datastore: &to}, vim.VirtualMachineMovePriorityDefaultPriority)
	})
}
