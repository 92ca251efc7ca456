// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// filePath is where a datastore path such as "[LocalDS_0] web/web.vmx" is on
// disk; false if the datacenter has no such datastore.
func (v *VCenter) filePath(dc *simulator.Datacenter, file string) (string, bool) {
	var p object.DatastorePath
	if dc == nil || !p.FromString(file) {
		return "", false
	}
	ds, ok := v.reg.FindByName(p.Datastore, dc.Datastore).(*simulator.Datastore)
	if !ok {
		return "", false
	}
	return filepath.Join(ds.Summary.Url, filepath.FromSlash(path.Clean("/"+p.Path))), true
}

// home is a machine's own directory on a datastore and the name that its files
// begin with: "[LocalDS_0] web" and "web".
type home struct {
	dir  object.DatastorePath
	base string
}

// homeOf reads the home from the path of the machine's .vmx file.
func homeOf(vmx string) (h home) {
	h.dir.FromString(vmx)
	h.base = strings.TrimSuffix(path.Base(h.dir.Path), path.Ext(h.dir.Path))
	h.dir.Path = path.Dir(h.dir.Path)
	return h
}

// on is the directory of the same name on another datastore; on "" it is the
// same.
func (h home) on(datastore string) home {
	if datastore != "" {
		h.dir.Datastore = datastore
	}
	return h
}

// file is a file of the machine: "[LocalDS_0] web/web.vmx" for ".vmx".
func (h home) file(suffix string) string {
	p := object.DatastorePath{Datastore: h.dir.Datastore, Path: path.Join(h.dir.Path, h.base+suffix)}
	return p.String()
}

// pathEscaper keeps names of machines from reaching into other directories.
var pathEscaper = strings.NewReplacer("%", "%25", "/", "%2f", "\\", "%5c")

// makeHome makes a directory for a machine, with a number behind its name if
// the datastore has one of the name already.
func (v *VCenter) makeHome(dc *simulator.Datacenter, datastore, name string) (home, vim.BaseMethodFault) {
	base := pathEscaper.Replace(name)
	for i := 0; ; i++ {
		h := home{object.DatastorePath{Datastore: datastore, Path: numbered(base, i)}, base}
		dir, ok := v.filePath(dc, h.dir.String())
		if !ok {
			return home{}, &vim.InvalidDatastorePath{DatastorePath: h.dir.String()}
		}
		err := os.Mkdir(dir, 0o700)
		if err == nil {
			return h, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return home{}, &vim.CannotCreateFile{FileFault: vim.FileFault{File: h.dir.String()}}
		}
	}
}

func numbered(base string, i int) string {
	if i == 0 {
		return base
	}
	return fmt.Sprintf("%s_%d", base, i)
}

// freeDisk is a name for a new disk in a home that no file has yet, and none of
// the disks in taken, to which it is added. It makes the directory if need be.
func (v *VCenter) freeDisk(dc *simulator.Datacenter, h home, taken map[string]bool) (string, vim.BaseMethodFault) {
	for i := 0; ; i++ {
		name := home{h.dir, numbered(h.base, i)}.file(".vmdk")
		file, ok := v.filePath(dc, name)
		if !ok {
			return "", &vim.InvalidDatastorePath{DatastorePath: name}
		}
		if taken[name] || exists(file) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return "", &vim.CannotCreateFile{FileFault: vim.FileFault{File: name}}
		}
		taken[name] = true
		return name, nil
	}
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// nameDisks names the files of new disks and gives them identifiers. vcsim
// would look for names by trying, and derive the same identifier from the same
// name each time. Disks that are there already it completes.
func (v *VCenter) nameDisks(ctx *simulator.Context, dc *simulator.Datacenter, h home, changes []vim.BaseVirtualDeviceConfigSpec) vim.BaseMethodFault {
	taken := map[string]bool{}
	for _, change := range changes {
		c := change.GetVirtualDeviceConfigSpec()
		disk, ok := c.Device.(*vim.VirtualDisk)
		if !ok || c.Operation != vim.VirtualDeviceConfigSpecOperationAdd {
			continue
		}
		if c.FileOperation == "" {
			v.completeAttached(ctx, dc, disk)
		}
		if c.FileOperation != vim.VirtualDeviceConfigSpecFileOperationCreate {
			continue
		}
		backing, ok := disk.Backing.(vim.BaseVirtualDeviceFileBackingInfo)
		if !ok {
			continue
		}
		info := backing.GetVirtualDeviceFileBackingInfo()
		var p object.DatastorePath
		p.FromString(info.FileName)
		if p.Path == "" {
			name, fault := v.freeDisk(dc, h.on(p.Datastore), taken)
			if fault != nil {
				return fault
			}
			info.FileName = name
		}
		if flat, ok := backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok && flat.Uuid == "" {
			flat.Uuid = "6000C29" + uuid.NewString()[7:]
		}
	}
	return nil
}

// moveDisk moves a disk's files and returns its new name.
func (v *VCenter) moveDisk(dc, toDC *simulator.Datacenter, file string, to home) (string, vim.BaseMethodFault) {
	name, fault := v.freeDisk(toDC, to, map[string]bool{})
	if fault != nil {
		return "", fault
	}
	for _, f := range diskFiles(file, name) {
		if fault := v.moveFile(dc, toDC, f[0], f[1]); fault != nil {
			return "", fault
		}
	}
	return name, nil
}

// diskFiles pairs the files that make up a disk with those of another name:
// the data and the descriptor.
func diskFiles(from, to string) [][2]string {
	return [][2]string{
		{simulator.VirtualDiskBackingFileName(from), simulator.VirtualDiskBackingFileName(to)},
		{from, to},
	}
}

// moveFile moves a file between datastores. One that is missing is no fault:
// not every disk has all the files.
func (v *VCenter) moveFile(dc, toDC *simulator.Datacenter, from, to string) vim.BaseMethodFault {
	source, ok := v.filePath(dc, from)
	if !ok {
		return &vim.InvalidDatastorePath{DatastorePath: from}
	}
	target, ok := v.filePath(toDC, to)
	if !ok {
		return &vim.InvalidDatastorePath{DatastorePath: to}
	}
	if err := os.Rename(source, target); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &vim.FileFault{File: from}
	}
	return nil
}
