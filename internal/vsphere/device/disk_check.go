// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"strings"
)

// OrphanPrefix starts the labels of disks that nobody has declared; a
// configuration may not use it.
const OrphanPrefix = "orphaned_disk_"

// DiskOptions is what judging and changing disks depends on besides the disks.
type DiskOptions struct {
	Counts Counts // configured numbers of controllers
	// DatastoreNames are inventory names by managed object id. Attaching needs
	// the name of the disk's datastore.
	DatastoreNames map[string]string
	// KeepProvisioning takes thin and eager of existing disks as they are instead
	// of refusing a difference: for a clone, and for drift.
	KeepProvisioning bool
	// DetachOnly keeps the files of every removed disk, whatever its block says.
	DetachOnly bool
}

// CheckDisks judges wanted disks by themselves and against the current ones,
// without looking at the machine: all that can be said at plan time. It returns
// joined *Error values.
func CheckDisks(current, want []Disk, o DiskOptions) error {
	f := &findings{block: BlockDisk}
	pairs := PairDisks(current, want)
	checkUnique(f, want)
	for i, w := range want {
		checkLabel(f, i, w)
		var have *Disk
		if pairs[i] >= 0 {
			have = &current[pairs[i]]
			checkChange(f, i, w, *have, o)
		} else {
			checkNew(f, i, w)
		}
		checkPlace(f, i, w, have, o.Counts)
		if value(w.ThinProvisioned) && value(w.EagerlyScrub) {
			f.add(i, w.Label, "eagerly_scrub", "a thin provisioned disk cannot be scrubbed; set thin_provisioned = false")
		}
		if w.Attach && w.KeepOnRemove {
			f.add(i, w.Label, "keep_on_remove", "an attached disk is always kept; leave it out")
		}
	}
	return f.err()
}

func checkUnique(f *findings, want []Disk) {
	type slot struct {
		controller string
		unit       int
	}
	type file struct{ datastore, path string }
	labels := make(map[string]bool, len(want))
	slots := make(map[slot]string, len(want))
	files := make(map[file]string)
	for i, w := range want {
		if labels[w.Label] && w.Label != "" {
			f.add(i, w.Label, "label", "another disk has this label")
		}
		labels[w.Label] = true
		s := slot{w.ControllerType, w.UnitNumber}
		if other, taken := slots[s]; taken {
			f.add(i, w.Label, "unit_number", "unit %d of %s is also that of disk %q", w.UnitNumber, w.ControllerType, other)
		} else {
			slots[s] = w.Label
		}
		if !w.Attach || w.Path == "" {
			continue
		}
		at := file{w.DatastoreID, w.Path}
		if other, taken := files[at]; taken {
			f.add(i, w.Label, "path", "%s is also attached as disk %q", w.Path, other)
		}
		files[at] = w.Label
	}
}

func checkLabel(f *findings, i int, w Disk) {
	switch {
	case w.Label == "":
		f.add(i, w.Label, "label", "may not be empty")
	case strings.HasPrefix(w.Label, OrphanPrefix):
		f.add(i, w.Label, "label", "may not start with %s", OrphanPrefix)
	}
}

// checkPlace refuses units beyond the controllers. Unit 0 of IDE is kept for the
// CD-ROM, but a disk that sits there already may stay.
func checkPlace(f *findings, i int, w Disk, have *Disk, counts Counts) {
	per := UnitsPerController(w.ControllerType)
	if per == 0 {
		f.add(i, w.Label, "controller_type", "%q is not one of scsi, sata, ide, nvme", w.ControllerType)
		return
	}
	n := counts.Of(w.ControllerType)
	switch {
	case w.UnitNumber < 0:
		f.add(i, w.Label, "unit_number", "%d is negative", w.UnitNumber)
	case n == 0:
		f.add(i, w.Label, "controller_type", "there is no %s controller; set %s_controller_count", w.ControllerType, w.ControllerType)
	case w.UnitNumber >= n*per:
		f.add(i, w.Label, "unit_number", "%d is above %d, the last unit of %d %s controllers; raise %s_controller_count or choose a lower unit",
			w.UnitNumber, n*per-1, n, w.ControllerType, w.ControllerType)
	case w.ControllerType == IDE && w.UnitNumber == 0 && (have == nil || !samePlace(w, *have)):
		f.add(i, w.Label, "unit_number", "unit 0 of IDE is kept for the CD-ROM; use 1 or higher")
	}
}

func samePlace(a, b Disk) bool {
	return a.ControllerType == b.ControllerType && a.UnitNumber == b.UnitNumber
}

func checkNew(f *findings, i int, w Disk) {
	if !w.Attach {
		if w.Size < 1 {
			f.add(i, w.Label, "size", "is required for a disk that is not attached")
		}
		if w.Path != "" {
			f.add(i, w.Label, "path", "may be set only with attach = true")
		}
		return
	}
	if w.DatastoreID == "" {
		f.add(i, w.Label, "datastore_id", "is required with attach = true")
	}
	if w.Path == "" {
		f.add(i, w.Label, "path", "is required with attach = true")
	}
	if w.Size != 0 {
		f.add(i, w.Label, "size", "may not be set with attach = true: the file has its size")
	}
	if value(w.EagerlyScrub) {
		f.add(i, w.Label, "eagerly_scrub", "may not be set with attach = true")
	}
}

func checkChange(f *findings, i int, w, have Disk, o DiskOptions) {
	if w.Attach != have.Attach {
		f.add(i, w.Label, "attach", "cannot change for an existing disk; give the block another label and unit")
		return
	}
	if w.Attach {
		if w.Path != have.Path && have.Path != "" {
			f.add(i, w.Label, "path", "cannot change from %q to %q while attached", have.Path, w.Path)
		}
		if w.DatastoreID != have.DatastoreID && w.DatastoreID != "" {
			f.add(i, w.Label, "datastore_id", "an attached disk cannot be moved to another datastore")
		}
		return
	}
	if w.Size > 0 && w.Size < have.Size {
		f.add(i, w.Label, "size", "%d GiB: a disk cannot shrink, it has %d GiB", w.Size, have.Size)
	}
	if w.Size > have.Size && have.Chained {
		f.add(i, w.Label, "size", "%d GiB: a disk with snapshots, or of a linked clone, cannot grow beyond its %d GiB; remove the snapshots first", w.Size, have.Size)
	}
	if o.KeepProvisioning {
		return
	}
	if changed(w.ThinProvisioned, have.ThinProvisioned) {
		f.add(i, w.Label, "thin_provisioned", "cannot change for an existing disk; it is %t", *have.ThinProvisioned)
	}
	if changed(w.EagerlyScrub, have.EagerlyScrub) {
		f.add(i, w.Label, "eagerly_scrub", "cannot change for an existing disk; it is %t", *have.EagerlyScrub)
	}
}

// changed is false while either side is unknown.
func changed(want, have *bool) bool {
	return want != nil && have != nil && *want != *have
}
