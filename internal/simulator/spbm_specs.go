// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"slices"

	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

type profileSpecs = []vim.BaseVirtualMachineProfileSpec

// homeEntity and diskEntity are what the storage policy service calls the files
// of a machine itself, and one of its disks.
func homeEntity(vm ref) pbmtypes.PbmServerObjectRef {
	return pbmtypes.PbmServerObjectRef{ObjectType: string(pbmtypes.PbmObjectTypeVirtualMachine), Key: vm.Value}
}

func diskEntity(vm ref, key int32) pbmtypes.PbmServerObjectRef {
	return pbmtypes.PbmServerObjectRef{ObjectType: string(pbmtypes.PbmObjectTypeVirtualDiskId), Key: fmt.Sprintf("%s:%d", vm.Value, key)}
}

// profileOf is the profile that specs want: "" for none, which is also what the
// default of a datastore comes to; ok is false if they say nothing.
func profileOf(specs profileSpecs) (id string, ok bool) {
	for _, spec := range specs {
		switch s := spec.(type) {
		case *vim.VirtualMachineDefinedProfileSpec:
			return s.ProfileId, true
		case *vim.VirtualMachineEmptyProfileSpec, *vim.VirtualMachineDefaultProfileSpec:
			return "", true
		}
	}
	return "", false
}

// checkProfiles refuses profiles that do not exist, as the storage policy
// service does before vCenter begins. during names the check.
func (v *VCenter) checkProfiles(during string, all ...profileSpecs) vim.BaseMethodFault {
	for _, specs := range all {
		if id, _ := profileOf(specs); id != "" && !v.policies.known(id) {
			return &vim.SystemError{Reason: "PBM error occurred during " + during + ": A specified parameter was not correct: profileId"}
		}
	}
	return nil
}

// profilesIn are the profiles that a configuration speaks of.
func profilesIn(config *vim.VirtualMachineConfigSpec) []profileSpecs {
	if config == nil {
		return nil
	}
	all := []profileSpecs{config.VmProfile}
	for _, change := range config.DeviceChange {
		all = append(all, change.GetVirtualDeviceConfigSpec().Profile)
	}
	return all
}

// profilesAlong are the profiles that a relocation speaks of.
func profilesAlong(spec *vim.VirtualMachineRelocateSpec) []profileSpecs {
	all := []profileSpecs{spec.Profile}
	for _, l := range spec.Disk {
		all = append(all, l.Profile)
	}
	return all
}

// associateConfig remembers the profiles of a configuration that was applied. A
// new disk is found by its file, since it has another key than in the spec.
func (v *VCenter) associateConfig(vm *simulator.VirtualMachine, config *vim.VirtualMachineConfigSpec) {
	v.associateProfile(homeEntity(vm.Self), config.VmProfile)
	disks := disksOf(vm)
	for _, change := range config.DeviceChange {
		spec := change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*vim.VirtualDisk)
		switch {
		case !ok:
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationRemove:
			v.policies.associate(diskEntity(vm.Self, disk.Key), "")
		case spec.Operation == vim.VirtualDeviceConfigSpecOperationEdit:
			v.associateProfile(diskEntity(vm.Self, disk.Key), spec.Profile)
		case diskFile(disk) != nil:
			same := func(d *vim.VirtualDisk) bool { return diskFile(d).FileName == diskFile(disk).FileName }
			if i := slices.IndexFunc(disks, same); i >= 0 {
				v.associateProfile(diskEntity(vm.Self, disks[i].Key), spec.Profile)
			}
		}
	}
}

// associateMove remembers the profiles of a relocation.
func (v *VCenter) associateMove(vm *simulator.VirtualMachine, spec *vim.VirtualMachineRelocateSpec) {
	v.associateProfile(homeEntity(vm.Self), spec.Profile)
	for _, l := range spec.Disk {
		v.associateProfile(diskEntity(vm.Self, l.DiskId), l.Profile)
	}
}

func (v *VCenter) associateProfile(entity pbmtypes.PbmServerObjectRef, specs profileSpecs) {
	if id, ok := profileOf(specs); ok {
		v.policies.associate(entity, id)
	}
}
