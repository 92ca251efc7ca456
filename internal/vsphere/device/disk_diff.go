// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"slices"

	vim "github.com/vmware/govmomi/vim25/types"
)

// ChangeKind is what happens to a device.
type ChangeKind string

// The kinds of change.
const (
	Added     ChangeKind = "add"
	Edited    ChangeKind = "edit"
	Removed   ChangeKind = "remove"  // files are destroyed
	Detached  ChangeKind = "detach"  // files are kept
	Relabeled ChangeKind = "relabel" // only state changes
	Replaced  ChangeKind = "replace" // network interfaces: another device in the same place
)

// DiskChange tells what a plan does with one disk.
type DiskChange struct {
	Kind       ChangeKind
	Label      string   // of the wanted disk; of a removed one what it was called
	OldLabel   string   // of a disk that also gets another label, else empty
	Attributes []string // contract names of what an edit changes
}

// offline are the arguments that cannot change while the machine runs.
var offline = []string{"unit_number", "controller_type", "disk_mode", "write_through", "disk_sharing"}

// Offline returns the changed arguments that need the machine powered off.
func (c DiskChange) Offline() []string {
	var why []string
	for _, a := range c.Attributes {
		if slices.Contains(offline, a) {
			why = append(why, a)
		}
	}
	return why
}

// DiskDiff is the way from current to wanted disks.
type DiskDiff struct {
	Specs   []vim.BaseVirtualDeviceConfigSpec // removals, then edits, then additions
	Changes []DiskChange                      // removals, then as wanted, then additions; a relabeling has no spec
}

// DiffDisks returns the changes to a machine's disks. Devices are the machine's
// as earlier steps leave them, current is what [MatchDisks] found of state, and
// want what the configuration says, in any order. Current and wanted disks are
// paired by [PairDisks]. Disks of the machine that are not among current are not
// touched; one that a wanted block attaches (same place and file) is taken over.
// The datastore of an existing disk is not compared: moving it is a relocation.
// Errors are joined *Error values, and then there are no changes.
func DiffDisks(devices []vim.BaseVirtualDevice, current, want []Disk, o DiskOptions) (DiskDiff, error) {
	d := newDiskDiffer(devices, o)
	current = d.adopt(current, want)
	if err := CheckDisks(current, want, o); err != nil {
		return DiskDiff{}, err
	}
	pairs := PairDisks(current, want)
	kept := make([]bool, len(current))
	for _, c := range pairs {
		if c >= 0 {
			kept[c] = true
		}
	}
	for i, c := range current {
		if !kept[i] {
			d.remove(c)
		}
	}
	for i, w := range want {
		if pairs[i] >= 0 {
			d.edit(i, current[pairs[i]], w)
		}
	}
	d.orderMoves()
	for i, w := range want {
		if pairs[i] < 0 {
			d.add(i, w)
		}
	}
	d.checkOccupied(want)
	if err := d.f.err(); err != nil {
		return DiskDiff{}, err
	}
	return DiskDiff{
		Specs:   slices.Concat(d.removed.specs, d.edited.specs, d.added.specs),
		Changes: slices.Concat(d.removed.changes, d.edited.changes, d.added.changes),
	}, nil
}

// batch is changes of one operation.
type batch struct {
	specs   []vim.BaseVirtualDeviceConfigSpec
	changes []DiskChange
}

type diskDiffer struct {
	options     DiskOptions
	f           *findings
	devices     []vim.BaseVirtualDevice
	byKey       map[int32]vim.BaseVirtualDevice
	controllers map[int32]Controller
	fresh       *keys

	removed, edited, added batch
	gone                   map[int32]bool // keys of removed disks
	placed                 map[int]*vim.VirtualDisk
}

func newDiskDiffer(devices []vim.BaseVirtualDevice, o DiskOptions) *diskDiffer {
	return &diskDiffer{
		options: o, f: &findings{block: BlockDisk},
		devices: devices, byKey: byKey(devices), controllers: controllersByKey(devices), fresh: newKeys(devices),
		gone: map[int32]bool{}, placed: map[int]*vim.VirtualDisk{},
	}
}

// adopt adds to current the disks of the machine that a wanted block attaches
// and that are attached already, in the place it wants.
func (d *diskDiffer) adopt(current, want []Disk) []Disk {
	if !slices.ContainsFunc(want, func(w Disk) bool { return w.Attach }) {
		return current
	}
	pairs := PairDisks(current, want)
	all := slices.Clone(current)
	for _, foreign := range ReadDisks(d.devices) {
		if slices.ContainsFunc(current, func(c Disk) bool { return c.Key == foreign.Key }) {
			continue
		}
		for i, w := range want {
			if pairs[i] < 0 && w.Attach && samePlace(w, foreign) && w.Path == foreign.Path && w.DatastoreID == foreign.DatastoreID {
				adopted := carry(w, foreign)
				adopted.StoragePolicyID = ""
				all = append(all, adopted)
			}
		}
	}
	return all
}

func (d *diskDiffer) disk(c Disk) *vim.VirtualDisk {
	vd, _ := d.byKey[c.Key].(*vim.VirtualDisk)
	return vd
}

func (d *diskDiffer) remove(c Disk) {
	vd := d.disk(c)
	if vd == nil {
		return // gone already
	}
	spec := remove(vd)
	kind := Detached
	if c.removable() && !d.options.DetachOnly {
		spec.FileOperation = vim.VirtualDeviceConfigSpecFileOperationDestroy
		kind = Removed
	}
	d.gone[c.Key] = true
	d.removed.specs = append(d.removed.specs, spec)
	d.removed.changes = append(d.removed.changes, DiskChange{Kind: kind, Label: c.name()})
}

func (d *diskDiffer) edit(i int, current, w Disk) {
	vd := d.disk(current)
	if vd == nil {
		d.f.add(i, w.Label, "", "the machine has no device with key %d; refresh first", current.Key)
		return
	}
	e := diskEdit{f: d.f, index: i, want: w, have: carry(current, readDisk(d.controllers, vd)), device: copyDisk(vd)}
	d.move(&e)
	e.settings()
	d.placed[i] = e.device
	change := DiskChange{Kind: Edited, Label: w.Label, Attributes: e.changed}
	if current.Label != w.Label {
		change.OldLabel = current.Label
	}
	if len(e.changed) > 0 {
		spec := edit(e.device)
		spec.Profile = e.profile
		d.edited.specs = append(d.edited.specs, spec)
	} else if change.OldLabel != "" {
		change.Kind = Relabeled
	} else {
		return
	}
	d.edited.changes = append(d.edited.changes, change)
}

func (d *diskDiffer) move(e *diskEdit) {
	if samePlace(e.want, e.have) {
		return
	}
	if e.want.ControllerType != e.have.ControllerType {
		e.changed = append(e.changed, "controller_type")
	}
	if e.want.UnitNumber != e.have.UnitNumber {
		e.changed = append(e.changed, "unit_number")
	}
	d.place(e.index, e.want, e.device)
}

// place puts a disk where it is wanted.
func (d *diskDiffer) place(i int, w Disk, vd *vim.VirtualDisk) {
	a := mustAddress(w)
	for _, c := range d.controllers {
		if c.Type == a.Type && int(c.Bus) == a.Bus {
			vd.ControllerKey = c.Key
			vd.UnitNumber = ptr(int32(a.Unit))
			return
		}
	}
	d.f.add(i, w.Label, "unit_number", "the machine has no %s controller %d", a.Type, a.Bus)
}

func (d *diskDiffer) add(i int, w Disk) {
	vd := d.newDisk(i, w)
	d.place(i, w, vd)
	d.placed[i] = vd
	spec := add(vd)
	spec.Profile = Profile(w.StoragePolicyID)
	if !w.Attach {
		spec.FileOperation = vim.VirtualDeviceConfigSpecFileOperationCreate
	}
	d.added.specs = append(d.added.specs, spec)
	d.added.changes = append(d.added.changes, DiskChange{Kind: Added, Label: w.Label})
}

// checkOccupied refuses places that something else holds, such as a disk that
// someone attached by hand, or a CD-ROM.
func (d *diskDiffer) checkOccupied(want []Disk) {
	type slot struct{ controller, unit int32 }
	ours := make(map[int32]bool, len(want))
	for _, vd := range d.placed {
		ours[vd.Key] = true
	}
	taken := make(map[slot]*vim.VirtualDevice)
	for _, dev := range d.devices {
		b := base(dev)
		if b != nil && b.UnitNumber != nil && !ours[b.Key] && !d.gone[b.Key] {
			taken[slot{b.ControllerKey, *b.UnitNumber}] = b
		}
	}
	for i, w := range want {
		vd := d.placed[i]
		if vd == nil || vd.UnitNumber == nil {
			continue
		}
		old := base(d.byKey[vd.Key])
		if old != nil && old.ControllerKey == vd.ControllerKey && value(old.UnitNumber) == *vd.UnitNumber {
			continue
		}
		if other, ok := taken[slot{vd.ControllerKey, *vd.UnitNumber}]; ok {
			d.f.add(i, w.Label, "unit_number", "%s is taken by %s, which this configuration does not manage; choose another unit",
				mustAddress(w), foreignName(other))
		}
	}
}
