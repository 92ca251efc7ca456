// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// flatBacking is a file of a disk, and by its Parent the chain of files below:
// a snapshot leaves the file as it is and has the machine write to a new one.
type flatBacking = vim.VirtualDiskFlatVer2BackingInfo

// diskKey names a file of a disk. Datastores of two datacenters may share a name.
type diskKey struct {
	store ref
	file  string
}

func keyOf(b *flatBacking) diskKey {
	k := diskKey{file: b.FileName}
	if b.Datastore != nil {
		k.store = *b.Datastore
	}
	return k
}

// chainOf is a file with those below it, the topmost first.
func chainOf(b *flatBacking) []*flatBacking {
	var chain []*flatBacking
	for ; b != nil; b = b.Parent {
		chain = append(chain, b)
	}
	return chain
}

// flatDisks are the disks among devices whose files can form chains.
func flatDisks(devices []vim.BaseVirtualDevice) map[*vim.VirtualDisk]*flatBacking {
	disks := map[*vim.VirtualDisk]*flatBacking{}
	for _, d := range devices {
		if disk, ok := d.(*vim.VirtualDisk); ok {
			if b, ok := disk.Backing.(*flatBacking); ok {
				disks[disk] = b
			}
		}
	}
	return disks
}

// independent reports whether snapshots leave a disk alone.
func independent(b *flatBacking) bool { return strings.HasPrefix(b.DiskMode, "independent_") }

// pushDeltas puts a new file on top of each disk that takes part in snapshots.
func (v *VCenter) pushDeltas(dc *simulator.Datacenter, devices []vim.BaseVirtualDevice) vim.BaseMethodFault {
	for _, d := range devices { // in the order of the devices, as vCenter numbers them
		disk, ok := d.(*vim.VirtualDisk)
		if !ok {
			continue
		}
		b, ok := disk.Backing.(*flatBacking)
		if !ok || independent(b) {
			continue
		}
		delta, fault := v.newDelta(dc, disk, b)
		if fault != nil {
			return fault
		}
		disk.Backing = delta
	}
	return nil
}

var deltaNumber = regexp.MustCompile(`-\d{6}$`)

// newDelta makes the file that a disk writes to after a snapshot, beside the
// one that it wrote to.
func (v *VCenter) newDelta(dc *simulator.Datacenter, disk *vim.VirtualDisk, base *flatBacking) (*flatBacking, vim.BaseMethodFault) {
	var p object.DatastorePath
	p.FromString(base.FileName)
	stem := deltaNumber.ReplaceAllString(strings.TrimSuffix(p.Path, path.Ext(p.Path)), "")
	for n := 1; ; n++ {
		p.Path = fmt.Sprintf("%s-%06d.vmdk", stem, n)
		file, ok := v.filePath(dc, p.String())
		if !ok {
			return nil, &vim.InvalidDatastorePath{DatastorePath: p.String()}
		}
		if exists(file) {
			continue
		}
		if err := writeDelta(file, disk.CapacityInBytes, base.Uuid); err != nil {
			return nil, fileFault(p.String(), err)
		}
		return childOf(base, p.String()), nil
	}
}

// childOf is the backing of an empty file on top of another. It keeps the
// identity of the disk, and grows as it is written to.
func childOf(base *flatBacking, file string) *flatBacking {
	child := copyOf(*base)
	child.Parent = copyOf(base)
	child.FileName, child.ContentId, child.ChangeId = file, strings.ReplaceAll(uuid.NewString(), "-", ""), ""
	child.ThinProvisioned, child.EagerlyScrub = vim.NewBool(true), nil
	child.DeltaDiskFormat = string(vim.VirtualDiskDeltaDiskFormatRedoLogFormat)
	return &child
}

func writeDelta(file string, bytes int64, id string) error {
	disk := &virtualDisk{file: file, desc: newDescriptor(file, bytes)}
	disk.setKind(vim.VirtualDiskTypeThin)
	if id != "" {
		disk.desc.DDB[ddbUUID] = id
	}
	if err := os.WriteFile(simulator.VirtualDiskBackingFileName(file), nil, 0o600); err != nil {
		return err
	}
	return disk.save()
}

// removeFiles deletes the files of a part of a chain. The chain below stays.
func (v *VCenter) removeFiles(dc *simulator.Datacenter, name string) {
	for _, f := range diskFiles(name, name) {
		if file, ok := v.filePath(dc, f[0]); ok {
			_ = os.Remove(file)               // a disk need not have all files
			_ = os.Remove(filepath.Dir(file)) // goes only when it is empty
		}
	}
}

// filesOfOthers are the files that other machines stand on: linked clones share
// those of what they were cloned from.
func (v *VCenter) filesOfOthers(ctx *simulator.Context, vm *simulator.VirtualMachine) map[diskKey]bool {
	files := map[diskKey]bool{}
	if !v.linked.Load() {
		return files
	}
	for _, e := range v.reg.All("VirtualMachine") {
		other, ok := e.(*simulator.VirtualMachine)
		if !ok || other.Self == vm.Self {
			continue
		}
		unlock := v.lock(ctx, other)
		for _, devices := range v.histories(ctx, other) {
			for _, b := range flatDisks(devices) {
				for _, part := range chainOf(b) {
					files[keyOf(part)] = true
				}
			}
		}
		unlock()
	}
	return files
}

// histories are the devices of a machine as they are and as its snapshots have
// them. The caller holds the machine's lock.
func (v *VCenter) histories(ctx *simulator.Context, vm *simulator.VirtualMachine) [][]vim.BaseVirtualDevice {
	if vm.Config == nil {
		return nil
	}
	all := [][]vim.BaseVirtualDevice{vm.Config.Hardware.Device}
	for _, id := range snapshotIDs(vm) {
		if s := v.snapshotAt(id); s != nil {
			unlock := v.lock(ctx, s)
			all = append(all, s.Config.Hardware.Device)
			unlock()
		}
	}
	return all
}
