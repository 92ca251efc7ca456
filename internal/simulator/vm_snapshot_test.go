// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// snapper takes and removes snapshots of one machine.
type snapper struct {
	*testing.T
	v  *VCenter
	c  *govmomi.Client
	vm *object.VirtualMachine
}

func newSnapper(t *testing.T, name string, spec vim.VirtualMachineCloneSpec) *snapper {
	t.Helper()
	v := start(t, Options{})
	c := login(t, v)
	vm, err := cloneTemplate(t, v, c, "template-linux", name, spec)
	if err != nil {
		t.Fatal(err)
	}
	return &snapper{t, v, c, vm}
}

func (s *snapper) wait(task *object.Task, err error) error {
	if err == nil {
		err = task.WaitEx(s.Context())
	}
	return err
}

func (s *snapper) ok(task *object.Task, err error) {
	s.Helper()
	if err := s.wait(task, err); err != nil {
		s.Fatal(err)
	}
}

func (s *snapper) take(name string, memory bool) ref {
	s.Helper()
	task, err := s.vm.CreateSnapshot(s.Context(), name, "about "+name, memory, false)
	if err != nil {
		s.Fatal(err)
	}
	info, err := task.WaitForResult(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return info.Result.(ref)
}

// remove waits for the removal; consolidate may be nil.
func (s *snapper) remove(id ref, children bool, consolidate *bool) error {
	res, err := methods.RemoveSnapshot_Task(s.Context(), s.c, &vim.RemoveSnapshot_Task{This: id, RemoveChildren: children, Consolidate: consolidate})
	if err != nil {
		return err
	}
	return s.wait(object.NewTask(s.c.Client, res.Returnval), nil)
}

func (s *snapper) revert(id ref, stayOff bool) {
	s.Helper()
	res, err := methods.RevertToSnapshot_Task(s.Context(), s.c, &vim.RevertToSnapshot_Task{This: id, SuppressPowerOn: &stayOff})
	if err != nil {
		s.Fatal(err)
	}
	s.ok(object.NewTask(s.c.Client, res.Returnval), nil)
}

func (s *snapper) look() *mo.VirtualMachine {
	s.Helper()
	return lookAt(s.T, s.c, s.vm.Reference())
}

func lookAt(t *testing.T, c *govmomi.Client, id ref) *mo.VirtualMachine {
	t.Helper()
	var vm mo.VirtualMachine
	if err := property.DefaultCollector(c.Client).RetrieveOne(t.Context(), id, nil, &vm); err != nil {
		t.Fatal(err)
	}
	return &vm
}

// chains are the files of the disks by their base names, the topmost first.
func chains(devices []vim.BaseVirtualDevice) []string {
	var all []string
	for _, d := range devices {
		disk, ok := d.(*vim.VirtualDisk)
		if !ok {
			continue
		}
		var names []string
		for _, b := range chainOf(disk.Backing.(*flatBacking)) {
			names = append(names, strings.TrimSuffix(b.FileName[strings.LastIndex(b.FileName, "/")+1:], ".vmdk"))
		}
		all = append(all, strings.Join(names, "<"))
	}
	return all
}

// tree is the snapshots by name, children in brackets and a star on the current.
func tree(info *vim.VirtualMachineSnapshotInfo) string {
	if info == nil {
		return ""
	}
	var text func(list []snapshotTree) string
	text = func(list []snapshotTree) string {
		var all []string
		for _, s := range list {
			name := s.Name
			if info.CurrentSnapshot != nil && *info.CurrentSnapshot == s.Snapshot {
				name += "*"
			}
			if len(s.ChildSnapshotList) > 0 {
				name += "(" + text(s.ChildSnapshotList) + ")"
			}
			all = append(all, name)
		}
		return strings.Join(all, " ")
	}
	return text(info.RootSnapshotList)
}

// is compares the tree, the chains and the files of disks with what they should be.
func (s *snapper) is(wantTree, wantChains string, wantFiles ...string) {
	s.Helper()
	vm := s.look()
	if got := tree(vm.Snapshot); got != wantTree {
		s.Errorf("snapshots %s, not %s", got, wantTree)
	}
	if got := strings.Join(chains(vm.Config.Hardware.Device), " "); got != wantChains {
		s.Errorf("disks %s, not %s", got, wantChains)
	}
	var got []string
	for _, file := range files(s.v, vm.Name+"/") {
		if name, ok := strings.CutSuffix(file[strings.LastIndex(file, "/")+1:], ".vmdk"); ok {
			got = append(got, name)
		}
	}
	if slices.Sort(got); !slices.Equal(got, wantFiles) {
		s.Errorf("files %q, not %q", got, wantFiles)
	}
}

func TestSnapshotChain(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{})
	before := s.v.Inventory()
	s.is("", "m", "m")
	a := s.take("a", false)
	s.is("a*", "m-000001<m", "m", "m-000001")
	b := s.take("b", false)
	s.is("a(b*)", "m-000002<m-000001<m", "m", "m-000001", "m-000002")
	c := s.take("c", false)
	s.is("a(b(c*))", "m-000003<m-000002<m-000001<m", "m", "m-000001", "m-000002", "m-000003")

	vm := s.look()
	if disk := vm.Config.Hardware.Device[len(vm.Config.Hardware.Device)-1]; len(vm.LayoutEx.Snapshot) != 3 || len(vm.LayoutEx.Disk[0].Chain) != 4 || vm.RootSnapshot[0] != a {
		t.Errorf("layout %+v, device %T, roots %v", vm.LayoutEx.Snapshot, disk, vm.RootSnapshot)
	}
	var snapshot mo.VirtualMachineSnapshot
	if err := property.DefaultCollector(s.c.Client).RetrieveOne(t.Context(), b, nil, &snapshot); err != nil {
		t.Fatal(err)
	}
	if got := chains(snapshot.Config.Hardware.Device); got[0] != "m-000001<m" || snapshot.Vm != s.vm.Reference() || snapshot.ChildSnapshot[0] != c {
		t.Errorf("the second snapshot: %v, %+v", got, snapshot.ChildSnapshot)
	}

	if err := s.remove(b, false, nil); err != nil { // its file merges with that of the one above
		t.Fatal(err)
	}
	s.is("a(c*)", "m-000003<m-000001<m", "m", "m-000001", "m-000003")
	if err := s.remove(b, false, nil); !fault.Is(err, &vim.ManagedObjectNotFound{}) {
		t.Errorf("removed twice: %v", err)
	}
	if err := s.remove(c, false, vim.NewBool(false)); err != nil { // its file waits to be merged
		t.Fatal(err)
	}
	s.is("a*", "m-000003<m-000001<m", "m", "m-000001", "m-000003")
	if !s.look().Runtime.ConsolidationNeeded {
		t.Error("nothing says that the disks have to be consolidated")
	}
	res, err := methods.ConsolidateVMDisks_Task(t.Context(), s.c, &vim.ConsolidateVMDisks_Task{This: s.vm.Reference()})
	if err != nil {
		t.Fatal(err)
	}
	s.ok(object.NewTask(s.c.Client, res.Returnval), nil)
	s.is("a*", "m-000001<m", "m", "m-000001")
	if s.look().Runtime.ConsolidationNeeded {
		t.Error("consolidated, and yet it is needed")
	}
	if err := s.remove(a, false, nil); err != nil { // the current root
		t.Fatal(err)
	}
	s.is("", "m", "m")
	if after := s.v.Inventory(); !slices.Equal(before, after) {
		t.Errorf("left behind: %q", after)
	}
}

func TestSnapshotTree(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{})
	a := s.take("a", false)
	b := s.take("b", false)
	s.revert(a, true)
	s.is("a*(b)", "m-000003<m", "m", "m-000001", "m-000003") // the file on top of b's is thrown away
	c := s.take("c", false)
	s.is("a(b c*)", "m-000002<m-000003<m", "m", "m-000001", "m-000002", "m-000003")
	if err := s.remove(a, false, nil); err != nil { // two stand on it
		t.Fatal(err)
	}
	s.is("b c*", "m-000002<m-000003<m", "m", "m-000001", "m-000002", "m-000003")
	if err := s.remove(b, false, nil); err != nil { // nothing stands on it, and now one on the root
		t.Fatal(err)
	}
	s.is("c*", "m-000002<m", "m", "m-000002")
	d := s.take("d", false)
	if err := s.remove(c, true, nil); err != nil {
		t.Fatal(err)
	}
	s.is("", "m", "m")
	if err := s.remove(d, false, nil); !fault.Is(err, &vim.ManagedObjectNotFound{}) {
		t.Errorf("went with its parent: %v", err)
	}
	s.take("e", false)
	s.take("f", false)
	s.ok(s.vm.RemoveAllSnapshot(t.Context(), nil))
	s.is("", "m", "m")
}

func TestSnapshotRevertRestores(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{PowerOn: true, Config: &vim.VirtualMachineConfigSpec{Annotation: "old", CpuHotAddEnabled: vim.NewBool(true)}})
	on := s.take("on", true)
	off := s.take("off", false)
	before := s.look()
	nic := before.Config.Hardware.Device[slices.IndexFunc(before.Config.Hardware.Device, func(d vim.BaseVirtualDevice) bool { _, ok := d.(vim.BaseVirtualEthernetCard); return ok })]
	disk := &vim.VirtualDisk{CapacityInKB: 1 << 20}
	disk.Key, disk.ControllerKey, disk.UnitNumber = -1, 1000, vim.NewInt32(5)
	disk.Backing = &flatBacking{DiskMode: "persistent"}
	if err := reconfigure(s.vm, vim.VirtualMachineConfigSpec{Annotation: "new", NumCPUs: 4, DeviceChange: []vim.BaseVirtualDeviceConfigSpec{
		&vim.VirtualDeviceConfigSpec{Operation: "remove", Device: nic},
		&vim.VirtualDeviceConfigSpec{Operation: "add", FileOperation: "create", Device: disk},
	}}); err != nil {
		t.Fatal(err)
	}
	if holds(t, s.c, before.Network[0], s.vm.Reference()) {
		t.Error("the network holds a machine without interfaces")
	}
	check := func(id ref, stayOff bool, power vim.VirtualMachinePowerState) {
		t.Helper()
		s.revert(id, stayOff)
		now := s.look()
		switch {
		case now.Runtime.PowerState != power:
			t.Errorf("it is %s, not %s", now.Runtime.PowerState, power)
		case now.Config.Annotation != "old", now.Config.Hardware.NumCPU != 1, now.Summary.Config.NumCpu != 1, now.Summary.Config.NumVirtualDisks != 1,
			now.Config.Uuid != before.Config.Uuid, now.Config.ChangeVersion == before.Config.ChangeVersion,
			len(now.Config.Hardware.Device) != len(before.Config.Hardware.Device), *now.Snapshot.CurrentSnapshot != id:
			t.Errorf("not what it was: %+v", now.Config)
		case !holds(t, s.c, before.Network[0], s.vm.Reference()):
			t.Error("the network does not hold it")
		}
	}
	check(off, false, vim.VirtualMachinePowerStatePoweredOff)
	check(on, true, vim.VirtualMachinePowerStatePoweredOff)
	check(on, false, vim.VirtualMachinePowerStatePoweredOn)
	s.ok(s.vm.RevertToCurrentSnapshot(t.Context(), true))
	s.ok(s.vm.RemoveAllSnapshot(t.Context(), nil))
	if err := s.wait(s.vm.RevertToCurrentSnapshot(t.Context(), true)); !fault.Is(err, &vim.NotFound{}) {
		t.Errorf("reverted to nothing: %v", err)
	}
}

func TestSnapshotRefused(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{PowerOn: true})
	take := func(name string, memory, quiesce bool) error {
		return s.wait(s.vm.CreateSnapshot(t.Context(), name, "", memory, quiesce))
	}
	if err := take("", false, false); !fault.Is(err, &vim.InvalidName{}) {
		t.Errorf("without a name: %v", err)
	}
	if err := s.v.SetGuest(s.vm.Reference(), GuestState{ToolsOff: true}); err != nil {
		t.Fatal(err)
	}
	if err := take("q", false, true); !fault.Is(err, &vim.FilesystemQuiesceFault{}) {
		t.Errorf("quiesced without tools: %v", err)
	}
	if err := s.v.SetGuest(s.vm.Reference(), GuestState{}); err != nil {
		t.Fatal(err)
	}
	if err := take("q", false, true); err != nil || !s.look().Snapshot.RootSnapshotList[0].Quiesced {
		t.Errorf("with tools: %v", err)
	}
	disk := object.VirtualDeviceList(s.look().Config.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))[0].(*vim.VirtualDisk)
	larger := copyOf(disk)
	larger.CapacityInKB, larger.CapacityInBytes = 64<<20, 64<<30
	for name, change := range map[string]*vim.VirtualDeviceConfigSpec{
		"grown":     {Operation: "edit", Device: larger},
		"destroyed": {Operation: "remove", FileOperation: "destroy", Device: disk},
	} {
		if err := reconfigure(s.vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{change}}); !fault.Is(err, &vim.InvalidDeviceOperation{}) {
			t.Errorf("%s with a snapshot: %v", name, err)
		}
	}
	s.ok(s.vm.RemoveAllSnapshot(t.Context(), nil))
	larger.Backing = nil
	if err := reconfigure(s.vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: "edit", Device: larger}}}); err != nil {
		t.Errorf("grown without a snapshot: %v", err)
	}
	lone := copyOf(object.VirtualDeviceList(s.look().Config.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))[0].(*vim.VirtualDisk))
	lone.Key, lone.UnitNumber = -1, vim.NewInt32(3)
	lone.Backing = &flatBacking{DiskMode: "independent_persistent"}
	if err := reconfigure(s.vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{&vim.VirtualDeviceConfigSpec{Operation: "add", FileOperation: "create", Device: lone}}}); err != nil {
		t.Fatal(err)
	}
	if err := take("i", true, false); !fault.Is(err, &vim.MemorySnapshotOnIndependentDisk{}) {
		t.Errorf("memory with an independent disk: %v", err)
	}
	s.take("i", false)
	if got := chains(s.look().Config.Hardware.Device); got[1] != "m_1" {
		t.Errorf("an independent disk takes part: %v", got)
	}
	for range maxSnapshotDepth - 1 {
		s.take("deep", false)
	}
	if err := take("deeper", false, false); !fault.Is(err, &vim.TooManySnapshotLevels{}) {
		t.Errorf("too deep: %v", err)
	}
	template := object.NewVirtualMachine(s.c.Client, mustFind(t, s.v, "/DC0/vm/templates/template-linux"))
	if err := s.wait(template.CreateSnapshot(t.Context(), "t", "", false, false)); !fault.Is(err, &vim.NotSupported{}) {
		t.Errorf("of a template: %v", err)
	}
}

func TestSnapshotRename(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{})
	a := s.take("a", false)
	if _, err := methods.RenameSnapshot(t.Context(), s.c, &vim.RenameSnapshot{This: a, Name: "z"}); err != nil {
		t.Fatal(err)
	}
	if node := s.look().Snapshot.RootSnapshotList[0]; node.Name != "z" || node.Description != "about a" {
		t.Errorf("%+v", node)
	}
}

// TestSnapshotLocksFiles: a machine that runs holds all files of its chains.
func TestSnapshotLocksFiles(t *testing.T) {
	s := newSnapper(t, "m", vim.VirtualMachineCloneSpec{PowerOn: true})
	s.take("a", false)
	dc := object.NewDatacenter(s.c.Client, mustFind(t, s.v, "/DC0"))
	disks := object.NewVirtualDiskManager(s.c.Client)
	for _, file := range []string{"m", "m-000001"} {
		if err := s.wait(disks.DeleteVirtualDisk(t.Context(), "[LocalDS_0] m/"+file+".vmdk", dc)); !fault.Is(err, &vim.FileLocked{}) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
