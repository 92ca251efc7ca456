// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

// pairing assigns to each of one list at most one of another, in passes from the
// surest sign of sameness to the weakest.
type pairing struct {
	of    []int // for each of the first list the position in the second, or -1
	taken []bool
}

func newPairing(first, second int) *pairing {
	p := &pairing{of: make([]int, first), taken: make([]bool, second)}
	for i := range p.of {
		p.of[i] = -1
	}
	return p
}

// pass pairs what is still unpaired and the same, in the order of the lists.
func (p *pairing) pass(same func(i, j int) bool) {
	for i := range p.of {
		if p.of[i] >= 0 {
			continue
		}
		for j := range p.taken {
			if !p.taken[j] && same(i, j) {
				p.of[i], p.taken[j] = j, true
				break
			}
		}
	}
}
