// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// TestMachineMoves moves a machine between pools, hosts and datastores.
func TestMachineMoves(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	pool := fmt.Sprintf(`
resource "vsphere_resource_pool" "p" {
  name                    = "p"
  parent_resource_pool_id = %q
}
`, p.pool)
	inPool := func(config string) string {
		return pool + strings.Replace(config, fmt.Sprintf("%q", p.pool), "vsphere_resource_pool.p.id", 1)
	}
	host := p.id("/DC0/host/DC0_C0/DC0_C0_H1")
	onHost := p.config(fmt.Sprintf("host_system_id = %q\n", host))
	step := func(config string, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{Config: config, ConfigPlanChecks: updated, ConfigStateChecks: append(checks, has(knownvalue.StringExact("on"), "power_state"))}
	}
	p.Test(t,
		resource.TestStep{Config: pool + p.config("")},
		step(inPool(p.config(""))),
		step(inPool(onHost), has(knownvalue.StringExact(host), "host_system_id")),
		step(inPool(strings.Replace(onHost, p.datastore, p.datastore2, 1)),
			has(knownvalue.StringExact(p.datastore2), "datastore_id")),
	)
}

// TestMachineWaits: creation ends when the guest has a routed address, or in an
// error that says what the guest reported.
func TestMachineWaits(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.GuestBoots(200*time.Millisecond, func(vim.ManagedObjectReference, string, int) *simulator.GuestState {
		return &simulator.GuestState{HostName: "m1", Addresses: [][]string{{"169.254.1.1/16", "10.1.0.7/24", "fe80::7/64"}}, Gateway: "10.1.0.1", IPAddress: "10.1.0.7"}
	})
	config := strings.Replace(p.config("wait_for_guest_ip_timeout = 1\n"), "wait_for_guest_net_timeout = 0", "wait_for_guest_net_timeout = 1", 1)
	p.Test(t, resource.TestStep{
		Config: config,
		ConfigStateChecks: []statecheck.StateCheck{
			has(knownvalue.StringExact("10.1.0.7"), "default_ip_address"),
			has(knownvalue.ListSizeExact(3), "guest_ip_addresses"),
			has(knownvalue.StringExact("guestToolsRunning"), "vmware_tools_status"),
		},
	})
}

// TestMachineKeepsDisks: disks that are to be kept, and those that the state
// does not know, outlive the machine.
func TestMachineKeepsDisks(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	config := p.object("m1")
	config["disk"].(acctest.List)[1].(acctest.Object)["keep_on_remove"] = true
	made := protocol.Apply("vsphere_virtual_machine", nil, config)
	protocol.OK(made.Diagnostics)
	protocol.OK(protocol.Apply("vsphere_virtual_machine", made, nil).Diagnostics)
	var destroyed []string
	for _, call := range p.Calls().Log {
		if call.Name == "ReconfigVM_Task" || call.Name == "Destroy_Task" {
			destroyed = append(destroyed, call.Name)
		}
	}
	if got := strings.Join(destroyed, " "); got != "ReconfigVM_Task Destroy_Task" {
		t.Errorf("the disk is taken off before the machine goes: %s", got)
	}
}

// TestMachineSharedUUID: a UUID that several machines have is an error that
// lists them.
func TestMachineSharedUUID(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	a, b := p.look("/DC0/vm/DC0_C0_RP0_VM0"), p.look("/DC0/vm/DC0_H0_VM0")
	if err := p.Update(b.Self, vim.PropertyChange{Name: "config.uuid", Val: a.Config.Uuid}, vim.PropertyChange{Name: "summary.config.uuid", Val: a.Config.Uuid}); err != nil {
		t.Fatal(err)
	}
	protocol := p.Connect(t)
	imported := protocol.Import("vsphere_virtual_machine", a.Config.Uuid)
	message := ""
	for _, d := range imported.Diagnostics {
		message += d.Detail
	}
	if !regexp.MustCompile(`(?s)DC0_C0_RP0_VM0.*DC0_H0_VM0|DC0_H0_VM0.*DC0_C0_RP0_VM0`).MatchString(message) {
		t.Errorf("import said %q", message)
	}
	if byID := protocol.Import("vsphere_virtual_machine", a.Self.Value); byID.Failed() || byID.State["moid"] != a.Self.Value {
		t.Errorf("import by managed object id: %v", byID.Diagnostics)
	}
}
