// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

const gib = 1 << 30

// Disk is what the contract's disk block says, as plain values. Of a wanted disk
// the zero value of a computed field means "not decided here".
type Disk struct {
	Label          string
	Key            int32  // device key, below 1 for a disk that does not exist yet
	DeviceAddress  string // [Address.String] form, empty for a disk that does not exist yet
	UUID           string
	ControllerType string // SCSI, SATA, IDE or NVMe
	UnitNumber     int    // see [FromUnitNumber]; -1 on a read disk whose place has no such number

	Size        int    // GiB, rounded down when read; 0 in a wanted disk leaves the size alone
	DatastoreID string // managed object id
	Path        string // within the datastore
	Attach      bool   // existing file at DatastoreID and Path, never created nor destroyed
	// KeepOnRemove detaches the disk instead of destroying its files.
	KeepOnRemove bool
	// ThinProvisioned and EagerlyScrub are nil where the backing does not say,
	// as on raw device mappings.
	ThinProvisioned *bool
	EagerlyScrub    *bool
	// Chained says that the disk's file stands on another one: the machine has a
	// snapshot, or is a linked clone. Such a disk cannot grow.
	Chained bool

	DiskMode     string // persistent, independent_persistent, ...
	Sharing      string // sharingNone or sharingMultiWriter
	WriteThrough bool

	IOShareLevel  string // low, normal, high or custom
	IOShareCount  int32  // counts only with level custom
	IOLimit       int64  // operations per second, -1 for none (also when wanted: 0 is a limit)
	IOReservation int32  // operations per second

	// StoragePolicyID is not part of the device: [ReadDisks] leaves it empty, the
	// policy engine knows. Empty in a wanted disk leaves the policy alone, and
	// [NoPolicy] takes it away.
	StoragePolicyID string

	// FirstClass is true of a read disk that is an object of its own, such as a
	// container volume. It comes and goes without the machine's owner.
	FirstClass bool

	deviceLabel string // what vSphere calls it, "Hard disk 1"
}

// Address returns where the disk is to be, or is when it was read from a slot
// that unit numbers can name.
func (d Disk) Address() (Address, bool) {
	return FromUnitNumber(d.ControllerType, d.UnitNumber)
}

// Managed reports whether the disk sits on one of the first counts controllers at
// a place that a unit number names. Others are invisible to a configuration.
func (d Disk) Managed(counts Counts) bool {
	a, ok := d.Address()
	return ok && a.Bus < counts.Of(a.Type)
}

// name is what errors and change lists call the disk.
func (d Disk) name() string {
	return cmp.Or(d.Label, d.deviceLabel, d.DeviceAddress, "disk "+strconv.Itoa(int(d.Key)))
}

// removable reports whether the disk's files may be destroyed with it.
func (d Disk) removable() bool { return !d.KeepOnRemove && !d.Attach }

// ReadDisks returns the disks among devices in the order of [SortDisks], without
// labels. Any backing is read as far as it goes; a disk on an unknown controller
// has no address.
func ReadDisks(devices []vim.BaseVirtualDevice) []Disk {
	controllers := controllersByKey(devices)
	var disks []Disk
	for _, d := range devices {
		if disk, ok := d.(*vim.VirtualDisk); ok && disk != nil {
			disks = append(disks, readDisk(controllers, disk))
		}
	}
	SortDisks(disks)
	return disks
}

func readDisk(controllers map[int32]Controller, vd *vim.VirtualDisk) Disk {
	b := backingOf(vd)
	d := Disk{
		Key:          vd.Key,
		UUID:         value(b.uuid),
		UnitNumber:   -1,
		Size:         int(capacity(vd) / gib),
		Chained:      b.chained,
		DiskMode:     cmp.Or(value(b.mode), string(vim.VirtualDiskModePersistent)),
		Sharing:      cmp.Or(value(b.sharing), string(vim.VirtualDiskSharingSharingNone)),
		WriteThrough: value(value(b.writeThrough)),
		FirstClass:   vd.VDiskId != nil && vd.VDiskId.Id != "",
		deviceLabel:  deviceLabel(&vd.VirtualDevice),
	}
	d.ThinProvisioned, d.EagerlyScrub = b.provisioning()
	if b.file != nil {
		_, d.Path = splitDatastorePath(b.file.FileName)
		if b.file.Datastore != nil {
			d.DatastoreID = b.file.Datastore.Value
		}
	}
	if a, ok := addressOf(controllers, &vd.VirtualDevice); ok {
		d.DeviceAddress = a.String()
		d.ControllerType = a.Type
		if unit, ok := a.UnitNumber(); ok {
			d.UnitNumber = unit
		}
	}
	readDiskIO(&d, vd)
	return d
}

func readDiskIO(d *Disk, vd *vim.VirtualDisk) {
	d.IOShareLevel = string(vim.SharesLevelNormal)
	d.IOLimit = -1
	io := vd.StorageIOAllocation
	if io == nil {
		return
	}
	if io.Limit != nil {
		d.IOLimit = *io.Limit
	}
	d.IOReservation = value(io.Reservation)
	if io.Shares != nil {
		d.IOShareLevel = cmp.Or(string(io.Shares.Level), d.IOShareLevel)
		d.IOShareCount = io.Shares.Shares
	}
}

// capacity is in bytes. Old servers and specs fill in only the KiB field.
func capacity(vd *vim.VirtualDisk) int64 {
	if vd.CapacityInBytes > 0 {
		return vd.CapacityInBytes
	}
	return max(vd.CapacityInKB, 0) * 1024
}

func setCapacity(vd *vim.VirtualDisk, sizeGiB int) {
	vd.CapacityInBytes = int64(sizeGiB) * gib
	vd.CapacityInKB = vd.CapacityInBytes / 1024
}

// splitDatastorePath takes "[name] dir/file.vmdk" apart.
func splitDatastorePath(s string) (name, path string) {
	if rest, ok := strings.CutPrefix(s, "["); ok {
		if name, path, ok := strings.Cut(rest, "]"); ok {
			return name, strings.TrimSpace(path)
		}
	}
	return "", s
}

// SortDisks puts disks into the order that state has them in: by unit number;
// disks of different controller types that share a number by type (scsi, sata,
// ide, nvme). Disks without a number come last.
func SortDisks(disks []Disk) {
	slices.SortStableFunc(disks, func(a, b Disk) int {
		return cmp.Or(compareBool(a.UnitNumber < 0, b.UnitNumber < 0),
			cmp.Compare(a.UnitNumber, b.UnitNumber),
			cmp.Compare(typeRank(a.ControllerType), typeRank(b.ControllerType)),
			cmp.Compare(a.Key, b.Key))
	})
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// ImportDisks returns the managed ones of found for a state without memory, but
// for first class disks, which are somebody else's: the
// label is the one that vSphere shows, or diskN where it shows none or the same
// twice. Only the latter get KeepOnRemove. Give [DiskOptions] DetachOnly as long
// as the state is fresh from an import, so that a disk which the configuration
// forgot is never destroyed.
func ImportDisks(found []Disk, counts Counts) []Disk {
	var disks []Disk
	for _, d := range found {
		if d.Managed(counts) && !d.FirstClass {
			disks = append(disks, d)
		}
	}
	slices.SortStableFunc(disks, func(a, b Disk) int {
		return compareAddress(mustAddress(a), mustAddress(b))
	})
	used := make(map[string]bool, len(disks))
	for _, d := range disks {
		used[d.deviceLabel] = true
	}
	seen := make(map[string]bool, len(disks))
	n := 0
	for i := range disks {
		d := &disks[i]
		if d.deviceLabel != "" && !seen[d.deviceLabel] && !strings.HasPrefix(d.deviceLabel, OrphanPrefix) {
			seen[d.deviceLabel] = true
			d.Label = d.deviceLabel
			continue
		}
		for d.Label == "" || used[d.Label] {
			d.Label = "disk" + strconv.Itoa(n)
			n++
		}
		d.KeepOnRemove = true
	}
	return disks
}

// NameOrphans returns the managed ones among disks that nobody has declared,
// under labels of their own: orphaned_disk_N, with N that no other disk has.
// Their files are kept when they are removed.
func NameOrphans(unmanaged, others []Disk, counts Counts) []Disk {
	used := map[string]bool{}
	for _, d := range others {
		used[d.Label] = true
	}
	var orphans []Disk
	n := 0
	for _, d := range unmanaged {
		if !d.Managed(counts) {
			continue
		}
		for used[OrphanPrefix+strconv.Itoa(n)] {
			n++
		}
		d.Label, d.KeepOnRemove = OrphanPrefix+strconv.Itoa(n), true
		used[d.Label] = true
		orphans = append(orphans, d)
	}
	return orphans
}

// mustAddress is for disks that are known to be managed.
func mustAddress(d Disk) Address {
	a, _ := d.Address()
	return a
}
