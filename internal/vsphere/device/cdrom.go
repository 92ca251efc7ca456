// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"path"
	"slices"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// MaxCDROMs is the highest number of cdrom blocks.
const MaxCDROMs = 2

// CDROM is what the contract's cdrom block says, as plain values. A drive of the
// host's is neither: it has no ClientDevice and no Path.
type CDROM struct {
	Key           int32  // device key, below 1 for a drive that does not exist yet
	DeviceAddress string // [Address.String] form, "ide:0:0"
	ClientDevice  bool   // the drive of the client's computer
	DatastoreID   string // managed object id of the datastore of the image
	Path          string // of the image on the datastore, without its name
	address       Address
}

// ReadCDROMs returns the CD-ROM drives among devices, ordered by where they sit.
func ReadCDROMs(devices []vim.BaseVirtualDevice) []CDROM {
	controllers := controllersByKey(devices)
	var drives []CDROM
	for _, d := range devices {
		if drive, ok := d.(*vim.VirtualCdrom); ok && drive != nil {
			drives = append(drives, readCDROM(controllers, drive))
		}
	}
	slices.SortStableFunc(drives, func(a, b CDROM) int {
		return cmp.Or(compareAddress(a.address, b.address), cmp.Compare(a.Key, b.Key))
	})
	return drives
}

func readCDROM(controllers map[int32]Controller, drive *vim.VirtualCdrom) CDROM {
	c := CDROM{Key: drive.Key}
	if a, ok := addressOf(controllers, &drive.VirtualDevice); ok {
		c.address, c.DeviceAddress = a, a.String()
	}
	if isNil(drive.Backing) {
		return c
	}
	switch b := drive.Backing.(type) {
	case *vim.VirtualCdromRemotePassthroughBackingInfo, *vim.VirtualCdromRemoteAtapiBackingInfo:
		c.ClientDevice = true
	case *vim.VirtualCdromIsoBackingInfo:
		c.Path = PathOn(b.FileName)
		if injected(c.Path) {
			return CDROM{Key: c.Key, DeviceAddress: c.DeviceAddress, address: c.address, ClientDevice: true}
		}
		if b.Datastore != nil {
			c.DatastoreID = b.Datastore.Value
		}
	}
	return c
}

// injected reports whether an image is the one that vCenter puts into the client
// drive of a vApp to hand over its properties. It takes it out again, so the
// drive still is what it was configured as.
func injected(image string) bool {
	return strings.HasPrefix(path.Base(image), "_ovfenv-")
}

// PathOn is the path within the datastore of "[name] path".
func PathOn(file string) string {
	if _, p, ok := strings.Cut(file, "] "); ok {
		return p
	}
	return file
}

// Expressible reports whether a cdrom block can say what a drive is.
func (c CDROM) Expressible() bool {
	return c.ClientDevice || c.DatastoreID != "" && c.Path != ""
}

// CDROMMatch is a state's drives brought together with a machine's.
type CDROMMatch struct {
	CDROMs  []CDROM // known drives that are there, in the order of state
	Missing []CDROM // known drives that the machine no longer has
	Others  []CDROM // drives that state does not know
}

// MatchCDROMs finds each known drive among those found on the machine: by key and
// address, by key, by address. A drive that state has no key of, because it has
// just been created, is found by what is in it, and at last by order.
func MatchCDROMs(known, found []CDROM) CDROMMatch {
	p := newPairing(len(known), len(found))
	for _, same := range []func(k, f CDROM) bool{
		func(k, f CDROM) bool { return sameDrive(k, f) && k.DeviceAddress == f.DeviceAddress },
		sameDrive,
		func(k, f CDROM) bool { return k.DeviceAddress != "" && k.DeviceAddress == f.DeviceAddress },
		func(k, f CDROM) bool { return k.Key < 1 && sameMedium(k, f) },
		func(k, _ CDROM) bool { return k.Key < 1 },
	} {
		p.pass(func(k, f int) bool { return same(known[k], found[f]) })
	}
	var m CDROMMatch
	for i, k := range known {
		if f := p.of[i]; f >= 0 {
			drive := found[f]
			if samePath(drive.Path, k.Path) {
				drive.Path = k.Path // as it was written
			}
			m.CDROMs = append(m.CDROMs, drive)
		} else {
			m.Missing = append(m.Missing, k)
		}
	}
	for i, f := range found {
		if !p.taken[i] {
			m.Others = append(m.Others, f)
		}
	}
	return m
}

// PairCDROMs returns for each wanted drive the position of its current one, -1
// for one to be made: by key, by what is in it, and then in the order of the
// blocks. Taking out a block of two thus removes that drive and not the other.
func PairCDROMs(current, want []CDROM) []int {
	p := newPairing(len(want), len(current))
	p.pass(func(w, c int) bool { return sameDrive(want[w], current[c]) })
	p.pass(func(w, c int) bool { return w == c && sameMedium(want[w], current[c]) })
	p.pass(func(w, c int) bool { return sameMedium(want[w], current[c]) })
	keyless := func(w int) bool { return want[w].Key < 1 }
	p.pass(func(w, c int) bool { return w == c && keyless(w) })
	p.pass(func(w, _ int) bool { return keyless(w) })
	return p.of
}

func sameDrive(a, b CDROM) bool { return a.Key >= 1 && a.Key == b.Key }

func sameMedium(w, c CDROM) bool {
	if w.ClientDevice || c.ClientDevice {
		return w.ClientDevice == c.ClientDevice
	}
	return w.DatastoreID == c.DatastoreID && samePath(w.Path, c.Path)
}

// SameCDROMs reports whether every wanted drive is paired with a current one that
// holds the same, as [PairCDROMs] has paired them.
func SameCDROMs(current, want []CDROM, pairs []int) bool {
	for w, c := range pairs {
		if c < 0 || !sameMedium(want[w], current[c]) {
			return false
		}
	}
	return true
}

// samePath compares paths within a datastore, which may begin with a slash.
func samePath(a, b string) bool { return relative(a) == relative(b) }

func relative(p string) string { return strings.TrimLeft(p, "/") }

// CheckCDROMs judges wanted drives by themselves.
func CheckCDROMs(want []CDROM) error {
	f := &findings{block: BlockCDROM}
	for i, w := range want {
		image := w.DatastoreID != "" || w.Path != ""
		switch {
		case i >= MaxCDROMs:
			f.add(i, "", "", "a machine has at most %d cdrom blocks", MaxCDROMs)
		case w.ClientDevice && image:
			f.add(i, "", "client_device", "excludes datastore_id and path")
		case !w.ClientDevice && !image:
			f.add(i, "", "", "needs client_device = true, or datastore_id and path")
		case image && w.DatastoreID == "":
			f.add(i, "", "datastore_id", "is required with path")
		case image && w.Path == "":
			f.add(i, "", "path", "is required with datastore_id")
		}
	}
	return f.err()
}
