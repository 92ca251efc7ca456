// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

// stateOf labels the disks of [machine] a, b and c.
func stateOf(devices []vim.BaseVirtualDevice) []Disk {
	disks := ReadDisks(devices)
	for i := range disks {
		disks[i].Label = string(rune('a' + i))
	}
	return disks
}

func TestDiffDisks(t *testing.T) {
	tests := map[string]struct {
		change  func(state, want []Disk) []Disk
		ops     []string
		changes []DiskChange
	}{
		"grow": {
			func(_, w []Disk) []Disk { w[1].Size = 21; return w },
			[]string{"edit"}, []DiskChange{{Kind: Edited, Label: "b", Attributes: []string{"size"}}},
		},
		"remove from the middle": {
			func(_, w []Disk) []Disk { return slices.Delete(w, 1, 2) },
			[]string{"remove+destroy"}, []DiskChange{{Kind: Removed, Label: "b"}},
		},
		"remove, keep": {
			func(s, w []Disk) []Disk { s[1].KeepOnRemove = true; return slices.Delete(w, 1, 2) },
			[]string{"remove"}, []DiskChange{{Kind: Detached, Label: "b"}},
		},
		"remove attached": {
			func(s, w []Disk) []Disk { s[1].Attach = true; return slices.Delete(w, 1, 2) },
			[]string{"remove"}, []DiskChange{{Kind: Detached, Label: "b"}},
		},
		"insert": {
			func(_, w []Disk) []Disk { return slices.Insert(w, 1, newDisk("new", SATA, 4, 5)) },
			[]string{"add+create"}, []DiskChange{{Kind: Added, Label: "new"}},
		},
		"attach": {
			func(_, w []Disk) []Disk {
				d := newDisk("data", SCSI, 3, 0)
				d.Attach, d.DatastoreID, d.Path = true, "datastore-2", "x/y.vmdk"
				return append(w, d)
			},
			[]string{"add"}, []DiskChange{{Kind: Added, Label: "data"}},
		},
		"attach what is attached": {
			func(s, w []Disk) []Disk {
				w[2].Label, w[2].Attach, w[2].DatastoreID, w[2].Path, w[2].Size = "mine", true, "datastore-1", "vm/vm_2.vmdk", 0
				return w
			},
			nil, nil,
		},
		"relabel": {
			func(_, w []Disk) []Disk { w[0].Label = "root"; return w },
			nil, []DiskChange{{Kind: Relabeled, Label: "root", OldLabel: "a"}},
		},
		"relabel and grow": {
			func(_, w []Disk) []Disk { w[0].Label = "root"; w[0].Size = 11; return w },
			[]string{"edit"}, []DiskChange{{Kind: Edited, Label: "root", OldLabel: "a", Attributes: []string{"size"}}},
		},
		"relabel and shrink is another disk": {
			func(_, w []Disk) []Disk { w[0].Label = "root"; w[0].Size = 9; return w },
			[]string{"remove+destroy", "add+create"}, []DiskChange{{Kind: Removed, Label: "a"}, {Kind: Added, Label: "root"}},
		},
		"move to another controller": {
			func(_, w []Disk) []Disk { w[2].ControllerType = SATA; return w },
			[]string{"edit"}, []DiskChange{{Kind: Edited, Label: "c", Attributes: []string{"controller_type"}}},
		},
		"storage policy": {
			func(_, w []Disk) []Disk { w[0].StoragePolicyID = "policy"; return w },
			[]string{"edit"}, []DiskChange{{Kind: Edited, Label: "a", Attributes: []string{"storage_policy_id"}}},
		},
		"unset says nothing": {
			func(_, w []Disk) []Disk {
				w[0].Size, w[0].DiskMode, w[0].Sharing, w[0].IOShareLevel, w[0].ThinProvisioned = 0, "", "", "", nil
				return w
			},
			nil, nil,
		},
		"reservation": {
			func(_, w []Disk) []Disk { w[0].IOReservation = 5; return w },
			[]string{"edit"}, []DiskChange{{Kind: Edited, Label: "a", Attributes: []string{"io_reservation"}}},
		},
		"share count without custom": {
			func(_, w []Disk) []Disk { w[0].IOShareCount = 5; return w },
			nil, nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			devices := machine()
			state := stateOf(devices)
			var want []Disk
			for _, d := range state {
				want = append(want, configured(d))
			}
			want = tt.change(state, want)
			if name == "attach what is attached" {
				state = state[:2] // c is not managed
			}
			diff, err := DiffDisks(devices, state, want, machineOptions)
			if err != nil {
				t.Fatal(err)
			}
			mustApply(t, devices, diff.Specs)
			if got := operations(diff.Specs); !slices.Equal(got, tt.ops) {
				t.Errorf("operations %v, want %v", got, tt.ops)
			}
			if !reflect.DeepEqual(diff.Changes, tt.changes) && len(diff.Changes)+len(tt.changes) > 0 {
				t.Errorf("changes %+v, want %+v", diff.Changes, tt.changes)
			}
		})
	}
}

func TestDiffDisksRefuses(t *testing.T) {
	attached := func(d Disk) Disk {
		d.Attach, d.Size, d.DatastoreID, d.Path = true, 0, "datastore-1", "x.vmdk"
		return d
	}
	tests := map[string]struct {
		change func(w []Disk) []Disk
		at     string // label.attribute of each finding
	}{
		"shrink":           {func(w []Disk) []Disk { w[1].Size = 19; return w }, "b.size"},
		"thin":             {func(w []Disk) []Disk { w[1].ThinProvisioned = ptr(false); return w }, "b.thin_provisioned"},
		"thin and eager":   {func(w []Disk) []Disk { w[1].EagerlyScrub = ptr(true); return w }, "b.eagerly_scrub b.eagerly_scrub"},
		"clash":            {func(w []Disk) []Disk { w[1].UnitNumber = 0; return w }, "b.unit_number"},
		"range":            {func(w []Disk) []Disk { w[1].UnitNumber = 15; return w }, "b.unit_number"},
		"negative":         {func(w []Disk) []Disk { w[1].UnitNumber = -1; return w }, "b.unit_number"},
		"no controller":    {func(w []Disk) []Disk { w[1].ControllerType = NVMe; return w }, "b.controller_type"},
		"unknown type":     {func(w []Disk) []Disk { w[1].ControllerType = "usb"; return w }, "b.controller_type"},
		"ide 0":            {func(w []Disk) []Disk { w[1].ControllerType = IDE; w[1].UnitNumber = 0; return w }, "b.unit_number"},
		"label twice":      {func(w []Disk) []Disk { w[1].Label = "a"; return w }, "a.label"},
		"no label":         {func(w []Disk) []Disk { return append(w, newDisk("", SCSI, 9, 1)) }, ".label"},
		"orphan label":     {func(w []Disk) []Disk { return append(w, newDisk("orphaned_disk_0", SCSI, 9, 1)) }, "orphaned_disk_0.label"},
		"no size":          {func(w []Disk) []Disk { return append(w, newDisk("n", SCSI, 9, 0)) }, "n.size"},
		"path":             {func(w []Disk) []Disk { d := newDisk("n", SCSI, 9, 1); d.Path = "x.vmdk"; return append(w, d) }, "n.path"},
		"attach existing":  {func(w []Disk) []Disk { w[1] = attached(w[1]); return w }, "b.attach"},
		"attach with size": {func(w []Disk) []Disk { d := attached(newDisk("n", SCSI, 9, 1)); d.Size = 1; return append(w, d) }, "n.size"},
		"attach, nowhere":  {func(w []Disk) []Disk { d := newDisk("n", SCSI, 9, 0); d.Attach = true; return append(w, d) }, "n.datastore_id n.path"},
		"attach, keep": {func(w []Disk) []Disk {
			d := attached(newDisk("n", SCSI, 9, 0))
			d.KeepOnRemove = true
			return append(w, d)
		}, "n.keep_on_remove"},
		"attach, unknown datastore": {func(w []Disk) []Disk {
			d := attached(newDisk("n", SCSI, 9, 0))
			d.DatastoreID = "datastore-9"
			return append(w, d)
		}, "n.datastore_id"},
		"attach twice": {func(w []Disk) []Disk {
			return append(w, attached(newDisk("n", SCSI, 9, 0)), attached(newDisk("m", SCSI, 10, 0)))
		}, "m.path"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			devices := machine()
			state := stateOf(devices)
			var want []Disk
			for _, d := range state {
				want = append(want, configured(d))
			}
			want = tt.change(want)
			diff, err := DiffDisks(devices, state, want, machineOptions)
			if len(diff.Specs) != 0 {
				t.Errorf("changes beside an error: %v", operations(diff.Specs))
			}
			var at []string
			for _, e := range Errors(err) {
				at = append(at, e.Label+"."+e.Attribute)
				if e.Block != BlockDisk || want[e.Index].Label != e.Label {
					t.Errorf("%+v is not about block %d", e, e.Index)
				}
			}
			if got := strings.Join(at, " "); got != tt.at {
				t.Errorf("findings %q, want %q: %v", got, tt.at, err)
			}
		})
	}
}

func TestAttachedDiskCannotMove(t *testing.T) {
	devices := machine()
	state := stateOf(devices)
	state[2].Attach, state[2].Size = true, 0
	o := machineOptions
	for attribute, change := range map[string]func(d *Disk){
		"path":          func(d *Disk) { d.Path = "other.vmdk" },
		"datastore_id":  func(d *Disk) { d.DatastoreID = "datastore-2" },
		"eagerly_scrub": nil,
	} {
		want := []Disk{configured(state[0]), configured(state[1]), configured(state[2])}
		current := state
		if change != nil {
			change(&want[2])
		} else { // not attached yet
			current = state[:2]
			want[2].UnitNumber, want[2].ThinProvisioned, want[2].EagerlyScrub = 9, nil, ptr(true)
		}
		_, err := DiffDisks(devices, current, want, o)
		if e := Errors(err); len(e) != 1 || e[0].Label != "c" || e[0].Attribute != attribute {
			t.Errorf("%s: %v", attribute, err)
		}
	}
}

// Adopting an attached disk does not pretend that its policy is the wanted one.
func TestAdoptedDiskGetsItsPolicy(t *testing.T) {
	devices := machine()
	state := stateOf(devices)
	w := configured(state[2])
	w.Attach, w.Size, w.DatastoreID, w.Path, w.StoragePolicyID = true, 0, "datastore-1", "vm/vm_2.vmdk", "policy"
	diff, err := DiffDisks(devices, state[:2], []Disk{configured(state[0]), configured(state[1]), w}, machineOptions)
	if err != nil || len(diff.Changes) != 1 || diff.Changes[0].Attributes[0] != "storage_policy_id" {
		t.Errorf("%+v, %v", diff.Changes, err)
	}
}

func TestDiskOnUnitZeroOfIDEMayStay(t *testing.T) {
	devices := append(controllerDevices(Counts{IDE: 1}), diskDevice(0, Address{IDE, 0, 0}, 1))
	state := stateOf(devices)
	diff, err := DiffDisks(devices, state, []Disk{configured(state[0])}, DiskOptions{Counts: Counts{IDE: 1}})
	if err != nil || len(diff.Specs) > 0 {
		t.Errorf("%+v, %v", diff.Changes, err)
	}
}

func TestSlotOfOthersIsRefused(t *testing.T) {
	devices := machine()
	devices[len(devices)-4] = func() vim.BaseVirtualDevice { c := cdrom(); c.ControllerKey = 15000; return c }()
	state := stateOf(devices)[:2]
	want := []Disk{configured(state[0]), configured(state[1]), newDisk("n", SCSI, 7, 90), newDisk("m", SATA, 0, 1)}
	_, err := DiffDisks(devices, state, want, machineOptions)
	found := Errors(err)
	if len(found) != 2 || found[0].Label != "n" || !strings.Contains(found[0].Detail, `"Hard disk 3"`) ||
		found[1].Label != "m" || !strings.Contains(found[1].Detail, "CD/DVD drive 1") {
		t.Errorf("%v", err)
	}
}

func TestDetachOnly(t *testing.T) {
	devices := machine()
	o := machineOptions
	o.DetachOnly = true
	diff, err := DiffDisks(devices, stateOf(devices), nil, o)
	if got := operations(diff.Specs); err != nil || !slices.Equal(got, []string{"remove", "remove", "remove"}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOffline(t *testing.T) {
	c := DiskChange{Attributes: []string{"size", "disk_mode", "io_limit", "unit_number"}}
	if got := c.Offline(); !slices.Equal(got, []string{"disk_mode", "unit_number"}) {
		t.Error(got)
	}
}

func TestNewDiskDevice(t *testing.T) {
	d := newDisk("n", SCSI, 7, 5)
	d.DatastoreID, d.StoragePolicyID, d.DiskMode = "datastore-2", "policy", "independent_persistent"
	d.IOShareLevel, d.IOShareCount, d.IOLimit = "custom", 300, 900
	devices := machine()
	devices = devices[:len(devices)-1]
	diff, err := DiffDisks(devices, nil, []Disk{d}, machineOptions)
	if err != nil {
		t.Fatal(err)
	}
	spec := diff.Specs[0].GetVirtualDeviceConfigSpec()
	vd := spec.Device.(*vim.VirtualDisk)
	b := vd.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if vd.Key >= 0 || vd.ControllerKey != 1000 || *vd.UnitNumber != 8 || vd.CapacityInBytes != 5*gib || vd.CapacityInKB != 5<<20 {
		t.Errorf("%+v", vd)
	}
	if b.FileName != "[ds2]" || b.Datastore.Value != "datastore-2" || !*b.ThinProvisioned || *b.EagerlyScrub || b.DiskMode != "independent_persistent" {
		t.Errorf("%+v", b)
	}
	if io := vd.StorageIOAllocation; *io.Limit != 900 || io.Shares.Shares != 300 || io.Shares.Level != "custom" {
		t.Errorf("%+v", io)
	}
	if p := spec.Profile[0].(*vim.VirtualMachineDefinedProfileSpec); p.ProfileId != "policy" {
		t.Errorf("%+v", p)
	}
}

// A move into a place that another disk leaves comes after that disk's move.
func TestMovesAreOrdered(t *testing.T) {
	devices := machine()
	state := stateOf(devices)
	want := []Disk{configured(state[0]), configured(state[1]), configured(state[2])}
	want[0].UnitNumber, want[1].UnitNumber, want[2].UnitNumber = 1, 7, 9
	diff, err := DiffDisks(devices, state, want, machineOptions)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range diff.Specs { // one at a time, as a strict server might
		devices = mustApply(t, devices, []vim.BaseVirtualDeviceConfigSpec{s})
	}
}

func TestEditLeavesTheOriginal(t *testing.T) {
	devices := machine()
	before := ReadDisks(devices)
	want := stateOf(devices)
	for i := range want {
		want[i] = configured(want[i])
		want[i].Size++
		want[i].DiskMode, want[i].WriteThrough, want[i].IOLimit, want[i].UnitNumber = "append", true, 99, i+3
	}
	if _, err := DiffDisks(devices, stateOf(devices), want, machineOptions); err != nil {
		t.Fatal(err)
	}
	if after := ReadDisks(devices); !reflect.DeepEqual(before, after) {
		t.Errorf("a diff changed the devices it was given")
	}
}

func TestBackingWithoutTheSetting(t *testing.T) {
	devices := machine()
	last := devices[len(devices)-1].(*vim.VirtualDisk)
	last.Backing = &vim.VirtualDiskRawDiskMappingVer1BackingInfo{DiskMode: "independent_persistent", Uuid: "r"}
	state := stateOf(devices)
	want := []Disk{configured(state[0]), configured(state[1]), configured(state[2])}
	want[2].ThinProvisioned, want[2].EagerlyScrub = ptr(true), ptr(false) // the defaults of the schema
	if diff, err := DiffDisks(devices, state, want, machineOptions); err != nil || len(diff.Specs) != 0 {
		t.Errorf("a raw device mapping with default settings: %v, %v", diff.Changes, err)
	}
	want[2].WriteThrough = true
	_, err := DiffDisks(devices, state, want, machineOptions)
	if e := Errors(err); len(e) != 1 || e[0].Attribute != "write_through" {
		t.Errorf("%v", err)
	}
}
