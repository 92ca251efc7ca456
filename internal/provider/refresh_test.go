// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// A plan over 100 machines, tagged and with a custom attribute, asks vCenter in
// bulk: SOAP and REST together at most half a call per machine and ten more.
// The built provider runs under the real CLI, and no command leaves a session.
func TestRefresh_budget(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it makes 100 machines")
	}
	const machines = 100
	cli := commandLine(t)
	vc := acctest.Start(t, func(o *simulator.Options) { o.Machines = simulator.None })
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), fmt.Sprintf("terraform {\n  required_providers {\n    vsphere = { source = %q }\n  }\n}\n%s", provider.Address, vc.Provider())+
		strings.ReplaceAll(hundredMachines, "MACHINES", fmt.Sprint(machines)))
	run := terraform(t, cli, dir, buildProvider(t))

	run("apply", "-no-color", "-auto-approve", "-parallelism=50")
	if n := vc.Sessions(); n != 0 {
		t.Errorf("apply left %d sessions", n)
	}
	vc.ResetCalls()
	run("plan", "-no-color", "-detailed-exitcode") // exit code 2: there are changes
	calls := vc.Calls()
	t.Logf("refresh of %d machines: %d calls, %d connections: %v", machines, calls.Total, calls.Connections, calls.ByName)
	if most := machines/2 + 10; calls.Total > most {
		t.Errorf("%d calls, more than %d", calls.Total, most)
	}
	if n := vc.Sessions(); n != 0 {
		t.Errorf("plan left %d sessions", n)
	}
	run("destroy", "-no-color", "-auto-approve", "-parallelism=50")
	if n := vc.Sessions(); n != 0 {
		t.Errorf("destroy left %d sessions", n)
	}
}

const hundredMachines = `
data "vsphere_datacenter" "dc" {
}
data "vsphere_compute_cluster" "cluster" {
  name          = "DC0_C0"
  datacenter_id = data.vsphere_datacenter.dc.id
}
data "vsphere_datastore" "datastore" {
  name          = "LocalDS_0"
  datacenter_id = data.vsphere_datacenter.dc.id
}
data "vsphere_network" "network" {
  name          = "VM Network"
  datacenter_id = data.vsphere_datacenter.dc.id
}
resource "vsphere_tag_category" "kind" {
  name             = "kind"
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine"]
}
resource "vsphere_tag" "web" {
  name        = "web"
  category_id = vsphere_tag_category.kind.id
}
resource "vsphere_custom_attribute" "owner" {
  name = "owner"
}
resource "vsphere_virtual_machine" "machine" {
  count            = MACHINES
  name             = "machine-${count.index}"
  resource_pool_id = data.vsphere_compute_cluster.cluster.resource_pool_id
  datastore_id     = data.vsphere_datastore.datastore.id
  guest_id         = "otherLinux64Guest"
  tags             = [vsphere_tag.web.id]

  custom_attributes = {
    (vsphere_custom_attribute.owner.id) = "me"
  }

  wait_for_guest_net_timeout = 0

  network_interface {
    network_id = data.vsphere_network.network.id
  }
  disk {
    label = "system"
    size  = 1
  }
}
`
