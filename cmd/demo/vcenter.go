// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// machine is a virtual machine as vCenter has it.
type machine struct {
	name     string
	ref      vim.ManagedObjectReference
	memory   int // MB
	dataDisk int // GB, of the last disk
	disks    int
	nics     int
	on       bool
	address  string // that the guest reports
}

// machinesIn looks at the machines of a folder without the provider.
func machinesIn(ctx context.Context, vc *simulator.VCenter, path string) ([]machine, error) {
	folder, found := vc.Find(path)
	if !found {
		return nil, fmt.Errorf("vCenter has no folder %s", path)
	}
	client, err := vc.Client(ctx)
	if err != nil {
		return nil, err
	}
	pc := property.DefaultCollector(client)
	var children mo.Folder
	if err := pc.RetrieveOne(ctx, folder, []string{"childEntity"}, &children); err != nil {
		return nil, err
	}
	refs := slices.DeleteFunc(children.ChildEntity, func(ref vim.ManagedObjectReference) bool { return ref.Type != "VirtualMachine" })
	if len(refs) == 0 {
		return nil, nil
	}
	var vms []mo.VirtualMachine
	if err := pc.Retrieve(ctx, refs, []string{"name", "config.hardware", "runtime.powerState", "guest.ipAddress"}, &vms); err != nil {
		return nil, err
	}
	var all []machine
	for _, vm := range vms {
		all = append(all, newMachine(vm))
	}
	slices.SortFunc(all, func(a, b machine) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

func newMachine(vm mo.VirtualMachine) machine {
	m := machine{name: vm.Name, ref: vm.Self, on: vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn}
	if vm.Guest != nil {
		m.address = vm.Guest.IpAddress
	}
	if vm.Config == nil {
		return m
	}
	m.memory = int(vm.Config.Hardware.MemoryMB)
	for _, d := range vm.Config.Hardware.Device {
		switch d := d.(type) {
		case *vim.VirtualDisk:
			m.disks++
			m.dataDisk = int(d.CapacityInBytes >> 30)
		case vim.BaseVirtualEthernetCard:
			m.nics++
		}
	}
	return m
}

// check compares the machines that vCenter has with the settings.
func (s settings) check(machines []machine) error {
	if len(machines) != s.machines {
		return fmt.Errorf("vCenter has %d machines in %s, not %d", len(machines), s.folder(), s.machines)
	}
	for i, m := range machines {
		want := machine{name: fmt.Sprintf("%s-%02d", s.name, i+1), ref: m.ref, memory: s.memory, dataDisk: s.dataDisk, disks: 2, nics: 1, on: true, address: m.address}
		if m.address == "" {
			return fmt.Errorf("%s has no address although apply was to wait for it", m.name)
		}
		if m != want {
			return fmt.Errorf("vCenter has another machine than was asked for:\nis   %+v\nwant %+v", m, want)
		}
	}
	return nil
}

// sameMachines says whether two looks saw the very same machines.
func sameMachines(a, b []machine) bool {
	return slices.EqualFunc(a, b, func(a, b machine) bool { return a.ref == b.ref })
}

// kinds counts the lines of an inventory by their first word.
func kinds(inventory []string) map[string]int {
	n := map[string]int{}
	for _, line := range inventory {
		kind, _, _ := strings.Cut(line, " ")
		n[kind]++
	}
	return n
}

// inventoryRows compares inventories, kind by kind.
func inventoryRows(before, between, after []string) [][]string {
	rows := [][]string{{"", "before", "with the stack", "after"}}
	counts := []map[string]int{kinds(before), kinds(between), kinds(after)}
	all := slices.Concat(before, between, after)
	slices.Sort(all)
	for _, line := range all {
		kind, _, _ := strings.Cut(line, " ")
		if kind == rows[len(rows)-1][0] {
			continue
		}
		row := []string{kind}
		for _, c := range counts {
			row = append(row, strconv.Itoa(c[kind]))
		}
		rows = append(rows, row)
	}
	return rows
}
