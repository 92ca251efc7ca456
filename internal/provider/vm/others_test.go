// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestMachineData(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	vm := p.look("/DC0/vm/DC0_C0_RP0_VM0")
	const data = "data.vsphere_virtual_machine.d"
	by := func(arguments string) resource.TestStep {
		return resource.TestStep{
			Config: "data \"vsphere_virtual_machine\" \"d\" {\n" + arguments + "\n}\n",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(data, at("id"), knownvalue.StringExact(vm.Config.Uuid)),
				statecheck.ExpectKnownValue(data, at("moid"), knownvalue.StringExact(vm.Self.Value)),
				statecheck.ExpectKnownValue(data, at("name"), knownvalue.StringExact(vm.Name)),
				statecheck.ExpectKnownValue(data, at("folder"), knownvalue.StringExact("/DC0/vm")),
				statecheck.ExpectKnownValue(data, at("guest_id"), knownvalue.StringExact(vm.Config.GuestId)),
				statecheck.ExpectKnownValue(data, at("num_cpus"), knownvalue.Int64Exact(int64(vm.Config.Hardware.NumCPU))),
				statecheck.ExpectKnownValue(data, at("scsi_type"), knownvalue.StringExact("pvscsi")),
				statecheck.ExpectKnownValue(data, at("disks", 0, "size"), knownvalue.Int64Exact(10)),
				statecheck.ExpectKnownValue(data, at("network_interface_types"), knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("e1000")})),
				statecheck.ExpectKnownValue(data, at("network_interfaces", 0, "network_id"), knownvalue.StringExact(p.dvpg)),
			},
		}
	}
	fails := func(arguments, want string) resource.TestStep {
		s := by(arguments)
		s.ConfigStateChecks, s.ExpectError = nil, regexp.MustCompile(want)
		return s
	}
	p.Test(t,
		by(`name = "DC0_C0_RP0_VM0"`),
		by(fmt.Sprintf("name = \"DC0_C0_RP0_VM0\"\ndatacenter_id = %q", p.id("/DC0"))),
		by("name = \"DC0_C0_RP0_VM0\"\nfolder = \"/DC0/vm\""),
		by(fmt.Sprintf("uuid = %q", vm.Config.Uuid)),
		by(fmt.Sprintf("moid = %q", vm.Self.Value)),
		fails(`name = "none"`, `"none"`),
		fails(`uuid = "00000000-0000-0000-0000-000000000000"`, `not\s+found`),
		fails(`moid = "vm-none"`, `vm-none`),
		fails(``, `one of name, uuid and moid`),
	)
}

func TestMachineList(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	list := func(config acctest.Object, include bool) []acctest.Listed {
		return protocol.List("vsphere_virtual_machine", config, 100, include)
	}
	all := list(acctest.Object{}, true)
	if len(all) < 2 {
		t.Fatalf("%d machines", len(all))
	}
	for _, l := range all {
		if l.Resource["name"] == nil || !strings.HasSuffix(l.Name, "/"+l.Resource["name"].(string)) || l.Identity["id"] != l.Resource["moid"] {
			t.Errorf("%s: identity %v, name %v, moid %v", l.Name, l.Identity, l.Resource["name"], l.Resource["moid"])
		}
		if disks := l.Resource["disk"].(acctest.List); len(disks) == 0 {
			t.Errorf("%s has no disk", l.Name)
		}
	}
	first := p.look("/DC0/vm/DC0_C0_RP0_VM0")
	tag := tags(protocol, first.Self.Value, p.look("/DC0/vm/DC0_H0_VM0").Self.Value)
	for _, test := range []struct {
		config acctest.Object
		want   int
	}{
		{acctest.Object{"name_regex": "^DC0_C0_RP0_VM0$"}, 1},
		{acctest.Object{"datacenter_id": p.id("/DC0")}, len(all)},
		{acctest.Object{"folder": "/DC0/vm"}, len(all)},
		{acctest.Object{"resource_pool_id": p.pool}, 1},
		{acctest.Object{"power_state": "off"}, 0},
		{acctest.Object{"host_system_id": "host-none"}, 0},
		{acctest.Object{"host_system_id": first.Runtime.Host.Value, "name_regex": "^" + first.Name + "$"}, 1},
		{acctest.Object{"compute_cluster_id": p.id("/DC0/host/DC0_C0")}, 1},
		{acctest.Object{"compute_cluster_id": "domain-c0"}, 0},
		{acctest.Object{"tags": acctest.List{tag("a"), tag("b")}}, 1},
		{acctest.Object{"tags": acctest.List{tag("b")}}, 2},
		{acctest.Object{"tags": acctest.List{tag("c")}}, 0},
	} {
		if got := list(test.config, false); len(got) != test.want {
			t.Errorf("%v: %d machines, not %d", test.config, len(got), test.want)
		}
	}
}

// TestMachineListEnds: no more machines are read than are asked for, and a filter
// that means nothing is an error.
func TestMachineListEnds(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	if got := protocol.List("vsphere_virtual_machine", acctest.Object{}, 1, true); len(got) != 1 {
		t.Errorf("%d machines with limit 1", len(got))
	}
	for config, want := range map[*acctest.Object]string{
		{"folder": "/DC0/vm/none"}:               "none",
		{"datacenter_id": "datacenter-none"}:     "datacenter-none",
		{"tags": acctest.List{"prod"}}:           "urn:vmomi:",
		{"tags": acctest.List{"urn:vmomi:none"}}: "tags",
	} {
		said := ""
		for _, d := range protocol.ListProblems("vsphere_virtual_machine", *config) {
			said += d.Summary + ": " + d.Detail
		}
		if !strings.Contains(said, want) {
			t.Errorf("%v said %q", *config, said)
		}
	}
}

// tags makes the tags a, b and c, attaches a to the first machine and b to both,
// and returns the ids by name.
func tags(protocol *acctest.Protocol, first, second string) func(name string) string {
	apply := func(kind string, config acctest.Object) string {
		made := protocol.Apply(kind, nil, config)
		protocol.OK(made.Diagnostics)
		return made.State["id"].(string)
	}
	category := apply("vsphere_tag_category", acctest.Object{"name": "l", "cardinality": "MULTIPLE", "associable_types": acctest.List{"VirtualMachine"}})
	ids := map[string]string{}
	for _, name := range []string{"a", "b", "c"} {
		ids[name] = apply("vsphere_tag", acctest.Object{"name": name, "category_id": category})
	}
	for machine, names := range map[string]acctest.List{first: {ids["a"], ids["b"]}, second: {ids["b"]}} {
		imported := protocol.Import("vsphere_virtual_machine", machine)
		config := protocol.Generate("vsphere_virtual_machine", imported)
		config["tags"] = names
		protocol.OK(protocol.Apply("vsphere_virtual_machine", imported, config).Diagnostics)
	}
	return func(name string) string { return ids[name] }
}

func TestMachineListTemplates(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	p.stopped("/DC0/vm/DC0_C0_RP0_VM0")
	vm := p.look("/DC0/vm/DC0_C0_RP0_VM0")
	if err := p.Update(vm.Self, vim.PropertyChange{Name: "config.template", Val: true}, vim.PropertyChange{Name: "summary.config.template", Val: true}); err != nil {
		t.Fatal(err)
	}
	count := func(template string) (n int) {
		for _, l := range protocol.List("vsphere_virtual_machine", acctest.Object{"template": template}, 100, false) {
			if l.Name == "/DC0/vm/DC0_C0_RP0_VM0" {
				n++
			}
		}
		return n
	}
	for filter, want := range map[string]int{"exclude": 0, "include": 1, "only": 1} {
		if got := count(filter); got != want {
			t.Errorf("template = %q lists the template %d times, not %d", filter, got, want)
		}
	}
	if imported := protocol.Import("vsphere_virtual_machine", vm.Self.Value); !imported.Failed() {
		t.Error("a template can be imported")
	}
}

func TestMachinePower(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	const path = "/DC0/vm/DC0_C0_RP0_VM0"
	vm := p.look(path)
	invoke := func(config acctest.Object) (string, string) {
		config["virtual_machine_id"] = vm.Config.Uuid
		messages, diags := protocol.Invoke("vsphere_virtual_machine_power", config)
		problem := ""
		for _, d := range diags {
			problem += d.Summary + ": " + d.Detail
		}
		return strings.Join(messages, "\n"), problem
	}
	state := func(want vim.VirtualMachinePowerState) {
		t.Helper()
		if is := p.look(path).Runtime.PowerState; is != want {
			t.Errorf("the machine is %s, not %s", is, want)
		}
	}
	if said, problem := invoke(acctest.Object{"operation": "on"}); problem != "" || !strings.Contains(said, "already") {
		t.Errorf("on: %q %s", said, problem)
	}
	if err := p.SetGuest(vm.Self, simulator.GuestState{ToolsOff: true}); err != nil {
		t.Fatal(err)
	}
	if _, problem := invoke(acctest.Object{"operation": "shutdown"}); !strings.Contains(problem, "VMware Tools") {
		t.Errorf("shutdown without tools: %q", problem)
	}
	if _, problem := invoke(acctest.Object{"operation": "suspend"}); problem != "" {
		t.Errorf("suspend: %s", problem)
	}
	state(vim.VirtualMachinePowerStateSuspended)
	if _, problem := invoke(acctest.Object{"operation": "off"}); problem != "" {
		t.Errorf("off: %s", problem)
	}
	state(vim.VirtualMachinePowerStatePoweredOff)
	if _, problem := invoke(acctest.Object{"operation": "reset"}); !strings.Contains(problem, "not powered on") {
		t.Errorf("reset of a machine that is off: %q", problem)
	}
	if said, problem := invoke(acctest.Object{"operation": "on"}); problem != "" || !strings.Contains(said, "done") {
		t.Errorf("on: %q %s", said, problem)
	}
	state(vim.VirtualMachinePowerStatePoweredOn)
	if err := p.SetGuest(vm.Self, simulator.GuestState{}); err != nil {
		t.Fatal(err)
	}
	if _, problem := invoke(acctest.Object{"operation": "shutdown", "force_after": int64(1)}); problem != "" {
		t.Errorf("shutdown: %s", problem)
	}
	state(vim.VirtualMachinePowerStatePoweredOff)
}
