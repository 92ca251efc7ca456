// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// diskMoves is the move of a machine's disks, those of its snapshots too.
type diskMoves struct {
	*relocation
	home   home
	done   map[diskKey]diskKey // where the files that have moved are now
	shared map[diskKey]bool    // what other machines stand on, and has to stay
}

// relocateChain moves the files of a disk, the lowest first. What others share
// is copied.
func (v *VCenter) relocateChain(ctx *simulator.Context, job *diskMoves, top *flatBacking, store *simulator.Datastore, bytes int64) vim.BaseMethodFault {
	chain := chainOf(top)
	slices.Reverse(chain)
	for _, b := range chain {
		key := keyOf(b)
		if key.store == store.Self && job.from == job.to {
			continue
		}
		to, done := job.done[key]
		if !done {
			file, fault := v.relocateFile(job, b.FileName, store.Name, job.shared[key])
			if fault != nil {
				return fault
			}
			to = diskKey{store.Self, file}
			job.done[key] = to
			if b.Parent == nil && !job.shared[key] && b.Datastore != nil {
				v.addFreeSpace(ctx, *b.Datastore, bytes)
			}
			if b.Parent == nil {
				v.addFreeSpace(ctx, store.Self, -bytes)
			}
		}
		b.FileName, b.Datastore = to.file, &to.store
	}
	return nil
}

// relocateFile moves or copies the file of a disk and returns its new name. It
// keeps the number of a delta.
func (v *VCenter) relocateFile(job *diskMoves, name, store string, stays bool) (string, vim.BaseMethodFault) {
	to := job.home.on(store)
	to.base += deltaNumber.FindString(strings.TrimSuffix(name, path.Ext(name)))
	if !stays {
		return v.moveDisk(job.from, job.to, name, to)
	}
	file, fault := v.freeDisk(job.to, to, map[string]bool{})
	if fault != nil {
		return "", fault
	}
	for _, f := range diskFiles(name, file) {
		source, here := v.filePath(job.from, f[0])
		target, there := v.filePath(job.to, f[1])
		if !here || !there || !exists(source) {
			continue
		}
		if _, err := copyFile(source, target); err != nil {
			return "", fileFault(f[0], err)
		}
	}
	return file, nil
}

// snapshotSuffixes are what the names of the files of a machine's snapshots end in.
func snapshotSuffixes(vm *simulator.VirtualMachine) []string {
	var all []string
	if vm.Snapshot != nil {
		eachSnapshot(vm.Snapshot.RootSnapshotList, func(s *snapshotTree) {
			all = append(all, fmt.Sprintf("-Snapshot%d.vmsn", s.Id), fmt.Sprintf("-Snapshot%d.vmem", s.Id))
		})
	}
	return all
}
