// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"slices"
)

// DiskMatch is a state's disks brought together with a machine's.
type DiskMatch struct {
	// Disks are the known disks that are there, in the order of state: facts from
	// the machine, label and the other local settings from state.
	Disks []Disk
	// Missing are known disks that the machine no longer has.
	Missing []Disk
	// Unmanaged are disks of the machine that state does not know. They belong to
	// someone else (a Kubernetes volume, a backup proxy) and are left alone.
	Unmanaged []Disk
}

// MatchDisks finds each known disk among those found on the machine, wherever
// either of them is in its list. A disk that state has no key of (key below 1, it
// has just been created) is found by its address; one with a UUID by the UUID,
// even if it was moved to another unit; and where one side has no UUID, by
// address, then by key. A disk with another UUID in the slot of a known one is
// another disk.
func MatchDisks(known, found []Disk) DiskMatch {
	p := newPairing(len(known), len(found))
	sameUUID := func(k, f Disk) bool { return k.UUID != "" && k.UUID == f.UUID }
	noUUID := func(k, f Disk) bool { return k.UUID == "" || f.UUID == "" }
	passes := []func(k, f Disk) bool{
		func(k, f Disk) bool { return k.Key < 1 && sameAddress(k, f) },
		func(k, f Disk) bool { return sameUUID(k, f) && sameAddress(k, f) },
		func(k, f Disk) bool { return sameUUID(k, f) && k.Key == f.Key },
		sameUUID,
		func(k, f Disk) bool { return noUUID(k, f) && sameAddress(k, f) },
		func(k, f Disk) bool { return noUUID(k, f) && k.Key >= 1 && k.Key == f.Key },
	}
	for _, same := range passes {
		p.pass(func(k, f int) bool { return same(known[k], found[f]) })
	}
	var m DiskMatch
	for i, k := range known {
		if f := p.of[i]; f >= 0 {
			m.Disks = append(m.Disks, carry(k, found[f]))
		} else {
			m.Missing = append(m.Missing, k)
		}
	}
	for i, f := range found {
		if !p.taken[i] {
			m.Unmanaged = append(m.Unmanaged, f)
		}
	}
	return m
}

func sameAddress(k, f Disk) bool {
	if k.DeviceAddress != "" {
		return k.DeviceAddress == f.DeviceAddress
	}
	a, ok := k.Address()
	return ok && f.UnitNumber >= 0 && a == mustAddress(f)
}

// carry adds to what was found what only state knows.
func carry(known, found Disk) Disk {
	d := found
	d.Label = known.Label
	d.KeepOnRemove = known.KeepOnRemove
	d.Attach = known.Attach
	d.StoragePolicyID = cmp.Or(found.StoragePolicyID, known.StoragePolicyID)
	if d.IOShareLevel != "custom" {
		d.IOShareCount = known.IOShareCount
	}
	if known.Attach {
		d.Path, d.Size = known.Path, known.Size
		d.ThinProvisioned, d.EagerlyScrub = known.ThinProvisioned, known.EagerlyScrub
	}
	return d
}

// PairDisks returns for each wanted disk the position of its current disk, -1
// for one to be made. Disks are the same when their labels are. A wanted disk
// with a label that is new, in the slot of a current disk whose label is gone,
// is that disk under a new name, provided that it need not shrink for it and is
// attached in the same way. The incumbent destroys the disk and makes an empty
// one. Nobody who edits a label, or imports a machine and writes down its disks
// under names of their own, wants that.
func PairDisks(current, want []Disk) []int {
	p := newPairing(len(want), len(current))
	p.pass(func(w, c int) bool { return current[c].Label != "" && want[w].Label == current[c].Label })
	p.pass(func(w, c int) bool { return relabels(want[w], current[c]) })
	return p.of
}

func relabels(w, c Disk) bool {
	if w.ControllerType != c.ControllerType || w.UnitNumber != c.UnitNumber || w.Attach != c.Attach {
		return false
	}
	if w.Attach {
		return w.Path == c.Path && w.DatastoreID == c.DatastoreID
	}
	return w.Size == 0 || w.Size >= c.Size
}

// PlanOrder returns positions in want such that disks which state has come in
// state's order and new ones after them by unit number. A plan in this order
// shows no difference when blocks of the configuration have only traded places.
func PlanOrder(state, want []Disk) []int {
	pairs := PairDisks(state, want)
	order := make([]int, len(want))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(compareBool(pairs[a] < 0, pairs[b] < 0),
			cmp.Compare(pairs[a], pairs[b]),
			cmp.Compare(want[a].UnitNumber, want[b].UnitNumber),
			cmp.Compare(typeRank(want[a].ControllerType), typeRank(want[b].ControllerType)))
	})
	return order
}

// PairTemplate gives the disks of a clone, by bus and unit, the labels and local
// settings of the wanted disks, by unit number: first to first and so on. The
// result is the current side of [DiffDisks]; wanted disks beyond it are made
// there. Attached disks cannot come from a template and are passed over. A
// template with more disks than are wanted is an error that names the first one
// left over.
func PairTemplate(template, want []Disk) ([]Disk, error) {
	from := slices.Clone(template)
	slices.SortStableFunc(from, func(a, b Disk) int {
		x, y := slotOf(a), slotOf(b)
		return cmp.Or(cmp.Compare(x.Bus, y.Bus), cmp.Compare(x.Unit, y.Unit), compareAddress(x, y))
	})
	to := slices.DeleteFunc(slices.Clone(want), func(d Disk) bool { return d.Attach })
	SortDisks(to)
	if len(from) > len(to) {
		left := from[len(to)]
		f := findings{block: BlockDisk}
		f.add(-1, left.name(), "", "the template has it at %s, but only %d of its %d disks are configured; add a disk block for each",
			left.DeviceAddress, len(to), len(from))
		return nil, f.err()
	}
	for i := range from {
		from[i] = carry(to[i], from[i])
		from[i].StoragePolicyID = "" // of the template, not of the clone
		from[i].Chained = false      // likewise; a linked clone is judged by itself
	}
	return from, nil
}

// slotOf is the place that a disk was read from, or is wanted at.
func slotOf(d Disk) Address {
	if a, err := ParseAddress(d.DeviceAddress); err == nil {
		return a
	}
	return mustAddress(d)
}
