// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).makeDirectory)
	onFree((*VCenter).deleteFileTask)
	onFree((*VCenter).moveFileTask)
	onFree((*VCenter).copyFileTask)
}

// fileDatacenter is the datacenter that a method about files names: a vCenter
// cannot do without.
func (v *VCenter) fileDatacenter(id *ref) (*simulator.Datacenter, vim.BaseMethodFault) {
	if id == nil {
		return nil, &vim.InvalidArgument{InvalidProperty: "datacenter"}
	}
	v.index.resolve(id)
	dc, ok := v.reg.Get(*id).(*simulator.Datacenter)
	if !ok {
		return nil, &vim.ManagedObjectNotFound{Obj: *id}
	}
	return dc, nil
}

// resolveFile is where a datastore path is on our disk.
func (v *VCenter) resolveFile(dc *simulator.Datacenter, name string) (string, vim.BaseMethodFault) {
	var p object.DatastorePath
	if !p.FromString(name) {
		return "", &vim.InvalidDatastorePath{InvalidDatastore: vim.InvalidDatastore{Name: name}, DatastorePath: name}
	}
	file, ok := v.filePath(dc, name)
	if !ok {
		return "", &vim.InvalidDatastore{Name: p.Datastore}
	}
	return file, nil
}

// storeOf is the datastore of a datastore path, nil if there is none.
func (v *VCenter) storeOf(dc *simulator.Datacenter, name string) *simulator.Datastore {
	var p object.DatastorePath
	if !p.FromString(name) {
		return nil
	}
	ds, _ := v.reg.FindByName(p.Datastore, dc.Datastore).(*simulator.Datastore)
	return ds
}

// spend takes what a file needs from the free space of its datastore; a
// negative number gives it back.
func (v *VCenter) spend(ctx *simulator.Context, dc *simulator.Datacenter, name string, bytes int64) {
	if ds := v.storeOf(dc, name); ds != nil && bytes != 0 {
		v.addFreeSpace(ctx, ds.Self, -bytes)
	}
}

// fileFault is the fault of vCenter for an error of ours with a file.
func fileFault(name string, err error) vim.BaseMethodFault {
	file := vim.FileFault{File: name}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &vim.FileNotFound{FileFault: file}
	case errors.Is(err, fs.ErrExist):
		return &vim.FileAlreadyExists{FileFault: file}
	}
	return &vim.CannotAccessFile{FileFault: file}
}

// locked reports whether a machine that runs has the file open: a disk, the
// image in a drive, its own configuration; or one below a directory.
func (v *VCenter) locked(ctx *simulator.Context, dc *simulator.Datacenter, name string) bool {
	want, ok := v.filePath(dc, name)
	if !ok {
		return false
	}
	for _, e := range v.reg.All("VirtualMachine") {
		vm, ok := e.(*simulator.VirtualMachine)
		if !ok {
			continue
		}
		unlock := v.lock(ctx, vm)
		var open []string
		if vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOff && vm.Config != nil {
			open = openFiles(vm)
		}
		home := v.datacenter(vm)
		unlock()
		if slices.ContainsFunc(open, func(file string) bool {
			at, ok := v.filePath(home, file)
			return ok && (at == want || strings.HasPrefix(at, want+string(filepath.Separator)))
		}) {
			return true
		}
	}
	return false
}

// openFiles are the files that a running machine holds.
func openFiles(vm *simulator.VirtualMachine) []string {
	files := []string{vm.Config.Files.VmPathName}
	for _, d := range vm.Config.Hardware.Device {
		if b, ok := d.GetVirtualDevice().Backing.(vim.BaseVirtualDeviceFileBackingInfo); ok {
			files = append(files, b.GetVirtualDeviceFileBackingInfo().FileName)
		}
	}
	for _, b := range flatDisks(vm.Config.Hardware.Device) {
		for _, below := range chainOf(b.Parent) {
			files = append(files, below.FileName)
		}
	}
	return files
}

func fileLocked(name string) vim.BaseMethodFault {
	return &vim.FileLocked{FileFault: vim.FileFault{File: name}}
}

// makeDirectory refuses a directory that exists, also when parents may be made.
func (v *VCenter) makeDirectory(_ *simulator.Context, _ *simulator.FileManager, req *vim.MakeDirectory) soap.HasFault {
	fault := func() vim.BaseMethodFault {
		dc, fault := v.fileDatacenter(req.Datacenter)
		if fault != nil {
			return fault
		}
		dir, fault := v.resolveFile(dc, req.Name)
		if fault != nil {
			return fault
		}
		if isTrue(req.CreateParentDirectories) {
			if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
				return fileFault(req.Name, err)
			}
		}
		return fileFault(req.Name, os.Mkdir(dir, 0o700))
	}()
	return reply[methods.MakeDirectoryBody](new(vim.MakeDirectoryResponse), fault)
}

func (v *VCenter) deleteFileTask(ctx *simulator.Context, m *simulator.FileManager, req *vim.DeleteDatastoreFile_Task) soap.HasFault {
	return v.task(ctx, m, "DeleteDatastoreFile_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		dc, fault := v.fileDatacenter(req.Datacenter)
		if fault != nil {
			return nil, fault
		}
		file, fault := v.resolveFile(dc, req.Name)
		if fault != nil {
			return nil, fault
		}
		bytes, err := treeSize(file)
		switch {
		case err != nil:
			return nil, fileFault(req.Name, err)
		case v.locked(ctx, dc, req.Name):
			return nil, fileLocked(req.Name)
		}
		if err := os.RemoveAll(file); err != nil {
			return nil, &vim.CannotDeleteFile{FileFault: vim.FileFault{File: req.Name}}
		}
		v.spend(ctx, dc, req.Name, -bytes)
		return nil, nil
	})
}

// treeSize is the number of bytes in a file, or in all below a directory.
func treeSize(file string) (int64, error) {
	if _, err := os.Lstat(file); err != nil {
		return 0, err
	}
	var bytes int64
	err := filepath.WalkDir(file, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}

func (v *VCenter) moveFileTask(ctx *simulator.Context, m *simulator.FileManager, req *vim.MoveDatastoreFile_Task) soap.HasFault {
	return v.task(ctx, m, "MoveDatastoreFile_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		t, fault := v.transfer(req.SourceDatacenter, req.SourceName, req.DestinationDatacenter, req.DestinationName, req.Force)
		if fault != nil {
			return nil, fault
		}
		if v.locked(ctx, t.from, t.source) {
			return nil, fileLocked(t.source)
		}
		bytes, err := treeSize(t.sourceFile)
		if err == nil {
			err = os.Rename(t.sourceFile, t.targetFile)
		}
		if err != nil {
			return nil, fileFault(t.source, err)
		}
		v.spend(ctx, t.from, t.source, -bytes)
		v.spend(ctx, t.to, t.target, bytes)
		return nil, nil
	})
}

func (v *VCenter) copyFileTask(ctx *simulator.Context, m *simulator.FileManager, req *vim.CopyDatastoreFile_Task) soap.HasFault {
	return v.task(ctx, m, "CopyDatastoreFile_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		t, fault := v.transfer(req.SourceDatacenter, req.SourceName, req.DestinationDatacenter, req.DestinationName, req.Force)
		if fault != nil {
			return nil, fault
		}
		bytes, err := copyFile(t.sourceFile, t.targetFile)
		if err != nil {
			return nil, fileFault(t.source, err)
		}
		v.spend(ctx, t.to, t.target, bytes)
		return nil, nil
	})
}

// fileTransfer is a file that goes from one place to another.
type fileTransfer struct {
	from, to               *simulator.Datacenter
	source, target         string // datastore paths
	sourceFile, targetFile string // on our disk
}

// transfer checks a move or copy. Without a datacenter the target is in that of
// the source.
func (v *VCenter) transfer(from *ref, source string, to *ref, target string, force *bool) (*fileTransfer, vim.BaseMethodFault) {
	if to == nil {
		to = from
	}
	t := &fileTransfer{source: source, target: target}
	var fault vim.BaseMethodFault
	if t.from, fault = v.fileDatacenter(from); fault != nil {
		return nil, fault
	}
	if t.to, fault = v.fileDatacenter(to); fault != nil {
		return nil, fault
	}
	if t.sourceFile, fault = v.resolveFile(t.from, source); fault != nil {
		return nil, fault
	}
	if t.targetFile, fault = v.resolveFile(t.to, target); fault != nil {
		return nil, fault
	}
	switch {
	case !exists(t.sourceFile):
		return nil, fileFault(source, fs.ErrNotExist)
	case !exists(filepath.Dir(t.targetFile)):
		var p object.DatastorePath
		p.FromString(target)
		p.Path = path.Dir(p.Path)
		return nil, fileFault(p.String(), fs.ErrNotExist)
	case exists(t.targetFile) && !isTrue(force):
		return nil, fileFault(target, fs.ErrExist)
	}
	return t, nil
}

func copyFile(from, to string) (int64, error) {
	source, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer func() { _ = source.Close() }() // it was only read
	target, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	bytes, err := io.Copy(target, source)
	return bytes, errors.Join(err, target.Close())
}
