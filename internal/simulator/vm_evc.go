// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).applyEVCMode) }

// evcModes are the baselines that this vCenter knows, oldest first.
var evcModes = map[string][]string{
	"intel": {"intel-merom", "intel-penryn", "intel-nehalem", "intel-westmere", "intel-sandybridge", "intel-ivybridge", "intel-haswell",
		"intel-broadwell", "intel-skylake", "intel-cascadelake", "intel-icelake", "intel-sapphirerapids"},
	"amd": {"amd-rev-e", "amd-rev-f", "amd-greyhound-no3dnow", "amd-greyhound", "amd-bulldozer", "amd-piledriver", "amd-steamroller", "amd-zen", "amd-zen2", "amd-zen3", "amd-zen4"},
}

const (
	hostMode    = "intel-icelake" // the newest that the hosts can run
	evcHardware = 14              // the first version of virtual hardware that has masks of its own
)

// announceEVC says what modes there are, and which the hosts can run.
func (v *VCenter) announceEVC() {
	si := v.reg.Get(vim.ManagedObjectReference{Type: "ServiceInstance", Value: "ServiceInstance"}).(*simulator.ServiceInstance)
	si.Capability.SupportedEVCMode = nil
	for _, vendor := range []string{"amd", "intel"} {
		for tier, key := range evcModes[vendor] {
			si.Capability.SupportedEVCMode = append(si.Capability.SupportedEVCMode, vim.EVCMode{
				ElementDescription: vim.ElementDescription{Key: key, Description: vim.Description{Label: key, Summary: key}},
				Vendor:             vendor, VendorTier: int32(tier), Track: []string{vendor}, FeatureMask: evcMasks(vendor, tier),
			})
		}
	}
	for _, obj := range v.reg.AllReference("HostSystem") {
		if h, ok := v.reg.Get(obj.Reference()).(*simulator.HostSystem); ok {
			h.Summary.MaxEVCModeKey = hostMode
		}
	}
}

// evcMasks are what makes hosts of a vendor look like those of a tier.
func evcMasks(vendor string, tier int) []vim.HostFeatureMask {
	masks := []vim.HostFeatureMask{{Key: "cpuid." + vendor, FeatureName: "cpuid." + vendor, Value: "Val:1"}}
	for t := range evcModes[vendor] {
		name := fmt.Sprintf("cpuid.%s.generation%d", vendor, t)
		value := "Val:0"
		if t <= tier {
			value = "Val:1"
		}
		masks = append(masks, vim.HostFeatureMask{Key: name, FeatureName: name, Value: value})
	}
	return masks
}

func (v *VCenter) applyEVCMode(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.ApplyEvcModeVM_Task) soap.HasFault {
	return v.task(ctx, vm, "ApplyEvcModeVM_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		unlock := v.lock(ctx, vm)
		defer unlock()
		if vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOff {
			return nil, &vim.InvalidPowerState{RequestedState: vim.VirtualMachinePowerStatePoweredOff, ExistingState: vm.Runtime.PowerState}
		}
		if n, _ := strconv.Atoi(strings.TrimPrefix(vm.Config.Version, "vmx-")); n < evcHardware {
			return nil, new(vim.NotSupported)
		}
		key, fault := evcModeOf(req.Mask)
		if fault != nil {
			return nil, fault
		}
		v.reg.Update(ctx, vm, []vim.PropertyChange{
			{Name: "runtime.featureMask", Val: req.Mask},
			{Name: "runtime.minRequiredEVCModeKey", Val: key},
		})
		return nil, nil
	})
}

// evcModeOf is the mode that masks make; "" for none. Hosts must be able to run it.
func evcModeOf(masks []vim.HostFeatureMask) (string, vim.BaseMethodFault) {
	if len(masks) == 0 {
		return "", nil
	}
	for vendor, keys := range evcModes {
		able := vendor == "intel"
		for tier, key := range keys {
			if reflect.DeepEqual(masks, evcMasks(vendor, tier)) {
				if !able {
					return "", &vim.EVCModeUnsupportedByHosts{EVCConfigFault: vim.EVCConfigFault{}, EvcMode: key}
				}
				return key, nil
			}
			able = able && key != hostMode
		}
	}
	return "", &vim.InvalidArgument{InvalidProperty: "mask"}
}
