// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// abilities is what a running machine lets be changed, beyond what its settings
// say. The zero value knows nothing of it, and settings alone decide.
type abilities struct {
	guest       *vim.GuestOsDescriptor // nil if it is not known
	memoryLimit int64                  // in MB, that hot add can reach; 0 if it is not known
	memoryStep  int64                  // in MB, that it has to be a multiple of; 0 if it is not known
}

// growsHot reports whether processors or memory are added to a machine whose
// settings allow that while it runs. Then it depends on its abilities.
func (m *configModel) growsHot(was *configModel) bool {
	return grows(m.CPUs, was.CPUs) && was.CPUHotAdd.ValueBool() ||
		shrinks(m.CPUs, was.CPUs) && was.CPUHotRemove.ValueBool() ||
		grows(m.Memory, was.Memory) && was.MemoryHotAdd.ValueBool()
}

// readAbilities asks a machine, and the host that runs it about its guest.
func readAbilities(ctx context.Context, c *vsphere.Client, moid string) (can abilities, err error) {
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, machineRef(moid), "environmentBrowser",
		"config.guestId", "config.version", "config.hotPlugMemoryLimit", "config.hotPlugMemoryIncrementSize")
	if err != nil {
		return can, err
	}
	if vm.Config == nil {
		return can, errNoConfig
	}
	can.memoryLimit, can.memoryStep = vm.Config.HotPlugMemoryLimit, vm.Config.HotPlugMemoryIncrementSize
	can.guest, err = guestDescriptor(ctx, c, vm.EnvironmentBrowser, vm.Config.Version, vm.Config.GuestId)
	return can, err
}

// guestKey is what the description of a guest operating system depends on.
type guestKey struct {
	browser         vsphere.Ref
	hardware, guest string
}

// guestDescriptor returns what is known of a guest operating system where a
// browser looks; nil if it is not known there. Hardware "" is the newest.
func guestDescriptor(ctx context.Context, c *vsphere.Client, browser vsphere.Ref, hardware, guest string) (*vim.GuestOsDescriptor, error) {
	return vsphere.Remember(ctx, c, guestKey{browser, hardware, guest}, func(ctx context.Context) (*vim.GuestOsDescriptor, error) {
		res, err := methods.QueryConfigOptionEx(ctx, c, &vim.QueryConfigOptionEx{
			This: browser, Spec: &vim.EnvironmentBrowserConfigOptionQuerySpec{Key: hardware, GuestId: []string{guest}},
		})
		if err != nil || res.Returnval == nil {
			return nil, err
		}
		all := res.Returnval.GuestOSDescriptor // all of them if none has that id
		if i := slices.IndexFunc(all, func(d vim.GuestOsDescriptor) bool { return d.Id == guest }); i >= 0 {
			return &all[i], nil
		}
		return nil, nil
	})
}

// offlineNICs says which changes of network interfaces need the machine off:
// without VMware Tools a guest is not prepared for one that goes, and SR-IOV
// hands it hardware of the host.
func (m *model) offlineNICs(ctx context.Context, was *model) []reason {
	now, err := decode[nicModel](ctx, m.NICs)
	if err != nil || m.NICs.IsUnknown() {
		return nil
	}
	before, err := decode[nicModel](ctx, was.NICs)
	if err != nil {
		return nil
	}
	const (
		unprepared = "an interface can be taken out of a running machine only while VMware Tools run in its guest"
		hardware   = "SR-IOV interfaces can only be changed while the machine is powered off"
	)
	tools := was.ToolsStatus.ValueString() == string(vim.VirtualMachineToolsRunningStatusGuestToolsRunning)
	left := map[int]bool{}
	var r reasons
	for i, n := range device.PairNICs(plainNICs(before), plainNICs(now)) {
		at := path.Root("network_interface").AtListIndex(i)
		if n < 0 {
			r.at(isSRIOV(now[i]), at, hardware)
			continue
		}
		left[n] = true
		swapped := differs(now[i].AdapterType, before[n].AdapterType)
		r.at(swapped && (isSRIOV(now[i]) || isSRIOV(before[n])), at.AtName("adapter_type"), hardware)
		r.at(swapped && !tools, at.AtName("adapter_type"), unprepared)
		if isSRIOV(now[i]) && !swapped && !now[i].undecided() {
			for _, attribute := range device.ChangesOfNIC(now[i].plain(), before[n].plain()) {
				r.at(true, at.AtName(attribute), hardware)
			}
		}
	}
	for n, gone := range before {
		at := path.Root("network_interface")
		r.at(!left[n] && isSRIOV(gone), at, hardware)
		r.at(!left[n] && !isSRIOV(gone) && !tools, at, unprepared)
	}
	return r
}

func isSRIOV(n nicModel) bool { return n.AdapterType.ValueString() == device.SRIOV }
