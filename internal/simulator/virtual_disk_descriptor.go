// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vmdk"
)

// Entries of a descriptor's disk database. A host keeps the last two elsewhere.
const (
	ddbThin    = "thinProvisioned"
	ddbAdapter = "adapterType"
	ddbUUID    = "uuid"
	ddbEager   = "eagerlyScrub"
)

// sparseMagic begins a virtual disk that is one file with header, descriptor
// and data, as it is uploaded and as it is in an OVA.
const sparseMagic = "KDMV"

// virtualDisk is a disk on a datastore, as its descriptor has it.
type virtualDisk struct {
	file   string // of the descriptor, on our disk
	sparse int64  // bytes, of a disk that is one sparse file
	desc   *vmdk.Descriptor
}

// openDisk reads a disk's descriptor. What is there but no disk is an
// InvalidDiskFormat.
func (v *VCenter) openDisk(dc *simulator.Datacenter, name string) (*virtualDisk, vim.BaseMethodFault) {
	file, fault := v.resolveFile(dc, name)
	if fault != nil {
		return nil, fault
	}
	disk, err := readDisk(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &vim.FileNotFound{FileFault: vim.FileFault{File: name}}
	case err != nil:
		return nil, new(vim.InvalidDiskFormat)
	}
	return disk, nil
}

var errNoDisk = errors.New("not a virtual disk")

func readDisk(file string) (*virtualDisk, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	head := make([]byte, 20)
	if n, err := io.ReadFull(f, head); err == nil && n == len(head) && string(head[:4]) == sparseMagic {
		sectors := int64(binary.LittleEndian.Uint64(head[12:]))
		return &virtualDisk{file: file, sparse: sectors * vmdk.SectorSize}, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	desc, err := vmdk.ParseDescriptor(f)
	if err != nil {
		return nil, err
	}
	if len(desc.Extent) == 0 {
		return nil, errNoDisk
	}
	return &virtualDisk{file: file, desc: desc}, nil
}

func (d *virtualDisk) capacity() int64 {
	if d.desc == nil {
		return d.sparse
	}
	return d.desc.Capacity()
}

func (d *virtualDisk) entry(key string) string {
	if d.desc == nil {
		return ""
	}
	return strings.Trim(d.desc.DDB[key], `"`)
}

func (d *virtualDisk) thin() bool { return d.desc == nil || d.entry(ddbThin) == "1" }

// kind is the disk's type in the words of VirtualDiskType.
func (d *virtualDisk) kind() vim.VirtualDiskType {
	switch {
	case d.desc == nil:
		return vim.VirtualDiskTypeSparseMonolithic
	case d.thin():
		return vim.VirtualDiskTypeThin
	case d.entry(ddbEager) == "1":
		return vim.VirtualDiskTypeEagerZeroedThick
	}
	return vim.VirtualDiskTypePreallocated
}

// controller is the type of controller that the disk was made for.
func (d *virtualDisk) controller() string {
	switch strings.ToLower(d.entry(ddbAdapter)) {
	case "ide":
		return "VirtualIDEController"
	case "buslogic":
		return "VirtualBusLogicController"
	}
	return "VirtualLsiLogicController"
}

// identifier is the disk's UUID, which goes with it wherever it is moved.
func (d *virtualDisk) identifier() string {
	if id := d.entry(ddbUUID); id != "" {
		return id
	}
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(d.file)).String()
}

// newDescriptor describes a disk whose data is in a file beside it.
func newDescriptor(file string, bytes int64) *vmdk.Descriptor {
	desc := vmdk.NewDescriptor(vmdk.Extent{
		Info: path.Base(simulator.VirtualDiskBackingFileName(file)),
		Size: bytes / vmdk.SectorSize,
	})
	desc.DDB[ddbUUID] = "6000C29" + uuid.NewString()[7:]
	return desc
}

// setKind notes a disk's type.
func (d *virtualDisk) setKind(kind vim.VirtualDiskType) {
	flag := func(key string, on bool) {
		delete(d.desc.DDB, key)
		if on {
			d.desc.DDB[key] = "1"
		}
	}
	flag(ddbThin, kind == vim.VirtualDiskTypeThin)
	flag(ddbEager, kind == vim.VirtualDiskTypeEagerZeroedThick)
}

// save writes the descriptor.
func (d *virtualDisk) save() error {
	for key, value := range d.desc.DDB { // vmdk reads the quotes and writes more
		d.desc.DDB[key] = strings.Trim(value, `"`)
	}
	var text strings.Builder
	if err := d.desc.Write(&text); err != nil {
		return err
	}
	return os.WriteFile(d.file, []byte(text.String()), 0o600)
}

// noteDisks writes into the descriptors of a machine's disks what the machine
// has made of them: vcsim knows it of the device only. The caller holds the
// machine's lock.
func (v *VCenter) noteDisks(vm *simulator.VirtualMachine) {
	dc := v.datacenter(vm)
	for _, device := range disksOf(vm) {
		flat, ok := device.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
		if !ok || flat.Parent != nil {
			continue
		}
		disk, fault := v.openDisk(dc, flat.FileName)
		if fault != nil || disk.desc == nil {
			continue // not every disk of the model has files
		}
		kind := vim.VirtualDiskTypePreallocated
		switch {
		case isTrue(flat.ThinProvisioned):
			kind = vim.VirtualDiskTypeThin
		case isTrue(flat.EagerlyScrub):
			kind = vim.VirtualDiskTypeEagerZeroedThick
		}
		if kind == disk.kind() && device.CapacityInBytes == disk.capacity() && disk.entry(ddbUUID) == flat.Uuid {
			continue
		}
		disk.setKind(kind)
		disk.desc.Extent[0].Size = device.CapacityInBytes / vmdk.SectorSize
		if flat.Uuid != "" {
			disk.desc.DDB[ddbUUID] = flat.Uuid
		}
		_ = disk.save() // the next reader takes what there was
	}
}

// completeAttached gives a disk that exists already and is now added to a
// machine what its descriptor says: vcsim takes it to be empty, and its space
// from the datastore a second time.
func (v *VCenter) completeAttached(ctx *simulator.Context, dc *simulator.Datacenter, device *vim.VirtualDisk) {
	flat, ok := device.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if !ok || flat.Parent != nil {
		return
	}
	disk, fault := v.openDisk(dc, flat.FileName)
	if fault != nil {
		return // vcsim refuses it
	}
	device.CapacityInBytes, device.CapacityInKB = disk.capacity(), disk.capacity()>>10
	flat.Uuid = disk.identifier()
	flat.ThinProvisioned = vim.NewBool(disk.thin())
	flat.EagerlyScrub = vim.NewBool(disk.kind() == vim.VirtualDiskTypeEagerZeroedThick)
	if store := v.storeOf(dc, flat.FileName); store != nil {
		v.addFreeSpace(ctx, store.Self, disk.capacity())
	}
}

func isTrue(b *bool) bool { return b != nil && *b }
