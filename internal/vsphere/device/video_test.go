// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"math/rand/v2"
	"reflect"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func videoDevice() *vim.VirtualMachineVideoCard {
	return &vim.VirtualMachineVideoCard{
		VirtualDevice:    vim.VirtualDevice{Key: 500, ControllerKey: 100, UnitNumber: ptr(int32(0))},
		VideoRamSizeInKB: 4096, NumDisplays: 1, UseAutoDetect: ptr(true), Enable3DSupport: ptr(false),
		Use3dRenderer: "automatic", GraphicsMemorySizeInKB: 262144,
	}
}

func TestReadVideoCard(t *testing.T) {
	card := videoDevice()
	devices := append(controllerDevices(Counts{}), (*vim.VirtualMachineVideoCard)(nil), card)
	got, ok := ReadVideoCard(devices)
	if want := (VideoCard{Key: 500, DeviceAddress: "pci:0:0", Displays: 1, MemoryMB: 4}); !ok || got != want {
		t.Errorf("%+v", got)
	}
	card.Enable3DSupport = ptr(true)
	if got, _ := ReadVideoCard(devices); got.Graphics == nil || *got.Graphics != (Graphics{MemoryMB: 256, Renderer: "automatic"}) {
		t.Errorf("graphics %+v", got.Graphics)
	}
	if _, ok := ReadVideoCard(devices[:1]); ok {
		t.Error("a card where there is none")
	}
}

// TestVideoSpecs has the change of each kind as it is sent.
func TestVideoSpecs(t *testing.T) {
	same := VideoCard{Displays: 1, MemoryMB: 4}
	full := VideoCard{Displays: 2, MemoryMB: 16, Graphics: &Graphics{MemoryMB: 512, Renderer: "hardware"}}
	only3D := VideoCard{Displays: 1, MemoryMB: 4, Graphics: &Graphics{}}
	for name, test := range map[string]struct {
		want VideoCard
		card func(*vim.VirtualMachineVideoCard)
	}{
		"same": {same, nil},
		"full": {full, func(c *vim.VirtualMachineVideoCard) {
			c.NumDisplays, c.VideoRamSizeInKB, c.Enable3DSupport = 2, 16<<10, ptr(true)
			c.GraphicsMemorySizeInKB, c.Use3dRenderer = 512<<10, "hardware"
		}},
		"3D without settings": {only3D, func(c *vim.VirtualMachineVideoCard) { c.Enable3DSupport = ptr(true) }},
	} {
		have := videoDevice()
		specs, err := DiffVideoCard([]vim.BaseVirtualDevice{have}, test.want)
		var want []vim.BaseVirtualDeviceConfigSpec
		if test.card != nil {
			card := videoDevice()
			card.UseAutoDetect = ptr(false)
			test.card(card)
			want = append(want, edit(card))
		}
		if err != nil || !reflect.DeepEqual(specs, want) || !reflect.DeepEqual(have, videoDevice()) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, specs, want)
		}
	}
	if _, err := DiffVideoCard(nil, same); err == nil {
		t.Error("a machine without a card")
	}
}

// TestVideoOfNewMachine: the specification of a machine that is made has the
// card once, as an addition.
func TestVideoOfNewMachine(t *testing.T) {
	made := AddAll([]vim.BaseVirtualDevice{NewVideoCard()})
	specs, err := DiffVideoCard(mustApply(t, nil, made), VideoCard{Displays: 3, MemoryMB: 8})
	want := &vim.VirtualMachineVideoCard{
		VirtualDevice: vim.VirtualDevice{Key: 500}, NumDisplays: 3, VideoRamSizeInKB: 8 << 10, UseAutoDetect: ptr(false),
	}
	if got := Merge(made, specs); err != nil || !reflect.DeepEqual(got, []vim.BaseVirtualDeviceConfigSpec{add(want)}) {
		t.Errorf("%v, %+v", err, got)
	}
}

// TestVideoReachesWanted: any card is reached, and then there is nothing to do.
func TestVideoReachesWanted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	for n := range cases(10_000) {
		have := videoDevice()
		have.VideoRamSizeInKB, have.Enable3DSupport = r.Int64N(300<<10), []*bool{nil, ptr(false), ptr(true)}[r.IntN(3)]
		devices := append(controllerDevices(Counts{}), have)
		want := VideoCard{Displays: 1 + r.Int32N(10), MemoryMB: 2 + r.Int64N(255)}
		if r.IntN(2) == 0 {
			want.Graphics = &Graphics{MemoryMB: 2 + r.Int64N(4095), Renderer: []string{"hardware", "software", "automatic"}[r.IntN(3)]}
		}
		specs, err := DiffVideoCard(devices, want)
		if err != nil {
			t.Fatalf("case %d: %v", n, err)
		}
		after := mustApply(t, devices, specs)
		got, _ := ReadVideoCard(after)
		got.Key, got.DeviceAddress = 0, ""
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("case %d:\n got %+v\nwant %+v", n, got, want)
		}
		if again, err := DiffVideoCard(after, want); err != nil || len(again) > 0 {
			t.Fatalf("case %d: a second diff has %v, %v", n, operations(again), err)
		}
	}
}

func TestDiffTPM(t *testing.T) {
	bare := controllerDevices(Counts{})
	module := &vim.VirtualTPM{VirtualDevice: vim.VirtualDevice{Key: 11000}}
	with := append(controllerDevices(Counts{}), (*vim.VirtualTPM)(nil), module)
	fresh := &vim.VirtualTPM{VirtualDevice: vim.VirtualDevice{Key: -101}}
	for name, test := range map[string]struct {
		devices       []vim.BaseVirtualDevice
		managed, want bool
		specs         []vim.BaseVirtualDeviceConfigSpec
	}{
		"add":             {bare, false, true, []vim.BaseVirtualDeviceConfigSpec{add(fresh)}},
		"add again":       {bare, true, true, []vim.BaseVirtualDeviceConfigSpec{add(fresh)}},
		"there":           {with, true, true, nil},
		"of the template": {with, false, true, nil},
		"remove":          {with, true, false, []vim.BaseVirtualDeviceConfigSpec{remove(module)}},
		"not ours":        {with, false, false, nil},
		"gone":            {bare, true, false, nil},
	} {
		if got := DiffTPM(test.devices, test.managed, test.want); !reflect.DeepEqual(got, test.specs) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
