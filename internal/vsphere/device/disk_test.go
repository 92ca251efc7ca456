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

// machine has one SCSI and one SATA controller, a CD-ROM, and disks of 10, 20
// and 30 GiB on scsi 0, 1 and 8 (units 0, 1, 7).
func machine() []vim.BaseVirtualDevice {
	devices := append(controllerDevices(Counts{SCSI: 1, SATA: 1, IDE: 2}), cdrom())
	for i, unit := range []int{0, 1, 8} {
		devices = append(devices, diskDevice(i, Address{SCSI, 0, unit}, 10*(i+1)))
	}
	return devices
}

var machineOptions = DiskOptions{
	Counts:         Counts{SCSI: 1, SATA: 1, IDE: 2},
	DatastoreNames: map[string]string{"datastore-1": "ds1", "datastore-2": "ds2"},
}

func TestReadDisks(t *testing.T) {
	got := ReadDisks(machine())[2]
	want := Disk{
		Key: 2002, DeviceAddress: "scsi:0:8", UUID: "6000c29-2", ControllerType: SCSI, UnitNumber: 7, Size: 30,
		DatastoreID: "datastore-1", Path: "vm/vm_2.vmdk", ThinProvisioned: ptr(true), EagerlyScrub: ptr(false),
		DiskMode: "persistent", Sharing: "sharingNone", IOShareLevel: "normal", IOShareCount: 1000, IOLimit: -1,
		deviceLabel: "Hard disk 3",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestReadDisksOdd(t *testing.T) {
	file := vim.VirtualDeviceFileBackingInfo{FileName: "[ds1] a/b.vmdk"}
	tests := map[string]struct {
		backing vim.BaseVirtualDeviceBackingInfo
		path    string
		uuid    string
	}{
		"none":         {nil, "", ""},
		"nil":          {(*vim.VirtualDiskFlatVer2BackingInfo)(nil), "", ""},
		"nil file":     {(*vim.VirtualDeviceFileBackingInfo)(nil), "", ""},
		"rdm":          {&vim.VirtualDiskRawDiskMappingVer1BackingInfo{VirtualDeviceFileBackingInfo: file, Uuid: "u"}, "a/b.vmdk", "u"},
		"sesparse":     {&vim.VirtualDiskSeSparseBackingInfo{VirtualDeviceFileBackingInfo: file, Uuid: "u"}, "a/b.vmdk", "u"},
		"delta":        {&vim.VirtualDiskFlatVer2BackingInfo{VirtualDeviceFileBackingInfo: file, Parent: &vim.VirtualDiskFlatVer2BackingInfo{}}, "a/b.vmdk", ""},
		"flat 1":       {&vim.VirtualDiskFlatVer1BackingInfo{VirtualDeviceFileBackingInfo: file}, "a/b.vmdk", ""},
		"raw device":   {&vim.VirtualDiskRawDiskVer2BackingInfo{Uuid: "u"}, "", "u"},
		"no datastore": {&vim.VirtualDiskFlatVer2BackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{FileName: "[broken"}}, "[broken", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			disks := ReadDisks([]vim.BaseVirtualDevice{nil, (*vim.VirtualDisk)(nil), &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Backing: tt.backing}}})
			if len(disks) != 1 || disks[0].Path != tt.path || disks[0].UUID != tt.uuid || disks[0].UnitNumber != -1 {
				t.Errorf("%+v", disks)
			}
		})
	}
}

func TestReadDiskSizeIsRoundedDown(t *testing.T) {
	vd := &vim.VirtualDisk{CapacityInBytes: 11*gib - 1}
	if d := ReadDisks([]vim.BaseVirtualDevice{vd})[0]; d.Size != 10 {
		t.Errorf("size %d", d.Size)
	}
	vd = &vim.VirtualDisk{CapacityInKB: 3 << 20}
	if d := ReadDisks([]vim.BaseVirtualDevice{vd})[0]; d.Size != 3 {
		t.Errorf("size from KiB %d", d.Size)
	}
}

func TestUnmanagedPlaces(t *testing.T) {
	devices := append(controllerDevices(Counts{SCSI: 2}), diskDevice(0, Address{SCSI, 0, 20}, 1), diskDevice(1, Address{SCSI, 1, 0}, 1))
	disks := ReadDisks(devices)
	if d := disks[1]; d.DeviceAddress != "scsi:0:20" || d.UnitNumber != -1 || d.Managed(Counts{SCSI: 4}) {
		t.Errorf("unit 20 of ParaVirtual: %+v", d)
	}
	if d := disks[0]; d.UnitNumber != 15 || d.Managed(Counts{SCSI: 1}) || !d.Managed(Counts{SCSI: 2}) {
		t.Errorf("second controller: %+v", d)
	}
}

func TestImportDisks(t *testing.T) {
	devices := machine()
	devices[len(devices)-1].(*vim.VirtualDisk).DeviceInfo = nil
	devices[len(devices)-2].(*vim.VirtualDisk).DeviceInfo = &vim.Description{Label: "disk0"}
	var got []string
	for _, d := range ImportDisks(ReadDisks(devices), machineOptions.Counts) {
		got = append(got, d.Label)
		if d.KeepOnRemove != (d.Label == "disk1") {
			t.Errorf("%s: keep on remove %t", d.Label, d.KeepOnRemove)
		}
	}
	if want := []string{"Hard disk 1", "disk0", "disk1"}; !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}

// The machine is imported, the configuration calls its disks by other names. The
// incumbent destroys them.
func TestImportThenOtherLabels(t *testing.T) {
	state := ImportDisks(ReadDisks(machine()), machineOptions.Counts)
	var want []Disk
	for _, d := range state {
		c := configured(d)
		c.Label = "my " + d.Label
		want = append(want, c)
	}
	diff, err := DiffDisks(machine(), state, want, machineOptions)
	if err != nil || len(diff.Specs) != 0 {
		t.Fatalf("%v, %v", operations(diff.Specs), err)
	}
	for i, c := range diff.Changes {
		if c.Kind != Relabeled || c.OldLabel != state[i].Label || c.Label != want[i].Label {
			t.Errorf("%+v", c)
		}
	}
}

func TestMatchDisks(t *testing.T) {
	found := ReadDisks(machine())
	tests := map[string]struct {
		known Disk
		key   int32 // of the disk it is, 0 for none
	}{
		"new, by address":             {Disk{DeviceAddress: "scsi:0:8"}, 2002},
		"new, by unit":                {Disk{ControllerType: SCSI, UnitNumber: 7}, 2002},
		"uuid":                        {Disk{Key: 2000, UUID: "6000c29-1", DeviceAddress: "scsi:0:0"}, 2001},
		"no uuid, by address":         {Disk{Key: 9, DeviceAddress: "scsi:0:1"}, 2001},
		"no uuid, by key":             {Disk{Key: 2001, DeviceAddress: "scsi:1:1"}, 2001},
		"another disk in the slot":    {Disk{Key: 2001, UUID: "other", DeviceAddress: "scsi:0:1"}, 0},
		"new, address is not there":   {Disk{DeviceAddress: "scsi:0:5"}, 0},
		"new, unit of another bus":    {Disk{ControllerType: SATA, UnitNumber: 0}, 0},
		"known key, unknown all else": {Disk{Key: 77, DeviceAddress: "scsi:3:1"}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.known.Label = "x"
			m := MatchDisks([]Disk{tt.known}, found)
			if tt.key == 0 {
				if len(m.Missing) != 1 || len(m.Unmanaged) != 3 {
					t.Errorf("matched %+v", m.Disks)
				}
				return
			}
			if len(m.Disks) != 1 || m.Disks[0].Key != tt.key || m.Disks[0].Label != "x" || len(m.Unmanaged) != 2 {
				t.Errorf("%+v", m)
			}
		})
	}
}

func TestMatchDisksCarries(t *testing.T) {
	found := ReadDisks(machine())[:1]
	known := Disk{
		Key: 2000, UUID: found[0].UUID, Label: "a", Attach: true, KeepOnRemove: true, Path: "old.vmdk",
		StoragePolicyID: "p", IOShareCount: 7, ThinProvisioned: ptr(false),
	}
	d := MatchDisks([]Disk{known}, found).Disks[0]
	if d.Label != "a" || !d.Attach || !d.KeepOnRemove || d.StoragePolicyID != "p" || d.IOShareCount != 7 {
		t.Errorf("local settings: %+v", d)
	}
	if d.Path != "old.vmdk" || d.Size != 0 || *d.ThinProvisioned {
		t.Errorf("an attached disk was refreshed: %+v", d)
	}
}

// A disk that is there twice (a copy attached beside its original) has one UUID.
func TestMatchDisksWithOneUUID(t *testing.T) {
	found := ReadDisks(machine())
	for i := range found {
		found[i].UUID = "same"
	}
	known := []Disk{{Label: "c", Key: 2002, UUID: "same", DeviceAddress: "scsi:0:8"}, {Label: "b", Key: 2001, UUID: "same", DeviceAddress: "scsi:1:4"}}
	m := MatchDisks(known, found)
	if len(m.Disks) != 2 || m.Disks[0].Key != 2002 || m.Disks[1].Key != 2001 {
		t.Errorf("%+v", m.Disks)
	}
	known[0].Key = 9 // its address alone still says which it is
	if m = MatchDisks(known, found); m.Disks[0].Key != 2002 {
		t.Errorf("%+v", m.Disks[0])
	}
}

func TestMatchDisksRefreshesCustomShares(t *testing.T) {
	found := ReadDisks(machine())[:1]
	found[0].IOShareLevel = "custom"
	if d := MatchDisks([]Disk{{Key: 2000, UUID: found[0].UUID, IOShareCount: 7}}, found).Disks[0]; d.IOShareCount != 1000 {
		t.Errorf("%d shares", d.IOShareCount)
	}
}

func TestSortDisks(t *testing.T) {
	disks := []Disk{{UnitNumber: -1}, {UnitNumber: 1, ControllerType: SCSI}, {UnitNumber: 0, ControllerType: NVMe}, {UnitNumber: 0, ControllerType: SCSI}}
	SortDisks(disks)
	var got []string
	for _, d := range disks {
		a, _ := d.Address()
		got = append(got, a.String())
	}
	if s := strings.Join(got, " "); s != "scsi:0:0 nvme:0:0 scsi:0:1 :0:0" {
		t.Error(s)
	}
}

func TestPlanOrder(t *testing.T) {
	state := []Disk{{Label: "c", UnitNumber: 2}, {Label: "a", UnitNumber: 0}, {Label: "b", UnitNumber: 1}}
	want := []Disk{{Label: "new2", UnitNumber: 9}, {Label: "a", UnitNumber: 0}, {Label: "c renamed", UnitNumber: 2}, {Label: "new1", UnitNumber: 5}, {Label: "b", UnitNumber: 1}}
	if got := PlanOrder(state, want); !slices.Equal(got, []int{2, 1, 4, 3, 0}) {
		t.Error(got)
	}
}

func TestPairTemplate(t *testing.T) {
	template := ReadDisks(machine())
	want := []Disk{newDisk("third", SCSI, 9, 30), newDisk("second", SATA, 3, 25), newDisk("first", SCSI, 0, 10), newDisk("extra", SCSI, 12, 5)}
	want[1].ThinProvisioned = ptr(false)
	current, err := PairTemplate(template, want)
	if err != nil {
		t.Fatal(err)
	}
	o := machineOptions
	o.KeepProvisioning = true
	diff, err := DiffDisks(machine(), current, want, o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range diff.Changes {
		got = append(got, string(c.Kind)+" "+c.Label+" "+strings.Join(c.Attributes, ","))
	}
	expect := []string{"edit third unit_number", "edit second controller_type,unit_number,size", "add extra "}
	if !slices.Equal(got, expect) {
		t.Errorf("\n got %q\nwant %q", got, expect)
	}
	want[2].StoragePolicyID = "policy"
	if current, err = PairTemplate(template, want); err != nil || current[0].StoragePolicyID != "" {
		t.Errorf("the clone has the policy %q before anyone set it, %v", current[0].StoragePolicyID, err)
	}
	_, err = PairTemplate(template, want[:2])
	if err == nil || !strings.Contains(err.Error(), `"Hard disk 3"`) || !strings.Contains(err.Error(), "scsi:0:8") {
		t.Errorf("too few disks: %v", err)
	}
	want[0].Size = 29
	_, err = DiffDisks(machine(), current, want, o)
	if e := Errors(err); len(e) != 1 || e[0].Label != "third" || e[0].Attribute != "size" {
		t.Errorf("smaller than the template: %v", err)
	}
}
