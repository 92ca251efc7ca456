// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func iso(datastore, image string) *vim.VirtualCdromIsoBackingInfo {
	return &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{
		FileName: "[name of " + datastore + "] " + image, Datastore: &vim.ManagedObjectReference{Type: "Datastore", Value: datastore},
	}}
}

// drive is a drive as vCenter reports it, n making it distinct.
func drive(n int, controller, unit int32, b vim.BaseVirtualDeviceBackingInfo) *vim.VirtualCdrom {
	return &vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{
		Key: int32(3000 + n), ControllerKey: controller, UnitNumber: ptr(unit), Backing: b,
		Connectable: &vim.VirtualDeviceConnectInfo{StartConnected: true},
	}}
}

func datastoreNames(n int) map[string]string {
	names := map[string]string{}
	for i := range n {
		id := fmt.Sprintf("datastore-%d", i)
		names[id] = "name of " + id
	}
	return names
}

func TestReadCDROMs(t *testing.T) {
	remote := &vim.VirtualCdromRemoteAtapiBackingInfo{}
	devices := append(controllerDevices(Counts{IDE: 2, SATA: 1}),
		drive(5, 15000, 3, iso("datastore-1", "iso/linux.iso")),
		drive(1, 201, 1, iso("datastore-1", "m/_ovfenv-m.iso")),
		drive(0, 200, 0, &vim.VirtualCdromRemotePassthroughBackingInfo{}),
		drive(2, 201, 0, &vim.VirtualCdromAtapiBackingInfo{}),
		drive(3, 200, 1, remote),
		drive(4, 4711, 1, nil), (*vim.VirtualCdrom)(nil), nil)
	got := ReadCDROMs(devices)
	for i := range got {
		got[i].address = Address{}
	}
	want := []CDROM{
		{Key: 3005, DeviceAddress: "sata:0:3", DatastoreID: "datastore-1", Path: "iso/linux.iso"},
		{Key: 3000, DeviceAddress: "ide:0:0", ClientDevice: true},
		{Key: 3003, DeviceAddress: "ide:0:1", ClientDevice: true},
		{Key: 3002, DeviceAddress: "ide:1:0"},
		{Key: 3001, DeviceAddress: "ide:1:1", ClientDevice: true}, // vCenter's image for a vApp
		{Key: 3004},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestCheckCDROMs(t *testing.T) {
	client := CDROM{ClientDevice: true}
	for _, test := range []struct {
		want      []CDROM
		attribute string // of the finding
		detail    string
	}{
		{[]CDROM{client, {DatastoreID: "datastore-1", Path: "a.iso"}}, "", ""},
		{[]CDROM{{}}, "", "needs client_device"},
		{[]CDROM{{Path: "a.iso"}}, "datastore_id", "required"},
		{[]CDROM{{DatastoreID: "datastore-1"}}, "path", "required"},
		{[]CDROM{{ClientDevice: true, Path: "a.iso"}}, "client_device", "excludes"},
		{[]CDROM{client, client, client}, "", "at most 2"},
	} {
		found := Errors(CheckCDROMs(test.want))
		if test.detail == "" {
			if len(found) > 0 {
				t.Errorf("%+v: %v", test.want, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Attribute != test.attribute || !strings.Contains(found[0].Detail, test.detail) {
			t.Errorf("%+v: %v", test.want, found)
		}
	}
}

// TestCDROMSpecs has the change of each kind as it is sent.
func TestCDROMSpecs(t *testing.T) {
	there := drive(0, 200, 0, &vim.VirtualCdromRemotePassthroughBackingInfo{})
	devices := append(controllerDevices(Counts{IDE: 2}), there)
	current := ReadCDROMs(devices)
	image := CDROM{DatastoreID: "datastore-1", Path: "/iso/linux.iso"}
	o := CDROMOptions{DatastoreNames: map[string]string{"datastore-1": "ds1"}}
	file := &vim.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{
		FileName: "[ds1] iso/linux.iso", Datastore: &vim.ManagedObjectReference{Type: "Datastore", Value: "datastore-1"},
	}}
	connected := &vim.VirtualDeviceConnectInfo{StartConnected: true, Connected: true, AllowGuestControl: true}
	edited, loaded := *there, vim.VirtualCdrom{VirtualDevice: vim.VirtualDevice{
		Key: -101, ControllerKey: 200, UnitNumber: ptr(int32(1)), Backing: file, Connectable: connected,
	}}
	edited.Backing, edited.Connectable = file, connected
	for name, test := range map[string]struct {
		want []CDROM
		spec vim.BaseVirtualDeviceConfigSpec
	}{
		"nothing": {[]CDROM{{ClientDevice: true}}, nil},
		"edit":    {[]CDROM{image}, edit(&edited)},
		"add":     {[]CDROM{{ClientDevice: true}, image}, add(&loaded)},
		"remove":  {nil, remove(there)},
	} {
		diff, err := DiffCDROMs(devices, current, test.want, o)
		var want []vim.BaseVirtualDeviceConfigSpec
		if test.spec != nil {
			want = append(want, test.spec)
		}
		if err != nil || len(diff.Specs)+len(want) > 0 && !reflect.DeepEqual(diff.Specs, want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, diff.Specs, want)
		}
	}
	if _, err := DiffCDROMs(devices, current, []CDROM{image}, CDROMOptions{}); len(Errors(err)) != 1 || Errors(err)[0].Attribute != "datastore_id" {
		t.Errorf("a datastore without a name: %v", err)
	}
}

func TestCDROMSlots(t *testing.T) {
	full := append(controllerDevices(Counts{IDE: 1, SATA: 1}), drive(0, 200, 0, nil), drive(1, 200, 1, nil))
	for name, test := range map[string]struct {
		devices []vim.BaseVirtualDevice
		want    string // controller and unit
	}{
		"IDE before SATA":     {controllerDevices(Counts{IDE: 1, SATA: 1}), "200:0"},
		"SATA without IDE":    {controllerDevices(Counts{SATA: 1}), "15000:0"},
		"never SATA with IDE": {full, ""},
		"beside a disk":       {append(controllerDevices(Counts{IDE: 1}), diskDevice(0, Address{IDE, 0, 0}, 1)), "200:1"},
		"no controller":       {controllerDevices(Counts{}), ""},
	} {
		diff, err := DiffCDROMs(test.devices, nil, []CDROM{{ClientDevice: true}}, CDROMOptions{})
		got := ""
		for _, s := range diff.Specs {
			if c := s.GetVirtualDeviceConfigSpec(); c.Operation == vim.VirtualDeviceConfigSpecOperationAdd {
				b := c.Device.GetVirtualDevice()
				got = fmt.Sprintf("%d:%d", b.ControllerKey, *b.UnitNumber)
			}
		}
		if got != test.want || (test.want == "") != (err != nil) {
			t.Errorf("%s: on %q, %v", name, got, err)
		}
	}
}

// drives generates a machine with managed and foreign drives.
func drives(r *rand.Rand) (devices []vim.BaseVirtualDevice, state []CDROM, foreign map[int32]bool) {
	devices = controllerDevices(Counts{IDE: 2})
	slots := shuffle(r, []slot{{200, 0}, {200, 1}, {201, 0}, {201, 1}})
	foreign = map[int32]bool{}
	for i := range r.IntN(4) {
		d := drive(i, slots[i].controller, slots[i].unit, randomMedium(r))
		devices = append(devices, d)
		foreign[d.Key] = true
	}
	for _, c := range shuffle(r, ReadCDROMs(devices)) {
		if len(state) < MaxCDROMs && r.IntN(4) > 0 {
			delete(foreign, c.Key)
			state = append(state, c)
		}
	}
	return shuffle(r, devices), state, foreign
}

func randomMedium(r *rand.Rand) vim.BaseVirtualDeviceBackingInfo {
	if r.IntN(3) == 0 {
		return &vim.VirtualCdromRemotePassthroughBackingInfo{}
	}
	return iso(fmt.Sprintf("datastore-%d", r.IntN(2)), fmt.Sprintf("%d.iso", r.IntN(3)))
}

// block is a drive as its block says it.
func (c CDROM) block() CDROM {
	return CDROM{ClientDevice: c.ClientDevice, DatastoreID: c.DatastoreID, Path: c.Path}
}

// TestCDROMProperties: blocks in any order are no change; a block taken out
// removes one drive of that kind; any configuration is reached with every foreign
// drive untouched, and then there is nothing left to do.
func TestCDROMProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	o := CDROMOptions{DatastoreNames: datastoreNames(2)}
	for n := range cases(20_000) {
		devices, known, foreign := drives(r)
		state := MatchCDROMs(known, shuffle(r, ReadCDROMs(devices))).CDROMs
		if !reflect.DeepEqual(state, known) {
			t.Fatalf("case %d: matched %+v with %+v", n, known, state)
		}
		var want []CDROM
		for _, c := range state {
			want = append(want, c.block())
		}
		want = shuffle(r, want)
		if diff, err := DiffCDROMs(devices, state, want, o); err != nil || len(diff.Specs) > 0 {
			t.Fatalf("case %d, shuffled: %v, %v", n, operations(diff.Specs), err)
		}
		if pairs := PairCDROMs(state, want); !SameCDROMs(state, want, pairs) {
			t.Fatalf("case %d: %+v is said not to be %+v", n, want, state)
		}
		if len(want) > 0 {
			checkTakenOut(t, n, devices, state, want, r.IntN(len(want)))
		}
		var other []CDROM
		for range r.IntN(MaxCDROMs + 1) {
			other = append(other, readCDROM(nil, drive(0, 0, 0, randomMedium(r))).block())
		}
		diff, err := DiffCDROMs(devices, state, other, o)
		if len(state) < len(other) && len(foreign)+len(other) > 4 {
			continue // no slot left
		}
		if err != nil {
			t.Fatalf("case %d: %v", n, err)
		}
		serial := 0
		after := settled(mustApply(t, devices, Merge(diff.Specs)), &serial)
		for key := range foreign {
			if byKey(after)[key] != byKey(devices)[key] {
				t.Fatalf("case %d: drive %d was touched", n, key)
			}
		}
		mine := managedDrives(after, foreign)
		if again, err := DiffCDROMs(after, mine, other, o); err != nil || len(mine) != len(other) || len(again.Specs) > 0 {
			t.Fatalf("case %d: %+v for %+v, then %v, %v", n, mine, other, operations(again.Specs), err)
		}
	}
}

func managedDrives(devices []vim.BaseVirtualDevice, foreign map[int32]bool) (mine []CDROM) {
	for _, c := range ReadCDROMs(devices) {
		if !foreign[c.Key] {
			mine = append(mine, c)
		}
	}
	return mine
}

func checkTakenOut(t *testing.T, n int, devices []vim.BaseVirtualDevice, state, want []CDROM, out int) {
	t.Helper()
	fewer := append(append([]CDROM(nil), want[:out]...), want[out+1:]...)
	diff, err := DiffCDROMs(devices, state, fewer, CDROMOptions{})
	if err != nil || fmt.Sprint(operations(diff.Specs)) != "[remove]" {
		t.Fatalf("case %d, one less: %v, %v", n, operations(diff.Specs), err)
	}
	if gone := state[diff.Changes[0].Index]; !sameMedium(want[out], gone) {
		t.Fatalf("case %d: removed %+v for %+v", n, gone, want[out])
	}
}

// A template's drives are used for the first blocks, and stay where there are
// fewer blocks.
func TestCDROMsOfTemplate(t *testing.T) {
	devices := append(controllerDevices(Counts{IDE: 2}),
		drive(0, 200, 0, &vim.VirtualCdromAtapiBackingInfo{}), drive(1, 201, 0, iso("datastore-0", "old.iso")))
	o := CDROMOptions{DatastoreNames: datastoreNames(2), KeepOthers: true}
	for _, test := range []struct {
		want []CDROM
		does string
	}{
		{nil, "[]"},
		{[]CDROM{{DatastoreID: "datastore-0", Path: "old.iso"}}, "[]"},
		{[]CDROM{{ClientDevice: true}}, "[edit]"},
		{[]CDROM{{ClientDevice: true}, {DatastoreID: "datastore-0", Path: "old.iso"}}, "[edit]"},
	} {
		diff, err := DiffCDROMs(devices, ReadCDROMs(devices), test.want, o)
		if got := fmt.Sprint(operations(diff.Specs)); err != nil || got != test.does {
			t.Errorf("%+v: %s, %v", test.want, got, err)
		}
	}
}
