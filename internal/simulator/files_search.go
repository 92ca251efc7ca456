// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).searchTask)
	onFree((*VCenter).searchBelowTask)
}

// fileSearch is one search of a datastore browser.
type fileSearch struct {
	v     *VCenter
	store *simulator.Datastore
	spec  vim.HostDatastoreBrowserSearchSpec
	found []vim.HostDatastoreBrowserSearchResults
}

func (v *VCenter) searchTask(ctx *simulator.Context, b *simulator.HostDatastoreBrowser, req *vim.SearchDatastore_Task) soap.HasFault {
	return v.task(ctx, b, "SearchDatastore_Task", func(*simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		s, dir, fault := v.newSearch(b, req.DatastorePath, req.SearchSpec)
		if fault != nil {
			return nil, fault
		}
		if err := s.look(req.DatastorePath, dir, false); err != nil {
			return nil, fileFault(req.DatastorePath, err)
		}
		return s.found[0], nil
	})
}

func (v *VCenter) searchBelowTask(ctx *simulator.Context, b *simulator.HostDatastoreBrowser, req *vim.SearchDatastoreSubFolders_Task) soap.HasFault {
	return v.task(ctx, b, "SearchDatastoreSubFolders_Task", func(*simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		s, dir, fault := v.newSearch(b, req.DatastorePath, req.SearchSpec)
		if fault != nil {
			return nil, fault
		}
		if err := s.look(req.DatastorePath, dir, true); err != nil {
			return nil, fileFault(req.DatastorePath, err)
		}
		return vim.ArrayOfHostDatastoreBrowserSearchResults{HostDatastoreBrowserSearchResults: s.found}, nil
	})
}

// newSearch finds the directory that a search begins in.
func (v *VCenter) newSearch(b *simulator.HostDatastoreBrowser, at string, spec *vim.HostDatastoreBrowserSearchSpec) (*fileSearch, string, vim.BaseMethodFault) {
	var p object.DatastorePath
	if !p.FromString(at) {
		return nil, "", &vim.InvalidDatastorePath{InvalidDatastore: vim.InvalidDatastore{Name: at}, DatastorePath: at}
	}
	store, ok := v.reg.FindByName(p.Datastore, b.Datastore).(*simulator.Datastore)
	if !ok {
		return nil, "", &vim.InvalidDatastore{Name: p.Datastore}
	}
	s := &fileSearch{v: v, store: store}
	if spec != nil {
		s.spec = *spec
	}
	return s, filepath.Join(store.Summary.Url, filepath.FromSlash(path.Clean("/"+p.Path))), nil
}

// look searches a directory, and those below it.
func (s *fileSearch) look(at, dir string, below bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	i := len(s.found)
	s.found = append(s.found, vim.HostDatastoreBrowserSearchResults{Datastore: &s.store.Self, FolderPath: at})
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue // files come and go
		}
		if s.named(e.Name()) {
			if found := s.match(filepath.Join(dir, e.Name()), info); found != nil {
				s.found[i].File = append(s.found[i].File, found)
			}
		}
		if below && e.IsDir() {
			if err := s.look(join(at, e.Name()), filepath.Join(dir, e.Name()), true); err != nil {
				return err
			}
		}
	}
	return nil
}

// join makes the datastore path of a directory in another.
func join(at, name string) string {
	if strings.HasSuffix(at, "]") {
		return at + " " + name
	}
	return strings.TrimSuffix(at, "/") + "/" + name
}

// named reports whether a name fits one of the patterns; no pattern is any.
func (s *fileSearch) named(name string) bool {
	return len(s.spec.MatchPattern) == 0 || slices.ContainsFunc(s.spec.MatchPattern, func(pattern string) bool {
		ok, _ := path.Match(pattern, name)
		return ok
	})
}

// match is what a search tells of a file, nil when no query is for it.
func (s *fileSearch) match(file string, info fs.FileInfo) vim.BaseFileInfo {
	base := s.base(info)
	kind := path.Ext(info.Name())
	if info.IsDir() {
		kind = "folder"
	}
	if len(s.spec.Query) == 0 {
		return s.typed(kind, base)
	}
	for _, q := range s.spec.Query {
		switch q := q.(type) {
		case *vim.VmDiskFileQuery:
			if found := s.disk(file, base, q); found != nil {
				return found
			}
		case *vim.FileQuery:
			return s.typed(kind, base)
		default:
			if found := fileKinds[kind]; found != nil && typeName(q) == strings.TrimSuffix(typeName(found(base)), "Info")+"Query" {
				return found(base)
			}
		}
	}
	return nil
}

// base is what is told of any file, as far as it was asked for.
func (s *fileSearch) base(info fs.FileInfo) vim.FileInfo {
	found := vim.FileInfo{Path: info.Name()}
	details := s.spec.Details
	if details == nil {
		return found
	}
	if details.FileSize && !info.IsDir() {
		found.FileSize = info.Size()
	}
	if details.Modification {
		found.Modification = vim.NewTime(info.ModTime())
	}
	if details.FileOwner {
		found.Owner = "root"
	}
	return found
}

// fileKinds are the kinds of files that have a type of their own.
var fileKinds = map[string]func(vim.FileInfo) vim.BaseFileInfo{
	"folder": func(i vim.FileInfo) vim.BaseFileInfo { return &vim.FolderFileInfo{FileInfo: i} },
	".img":   func(i vim.FileInfo) vim.BaseFileInfo { return &vim.FloppyImageFileInfo{FileInfo: i} },
	".flp":   func(i vim.FileInfo) vim.BaseFileInfo { return &vim.FloppyImageFileInfo{FileInfo: i} },
	".iso":   func(i vim.FileInfo) vim.BaseFileInfo { return &vim.IsoImageFileInfo{FileInfo: i} },
	".log":   func(i vim.FileInfo) vim.BaseFileInfo { return &vim.VmLogFileInfo{FileInfo: i} },
	".nvram": func(i vim.FileInfo) vim.BaseFileInfo { return &vim.VmNvramFileInfo{FileInfo: i} },
	".vmdk":  func(i vim.FileInfo) vim.BaseFileInfo { return &vim.VmDiskFileInfo{FileInfo: i} },
	".vmsn":  func(i vim.FileInfo) vim.BaseFileInfo { return &vim.VmSnapshotFileInfo{FileInfo: i} },
	".vmx":   func(i vim.FileInfo) vim.BaseFileInfo { return &vim.VmConfigFileInfo{FileInfo: i} },
}

// typed gives a file the type of its kind if types were asked for.
func (s *fileSearch) typed(kind string, base vim.FileInfo) vim.BaseFileInfo {
	wanted := s.spec.Details != nil && s.spec.Details.FileType
	if of := fileKinds[kind]; of != nil && (wanted || kind == "folder") {
		return of(base)
	}
	return &base
}

// disk is what a query for disks tells of a file; nil if that is no disk, or
// not one that passes the filter.
func (s *fileSearch) disk(file string, base vim.FileInfo, q *vim.VmDiskFileQuery) vim.BaseFileInfo {
	if path.Ext(base.Path) != ".vmdk" || strings.HasSuffix(base.Path, "-flat.vmdk") {
		return nil
	}
	disk, err := readDisk(file)
	if err != nil {
		return nil
	}
	const flat, sparse = "VirtualDiskFlatVer2BackingInfo", "VirtualDiskSparseVer2BackingInfo"
	backing := flat
	if disk.desc == nil {
		backing = sparse
	}
	if f := q.Filter; f != nil && (f.Thin != nil && *f.Thin != disk.thin() ||
		len(f.DiskType) > 0 && !slices.Contains(f.DiskType, backing) ||
		len(f.ControllerType) > 0 && !slices.Contains(f.ControllerType, disk.controller())) {
		return nil
	}
	found := &vim.VmDiskFileInfo{FileInfo: base}
	details := q.Details
	if details == nil {
		return found
	}
	if details.CapacityKb {
		found.CapacityKb = disk.capacity() >> 10
	}
	if details.DiskType {
		found.DiskType = backing
	}
	if details.HardwareVersion {
		found.HardwareVersion = 21
	}
	if isTrue(details.ControllerType) {
		found.ControllerType = disk.controller()
	}
	if isTrue(details.Thin) {
		found.Thin = vim.NewBool(disk.thin())
	}
	return found
}
