// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vmdk"
)

func init() {
	onFree((*VCenter).createDiskTask)
	onFree((*VCenter).extendDiskTask)
	onFree((*VCenter).deleteDiskTask)
	onFree((*VCenter).moveDiskTask)
	onFree((*VCenter).copyDiskTask)
	onFree((*VCenter).queryDiskUUID)
	// The request's type is govmomi's own affair, so that its name is all we have.
	handlers[handlerKey{reflect.TypeFor[*simulator.VirtualDiskManager](), queryDiskInfo}] = handler{call: (*VCenter).queryDiskInfoTask, free: true}
}

func (v *VCenter) createDiskTask(ctx *simulator.Context, m *simulator.VirtualDiskManager, req *vim.CreateVirtualDisk_Task) soap.HasFault {
	return v.task(ctx, m, "CreateVirtualDisk_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		dc, fault := v.fileDatacenter(req.Datacenter)
		if fault != nil {
			return nil, fault
		}
		return req.Name, v.createDisk(ctx, dc, req.Name, req.Spec)
	})
}

// createDisk makes a disk without data.
func (v *VCenter) createDisk(ctx *simulator.Context, dc *simulator.Datacenter, name string, spec vim.BaseVirtualDiskSpec) vim.BaseMethodFault {
	wanted, ok := spec.(vim.BaseFileBackedVirtualDiskSpec)
	if !ok {
		return &vim.InvalidArgument{InvalidProperty: "spec"}
	}
	want := wanted.GetFileBackedVirtualDiskSpec()
	file, fault := v.resolveFile(dc, name)
	switch {
	case fault != nil:
		return fault
	case path.Ext(file) != ".vmdk":
		return &vim.InvalidArgument{InvalidProperty: "name"}
	case want.CapacityKb < 1024:
		return &vim.InvalidArgument{InvalidProperty: "capacityKb"}
	case !slices.Contains(diskKinds, vim.VirtualDiskType(want.DiskType)):
		return &vim.InvalidArgument{InvalidProperty: "spec.diskType"}
	case !slices.Contains(vim.VirtualDiskAdapterType("").Strings(), want.AdapterType):
		return &vim.InvalidArgument{InvalidProperty: "spec.adapterType"}
	case !exists(filepath.Dir(file)):
		return fileFault(parentOf(name), fs.ErrNotExist)
	case exists(file):
		return fileFault(name, fs.ErrExist)
	}
	bytes := want.CapacityKb << 10
	if ds := v.storeOf(dc, name); want.DiskType != string(vim.VirtualDiskTypeThin) && bytes > ds.Summary.FreeSpace {
		return &vim.NoDiskSpace{FileFault: vim.FileFault{File: name}, Datastore: ds.Name}
	}
	disk := &virtualDisk{file: file, desc: newDescriptor(file, bytes)}
	disk.setKind(vim.VirtualDiskType(want.DiskType))
	disk.desc.DDB[ddbAdapter] = want.AdapterType
	if err := os.WriteFile(simulator.VirtualDiskBackingFileName(file), nil, 0o600); err != nil {
		return fileFault(name, err)
	}
	if err := disk.save(); err != nil {
		return fileFault(name, err)
	}
	v.spend(ctx, dc, name, bytes)
	return nil
}

// diskKinds are the types in which a disk can be made.
var diskKinds = []vim.VirtualDiskType{vim.VirtualDiskTypeThin, vim.VirtualDiskTypePreallocated, vim.VirtualDiskTypeEagerZeroedThick, vim.VirtualDiskTypeThick}

// parentOf is the datastore path of the directory that a file is in.
func parentOf(name string) string {
	var p object.DatastorePath
	p.FromString(name)
	p.Path = path.Dir(p.Path)
	return p.String()
}

func (v *VCenter) extendDiskTask(ctx *simulator.Context, m *simulator.VirtualDiskManager, req *vim.ExtendVirtualDisk_Task) soap.HasFault {
	return v.task(ctx, m, "ExtendVirtualDisk_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		dc, fault := v.fileDatacenter(req.Datacenter)
		if fault != nil {
			return nil, fault
		}
		disk, fault := v.openDisk(dc, req.Name)
		if fault != nil {
			return nil, fault
		}
		grows := req.NewCapacityKb<<10 - disk.capacity()
		switch {
		case disk.desc == nil:
			return nil, new(vim.NotSupported)
		case grows < 0:
			return nil, &vim.InvalidArgument{InvalidProperty: "newCapacityKb"}
		case v.locked(ctx, dc, req.Name):
			return nil, fileLocked(req.Name)
		}
		disk.desc.Extent[0].Size += grows / vmdk.SectorSize
		if err := disk.save(); err != nil {
			return nil, fileFault(req.Name, err)
		}
		v.spend(ctx, dc, req.Name, grows)
		return req.Name, nil
	})
}

func (v *VCenter) deleteDiskTask(ctx *simulator.Context, m *simulator.VirtualDiskManager, req *vim.DeleteVirtualDisk_Task) soap.HasFault {
	return v.task(ctx, m, "DeleteVirtualDisk_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		dc, fault := v.fileDatacenter(req.Datacenter)
		if fault != nil {
			return nil, fault
		}
		disk, fault := v.openDisk(dc, req.Name)
		switch {
		case fault != nil:
			return nil, fault
		case v.locked(ctx, dc, req.Name):
			return nil, fileLocked(req.Name)
		}
		if fault := v.removeDisk(disk); fault != nil {
			return nil, fault
		}
		v.spend(ctx, dc, req.Name, -disk.space())
		return nil, nil
	})
}

// removeDisk deletes the files of a disk. One that was uploaded is one file.
func (v *VCenter) removeDisk(disk *virtualDisk) vim.BaseMethodFault {
	_ = os.Remove(simulator.VirtualDiskBackingFileName(disk.file))
	if err := os.Remove(disk.file); err != nil {
		return &vim.CannotDeleteFile{FileFault: vim.FileFault{File: disk.file}}
	}
	return nil
}

// space is what a disk takes from its datastore. As in vcsim a thin one takes
// all that it may come to.
func (d *virtualDisk) space() int64 {
	if d.desc != nil {
		return d.capacity()
	}
	info, err := os.Stat(d.file)
	if err != nil {
		return 0
	}
	return info.Size()
}

func (v *VCenter) moveDiskTask(ctx *simulator.Context, m *simulator.VirtualDiskManager, req *vim.MoveVirtualDisk_Task) soap.HasFault {
	return v.task(ctx, m, "MoveVirtualDisk_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		t, disk, fault := v.diskTransfer(req.SourceDatacenter, req.SourceName, req.DestDatacenter, req.DestName, req.Force)
		switch {
		case fault != nil:
			return nil, fault
		case v.locked(ctx, t.from, t.source):
			return nil, fileLocked(t.source)
		}
		if fault := v.duplicate(ctx, t, disk); fault != nil {
			return nil, fault
		}
		v.spend(ctx, t.from, t.source, -disk.space())
		return nil, v.removeDisk(disk)
	})
}

func (v *VCenter) copyDiskTask(ctx *simulator.Context, m *simulator.VirtualDiskManager, req *vim.CopyVirtualDisk_Task) soap.HasFault {
	return v.task(ctx, m, "CopyVirtualDisk_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		t, disk, fault := v.diskTransfer(req.SourceDatacenter, req.SourceName, req.DestDatacenter, req.DestName, req.Force)
		if fault != nil {
			return nil, fault
		}
		if disk.desc != nil {
			delete(disk.desc.DDB, ddbUUID) // a copy is another disk
			if req.DestSpec != nil {
				disk.setKind(vim.VirtualDiskType(req.DestSpec.GetVirtualDiskSpec().DiskType))
			}
		}
		return nil, v.duplicate(ctx, t, disk)
	})
}

// diskTransfer is transfer for a disk.
func (v *VCenter) diskTransfer(from *ref, source string, to *ref, target string, force *bool) (*fileTransfer, *virtualDisk, vim.BaseMethodFault) {
	t, fault := v.transfer(from, source, to, target, force)
	if fault != nil {
		return nil, nil, fault
	}
	disk, fault := v.openDisk(t.from, source)
	if fault != nil {
		return nil, nil, fault
	}
	if data := simulator.VirtualDiskBackingFileName(disk.file); disk.desc != nil && !exists(data) {
		return nil, nil, fileFault(simulator.VirtualDiskBackingFileName(source), fs.ErrNotExist)
	}
	return t, disk, nil
}

// duplicate writes the files of a disk a second time, the descriptor naming the
// data beside it.
func (v *VCenter) duplicate(ctx *simulator.Context, t *fileTransfer, disk *virtualDisk) vim.BaseMethodFault {
	if disk.desc == nil {
		bytes, err := copyFile(t.sourceFile, t.targetFile)
		v.spend(ctx, t.to, t.target, bytes)
		return fileFault(t.target, err)
	}
	data := simulator.VirtualDiskBackingFileName
	if _, err := copyFile(data(t.sourceFile), data(t.targetFile)); err != nil {
		return fileFault(t.target, err)
	}
	twin := &virtualDisk{file: t.targetFile, desc: newDescriptor(t.targetFile, disk.capacity())}
	for key, value := range disk.desc.DDB {
		twin.desc.DDB[key] = value
	}
	if err := twin.save(); err != nil {
		return fileFault(t.target, err)
	}
	v.spend(ctx, t.to, t.target, disk.space())
	return nil
}

func (v *VCenter) queryDiskUUID(_ *simulator.Context, _ *simulator.VirtualDiskManager, req *vim.QueryVirtualDiskUuid) soap.HasFault {
	dc, fault := v.fileDatacenter(req.Datacenter)
	res := new(vim.QueryVirtualDiskUuidResponse)
	if fault == nil {
		var disk *virtualDisk
		if disk, fault = v.openDisk(dc, req.Name); fault == nil {
			res.Returnval = disk.identifier()
		}
	}
	return reply[methods.QueryVirtualDiskUuidBody](res, fault)
}

const queryDiskInfo = "QueryVirtualDiskInfo_Task"

// queryDiskInfoBody is govmomi's, which it keeps to itself.
type queryDiskInfoBody struct {
	Res *queryDiskInfoResponse `xml:"urn:internalvim25 QueryVirtualDiskInfo_TaskResponse,omitempty"`
}

type queryDiskInfoResponse struct {
	Returnval ref `xml:"returnval"`
}

// Fault implements soap.HasFault.
func (*queryDiskInfoBody) Fault() *soap.Fault { return nil }

// queryDiskInfoTask tells a disk's type, where vcsim has all disks thin.
func (v *VCenter) queryDiskInfoTask(ctx *simulator.Context, obj mo.Reference, req any) soap.HasFault {
	args := reflect.ValueOf(req).Elem()
	name, id := args.FieldByName("Name").String(), args.FieldByName("Datacenter").Interface().(*ref)
	m := obj.(*simulator.VirtualDiskManager)
	task := v.run(ctx, m, queryDiskInfo, func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		dc, fault := v.fileDatacenter(id)
		if fault != nil {
			return nil, fault
		}
		disk, fault := v.openDisk(dc, name)
		if fault != nil {
			return nil, fault
		}
		call := &invocation{v: v, method: queryDiskInfo, this: m.Self}
		res, fault := v.inner(m.Self, func() soap.HasFault { return call.vcsim(ctx, m, req) })
		if fault == nil {
			reflect.ValueOf(res).Index(0).FieldByName("DiskType").SetString(string(disk.kind()))
		}
		return res, fault
	})
	return &queryDiskInfoBody{Res: &queryDiskInfoResponse{Returnval: task}}
}
