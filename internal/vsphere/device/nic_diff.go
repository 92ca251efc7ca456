// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"slices"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// maxCards is the highest number of SR-IOV cards, and of all others.
const maxCards = 10

// NICOptions is what changing network interfaces depends on.
type NICOptions struct {
	// Clone pairs cards by position: those of the template come first.
	Clone bool
	// Standalone is true on an ESXi host, which generates MAC addresses where
	// vCenter assigns them.
	Standalone bool
}

// NICChange tells what a plan does with one network interface.
type NICChange struct {
	Kind       ChangeKind // Added, Edited, Removed or Replaced
	Index      int        // in the wanted list, of a removed card in the current one
	Key        int32      // of the current card, 0 for an added one
	MACAddress string     // of the current card
	Attributes []string   // contract names of what changes
}

// NICDiff is the way from current to wanted network interfaces.
type NICDiff struct {
	Specs   []vim.BaseVirtualDeviceConfigSpec // removals, then edits, then additions
	Changes []NICChange                       // removals, then as wanted
}

// CheckNICs judges wanted network interfaces by themselves. What the current
// ones are already may stay: an adapter of a type that cannot be made, on a
// network that is gone, anywhere in the order.
func CheckNICs(current, want []NIC) error {
	f := &findings{block: BlockNIC}
	sriov, others, made := 0, 0, false
	macs := map[string]bool{}
	pairs := PairNICs(current, want)
	for i, w := range want {
		var have NIC
		if pairs[i] >= 0 {
			have = current[pairs[i]]
		}
		stays := have.AdapterType == w.AdapterType
		if w.NetworkID == "" && (pairs[i] < 0 || have.NetworkID != "") {
			f.add(i, "", "network_id", "may not be empty")
		}
		if newCard(w.AdapterType) == nil && !stays {
			f.add(i, "", "adapter_type", "%q is not one of e1000, e1000e, sriov, vmxnet3, vmxnet3vrdma", w.AdapterType)
		}
		if w.AdapterType == SRIOV {
			sriov++
			made = made || !stays
			checkSRIOV(f, i, w)
		} else {
			others++
			if sriov > 0 && (made || !stays) {
				f.add(i, "", "adapter_type", "SR-IOV network interfaces come after all others")
			}
			if w.PhysicalFunction != "" {
				f.add(i, "", "physical_function", "may be set only with adapter_type sriov")
			}
		}
		if w.UseStaticMAC && w.MACAddress == "" {
			f.add(i, "", "mac_address", "is required with use_static_mac = true")
		}
		if w.UseStaticMAC && w.MACAddress != "" {
			if macs[strings.ToLower(w.MACAddress)] {
				f.add(i, "", "mac_address", "%s is also that of another network interface", w.MACAddress)
			}
			macs[strings.ToLower(w.MACAddress)] = true
		}
		if w.AdapterType == SRIOV && sriov > maxCards || w.AdapterType != SRIOV && others > maxCards {
			f.add(i, "", "", "a machine has at most %d SR-IOV and %d other network interfaces", maxCards, maxCards)
		}
	}
	return f.err()
}

func checkSRIOV(f *findings, i int, w NIC) {
	if w.BandwidthLimit != -1 {
		f.add(i, "", "bandwidth_limit", "cannot be set on an SR-IOV network interface")
	}
	if w.BandwidthReservation != 0 {
		f.add(i, "", "bandwidth_reservation", "cannot be set on an SR-IOV network interface")
	}
	if level := cmp.Or(w.BandwidthShareLevel, "normal"); level != "normal" {
		f.add(i, "", "bandwidth_share_level", "cannot be set on an SR-IOV network interface")
	}
}

// DiffNICs returns the changes to a machine's network interfaces. Devices are the
// machine's as earlier steps leave them; current is what is managed of them; want
// is what the configuration says, paired with current by [PairNICs]. Another
// adapter type is another device in the same slot. Errors are joined *Error
// values, and then there are no changes.
func DiffNICs(devices []vim.BaseVirtualDevice, current, want []NIC, o NICOptions) (NICDiff, error) {
	if err := CheckNICs(current, want); err != nil {
		return NICDiff{}, err
	}
	pairs := PairNICs(current, want)
	if o.Clone {
		pairs = pairByPosition(current, want)
	}
	d := nicDiffer{options: o, f: &findings{block: BlockNIC}, byKey: byKey(devices), fresh: newKeys(devices)}
	d.pci = pciController(devices)
	for i, c := range current {
		if !slices.Contains(pairs, i) {
			d.remove(i, c)
		}
	}
	for i, w := range want {
		if pairs[i] < 0 {
			d.add(i, w)
		} else {
			d.change(i, current[pairs[i]], w)
		}
	}
	if err := d.f.err(); err != nil {
		return NICDiff{}, err
	}
	return NICDiff{Specs: slices.Concat(d.removed, d.edited, d.added), Changes: d.changes}, nil
}

type nicDiffer struct {
	options                NICOptions
	f                      *findings
	byKey                  map[int32]vim.BaseVirtualDevice
	fresh                  *keys
	pci                    int32
	removed, edited, added []vim.BaseVirtualDeviceConfigSpec
	changes                []NICChange
}

func (d *nicDiffer) remove(i int, c NIC) {
	if card := d.byKey[c.Key]; card != nil {
		d.removed = append(d.removed, remove(card))
		d.changes = append(d.changes, NICChange{Kind: Removed, Index: i, Key: c.Key, MACAddress: c.MACAddress})
	}
}

func (d *nicDiffer) add(i int, w NIC) {
	card := newCard(w.AdapterType)
	b := card.GetVirtualDevice()
	b.Key = d.fresh.next()
	b.ControllerKey = d.pci
	b.Connectable = &vim.VirtualDeviceConnectInfo{StartConnected: true, Connected: true, AllowGuestControl: true}
	d.configure(i, card, w, NIC{BandwidthLimit: -1, BandwidthShareLevel: "normal"})
	spec := add(card)
	d.added = append(d.added, spec)
	d.changes = append(d.changes, NICChange{Kind: Added, Index: i})
}

func (d *nicDiffer) change(i int, c, w NIC) {
	changed := nicChanges(w, c)
	if len(changed) == 0 {
		return
	}
	old, ok := d.byKey[c.Key].(vim.BaseVirtualEthernetCard)
	if !ok {
		d.f.add(i, "", "", "the machine has no network interface with key %d; refresh first", c.Key)
		return
	}
	change := NICChange{Kind: Edited, Index: i, Key: c.Key, MACAddress: c.MACAddress, Attributes: changed}
	if w.AdapterType != c.AdapterType {
		change.Kind = Replaced
		d.replace(i, c, w, old.GetVirtualEthernetCard())
	} else {
		card := shallow(d.byKey[c.Key])
		d.configure(i, card, w, c)
		d.edited = append(d.edited, edit(card))
	}
	d.changes = append(d.changes, change)
}

// replace puts a card of another type into the slot of an old one. The network
// and what hangs on the device stay the same unless they change too.
func (d *nicDiffer) replace(i int, c, w NIC, old *vim.VirtualEthernetCard) {
	card := newCard(w.AdapterType)
	b := card.GetVirtualDevice()
	b.Key = d.fresh.next()
	b.ControllerKey = old.ControllerKey
	b.UnitNumber = old.UnitNumber
	b.Connectable = old.Connectable
	b.Backing = replugged(old.Backing)
	asNew := NIC{NetworkID: c.NetworkID, BandwidthLimit: -1, BandwidthShareLevel: "normal"}
	w.ExternalPortID = cmp.Or(w.ExternalPortID, c.ExternalPortID)
	d.configure(i, card, w, asNew)
	d.removed = append(d.removed, remove(d.byKey[c.Key]))
	d.added = append(d.added, add(card))
}

// replugged is the backing for another card on the same network: the port of a
// distributed switch belongs to the old card, the server gives the new one its own.
func replugged(b vim.BaseVirtualDeviceBackingInfo) vim.BaseVirtualDeviceBackingInfo {
	port, ok := b.(*vim.VirtualEthernetCardDistributedVirtualPortBackingInfo)
	if !ok || port == nil || port.Port.PortgroupKey == "" {
		return b
	}
	c := shallow(port)
	c.Port.PortKey, c.Port.ConnectionCookie = "", 0
	return c
}

// configure writes into a card what of w differs from have.
func (d *nicDiffer) configure(i int, device vim.BaseVirtualDevice, w, have NIC) {
	card := device.(vim.BaseVirtualEthernetCard).GetVirtualEthernetCard()
	if w.NetworkID != have.NetworkID || isNil(card.Backing) {
		if isNil(w.Backing) {
			d.f.add(i, "", "network_id", "there is no network %q", w.NetworkID)
			return
		}
		card.Backing = w.Backing
	}
	d.configureMAC(card, w, have)
	if w.ExternalPortID != "" {
		card.ExternalId = w.ExternalPortID
	}
	if sriov, ok := device.(*vim.VirtualSriovEthernetCard); ok {
		if w.PhysicalFunction != "" && w.PhysicalFunction != have.PhysicalFunction {
			sriov.SriovBacking = &vim.VirtualSriovEthernetCardSriovBackingInfo{
				PhysicalFunctionBacking: &vim.VirtualPCIPassthroughDeviceBackingInfo{Id: w.PhysicalFunction},
			}
		}
		return
	}
	level, count := w.BandwidthShareLevel, w.BandwidthShareCount
	if level == "" {
		level, count = have.BandwidthShareLevel, have.BandwidthShareCount
	}
	card.ResourceAllocation = &vim.VirtualEthernetCardResourceAllocation{
		Reservation: ptr(w.BandwidthReservation),
		Share:       *shares(level, count),
		Limit:       ptr(w.BandwidthLimit),
	}
}

// configureMAC fixes the address, or goes back to one that the server chooses.
func (d *nicDiffer) configureMAC(card *vim.VirtualEthernetCard, w, have NIC) {
	automatic := vim.VirtualEthernetCardMacTypeAssigned
	if d.options.Standalone {
		automatic = vim.VirtualEthernetCardMacTypeGenerated
	}
	switch {
	case w.UseStaticMAC:
		card.AddressType = string(vim.VirtualEthernetCardMacTypeManual)
		card.MacAddress = w.MACAddress
	case have.UseStaticMAC || card.AddressType == "":
		card.AddressType = string(automatic)
		card.MacAddress = ""
	}
}

// pciController returns the key of the controller for cards. Every machine has
// one; a list of devices to be created may leave it to the server.
func pciController(devices []vim.BaseVirtualDevice) int32 {
	for _, c := range Controllers(devices) {
		if c.Type == PCI {
			return c.Key
		}
	}
	return 0
}
