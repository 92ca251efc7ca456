// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// mergeProperties fills up edits of vApp properties with what they leave unset,
// the value among it: an empty one is not sent. vcsim would put them in whole.
func mergeProperties(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) {
	if spec.VAppConfig == nil || vm.Config.VAppConfig == nil {
		return
	}
	have := vm.Config.VAppConfig.GetVmConfigInfo().Property
	for i := range spec.VAppConfig.GetVmConfigSpec().Property {
		p := &spec.VAppConfig.GetVmConfigSpec().Property[i]
		if p.Operation != vim.ArrayUpdateOperationEdit || p.Info == nil {
			continue
		}
		for _, old := range have {
			if old.Key == p.Info.Key {
				p.Info = merged(&old, p.Info)
			}
		}
	}
}

// checkVAppEdit refuses edits of properties that vCenter refuses: of ones that
// do not exist, that users are not to set, and values of the wrong type.
func checkVAppEdit(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) vim.BaseMethodFault {
	if spec.VAppConfig == nil {
		return nil
	}
	have := map[int32]vim.VAppPropertyInfo{}
	if c := vm.Config.VAppConfig; c != nil {
		for _, p := range c.GetVmConfigInfo().Property {
			have[p.Key] = p
		}
	}
	for _, p := range spec.VAppConfig.GetVmConfigSpec().Property {
		if p.Operation != vim.ArrayUpdateOperationEdit {
			continue
		}
		if p.Info == nil {
			return &vim.InvalidArgument{InvalidProperty: "configSpec.vAppConfig.property"}
		}
		old, ok := have[p.Info.Key]
		if !ok {
			return &vim.InvalidArgument{InvalidProperty: "configSpec.vAppConfig.property"}
		}
		old.Value = p.Info.Value
		if p.Info.UserConfigurable != nil {
			old.UserConfigurable = p.Info.UserConfigurable
		}
		if fault := checkProperty(&old); fault != nil {
			return fault
		}
	}
	return nil
}

// checkProperties is checkProperty for those of a new machine.
func checkProperties(spec vim.BaseVmConfigSpec) vim.BaseMethodFault {
	if spec == nil {
		return nil
	}
	for _, p := range spec.GetVmConfigSpec().Property {
		if p.Info == nil {
			continue
		}
		if fault := checkProperty(p.Info); fault != nil {
			return fault
		}
	}
	return nil
}

// checkProperty judges the value of a property.
func checkProperty(p *vim.VAppPropertyInfo) vim.BaseMethodFault {
	about := vim.VAppPropertyFault{Id: p.Id, Category: p.Category, Label: p.Label, Type: p.Type, Value: p.Value}
	if strings.TrimSpace(p.Value) == "" || p.Value == p.DefaultValue {
		return nil
	}
	if !deref(p.UserConfigurable) {
		return &vim.NotUserConfigurableProperty{VAppPropertyFault: about}
	}
	kind, _, _ := strings.Cut(p.Type, "(")
	var err error
	switch kind {
	case "int":
		_, err = strconv.ParseInt(p.Value, 10, 32)
	case "boolean":
		if p.Value != "True" && p.Value != "False" {
			err = strconv.ErrSyntax
		}
	}
	if err != nil {
		return &vim.InvalidPropertyValue{VAppPropertyFault: about}
	}
	return nil
}

// applyVApp applies what vcsim ignores of a vApp configuration.
func applyVApp(vm *simulator.VirtualMachine, spec *vim.VirtualMachineConfigSpec) {
	if spec.VAppConfig == nil {
		return
	}
	change := spec.VAppConfig.GetVmConfigSpec()
	if vm.Config.VAppConfig == nil {
		vm.Config.VAppConfig = new(vim.VmConfigInfo)
	}
	info := vm.Config.VAppConfig.GetVmConfigInfo()
	if change.OvfEnvironmentTransport != nil {
		info.OvfEnvironmentTransport = change.OvfEnvironmentTransport
	}
	if change.IpAssignment != nil {
		overlay(&info.IpAssignment, change.IpAssignment)
	}
}
