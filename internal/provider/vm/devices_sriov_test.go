// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// card is a network interface with arguments.
func (p *place) card(network, arguments string) string {
	return fmt.Sprintf("\n  network_interface {\n    network_id = %q\n%s\n  }\n", network, arguments)
}

func (p *place) sriov(function string) string {
	return p.card(p.dvpg, fmt.Sprintf("    adapter_type = \"sriov\"\n    physical_function = %q", function))
}

// cards is a machine with network interfaces.
func (p *place) cards(arguments string) string {
	return p.named("m", "m1", arguments+p.disk("disk0", 0, 10))
}

// reserved is what SR-IOV needs of a machine, on the host that has it.
func (p *place) reserved() string {
	return p.host() + "memory = 512\nmemory_reservation = 512\n"
}

func TestMachineSRIOV(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	bad := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(want)}
	}
	port := p.sriov(simulator.SRIOVPort)
	p.Test(t,
		bad(p.cards("memory = 512\nmemory_reservation = 512\n"+p.nic()+port), `(?s)SR-IOV not possible.*needs\s+host_system_id`),
		bad(p.cards(p.host()+p.nic()+port), `(?s)memory_reservation.*must\s+be\s+1024`),
		bad(p.cards(p.reserved()+p.nic()+p.sriov("0000:99:00.0")), `has no PCI\s+device\s+0000:99:00.0`),
		bad(p.cards(p.reserved()+p.nic()+p.sriov(simulator.PlainPort)), `SR-IOV is not\s+enabled`),
		bad(p.cards(p.reserved()+p.nic()+p.sriov(simulator.GPU1)), `SR-IOV is not\s+enabled`),
		bad(p.cards(p.reserved()+port+p.nic()), `come after all\s+others`),
		bad(p.cards(p.reserved()+p.nic()+p.card(p.dvpg, "adapter_type = \"sriov\"\nbandwidth_limit = 5")), `(?s)bandwidth_limit.*SR-IOV`),
		bad(p.cards(p.reserved()+p.card(p.dvpg, "physical_function = \"0000:3b:00.0\"")), `only\s+with\s+adapter_type\s+sriov`),
		resource.TestStep{Config: p.cards(p.reserved() + p.nic() + port), ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("sriov"), "network_interface", 1, "adapter_type"),
			has(knownvalue.StringExact(simulator.SRIOVPort), "network_interface", 1, "physical_function"),
			has(knownvalue.NotNull(), "network_interface", 1, "mac_address"),
		}},
		p.change(p.cards(p.reserved()+p.nic()+p.card(p.network, "adapter_type = \"sriov\"\nphysical_function = \""+simulator.SRIOVPort+"\"")), 1,
			has(knownvalue.StringExact(p.network), "network_interface", 1, "network_id")),
		p.change(p.cards(p.reserved()+p.nic()), 1, has(knownvalue.ListSizeExact(1), "network_interface")),
		p.change(p.cards(p.reserved()+p.nic()+p.card(p.dvpg, "adapter_type = \"sriov\"")), 1, has(knownvalue.StringExact("sriov"), "network_interface", 1, "adapter_type")),
	)
}

// TestMachineCards: each type of adapter, and the way from one to another. An
// interface is taken from a running guest only while VMware Tools run.
func TestMachineCards(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	typed := func(kind string) string { return p.card(p.dvpg, fmt.Sprintf("    adapter_type = %q", kind)) }
	tools := func(on bool) func() {
		return func() {
			ref, _ := p.Find("/DC0/vm/m1")
			if err := p.SetGuest(ref, simulator.GuestState{ToolsOff: !on}); err != nil {
				t.Error(err)
			}
			p.ResetCalls()
		}
	}
	with := func(s resource.TestStep, before func()) resource.TestStep {
		s.PreConfig = before
		return s
	}
	is := func(at int, kind string) statecheck.StateCheck {
		return has(knownvalue.StringExact(kind), "network_interface", at, "adapter_type")
	}
	p.Test(t,
		resource.TestStep{Config: p.cards(p.nic() + typed("vmxnet3vrdma")), ConfigStateChecks: []statecheck.StateCheck{is(1, "vmxnet3vrdma")}},
		p.change(p.cards(p.nic()+typed("vmxnet3vrdma")+typed("e1000")), 0, is(2, "e1000")),
		with(p.change(p.cards(p.nic()+typed("vmxnet3vrdma")+typed("e1000e")), 0, is(2, "e1000e")), tools(true)),
		with(p.change(p.cards(p.nic()+typed("vmxnet3vrdma")+typed("e1000")), 1, is(2, "e1000")), tools(false)),
		with(p.change(p.cards(p.nic()+typed("vmxnet3vrdma")), 0, has(knownvalue.ListSizeExact(2), "network_interface")), tools(true)),
		with(p.change(p.cards(p.nic()), 1, has(knownvalue.ListSizeExact(1), "network_interface")), tools(false)),
	)
}
