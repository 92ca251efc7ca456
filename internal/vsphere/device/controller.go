// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"cmp"
	"fmt"
	"slices"

	vim "github.com/vmware/govmomi/vim25/types"
)

// SCSI controller types by their contract names. A machine may also have a
// BusLogic controller, which is read but cannot be configured.
const (
	ParaVirtual = "pvscsi"
	LsiLogic    = "lsilogic"
	LsiLogicSAS = "lsilogic-sas"
	BusLogic    = "buslogic"

	// Mixed is read where managed controllers differ, Unknown where
	// controller 0 is absent.
	Mixed   = "mixed"
	Unknown = "unknown"
)

// MaxBuses returns the highest number of controllers of a type in a machine.
func MaxBuses(controllerType string) int {
	if controllerType == IDE {
		return 2
	}
	return 4
}

// Controller is a controller that disks (or, for PCI, cards) sit on.
type Controller struct {
	Type    string // SCSI, SATA, IDE, NVMe or PCI
	Bus     int32
	Key     int32
	Kind    string // SCSI only: ParaVirtual, LsiLogic, ...
	Sharing string // SCSI only: noSharing, physicalSharing, virtualSharing
	device  vim.BaseVirtualDevice
}

// Counts is a number of controllers by type: those on buses 0 to count-1.
type Counts struct{ SCSI, SATA, IDE, NVMe int }

// Of returns the count of one type.
func (c Counts) Of(controllerType string) int {
	switch controllerType {
	case SCSI:
		return c.SCSI
	case SATA:
		return c.SATA
	case IDE:
		return c.IDE
	case NVMe:
		return c.NVMe
	}
	return 0
}

// Controllers returns the controllers among devices, ordered by type and bus.
func Controllers(devices []vim.BaseVirtualDevice) []Controller {
	var found []Controller
	for _, d := range devices {
		if c, ok := readController(d); ok {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b Controller) int {
		return cmp.Or(cmp.Compare(typeRank(a.Type), typeRank(b.Type)), cmp.Compare(a.Bus, b.Bus))
	})
	return found
}

func readController(d vim.BaseVirtualDevice) (Controller, bool) {
	b, ok := d.(vim.BaseVirtualController)
	if !ok || isNil(d) {
		return Controller{}, false
	}
	base := b.GetVirtualController()
	c := Controller{Bus: base.BusNumber, Key: base.Key, device: d}
	switch d := d.(type) {
	case vim.BaseVirtualSCSIController:
		c.Type = SCSI
		c.Kind = scsiKind(d)
		c.Sharing = cmp.Or(string(d.GetVirtualSCSIController().SharedBus), string(vim.VirtualSCSISharingNoSharing))
	case vim.BaseVirtualSATAController:
		c.Type = SATA
	case *vim.VirtualIDEController:
		c.Type = IDE
	case *vim.VirtualNVMEController:
		c.Type = NVMe
	case *vim.VirtualPCIController:
		c.Type = PCI
	default:
		return Controller{}, false
	}
	return c, true
}

func scsiKind(c vim.BaseVirtualSCSIController) string {
	switch c.(type) {
	case *vim.ParaVirtualSCSIController:
		return ParaVirtual
	case *vim.VirtualLsiLogicController:
		return LsiLogic
	case *vim.VirtualLsiLogicSASController:
		return LsiLogicSAS
	case *vim.VirtualBusLogicController:
		return BusLogic
	}
	return Unknown
}

// controllersByKey indexes controllers for [addressOf].
func controllersByKey(devices []vim.BaseVirtualDevice) map[int32]Controller {
	m := make(map[int32]Controller, 8)
	for _, d := range devices {
		if c, ok := readController(d); ok {
			m[c.Key] = c
		}
	}
	return m
}

func findController(all []Controller, controllerType string, bus int) (Controller, bool) {
	for _, c := range all {
		if c.Type == controllerType && int(c.Bus) == bus {
			return c, true
		}
	}
	return Controller{}, false
}

// ContiguousCounts returns how many controllers of each type there are from bus
// 0 up without a gap, which is what an import takes as the configured counts.
func ContiguousCounts(devices []vim.BaseVirtualDevice) Counts {
	all := Controllers(devices)
	count := func(t string) int {
		n := 0
		for n < MaxBuses(t) {
			if _, ok := findController(all, t, n); !ok {
				break
			}
			n++
		}
		return n
	}
	return Counts{SCSI: count(SCSI), SATA: count(SATA), IDE: count(IDE), NVMe: count(NVMe)}
}

// SCSIType returns the type of the first count SCSI controllers: their common
// one, [Mixed] when they differ or one is missing, [Unknown] when controller 0
// is absent.
func SCSIType(devices []vim.BaseVirtualDevice, count int) string {
	return common(devices, count, func(c Controller) string { return c.Kind })
}

// SCSIBusSharing is [SCSIType] for the sharing of the bus.
func SCSIBusSharing(devices []vim.BaseVirtualDevice, count int) string {
	return common(devices, count, func(c Controller) string { return c.Sharing })
}

func common(devices []vim.BaseVirtualDevice, count int, of func(Controller) string) string {
	all := Controllers(devices)
	first, ok := findController(all, SCSI, 0)
	if !ok {
		return Unknown
	}
	for bus := 1; bus < count; bus++ {
		if c, ok := findController(all, SCSI, bus); !ok || of(c) != of(first) {
			return Mixed
		}
	}
	return of(first)
}

// Layout is the controllers that a configuration asks for.
type Layout struct {
	Counts
	SCSIType       string // ParaVirtual, LsiLogic or LsiLogicSAS
	SCSIBusSharing string // noSharing, physicalSharing or virtualSharing
}

// EnsureControllers returns the changes that add the controllers missing on
// buses 0 to count-1, and give the SCSI controllers there the type and the
// sharing of the layout. Surplus controllers stay. A SCSI type cannot be edited:
// the controller is replaced and everything on it is moved to the new one, unit
// by unit.
func EnsureControllers(devices []vim.BaseVirtualDevice, want Layout) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	want.SCSIBusSharing = cmp.Or(want.SCSIBusSharing, string(vim.VirtualSCSISharingNoSharing))
	all := Controllers(devices)
	fresh := newKeys(devices)
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, t := range diskTypes {
		if n := want.Of(t); n < 0 || n > MaxBuses(t) {
			return nil, fmt.Errorf("%s controllers: %d wanted, a machine has 0 to %d", t, n, MaxBuses(t))
		}
		for bus := range want.Of(t) {
			have, ok := findController(all, t, bus)
			if ok && !want.differs(have) {
				continue
			}
			if ok && have.Kind == want.newKind(have) {
				specs = append(specs, editSharing(have, want.newSharing(have)))
				continue
			}
			add, err := newController(t, bus, fresh.next(), want)
			if err != nil {
				return nil, err
			}
			if ok {
				specs = append(specs, remove(have.device))
			}
			specs = append(specs, add)
			if ok {
				specs = append(specs, rehome(devices, have.Key, add.Device.GetVirtualDevice().Key)...)
			}
		}
	}
	return specs, nil
}

// differs reports whether a controller has to change. A layout that says what
// cannot be made, as after an import of controllers that differ from each other,
// leaves type or sharing as they are.
func (l Layout) differs(c Controller) bool {
	return c.Type == SCSI && (l.newKind(c) != c.Kind || l.newSharing(c) != c.Sharing)
}

func (l Layout) newKind(c Controller) string {
	if !CanMakeSCSI(l.SCSIType) {
		return c.Kind
	}
	return l.SCSIType
}

func (l Layout) newSharing(c Controller) string {
	if l.SCSIBusSharing == Mixed || l.SCSIBusSharing == Unknown {
		return c.Sharing
	}
	return l.SCSIBusSharing
}

// CanMakeSCSI reports whether a controller of a SCSI type can be added.
func CanMakeSCSI(kind string) bool {
	return kind == ParaVirtual || kind == LsiLogic || kind == LsiLogicSAS
}

func editSharing(c Controller, sharing string) *vim.VirtualDeviceConfigSpec {
	d := shallow(c.device)
	d.(vim.BaseVirtualSCSIController).GetVirtualSCSIController().SharedBus = vim.VirtualSCSISharing(sharing)
	return edit(d)
}

// rehome moves every device of one controller to another.
func rehome(devices []vim.BaseVirtualDevice, from, to int32) []vim.BaseVirtualDeviceConfigSpec {
	var specs []vim.BaseVirtualDeviceConfigSpec
	for _, d := range devices {
		if b := base(d); b != nil && b.ControllerKey == from {
			moved := shallow(d)
			moved.GetVirtualDevice().ControllerKey = to
			specs = append(specs, edit(moved))
		}
	}
	return specs
}

func newController(controllerType string, bus int, key int32, l Layout) (*vim.VirtualDeviceConfigSpec, error) {
	base := vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: key}, BusNumber: int32(bus)}
	switch controllerType {
	case SATA:
		return add(&vim.VirtualAHCIController{VirtualSATAController: vim.VirtualSATAController{VirtualController: base}}), nil
	case IDE:
		return add(&vim.VirtualIDEController{VirtualController: base}), nil
	case NVMe:
		return add(&vim.VirtualNVMEController{VirtualController: base}), nil
	}
	scsi := vim.VirtualSCSIController{
		VirtualController:  base,
		SharedBus:          vim.VirtualSCSISharing(l.SCSIBusSharing),
		ScsiCtlrUnitNumber: scsiSelf,
	}
	switch l.SCSIType {
	case ParaVirtual:
		return add(&vim.ParaVirtualSCSIController{VirtualSCSIController: scsi}), nil
	case LsiLogic:
		return add(&vim.VirtualLsiLogicController{VirtualSCSIController: scsi}), nil
	case LsiLogicSAS:
		return add(&vim.VirtualLsiLogicSASController{VirtualSCSIController: scsi}), nil
	}
	return nil, fmt.Errorf("scsi type %q: want pvscsi, lsilogic or lsilogic-sas", l.SCSIType)
}
