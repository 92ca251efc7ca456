// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"strings"
)

// NICMatch is a state's network interfaces brought together with a machine's.
type NICMatch struct {
	NICs    []NIC // known cards that are there, in the order of state
	Missing []NIC // known cards that the machine no longer has
	Extra   []NIC // cards that state does not know, in the order of their keys
}

// MatchNICs finds each known card among those found on the machine: by key and
// MAC, by MAC (a key may be used again for another card), by key. A card that
// state has no key of, because it has just been created, is then found by network
// and adapter type, and at last by order.
func MatchNICs(known, found []NIC) NICMatch {
	p := newPairing(len(known), len(found))
	passes := []func(k, f NIC) bool{
		func(k, f NIC) bool { return sameKey(k, f) && sameMAC(k, f) },
		sameMAC,
		sameKey,
		func(k, f NIC) bool { return k.Key < 1 && sameKind(k, f) },
		func(k, _ NIC) bool { return k.Key < 1 },
	}
	for _, same := range passes {
		p.pass(func(k, f int) bool { return same(known[k], found[f]) })
	}
	var m NICMatch
	for i, k := range known {
		if f := p.of[i]; f >= 0 {
			n := found[f]
			if n.BandwidthShareLevel != "custom" && k.BandwidthShareCount != 0 {
				n.BandwidthShareCount = k.BandwidthShareCount
			}
			m.NICs = append(m.NICs, n)
		} else {
			m.Missing = append(m.Missing, k)
		}
	}
	for i, f := range found {
		if !p.taken[i] {
			m.Extra = append(m.Extra, f)
		}
	}
	return m
}

// PairNICs returns for each wanted card the position of its current card, -1 for
// one to be made. Blocks have no names, so sameness is judged by what they say,
// surest first: key, fixed MAC, everything, network and adapter type, network;
// what is left is paired by position, then by order. Taking a block out of the
// middle thus removes that card and no other, and blocks that trade places change
// nothing, since each card keeps its network and its MAC.
func PairNICs(current, want []NIC) []int {
	p := newPairing(len(want), len(current))
	on := func(same func(w, c NIC) bool) func(w, c int) bool {
		return func(w, c int) bool { return same(want[w], current[c]) }
	}
	here := func(same func(w, c NIC) bool) func(w, c int) bool {
		return func(w, c int) bool { return w == c && same(want[w], current[c]) }
	}
	p.pass(on(sameKey))
	p.pass(on(func(w, c NIC) bool { return w.UseStaticMAC && sameMAC(w, c) }))
	for _, same := range []func(w, c NIC) bool{unchanged, sameKind, sameNetwork} {
		p.pass(here(same))
		p.pass(on(same))
	}
	anything := func(_, _ NIC) bool { return true }
	p.pass(here(anything))
	p.pass(on(anything))
	return p.of
}

// pairByPosition is for clones: the cards of a template in their order are the
// first wanted ones.
func pairByPosition(current, want []NIC) []int {
	p := newPairing(len(want), len(current))
	p.pass(func(w, c int) bool { return w == c })
	return p.of
}

func sameKey(w, c NIC) bool { return w.Key >= 1 && w.Key == c.Key }

func sameMAC(w, c NIC) bool {
	return w.MACAddress != "" && strings.EqualFold(w.MACAddress, c.MACAddress)
}

func sameNetwork(w, c NIC) bool { return w.NetworkID != "" && w.NetworkID == c.NetworkID }

func sameKind(w, c NIC) bool { return sameNetwork(w, c) && w.AdapterType == c.AdapterType }

func unchanged(w, c NIC) bool {
	return sameKind(w, c) && len(nicChanges(w, c)) == 0
}

// ChangesOfNIC names the arguments of a wanted card that differ from a current
// one.
func ChangesOfNIC(w, c NIC) []string { return nicChanges(w, c) }

// nicChanges names the arguments of a wanted card that differ from a current one.
func nicChanges(w, c NIC) []string {
	var changed []string
	note := func(attribute string, differs bool) {
		if differs {
			changed = append(changed, attribute)
		}
	}
	note("adapter_type", w.AdapterType != c.AdapterType)
	note("network_id", w.NetworkID != c.NetworkID)
	note("use_static_mac", w.UseStaticMAC != c.UseStaticMAC)
	note("mac_address", w.UseStaticMAC && w.MACAddress != "" && !sameMAC(w, c))
	note("external_port_id", w.ExternalPortID != "" && w.ExternalPortID != c.ExternalPortID)
	if w.AdapterType == SRIOV {
		note("physical_function", w.PhysicalFunction != "" && w.PhysicalFunction != c.PhysicalFunction)
		return changed // SR-IOV has no bandwidth settings
	}
	note("bandwidth_share_level", w.BandwidthShareLevel != "" && w.BandwidthShareLevel != c.BandwidthShareLevel)
	note("bandwidth_share_count", w.BandwidthShareLevel == "custom" && w.BandwidthShareCount != c.BandwidthShareCount)
	note("bandwidth_limit", w.BandwidthLimit != c.BandwidthLimit)
	note("bandwidth_reservation", w.BandwidthReservation != c.BandwidthReservation)
	return changed
}
