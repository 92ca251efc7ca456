// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
)

// Inventory lists everything that outlives a client, one line each, sorted:
// "Type path" of every object, with tags, categories, custom attributes,
// customization specifications and files on datastores. Two lists are equal if
// nothing was left behind.
func (v *VCenter) Inventory() []string {
	var lines []string
	for _, e := range v.reg.All("") {
		lines = append(lines, vimKind(e.Reference().Type)+" "+v.path(e))
	}
	lines = append(lines, v.fieldLines()...)
	lines = append(lines, v.specLines()...)
	lines = append(lines, v.tagging.lines()...)
	lines = append(lines, v.fileLines()...)
	slices.Sort(lines)
	return lines
}

func vimKind(kind string) string {
	if kind == vcsimDVS {
		return vcenterDVS
	}
	return kind
}

// fileLines are the files that datastores show to their users: neither logs
// and firmware settings of machines, nor the data behind a disk's descriptor.
func (v *VCenter) fileLines() []string {
	var lines []string
	for _, e := range v.reg.All("Datastore") {
		ds, ok := e.(*simulator.Datastore)
		if !ok {
			continue
		}
		root := ds.Summary.Url
		_ = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil {
				return fs.SkipDir // directories come and go while we walk
			}
			if d.IsDir() || hiddenFile(file) {
				return nil
			}
			if name, err := filepath.Rel(root, file); err == nil {
				lines = append(lines, "File "+v.path(ds)+" "+filepath.ToSlash(name))
			}
			return nil
		})
	}
	return lines
}

func hiddenFile(file string) bool {
	return strings.HasSuffix(file, "-flat.vmdk") || slices.Contains([]string{".log", ".nvram"}, filepath.Ext(file))
}

func (v *VCenter) fieldLines() []string {
	var lines []string
	for _, f := range v.reg.CustomFieldsManager().Field {
		lines = append(lines, "CustomAttribute "+f.ManagedObjectType+" "+f.Name)
	}
	return lines
}

// path is the inventory path of an entity.
func (v *VCenter) path(e mo.Entity) string {
	var names []string
	for e != nil {
		parent := e.Entity().Parent
		if parent == nil {
			break // the root folder has no name in paths
		}
		names = append(names, entityName(e))
		e, _ = v.reg.Get(*parent).(mo.Entity)
	}
	slices.Reverse(names)
	return "/" + strings.Join(names, "/")
}

// entityName reads the name of an entity; some types have a field of their own
// that shadows ManagedEntity's.
func entityName(e mo.Entity) string {
	switch x := e.(type) {
	case *simulator.DistributedVirtualSwitch:
		return x.Name
	case *simulator.DistributedVirtualPortgroup:
		return x.Name
	case *mo.Network:
		return x.Name
	case *mo.OpaqueNetwork:
		return x.Name
	}
	return e.Entity().Name
}
