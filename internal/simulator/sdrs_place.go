// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// placementNeed checks a client's wish as far as vCenter does before it
// recommends anything, and adds up what it takes.
func (v *VCenter) placementNeed(spec *vim.StoragePlacementSpec) (need, vim.BaseMethodFault) {
	var missing string
	when := func(is bool, property string) {
		if is && missing == "" {
			missing = property
		}
	}
	kind := vim.StoragePlacementSpecPlacementType(spec.Type)
	when(!slices.Contains(kind.Values(), kind), "storageSpec.type")
	switch kind {
	case vim.StoragePlacementSpecPlacementTypeCreate:
		when(spec.ConfigSpec == nil, "storageSpec.configSpec")
		when(spec.ResourcePool == nil, "storageSpec.resourcePool")
		when(spec.Folder == nil, "storageSpec.folder")
	case vim.StoragePlacementSpecPlacementTypeClone:
		when(spec.Vm == nil, "storageSpec.vm")
		when(spec.Folder == nil, "storageSpec.folder")
		when(spec.CloneName == "", "storageSpec.cloneName")
		when(spec.CloneSpec == nil, "storageSpec.cloneSpec")
	case vim.StoragePlacementSpecPlacementTypeReconfigure:
		when(spec.Vm == nil, "storageSpec.vm")
		when(spec.ConfigSpec == nil, "storageSpec.configSpec")
	case vim.StoragePlacementSpecPlacementTypeRelocate:
		when(spec.Vm == nil, "storageSpec.vm")
	}
	if missing != "" {
		return need{}, &vim.InvalidArgument{InvalidProperty: missing}
	}
	return v.countNeed(spec)
}

func (v *VCenter) countNeed(spec *vim.StoragePlacementSpec) (n need, fault vim.BaseMethodFault) {
	pool, host := spec.ResourcePool, spec.Host
	var disks []*vim.VirtualDisk // that the wish may speak of
	if spec.Vm != nil {
		vm, fault := lookUp[*simulator.VirtualMachine](v, *spec.Vm)
		if fault != nil {
			return n, fault
		}
		disks = disksOf(vm)
		if pool == nil && host == nil {
			pool, host = vm.ResourcePool, vm.Runtime.Host
		}
	}
	switch {
	case spec.CloneSpec != nil:
		pool, host = spec.CloneSpec.Location.Pool, spec.CloneSpec.Location.Host
		n.bytes = capacityOf(disks)
	case spec.Type == string(vim.StoragePlacementSpecPlacementTypeRelocate):
		if r := spec.RelocateSpec; r != nil && (r.Pool != nil || r.Host != nil) {
			pool, host = r.Pool, r.Host
		}
		n.bytes = capacityOf(disks)
	default:
		added := newDisks(spec.ConfigSpec)
		disks, n.bytes = append(disks, added...), capacityOf(added)
	}
	for _, c := range spec.PodSelectionSpec.InitialVmConfig {
		for _, d := range c.Disk {
			if !slices.ContainsFunc(disks, func(x *vim.VirtualDisk) bool { return x.Key == d.DiskId }) {
				return n, &vim.InvalidArgument{InvalidProperty: "storageSpec.podSelectionSpec.initialVmConfig.disk.diskId"}
			}
		}
	}
	n.hosts = v.hostsOf(pool, host)
	return n, nil
}

// newDisks are the disks that a configuration creates.
func newDisks(config *vim.VirtualMachineConfigSpec) []*vim.VirtualDisk {
	var disks []*vim.VirtualDisk
	for _, change := range config.DeviceChange {
		spec := change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*vim.VirtualDisk)
		if ok && spec.Operation == vim.VirtualDeviceConfigSpecOperationAdd && spec.FileOperation == vim.VirtualDeviceConfigSpecFileOperationCreate {
			disks = append(disks, disk)
		}
	}
	return disks
}

func capacityOf(disks []*vim.VirtualDisk) (bytes int64) {
	for _, d := range disks {
		bytes += max(d.CapacityInBytes, d.CapacityInKB<<10)
	}
	return bytes
}

// place carries a recommendation out and returns the machine.
func (v *VCenter) place(ctx *simulator.Context, p placement) (*ref, vim.BaseMethodFault) {
	spec := copyOf(*p.spec)
	locators := podDisks(&spec.PodSelectionSpec)
	switch vim.StoragePlacementSpecPlacementType(spec.Type) {
	case vim.StoragePlacementSpecPlacementTypeCreate:
		return v.placeNew(ctx, &spec, p.store, locators)
	case vim.StoragePlacementSpecPlacementTypeClone:
		return v.placeClone(ctx, &spec, p.store, locators)
	}
	vm, fault := lookUp[*simulator.VirtualMachine](v, *spec.Vm)
	if fault != nil {
		return nil, fault
	}
	if spec.Type == string(vim.StoragePlacementSpecPlacementTypeReconfigure) {
		locateNew(spec.ConfigSpec, p.store, locators)
		unlock := v.lock(ctx, vm)
		defer unlock()
		return &vm.Self, v.reconfigure(ctx, vm, spec.ConfigSpec)
	}
	move := new(vim.VirtualMachineRelocateSpec)
	if spec.RelocateSpec != nil {
		move = spec.RelocateSpec
	}
	locateMoved(move, p.store, locators)
	return &vm.Self, v.relocateWhole(ctx, vm, move)
}

func (v *VCenter) placeNew(ctx *simulator.Context, spec *vim.StoragePlacementSpec, store *simulator.Datastore, locators []vim.PodDiskLocator) (*ref, vim.BaseMethodFault) {
	folder, fault := lookUp[*simulator.Folder](v, *spec.Folder)
	if fault != nil {
		return nil, fault
	}
	config := spec.ConfigSpec
	config.Files = &vim.VirtualMachineFileInfo{VmPathName: "[" + store.Name + "]"}
	locateNew(config, store, locators)
	vm, fault := v.createWhole(ctx, folder, vim.CreateVM_Task{This: folder.Self, Config: *config, Pool: *spec.ResourcePool, Host: spec.Host})
	if fault != nil {
		return nil, fault
	}
	return &vm.Self, nil
}

func (v *VCenter) placeClone(ctx *simulator.Context, spec *vim.StoragePlacementSpec, store *simulator.Datastore, locators []vim.PodDiskLocator) (*ref, vim.BaseMethodFault) {
	source, fault := lookUp[*simulator.VirtualMachine](v, *spec.Vm)
	if fault != nil {
		return nil, fault
	}
	locateMoved(&spec.CloneSpec.Location, store, locators)
	vm, fault := v.clone(ctx, source, &vim.CloneVM_Task{This: source.Self, Folder: *spec.Folder, Name: spec.CloneName, Spec: *spec.CloneSpec})
	if fault != nil {
		return nil, fault
	}
	return &vm.Self, nil
}

func podDisks(spec *vim.StorageDrsPodSelectionSpec) []vim.PodDiskLocator {
	var all []vim.PodDiskLocator
	for _, c := range spec.InitialVmConfig {
		all = append(all, c.Disk...)
	}
	return all
}

// locateNew puts the new disks of a configuration that name no datastore of
// their own onto the one that was chosen.
func locateNew(config *vim.VirtualMachineConfigSpec, store *simulator.Datastore, locators []vim.PodDiskLocator) {
	for _, change := range config.DeviceChange {
		spec := change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*vim.VirtualDisk)
		if !ok || spec.FileOperation != vim.VirtualDeviceConfigSpecFileOperationCreate {
			continue
		}
		if file := diskFile(disk); file != nil && file.FileName == "" {
			file.FileName = "[" + store.Name + "]"
		}
		for _, l := range locators {
			if l.DiskId == disk.Key && len(spec.Profile) == 0 {
				spec.Profile = l.Profile
			}
		}
	}
}

// locateMoved sends a machine and the disks that the client leaves to Storage
// DRS to the datastore that was chosen.
func locateMoved(where *vim.VirtualMachineRelocateSpec, store *simulator.Datastore, locators []vim.PodDiskLocator) {
	where.Datastore = &store.Self
	for _, l := range locators {
		where.Disk = append(where.Disk, vim.VirtualMachineRelocateSpecDiskLocator{
			DiskId: l.DiskId, Datastore: store.Self, DiskMoveType: l.DiskMoveType, DiskBackingInfo: l.DiskBackingInfo, Profile: l.Profile,
		})
	}
}
