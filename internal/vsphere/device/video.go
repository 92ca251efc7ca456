// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"errors"

	vim "github.com/vmware/govmomi/vim25/types"
)

// videoKey is the key of the video card that every machine is born with.
const videoKey = 500

// VideoCard is what the contract's video_card block says, as plain values.
type VideoCard struct {
	Key           int32
	DeviceAddress string // [Address.String] form, "pci:0:0"
	Displays      int32
	MemoryMB      int64
	Graphics      *Graphics // nil where 3D is off
}

// Graphics is the 3D graphics of a video card. In a wanted card zero leaves the
// setting alone.
type Graphics struct {
	MemoryMB int64
	Renderer string // automatic, hardware or software
}

// ReadVideoCard returns the video card among devices; every machine has one, a
// list of devices may not.
func ReadVideoCard(devices []vim.BaseVirtualDevice) (VideoCard, bool) {
	card := videoCard(devices)
	if card == nil {
		return VideoCard{}, false
	}
	v := VideoCard{Key: card.Key, Displays: card.NumDisplays, MemoryMB: card.VideoRamSizeInKB >> 10}
	if a, ok := addressOf(controllersByKey(devices), &card.VirtualDevice); ok {
		v.DeviceAddress = a.String()
	}
	if value(card.Enable3DSupport) {
		v.Graphics = &Graphics{MemoryMB: card.GraphicsMemorySizeInKB >> 10, Renderer: card.Use3dRenderer}
	}
	return v, true
}

func videoCard(devices []vim.BaseVirtualDevice) *vim.VirtualMachineVideoCard {
	for _, d := range devices {
		if card, ok := d.(*vim.VirtualMachineVideoCard); ok && card != nil {
			return card
		}
	}
	return nil
}

// NewVideoCard is the card of a machine that is made: a specification that adds
// it says what the one is like that vSphere makes anyway.
func NewVideoCard() vim.BaseVirtualDevice {
	return &vim.VirtualMachineVideoCard{VirtualDevice: vim.VirtualDevice{Key: videoKey}}
}

// DiffVideoCard returns the change that makes the video card of a machine what is
// wanted, and none if it is. It is never added or removed.
func DiffVideoCard(devices []vim.BaseVirtualDevice, want VideoCard) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	have := videoCard(devices)
	if have == nil {
		return nil, errors.New("the machine has no video card")
	}
	card := shallow(have)
	configureVideo(card, want)
	if sameVideo(have, card) {
		return nil, nil
	}
	card.UseAutoDetect = ptr(false) // else the settings do not count
	return []vim.BaseVirtualDeviceConfigSpec{edit(card)}, nil
}

// configureVideo writes into a card what is wanted; sizes that read as the wanted
// ones stay.
func configureVideo(card *vim.VirtualMachineVideoCard, want VideoCard) {
	megabytes := func(kb *int64, mb int64) {
		if mb != 0 && *kb>>10 != mb {
			*kb = mb << 10
		}
	}
	card.NumDisplays = want.Displays
	megabytes(&card.VideoRamSizeInKB, want.MemoryMB)
	if on := want.Graphics != nil; on != value(card.Enable3DSupport) {
		card.Enable3DSupport = ptr(on)
	}
	if g := want.Graphics; g != nil {
		megabytes(&card.GraphicsMemorySizeInKB, g.MemoryMB)
		if g.Renderer != "" {
			card.Use3dRenderer = g.Renderer
		}
	}
}

func sameVideo(a, b *vim.VirtualMachineVideoCard) bool {
	return a.NumDisplays == b.NumDisplays && a.VideoRamSizeInKB == b.VideoRamSizeInKB &&
		value(a.Enable3DSupport) == value(b.Enable3DSupport) &&
		a.GraphicsMemorySizeInKB == b.GraphicsMemorySizeInKB && a.Use3dRenderer == b.Use3dRenderer
}
