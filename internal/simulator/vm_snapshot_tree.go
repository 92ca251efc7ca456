// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

type snapshotTree = vim.VirtualMachineSnapshotTree

// eachSnapshot visits a tree, parents before their children.
func eachSnapshot(list []snapshotTree, visit func(*snapshotTree)) {
	for i := range list {
		visit(&list[i])
		eachSnapshot(list[i].ChildSnapshotList, visit)
	}
}

// snapshotIDs are all snapshots of a machine.
func snapshotIDs(vm *simulator.VirtualMachine) []ref {
	if vm.Snapshot == nil {
		return nil
	}
	var ids []ref
	eachSnapshot(vm.Snapshot.RootSnapshotList, func(s *snapshotTree) { ids = append(ids, s.Snapshot) })
	return ids
}

// findSnapshot is the place of a snapshot in a tree, nil if it is not there.
func findSnapshot(list []snapshotTree, id ref) (found *snapshotTree) {
	eachSnapshot(list, func(s *snapshotTree) {
		if s.Snapshot == id {
			found = s
		}
	})
	return found
}

// snapshotParent is what a snapshot stands on, nil for a root.
func snapshotParent(list []snapshotTree, id ref) (parent *ref) {
	eachSnapshot(list, func(s *snapshotTree) {
		for _, child := range s.ChildSnapshotList {
			if child.Snapshot == id {
				p := s.Snapshot
				parent = &p
			}
		}
	})
	return parent
}

// lineage is the current snapshot with all that it stands on.
func lineage(info *vim.VirtualMachineSnapshotInfo) []ref {
	var line []ref
	for id := info.CurrentSnapshot; id != nil; id = snapshotParent(info.RootSnapshotList, *id) {
		line = append(line, *id)
	}
	return line
}

// addSnapshot puts a snapshot on top of another, or beside the roots.
func addSnapshot(list []snapshotTree, on *ref, node snapshotTree) []snapshotTree {
	if on != nil {
		if parent := findSnapshot(list, *on); parent != nil {
			parent.ChildSnapshotList = append(parent.ChildSnapshotList, node)
			return list
		}
	}
	return append(list, node)
}

// cutSnapshot takes a snapshot out of a tree. Its children take its place, or go
// with it.
func cutSnapshot(list []snapshotTree, id ref, children bool) []snapshotTree {
	var rest []snapshotTree
	for _, s := range list {
		switch {
		case s.Snapshot != id:
			s.ChildSnapshotList = cutSnapshot(s.ChildSnapshotList, id, children)
			rest = append(rest, s)
		case !children:
			rest = append(rest, s.ChildSnapshotList...)
		}
	}
	return rest
}
