// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"slices"

	vim "github.com/vmware/govmomi/vim25/types"
)

// CDROMOptions is what changing CD-ROM drives depends on.
type CDROMOptions struct {
	// DatastoreNames has the names of the datastores of wanted images by their
	// managed object ids.
	DatastoreNames map[string]string
	// KeepOthers leaves current drives alone that no wanted one is paired with:
	// those of a template.
	KeepOthers bool
}

// CDROMChange tells what a plan does with one drive.
type CDROMChange struct {
	Kind  ChangeKind // Added, Edited or Removed
	Index int        // in the wanted list, of a removed drive in the current one
	Key   int32      // of the current drive, 0 for an added one
}

// CDROMDiff is the way from current to wanted drives.
type CDROMDiff struct {
	Specs   []vim.BaseVirtualDeviceConfigSpec // removals, then edits, then additions
	Changes []CDROMChange                     // removals, then as wanted
}

// DiffCDROMs returns the changes to a machine's CD-ROM drives. Devices are the
// machine's as earlier steps leave them; current is what is managed of them; want
// is what the configuration says. New drives sit on the first free slot of IDE,
// of SATA where the machine has no IDE. Drives that are not in current are left
// alone. Errors are joined *Error values, and then there are no changes.
func DiffCDROMs(devices []vim.BaseVirtualDevice, current, want []CDROM, o CDROMOptions) (CDROMDiff, error) {
	if err := CheckCDROMs(want); err != nil {
		return CDROMDiff{}, err
	}
	d := cdromDiffer{options: o, f: &findings{block: BlockCDROM}, byKey: byKey(devices), fresh: newKeys(devices)}
	pairs := PairCDROMs(current, want)
	for i, c := range current {
		if !slices.Contains(pairs, i) && !o.KeepOthers {
			d.remove(i, c)
		}
	}
	d.slots = freeSlots(devices)
	for i, w := range want {
		if pairs[i] < 0 {
			d.add(i, w)
		} else if c := current[pairs[i]]; !sameMedium(w, c) {
			d.edit(i, w, c)
		}
	}
	if err := d.f.err(); err != nil {
		return CDROMDiff{}, err
	}
	return CDROMDiff{Specs: append(d.specs, d.added...), Changes: d.changes}, nil
}

type cdromDiffer struct {
	options CDROMOptions
	f       *findings
	byKey   map[int32]vim.BaseVirtualDevice
	fresh   *keys
	slots   []slot
	specs   []vim.BaseVirtualDeviceConfigSpec
	added   []vim.BaseVirtualDeviceConfigSpec
	changes []CDROMChange
}

func (d *cdromDiffer) remove(i int, c CDROM) {
	if drive, ok := d.byKey[c.Key].(*vim.VirtualCdrom); ok {
		d.specs = append(d.specs, remove(drive))
		d.changes = append(d.changes, CDROMChange{Kind: Removed, Index: i, Key: c.Key})
	}
}

func (d *cdromDiffer) edit(i int, w, c CDROM) {
	drive, ok := d.byKey[c.Key].(*vim.VirtualCdrom)
	if !ok {
		d.f.add(i, "", "", "the machine has no CD-ROM drive with key %d; refresh first", c.Key)
		return
	}
	drive = shallow(drive)
	if d.load(i, drive, w) {
		d.specs = append(d.specs, edit(drive))
		d.changes = append(d.changes, CDROMChange{Kind: Edited, Index: i, Key: c.Key})
	}
}

func (d *cdromDiffer) add(i int, w CDROM) {
	if len(d.slots) == 0 {
		d.f.add(i, "", "", "no slot is free for it on an IDE controller")
		return
	}
	at := d.slots[0]
	drive := &vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{
		Key: d.fresh.next(), ControllerKey: at.controller, UnitNumber: ptr(at.unit),
	}}
	if d.load(i, drive, w) {
		d.slots = d.slots[1:]
		d.added = append(d.added, add(drive))
		d.changes = append(d.changes, CDROMChange{Kind: Added, Index: i})
	}
}

// load puts the wanted medium into a drive. An image is connected at once; a
// client's drive when there is a client: connecting it before would fail.
func (d *cdromDiffer) load(i int, drive *vim.VirtualCdrom, w CDROM) bool {
	drive.Connectable = &vim.VirtualDeviceConnectInfo{StartConnected: true, Connected: !w.ClientDevice, AllowGuestControl: true}
	if w.ClientDevice {
		drive.Backing = &vim.VirtualCdromRemotePassthroughBackingInfo{
			VirtualDeviceRemoteDeviceBackingInfo: vim.VirtualDeviceRemoteDeviceBackingInfo{UseAutoDetect: ptr(false)},
		}
		return true
	}
	name := d.options.DatastoreNames[w.DatastoreID]
	if name == "" {
		d.f.add(i, "", "datastore_id", "there is no datastore %q", w.DatastoreID)
		return false
	}
	drive.Backing = &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{
		FileName:  "[" + name + "] " + relative(w.Path),
		Datastore: &vim.ManagedObjectReference{Type: "Datastore", Value: w.DatastoreID},
	}}
	return true
}

// slot is a place on a controller.
type slot struct{ controller, unit int32 }

// freeSlots returns the free slots for CD-ROM drives in the order in which they
// are filled: of IDE, or of SATA on a machine without IDE.
func freeSlots(devices []vim.BaseVirtualDevice) []slot {
	taken := map[slot]bool{}
	for _, d := range devices {
		if b := base(d); b != nil && b.UnitNumber != nil {
			taken[slot{b.ControllerKey, *b.UnitNumber}] = true
		}
	}
	var free []slot
	all := Controllers(devices)
	for _, t := range []string{IDE, SATA} {
		there := false
		for _, c := range all {
			if c.Type != t {
				continue
			}
			there = true
			for unit := range UnitsPerController(t) {
				if s := (slot{c.Key, int32(unit)}); !taken[s] {
					free = append(free, s)
				}
			}
		}
		if there {
			return free
		}
	}
	return nil
}
