// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

// PairDeployed gives the disks of a machine that was deployed from a package the
// labels and local settings of the wanted disks: those in the same slot first,
// then what is left in the order of unit numbers. The result is the current side
// of [DiffDisks]. Wanted disks beyond it are made there; disks that no block is
// left for are not in it and stay as they are.
func PairDeployed(found, want []Disk) []Disk {
	p := newPairing(len(want), len(found))
	p.pass(func(w, f int) bool {
		slot, ok := want[w].Address()
		return ok && !want[w].Attach && slot == slotOf(found[f])
	})
	p.pass(func(w, _ int) bool { return !want[w].Attach })
	var pairs []Disk
	for w, f := range p.of {
		if f >= 0 {
			pairs = append(pairs, carry(want[w], found[f]))
		}
	}
	return pairs
}
