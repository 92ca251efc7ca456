// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// forest is all files of a machine's disks, now and in its snapshots.
type forest struct {
	devices [][]vim.BaseVirtualDevice // of the machine, then of its snapshots; may be changed
	pinned  map[diskKey]bool          // what a snapshot shows, the machine writes to, or another machine stands on
	shared  map[diskKey]bool          // what another machine stands on
}

func newForest(devices [][]vim.BaseVirtualDevice, shared map[diskKey]bool) *forest {
	f := &forest{devices: devices, pinned: map[diskKey]bool{}, shared: shared}
	for key := range shared {
		f.pinned[key] = true
	}
	for _, config := range devices {
		for _, b := range flatDisks(config) {
			f.pinned[keyOf(b)] = true
		}
	}
	return f
}

// parts calls do for every file of every chain.
func (f *forest) parts(do func(top, b *flatBacking)) {
	for _, config := range f.devices {
		for _, top := range flatDisks(config) {
			for _, b := range chainOf(top) {
				do(top, b)
			}
		}
	}
}

// all are the files, with whether each is a delta.
func (f *forest) all() map[diskKey]bool {
	files := map[diskKey]bool{}
	f.parts(func(_, b *flatBacking) { files[keyOf(b)] = b.Parent != nil })
	return files
}

// collapse merges each file that nobody needs any more with the only one above
// it, and returns the files that are gone by it.
func (f *forest) collapse() []diskKey {
	var gone []diskKey
	for {
		base, child, ok := f.mergeable()
		if !ok {
			return gone
		}
		f.merge(base, child)
		gone = append(gone, child)
	}
}

// mergeable finds a file that is not needed, with the only one on top of it.
func (f *forest) mergeable() (base, child diskKey, ok bool) {
	above := map[diskKey]map[diskKey]bool{}
	f.parts(func(_, b *flatBacking) {
		if b.Parent == nil {
			return
		}
		p := keyOf(b.Parent)
		if above[p] == nil {
			above[p] = map[diskKey]bool{}
		}
		above[p][keyOf(b)] = true
	})
	for p, children := range above {
		if f.pinned[p] || len(children) != 1 {
			continue
		}
		for c := range children {
			if !f.shared[c] {
				return p, c, true
			}
		}
	}
	return diskKey{}, diskKey{}, false
}

// merge lets the lower of two files take the place of both.
func (f *forest) merge(base, child diskKey) {
	f.parts(func(top, b *flatBacking) {
		if b.Parent == nil || keyOf(b) != child {
			return
		}
		lower := *b.Parent
		if b == top { // how the machine uses it is a matter of the top
			lower.DiskMode, lower.Sharing, lower.WriteThrough = b.DiskMode, b.Sharing, b.WriteThrough
		}
		*b = lower
	})
	if f.pinned[child] {
		f.pinned[base] = true
	}
}

// settleDisks brings the files of a machine's disks into line with devices, its
// own and those of its snapshots: was are all files that there were before. It
// merges files unless that is to wait, and deletes those that nothing stands on.
// The caller holds the machine's lock.
func (v *VCenter) settleDisks(ctx *simulator.Context, vm *simulator.VirtualMachine, was map[diskKey]bool, merge bool) {
	devices := copyOf(v.histories(ctx, vm))
	f := newForest(devices, v.filesOfOthers(ctx, vm))
	dc := v.datacenter(vm)
	if merge {
		f.collapse()
	}
	now := f.all()
	for key, delta := range was {
		if _, stays := now[key]; delta && !stays && !f.shared[key] {
			v.removeFiles(dc, key.file)
		}
	}
	_, _, left := f.mergeable()
	v.setDevices(ctx, vm, dc, devices)
	v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "runtime.consolidationNeeded", Val: left}})
}

// setDevices stores the devices of a machine and of its snapshots, in the order
// of histories, and what follows from them.
func (v *VCenter) setDevices(ctx *simulator.Context, vm *simulator.VirtualMachine, dc *simulator.Datacenter, devices [][]vim.BaseVirtualDevice) {
	for i, id := range snapshotIDs(vm) {
		s := v.snapshotAt(id)
		if s == nil {
			continue
		}
		unlock := v.lock(ctx, s)
		v.reg.Update(ctx, s, []vim.PropertyChange{{Name: "config.hardware.device", Val: devices[i+1]}})
		unlock()
	}
	v.useDatastores(ctx, vm, dc, homeOf(vm.Config.Files.VmPathName), devices[0])
	v.layOutSnapshots(vm)
}
