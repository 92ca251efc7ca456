// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestMachinesIn(t *testing.T) {
	t.Parallel()
	vc, err := simulator.Start(simulator.Options{Machines: 1, NoTemplates: true})
	if err != nil {
		t.Fatal(err)
	}
	defer vc.Close()
	machines, err := machinesIn(t.Context(), vc, "/DC0/vm")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(machines, func(m machine) bool { return m.name == "DC0_H0_VM0" })
	if i < 0 {
		t.Fatalf("DC0_H0_VM0 is not among %+v", machines)
	}
	m := machines[i]
	if ref, _ := vc.Find("/DC0/vm/DC0_H0_VM0"); m.ref != ref || !m.on || m.disks != 1 || m.nics != 1 || m.memory == 0 || m.dataDisk == 0 {
		t.Errorf("got %+v", m)
	}
	if _, err := machinesIn(t.Context(), vc, "/DC0/vm/nowhere"); err == nil {
		t.Error("a folder that is not there was read")
	}
}

func TestSettingsCheck(t *testing.T) {
	t.Parallel()
	s := settings{name: "s", machines: 2, memory: 512, dataDisk: 3}
	asked := func(name, id string) machine {
		return machine{name: name, ref: vim.ManagedObjectReference{Type: "VirtualMachine", Value: id}, memory: 512, dataDisk: 3, disks: 2, nics: 1, on: true, address: "10.0.0.11"}
	}
	good := []machine{asked("s-01", "vm-1"), asked("s-02", "vm-2")}
	if err := s.check(good); err != nil {
		t.Error(err)
	}
	if s.check(good[1:]) == nil {
		t.Error("a missing machine was not noticed")
	}
	for name, change := range map[string]func(*machine){
		"name":   func(m *machine) { m.name = "x" },
		"memory": func(m *machine) { m.memory++ },
		"disk":   func(m *machine) { m.dataDisk++ },
		"disks":  func(m *machine) { m.disks++ },
		"nics":   func(m *machine) { m.nics = 0 },
		"power":  func(m *machine) { m.on = false },
		"guest":  func(m *machine) { m.address = "" },
	} {
		other := slices.Clone(good)
		change(&other[1])
		if s.check(other) == nil {
			t.Errorf("another %s was not noticed", name)
		}
	}
	if !sameMachines(good, slices.Clone(good)) || sameMachines(good, []machine{good[0], asked("s-02", "vm-3")}) {
		t.Error("a replaced machine was not told from the same")
	}
}
