// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// Controller types as they are called in configurations (`controller_type`)
// and device addresses. Network interfaces sit on PCI.
const (
	SCSI = "scsi"
	SATA = "sata"
	IDE  = "ide"
	NVMe = "nvme"
	PCI  = "pci"
)

// scsiSelf is the SCSI unit that the controller itself takes on its bus.
const scsiSelf = 7

// diskTypes are the controller types that disks can sit on, in the order in
// which they are listed.
var diskTypes = []string{SCSI, SATA, IDE, NVMe}

// UnitsPerController returns how many `unit_number`s one controller of the type
// has, 0 for a type that carries no disks. vSphere may offer more slots (64 on
// ParaVirtual SCSI); a flat number cannot name those.
func UnitsPerController(controllerType string) int {
	switch controllerType {
	case SCSI:
		return 15
	case SATA:
		return 30
	case IDE:
		return 2
	case NVMe:
		return 64
	}
	return 0
}

// Address is the place of a device in a machine.
type Address struct {
	Type string // SCSI, SATA, IDE, NVMe or PCI
	Bus  int    // bus number of the controller
	Unit int    // unit on the bus, as vSphere counts it
}

// String returns the contract's `device_address`, for example "scsi:0:1".
func (a Address) String() string {
	return a.Type + ":" + strconv.Itoa(a.Bus) + ":" + strconv.Itoa(a.Unit)
}

// ParseAddress reads the form that [Address.String] writes.
func ParseAddress(s string) (Address, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 || (UnitsPerController(parts[0]) == 0 && parts[0] != PCI) {
		return Address{}, fmt.Errorf("device address %q: want a type (scsi, sata, ide, nvme, pci), a bus and a unit, such as scsi:0:1", s)
	}
	bus, err := strconv.ParseUint(parts[1], 10, 31)
	if err != nil {
		return Address{}, fmt.Errorf("device address %q: bus %q is not a number", s, parts[1])
	}
	unit, err := strconv.ParseUint(parts[2], 10, 31)
	if err != nil {
		return Address{}, fmt.Errorf("device address %q: unit %q is not a number", s, parts[2])
	}
	return Address{Type: parts[0], Bus: int(bus), Unit: int(unit)}, nil
}

// FromUnitNumber turns the flat `unit_number` of a configuration, which counts
// through all controllers of a type, into a place. SCSI numbers skip the
// controller's own slot: 6 is unit 6, 7 is unit 8, 15 is unit 0 of the second
// bus. It is false for an unknown type and a negative number.
func FromUnitNumber(controllerType string, unitNumber int) (Address, bool) {
	per := UnitsPerController(controllerType)
	if per == 0 || unitNumber < 0 {
		return Address{}, false
	}
	a := Address{Type: controllerType, Bus: unitNumber / per, Unit: unitNumber % per}
	if controllerType == SCSI && a.Unit >= scsiSelf {
		a.Unit++
	}
	return a, true
}

// UnitNumber is the inverse of [FromUnitNumber]. It is false for a place that no
// flat number names: PCI, the SCSI controller's own slot, or a unit above
// [UnitsPerController].
func (a Address) UnitNumber() (int, bool) {
	per := UnitsPerController(a.Type)
	unit := a.Unit
	if a.Type == SCSI {
		if unit == scsiSelf {
			return 0, false
		}
		if unit > scsiSelf {
			unit--
		}
	}
	if unit < 0 || unit >= per || a.Bus < 0 {
		return 0, false
	}
	return a.Bus*per + unit, true
}

// compareAddress orders by controller type, bus and unit.
func compareAddress(a, b Address) int {
	return cmp.Or(cmp.Compare(typeRank(a.Type), typeRank(b.Type)),
		cmp.Compare(a.Bus, b.Bus), cmp.Compare(a.Unit, b.Unit))
}

func typeRank(controllerType string) int {
	for i, t := range diskTypes {
		if t == controllerType {
			return i
		}
	}
	return len(diskTypes)
}

// addressOf returns where a device sits. It is false when its controller is not
// in the list or it has no unit.
func addressOf(controllers map[int32]Controller, d *vim.VirtualDevice) (Address, bool) {
	c, ok := controllers[d.ControllerKey]
	if !ok || d.UnitNumber == nil {
		return Address{}, false
	}
	return Address{Type: c.Type, Bus: int(c.Bus), Unit: int(*d.UnitNumber)}, true
}
