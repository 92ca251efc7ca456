// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"slices"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// desk is what the tests of files and disks work with.
type desk struct {
	*VCenter
	t     *testing.T
	c     *govmomi.Client
	dc    *object.Datacenter
	disks *object.VirtualDiskManager
	files *object.FileManager
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	v := start(t, Options{})
	c := login(t, v)
	return &desk{v, t, c, object.NewDatacenter(c.Client, mustFind(t, v, "/DC0")), object.NewVirtualDiskManager(c.Client), object.NewFileManager(c.Client)}
}

// done waits for a task.
func (d *desk) done(task *object.Task, err error) error {
	d.t.Helper()
	if err != nil {
		return err
	}
	return task.WaitEx(d.t.Context())
}

func (d *desk) must(task *object.Task, err error) {
	d.t.Helper()
	if err := d.done(task, err); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) create(name string, kind vim.VirtualDiskType, kb int64) error {
	d.t.Helper()
	return d.done(d.disks.CreateVirtualDisk(d.t.Context(), name, d.dc, &vim.FileBackedVirtualDiskSpec{
		VirtualDiskSpec: vim.VirtualDiskSpec{DiskType: string(kind), AdapterType: "ide"}, CapacityKb: kb,
	}))
}

func (d *desk) free() int64 {
	d.t.Helper()
	var ds mo.Datastore
	if err := d.c.RetrieveOne(d.t.Context(), mustFind(d.t, d.VCenter, "/DC0/datastore/LocalDS_0"), []string{"summary"}, &ds); err != nil {
		d.t.Fatal(err)
	}
	return ds.Summary.FreeSpace
}

// diskInfo is what the browser says of the one disk that a pattern matches.
func (d *desk) diskInfo(at, pattern string) *vim.VmDiskFileInfo {
	d.t.Helper()
	found := d.search(at, vim.HostDatastoreBrowserSearchSpec{MatchPattern: []string{pattern}, Query: []vim.BaseFileQuery{&vim.VmDiskFileQuery{
		Details: &vim.VmDiskFileQueryFlags{CapacityKb: true, DiskType: true, ControllerType: vim.NewBool(true), Thin: vim.NewBool(true)},
	}}})
	if len(found) != 1 {
		d.t.Fatalf("%s in %s: %d disks", pattern, at, len(found))
	}
	return found[0].(*vim.VmDiskFileInfo)
}

func (d *desk) search(at string, spec vim.HostDatastoreBrowserSearchSpec) []vim.BaseFileInfo {
	d.t.Helper()
	info, err := d.browse(d.t.Context(), at, spec)
	if err != nil {
		d.t.Fatal(err)
	}
	return info.Result.(vim.HostDatastoreBrowserSearchResults).File
}

func (d *desk) browse(ctx context.Context, at string, spec vim.HostDatastoreBrowserSearchSpec) (*vim.TaskInfo, error) {
	d.t.Helper()
	browser, err := object.NewDatastore(d.c.Client, mustFind(d.t, d.VCenter, "/DC0/datastore/LocalDS_0")).Browser(ctx)
	if err != nil {
		return nil, err
	}
	task, err := browser.SearchDatastore(ctx, at, &spec)
	if err != nil {
		return nil, err
	}
	return task.WaitForResult(ctx)
}

func wantFault[T any](t *testing.T, what string, err error) {
	t.Helper()
	found := false
	fault.In(err, func(f vim.BaseMethodFault, _ string, _ []vim.LocalizableMessage) bool {
		_, ok := any(f).(*T)
		found = found || ok
		return false
	})
	if !found {
		t.Errorf("%s: %v is no %T", what, err, *new(T))
	}
}

func TestVirtualDisk(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	before := d.free()
	for kind, want := range map[vim.VirtualDiskType]bool{vim.VirtualDiskTypeThin: true, vim.VirtualDiskTypePreallocated: false, vim.VirtualDiskTypeEagerZeroedThick: false} {
		name := "[LocalDS_0] " + string(kind) + ".vmdk"
		if err := d.create(name, kind, 2<<20); err != nil {
			t.Fatal(err)
		}
		info := d.diskInfo("[LocalDS_0]", string(kind)+".vmdk")
		if info.CapacityKb != 2<<20 || *info.Thin != want || info.ControllerType != "VirtualIDEController" || info.DiskType != "VirtualDiskFlatVer2BackingInfo" {
			t.Errorf("%s: %+v", kind, info)
		}
		told, err := d.disks.QueryVirtualDiskInfo(ctx, name, d.dc, false)
		if err != nil || told[0].DiskType != string(kind) {
			t.Errorf("%s: %+v %v", kind, told, err)
		}
	}
	const name, other = "[LocalDS_0] thin.vmdk", "[LocalDS_0] other.vmdk"
	id, err := d.disks.QueryVirtualDiskUuid(ctx, name, d.dc)
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.disks.ExtendVirtualDisk(ctx, name, d.dc, 3<<20, nil))
	d.must(d.disks.MoveVirtualDisk(ctx, name, d.dc, other, nil, false))
	if moved, err := d.disks.QueryVirtualDiskUuid(ctx, other, d.dc); moved != id || err != nil {
		t.Errorf("moved: %s, not %s (%v)", moved, id, err)
	}
	if info := d.diskInfo("[LocalDS_0]", "other.vmdk"); info.CapacityKb != 3<<20 || !*info.Thin {
		t.Errorf("moved: %+v", info)
	}
	d.must(d.disks.CopyVirtualDisk(ctx, other, d.dc, name, d.dc, nil, false))
	if copied, err := d.disks.QueryVirtualDiskUuid(ctx, name, d.dc); copied == id || err != nil {
		t.Errorf("the copy has the same UUID %s (%v)", copied, err)
	}
	if got := before - d.free(); got != (2+2+3+3)<<30 {
		t.Errorf("%d bytes are in use", got)
	}
	for _, file := range []string{name, other, "[LocalDS_0] preallocated.vmdk", "[LocalDS_0] eagerZeroedThick.vmdk"} {
		d.must(d.disks.DeleteVirtualDisk(ctx, file, d.dc))
	}
	if got := d.free(); got != before {
		t.Errorf("%d bytes were not given back", before-got)
	}
	if left := files(d.VCenter, "LocalDS_0 thin"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

func TestVirtualDisk_refused(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	const name = "[LocalDS_0] a.vmdk"
	if err := d.create(name, vim.VirtualDiskTypeThin, 1<<20); err != nil {
		t.Fatal(err)
	}
	thin := vim.VirtualDiskTypeThin
	wantFault[vim.FileAlreadyExists](t, "exists", d.create(name, thin, 1<<20))
	wantFault[vim.FileNotFound](t, "no directory", d.create("[LocalDS_0] none/a.vmdk", thin, 1<<20))
	wantFault[vim.InvalidDatastore](t, "no datastore", d.create("[LocalDS_9] b.vmdk", thin, 1<<20))
	wantFault[vim.InvalidDatastorePath](t, "no path", d.create("b.vmdk", thin, 1<<20))
	wantFault[vim.InvalidArgument](t, "no type", d.create("[LocalDS_0] b.vmdk", "fat", 1<<20))
	wantFault[vim.InvalidArgument](t, "too small", d.create("[LocalDS_0] b.vmdk", thin, 1))
	wantFault[vim.NoDiskSpace](t, "too large", d.create("[LocalDS_0] b.vmdk", vim.VirtualDiskTypePreallocated, 1<<40))
	wantFault[vim.InvalidArgument](t, "shrink", d.done(d.disks.ExtendVirtualDisk(ctx, name, d.dc, 1<<19, nil)))
	wantFault[vim.FileNotFound](t, "extend", d.done(d.disks.ExtendVirtualDisk(ctx, "[LocalDS_0] b.vmdk", d.dc, 1<<21, nil)))
	wantFault[vim.FileNotFound](t, "delete", d.done(d.disks.DeleteVirtualDisk(ctx, "[LocalDS_0] b.vmdk", d.dc)))
	wantFault[vim.FileNotFound](t, "move", d.done(d.disks.MoveVirtualDisk(ctx, "[LocalDS_0] b.vmdk", d.dc, name, nil, false)))
	wantFault[vim.FileNotFound](t, "move to nowhere", d.done(d.disks.MoveVirtualDisk(ctx, name, d.dc, "[LocalDS_0] none/a.vmdk", nil, false)))
	wantFault[vim.FileAlreadyExists](t, "copy", d.done(d.disks.CopyVirtualDisk(ctx, name, d.dc, name, d.dc, nil, false)))
	_, err := d.disks.DeleteVirtualDisk(ctx, name, object.NewDatacenter(d.c.Client, ref{Type: "Datacenter", Value: "datacenter-99"}))
	if err == nil {
		err = d.done(d.disks.DeleteVirtualDisk(ctx, name, object.NewDatacenter(d.c.Client, ref{Type: "Datacenter", Value: "datacenter-99"})))
	}
	wantFault[vim.ManagedObjectNotFound](t, "no datacenter", err)
	wantFault[vim.InvalidDiskFormat](t, "no disk", d.done(d.disks.DeleteVirtualDisk(ctx, "[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx", d.dc)))
}

// A disk that is attached to a machine is that disk still, and locked while the
// machine runs.
func TestVirtualDisk_attached(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	const name = "[LocalDS_0] data.vmdk"
	if err := d.create(name, vim.VirtualDiskTypeThin, 5<<20); err != nil {
		t.Fatal(err)
	}
	id, free := d.uuid(name), d.free()
	vm := object.NewVirtualMachine(d.c.Client, mustFind(t, d.VCenter, "/DC0/vm/DC0_H0_VM0"))
	disk := &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Key: -1, ControllerKey: 1000, UnitNumber: vim.NewInt32(5),
		Backing: &vim.VirtualDiskFlatVer2BackingInfo{DiskMode: "persistent", VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: name}}}}
	change := func(device *vim.VirtualDisk, operation vim.VirtualDeviceConfigSpecOperation) {
		t.Helper()
		if err := reconfigure(vm, vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{
			&vim.VirtualDeviceConfigSpec{Operation: operation, Device: device},
		}}); err != nil {
			t.Fatal(err)
		}
	}
	attached := func() *vim.VirtualDisk {
		t.Helper()
		for _, device := range config(t, vm).Hardware.Device {
			if found, ok := device.(*vim.VirtualDisk); ok && diskFile(found).FileName == name {
				return found
			}
		}
		t.Fatal("not attached")
		return nil
	}
	controller := ensureSCSI(config(t, vm))
	disk.ControllerKey = controller
	change(disk, vim.VirtualDeviceConfigSpecOperationAdd)
	got := attached()
	if b := got.Backing.(*vim.VirtualDiskFlatVer2BackingInfo); got.CapacityInKB != 5<<20 || !*b.ThinProvisioned || b.Uuid != id || d.free() != free {
		t.Errorf("attached: %d KB, %+v; %d bytes of space taken", got.CapacityInKB, b, free-d.free())
	}
	wantFault[vim.FileLocked](t, "delete", d.done(d.disks.DeleteVirtualDisk(ctx, name, d.dc)))
	wantFault[vim.FileLocked](t, "extend", d.done(d.disks.ExtendVirtualDisk(ctx, name, d.dc, 6<<20, nil)))
	wantFault[vim.FileLocked](t, "move", d.done(d.files.MoveDatastoreFile(ctx, name, d.dc, "[LocalDS_0] b.vmdk", nil, false)))
	got.CapacityInKB, got.CapacityInBytes = 7<<20, 7<<30
	change(got, vim.VirtualDeviceConfigSpecOperationEdit)
	change(attached(), vim.VirtualDeviceConfigSpecOperationRemove)
	if info := d.diskInfo("[LocalDS_0]", "data.vmdk"); info.CapacityKb != 7<<20 || d.uuid(name) != id {
		t.Errorf("detached: %+v, UUID %s", info, d.uuid(name))
	}
	d.must(d.disks.DeleteVirtualDisk(ctx, name, d.dc))
}

func (d *desk) uuid(name string) string {
	d.t.Helper()
	id, err := d.disks.QueryVirtualDiskUuid(d.t.Context(), name, d.dc)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// ensureSCSI is the key of a controller for disks.
func ensureSCSI(c *vim.VirtualMachineConfigInfo) int32 {
	i := slices.IndexFunc(c.Hardware.Device, func(d vim.BaseVirtualDevice) bool { _, ok := d.(vim.BaseVirtualSCSIController); return ok })
	return c.Hardware.Device[i].GetVirtualDevice().Key
}
