// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"slices"
	"strconv"

	vim "github.com/vmware/govmomi/vim25/types"
)

// diskEdit prepares the edit of one disk: device starts as a copy of what is
// there and takes over what is wanted; changed names the arguments.
type diskEdit struct {
	f          *findings
	index      int
	want, have Disk
	device     *vim.VirtualDisk
	profile    []vim.BaseVirtualMachineProfileSpec
	changed    []string
}

func (e *diskEdit) settings() {
	w, have, b := e.want, e.have, backingOf(e.device)
	if !w.Attach && w.Size > have.Size {
		setCapacity(e.device, w.Size)
		e.changed = append(e.changed, "size")
	}
	assign(e, "disk_mode", b.mode, w.DiskMode, have.DiskMode)
	assign(e, "disk_sharing", b.sharing, w.Sharing, have.Sharing)
	if w.WriteThrough != have.WriteThrough {
		assign(e, "write_through", b.writeThrough, &w.WriteThrough, nil)
	}
	e.io()
	if ChangesPolicy(w.StoragePolicyID, have.StoragePolicyID) {
		e.profile = Profile(w.StoragePolicyID)
		e.changed = append(e.changed, "storage_policy_id")
	}
}

// assign sets one setting of the backing if it is wanted (not the zero value)
// and differs.
func assign[T comparable](e *diskEdit, attribute string, to *T, want, have T) {
	var unset T
	if want == unset || want == have {
		return
	}
	if to == nil {
		e.f.add(e.index, e.want.Label, attribute, "cannot be set on a disk of this kind of backing")
		return
	}
	*to = want
	e.changed = append(e.changed, attribute)
}

func (e *diskEdit) io() {
	w, have := e.want, e.have
	before := len(e.changed)
	if w.IOShareLevel != "" && w.IOShareLevel != have.IOShareLevel {
		e.changed = append(e.changed, "io_share_level")
	}
	if w.IOShareLevel == string(vim.SharesLevelCustom) && w.IOShareCount != have.IOShareCount {
		e.changed = append(e.changed, "io_share_count")
	}
	if w.IOLimit != have.IOLimit {
		e.changed = append(e.changed, "io_limit")
	}
	if w.IOReservation != have.IOReservation {
		e.changed = append(e.changed, "io_reservation")
	}
	if len(e.changed) > before {
		if w.IOShareLevel == "" {
			w.IOShareLevel, w.IOShareCount = have.IOShareLevel, have.IOShareCount
		}
		setIO(e.device, w)
	}
}

func setIO(vd *vim.VirtualDisk, w Disk) {
	vd.StorageIOAllocation = &vim.StorageIOAllocationInfo{
		Limit:       ptr(w.IOLimit),
		Reservation: ptr(w.IOReservation),
		Shares:      shares(w.IOShareLevel, w.IOShareCount),
	}
}

// shares gives the count only with level custom; elsewhere the server sets it.
func shares(level string, count int32) *vim.SharesInfo {
	switch vim.SharesLevel(level) {
	case "":
		return &vim.SharesInfo{Level: vim.SharesLevelNormal}
	case vim.SharesLevelCustom:
		return &vim.SharesInfo{Level: vim.SharesLevelCustom, Shares: count}
	}
	return &vim.SharesInfo{Level: vim.SharesLevel(level)}
}

// newDisk makes the device of a disk that is created or attached. Without a
// datastore its files go beside the machine's, or where Storage DRS puts them.
func (d *diskDiffer) newDisk(i int, w Disk) *vim.VirtualDisk {
	b := &vim.VirtualDiskFlatVer2BackingInfo{
		DiskMode:     w.DiskMode,
		Sharing:      w.Sharing,
		WriteThrough: ptr(w.WriteThrough),
	}
	if b.DiskMode == "" {
		b.DiskMode = string(vim.VirtualDiskModePersistent)
	}
	vd := &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Key: d.fresh.next(), Backing: b}}
	name, named := d.options.DatastoreNames[w.DatastoreID]
	if w.DatastoreID != "" {
		b.Datastore = &vim.ManagedObjectReference{Type: "Datastore", Value: w.DatastoreID}
		if named {
			b.FileName = "[" + name + "]"
		}
	}
	if w.Attach {
		if !named {
			d.f.add(i, w.Label, "datastore_id", "there is no datastore %q", w.DatastoreID)
		}
		b.FileName = "[" + name + "] " + w.Path
	} else {
		setCapacity(vd, w.Size)
		b.ThinProvisioned, b.EagerlyScrub = w.ThinProvisioned, w.EagerlyScrub
	}
	setIO(vd, w)
	return vd
}

// orderMoves puts edits that take the place of a disk behind the edit that
// frees it, so that also a server that goes change by change finds no place
// taken. Disks that trade places have no such order and keep theirs.
func (d *diskDiffer) orderMoves() {
	type slot struct{ controller, unit int32 }
	slotOf := func(v *vim.VirtualDevice) slot { return slot{v.ControllerKey, value(v.UnitNumber)} }
	held := make(map[slot]int32)
	for _, s := range d.edited.specs {
		old := base(d.byKey[s.GetVirtualDeviceConfigSpec().Device.GetVirtualDevice().Key])
		held[slotOf(old)] = old.Key
	}
	left := slices.Clone(d.edited.specs)
	var ordered []vim.BaseVirtualDeviceConfigSpec
	for len(left) > 0 {
		next := slices.IndexFunc(left, func(s vim.BaseVirtualDeviceConfigSpec) bool {
			v := s.GetVirtualDeviceConfigSpec().Device.GetVirtualDevice()
			holder, taken := held[slotOf(v)]
			return !taken || holder == v.Key
		})
		next = max(next, 0)
		v := left[next].GetVirtualDeviceConfigSpec().Device.GetVirtualDevice()
		delete(held, slotOf(base(d.byKey[v.Key])))
		ordered = append(ordered, left[next])
		left = slices.Delete(left, next, next+1)
	}
	d.edited.specs = ordered
}

func foreignName(d *vim.VirtualDevice) string {
	if label := deviceLabel(d); label != "" {
		return strconv.Quote(label)
	}
	return fmt.Sprintf("device %d", d.Key)
}
