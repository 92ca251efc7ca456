// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

// cases is the number of cases to try: a tenth with -short, for the race detector.
func cases(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// world is a generated machine with what state says of it.
type world struct {
	counts  Counts
	devices []vim.BaseVirtualDevice
	state   []Disk // managed disks, matched, in random order
	foreign map[int32]bool
	free    []Address
}

func newWorld(r *rand.Rand) *world {
	w := &world{counts: Counts{SCSI: 1 + r.IntN(2), SATA: r.IntN(2), IDE: 2, NVMe: r.IntN(2)}, foreign: map[int32]bool{}}
	w.devices = append(controllerDevices(w.counts), cdrom())
	seen := map[Address]bool{}
	for len(w.free) < 12 {
		t := diskTypes[r.IntN(len(diskTypes))]
		n := w.counts.Of(t) * UnitsPerController(t)
		if n == 0 {
			continue
		}
		a, _ := FromUnitNumber(t, r.IntN(n))
		if seen[a] || a == (Address{IDE, 0, 0}) {
			continue
		}
		seen[a] = true
		w.free = append(w.free, a)
	}
	for i := range 1 + r.IntN(5) {
		w.devices = append(w.devices, diskDevice(i, w.take(), 1+r.IntN(20)))
	}
	disks := label(shuffle(r, ReadDisks(w.devices)))
	if foreign := r.IntN(3); foreign < len(disks) {
		for _, d := range disks[:foreign] {
			w.foreign[d.Key] = true
		}
		disks = disks[foreign:]
	}
	for i := range disks {
		disks[i].KeepOnRemove = r.IntN(4) == 0
	}
	w.state = MatchDisks(disks, shuffle(r, ReadDisks(w.devices))).Disks
	return w
}

func (w *world) take() Address {
	a := w.free[0]
	w.free = w.free[1:]
	return a
}

func (w *world) moveTo(d *Disk) {
	a := w.take()
	d.ControllerType = a.Type
	d.UnitNumber, _ = a.UnitNumber()
}

func (w *world) config() []Disk {
	var want []Disk
	for _, d := range w.state {
		want = append(want, configured(d))
	}
	return want
}

// remember adds the managed disks under the labels of state.
func (w *world) remember(origin map[string]Disk) {
	for _, d := range w.state {
		origin[d.Label] = d
	}
}

func (w *world) options() DiskOptions { return DiskOptions{Counts: w.counts} }

// change makes one change to a block, or none.
func (w *world) change(r *rand.Rand, d *Disk) {
	switch r.IntN(9) {
	case 0:
		d.Size += 1 + r.IntN(5)
	case 1:
		d.DiskMode = "independent_persistent"
	case 2:
		d.Sharing = "sharingMultiWriter"
	case 3:
		d.WriteThrough = true
	case 4:
		d.IOShareLevel, d.IOShareCount, d.IOLimit, d.IOReservation = "custom", int32(r.IntN(4000)), int64(16+r.IntN(100)), 5
	case 5:
		w.moveTo(d)
	case 6:
		d.Label += "-renamed"
	}
}

// TestDiskDiffReachesWanted: for any change of a configuration, the specs lead to
// exactly the wanted disks; disks that stay keep their data; only removed ones
// that may go lose it; nothing else on the machine is touched; and then there is
// nothing left to do.
func TestDiskDiffReachesWanted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range cases(50_000) {
		w := newWorld(r)
		origin := map[string]Disk{} // by wanted label
		destroyed := map[int32]bool{}
		var want []Disk
		for i, c := range w.config() {
			if r.IntN(5) == 0 {
				destroyed[w.state[i].Key] = !w.state[i].KeepOnRemove
				continue
			}
			w.change(r, &c)
			origin[c.Label] = w.state[i]
			want = append(want, c)
		}
		if len(want) > 1 && r.IntN(4) == 0 {
			a, b := &want[0], &want[1]
			a.ControllerType, a.UnitNumber, b.ControllerType, b.UnitNumber = b.ControllerType, b.UnitNumber, a.ControllerType, a.UnitNumber
			a.Label, b.Label = origin[a.Label].Label, origin[b.Label].Label // a relabeled disk has to stay in place
			w.remember(origin)
		}
		for i := range r.IntN(3) {
			d := newDisk(fmt.Sprintf("new%d", i), SCSI, 0, 1+r.IntN(9))
			w.moveTo(&d)
			want = append(want, d)
		}
		want = shuffle(r, want)
		diff, err := DiffDisks(w.devices, w.state, want, w.options())
		if err != nil {
			t.Fatalf("case %d: %v", n, err)
		}
		after := mustApply(t, w.devices, Merge(diff.Specs))
		checkDestroyed(t, n, diff.Specs, destroyed)
		checkUntouched(t, n, w, after)
		checkReached(t, n, w, after, want, origin)
		if t.Failed() {
			return
		}
	}
}

func checkDestroyed(t *testing.T, n int, specs []vim.BaseVirtualDeviceConfigSpec, may map[int32]bool) {
	t.Helper()
	for _, s := range specs {
		c := s.GetVirtualDeviceConfigSpec()
		key := c.Device.GetVirtualDevice().Key
		destroys := c.FileOperation == vim.VirtualDeviceConfigSpecFileOperationDestroy
		destroy, gone := may[key]
		if destroys != destroy || gone != (c.Operation == vim.VirtualDeviceConfigSpecOperationRemove) {
			t.Errorf("case %d: device %d: %s %s, removal wanted %t, destruction %t", n, key, c.Operation, c.FileOperation, gone, destroy)
		}
	}
}

// checkUntouched compares by pointer: an equal copy would be a spec too many.
func checkUntouched(t *testing.T, n int, w *world, after []vim.BaseVirtualDevice) {
	t.Helper()
	now := byKey(after)
	for _, d := range w.devices {
		_, isDisk := d.(*vim.VirtualDisk)
		if key := d.GetVirtualDevice().Key; (!isDisk || w.foreign[key]) && now[key] != d {
			t.Errorf("case %d: device %d was touched", n, key)
		}
	}
}

func checkReached(t *testing.T, n int, w *world, after []vim.BaseVirtualDevice, want []Disk, origin map[string]Disk) {
	t.Helper()
	serial := 0
	after = settled(after, &serial)
	m := MatchDisks(want, ReadDisks(after))
	if len(m.Missing) > 0 || len(m.Unmanaged) != len(w.foreign) {
		t.Errorf("case %d: missing %v, unmanaged %v", n, m.Missing, m.Unmanaged)
		return
	}
	for i, got := range m.Disks {
		if old, ok := origin[got.Label]; ok && got.UUID != old.UUID {
			t.Errorf("case %d: disk %s lost its data: %s became %s", n, got.Label, old.UUID, got.UUID)
		}
		if got := configured(got); !reflect.DeepEqual(got, want[i]) {
			t.Errorf("case %d:\n got %+v\nwant %+v", n, got, want[i])
		}
	}
	again, err := DiffDisks(after, m.Disks, want, w.options())
	if err != nil || len(again.Specs) > 0 || len(again.Changes) > 0 {
		t.Errorf("case %d: a second diff has %v, %v", n, again.Changes, err)
	}
}

// TestDiskOrderIsNoDiff: blocks in any order, disks found in any order, state in
// any order: no change, and the plan is in the order of state.
func TestDiskOrderIsNoDiff(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for n := range cases(30_000) {
		w := newWorld(r)
		want := shuffle(r, w.config())
		diff, err := DiffDisks(w.devices, w.state, want, w.options())
		if err != nil || len(diff.Specs) > 0 || len(diff.Changes) > 0 {
			t.Fatalf("case %d: %v, %v", n, diff.Changes, err)
		}
		for i, at := range PlanOrder(w.state, want) {
			if want[at].Label != w.state[i].Label {
				t.Fatalf("case %d: plan has %s at %d, state %s", n, want[at].Label, i, w.state[i].Label)
			}
		}
	}
}

// TestDiskMovedOutOfBand: whatever slots disks were moved to behind our back,
// each is found by its UUID.
func TestDiskMovedOutOfBand(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for n := range cases(15_000) {
		w := newWorld(r)
		var disks []int
		for i, d := range w.devices {
			if _, ok := d.(*vim.VirtualDisk); ok {
				disks = append(disks, i)
			}
		}
		to := shuffle(r, disks)
		moved := append([]vim.BaseVirtualDevice(nil), w.devices...)
		for i, from := range disks {
			d := shallow(w.devices[from])
			b, target := d.GetVirtualDevice(), w.devices[to[i]].GetVirtualDevice()
			b.Key, b.ControllerKey, b.UnitNumber = target.Key, target.ControllerKey, target.UnitNumber
			moved[from] = d
		}
		m := MatchDisks(w.state, shuffle(r, ReadDisks(moved)))
		if len(m.Disks) != len(w.state) || len(m.Unmanaged) != len(w.foreign) {
			t.Fatalf("case %d: %d of %d matched, %d unmanaged", n, len(m.Disks), len(w.state), len(m.Unmanaged))
		}
		for i, d := range m.Disks {
			if d.UUID != w.state[i].UUID || d.Label != w.state[i].Label {
				t.Fatalf("case %d: %s was %s, is %s %s", n, w.state[i].Label, w.state[i].UUID, d.Label, d.UUID)
			}
		}
	}
}

// fleet generates cards on few networks, so that many look alike.
func fleet(r *rand.Rand) ([]vim.BaseVirtualDevice, []NIC) {
	devices := append(controllerDevices(Counts{}), diskDevice(0, Address{SCSI, 0, 0}, 1))
	for i := range 1 + r.IntN(5) {
		adapter := []string{Vmxnet3, Vmxnet3, E1000}[r.IntN(3)]
		devices = append(devices, nicDevice(i, adapter, standard(fmt.Sprintf("net%d", r.IntN(4)))))
	}
	return devices, ReadNICs(devices, nil)
}

func configuredNIC(n NIC) NIC {
	return NIC{
		NetworkID: n.NetworkID, AdapterType: n.AdapterType, BandwidthShareLevel: n.BandwidthShareLevel,
		BandwidthLimit: n.BandwidthLimit, BandwidthReservation: n.BandwidthReservation, Backing: standard(n.NetworkID),
	}
}

// TestNICOrderAndRemoval: any order of blocks is no change, and taking one out or
// putting one in touches that one only.
func TestNICOrderAndRemoval(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for n := range cases(20_000) {
		devices, current := fleet(r)
		var want []NIC
		for _, c := range current {
			want = append(want, configuredNIC(c))
		}
		want = shuffle(r, want)
		if diff, err := DiffNICs(devices, current, want, NICOptions{}); err != nil || len(diff.Specs) > 0 {
			t.Fatalf("case %d, shuffled: %v, %v", n, operations(diff.Specs), err)
		}
		out := r.IntN(len(want))
		fewer := append(append([]NIC(nil), want[:out]...), want[out+1:]...)
		diff, err := DiffNICs(devices, current, fewer, NICOptions{})
		if err != nil || len(diff.Specs) != 1 {
			t.Fatalf("case %d, one less: %v, %v", n, operations(diff.Specs), err)
		}
		gone := ReadNICs([]vim.BaseVirtualDevice{diff.Specs[0].GetVirtualDeviceConfigSpec().Device}, nil)[0]
		if !sameKind(want[out], gone) {
			t.Fatalf("case %d: removed %+v for %+v", n, gone, want[out])
		}
		more := append(append(append([]NIC(nil), want[:out]...), newNIC("net9")), want[out:]...)
		if diff, err = DiffNICs(devices, current, more, NICOptions{}); err != nil || fmt.Sprint(operations(diff.Specs)) != "[add]" {
			t.Fatalf("case %d, one more: %v, %v", n, operations(diff.Specs), err)
		}
	}
}

// TestNICDiffReachesWanted: any configuration is reached, with all else on the
// machine untouched, and then there is nothing left to do.
func TestNICDiffReachesWanted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for n := range cases(20_000) {
		devices, current := fleet(r)
		var want []NIC
		for i := range r.IntN(6) {
			w := newNIC(fmt.Sprintf("net%d", r.IntN(5)))
			w.AdapterType = []string{Vmxnet3, E1000, E1000e}[r.IntN(3)]
			w.BandwidthLimit = []int64{-1, -1, 100}[r.IntN(3)]
			if r.IntN(4) == 0 {
				w.UseStaticMAC, w.MACAddress = true, fmt.Sprintf("00:50:56:3f:00:%02x", i)
			}
			want = append(want, w)
		}
		options := NICOptions{Clone: r.IntN(2) == 0}
		diff, err := DiffNICs(devices, current, want, options)
		if err != nil {
			t.Fatalf("case %d: %v", n, err)
		}
		serial := 0
		after := settled(mustApply(t, devices, Merge(diff.Specs)), &serial)
		if byKey(after)[2000] != byKey(devices)[2000] || len(after) != len(devices)-len(current)+len(want) {
			t.Fatalf("case %d: %d devices of %d", n, len(after), len(devices))
		}
		m := MatchNICs(want, ReadNICs(after, nil))
		if len(m.Missing)+len(m.Extra) > 0 {
			t.Fatalf("case %d: missing %v, extra %v", n, m.Missing, m.Extra)
		}
		again, err := DiffNICs(after, m.NICs, want, NICOptions{})
		if err != nil || len(again.Specs) > 0 {
			t.Fatalf("case %d: a second diff has %+v, %v", n, again.Changes, err)
		}
	}
}
