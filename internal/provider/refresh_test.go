// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const machineType = "vsphere_virtual_machine"

// A refresh of 100 machines, each with a tag and a custom attribute, with and
// without storage policies, asks vCenter in bulk: SOAP and REST together at most
// half a call per machine and ten more. The built provider runs under the real
// CLI with its default parallelism, and leaves no session.
func TestRefresh_budget(t *testing.T) { //nolint:paralleltest // it counts what timing decides
	cli, built := commandLine(t), buildProvider(t)
	for name, policy := range map[string]string{"without policies": "", "with policies": "aa6d5a82-1c88-45da-85d3-3d74b91a5bad"} {
		t.Run(name, func(t *testing.T) { refreshBudget(t, cli, built, policy) })
	}
}

// refreshBudget refreshes machines with the storage policy; then those of their
// disks are asked for as well.
func refreshBudget(t *testing.T, cli, built, policy string) {
	t.Helper()
	const machines = 100
	vc := acctest.Start(t, func(o *simulator.Options) { o.Machines, o.StandaloneHosts = machines, simulator.None })
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), fmt.Sprintf("terraform {\n  required_providers {\n    vsphere = { source = %q }\n  }\n}\n%s", provider.Address, vc.Provider())+fmt.Sprintf(anyMachine, machines))
	write(t, filepath.Join(dir, "terraform.tfstate"), labelledMachines(t, vc, machines, policy))
	run := terraform(t, cli, dir, built)

	vc.ResetCalls()
	run("plan", "-no-color", "-refresh-only")
	calls := vc.Calls()
	t.Logf("refresh of %d machines: %d calls, %d connections: %v", machines, calls.Total, calls.Connections, calls.ByName)
	if most := machines/2 + 10; calls.Total > most || calls.Total < 4 {
		t.Errorf("%d calls, not 4 to %d", calls.Total, most)
	}
	if asked := calls.Count("PbmQueryAssociatedProfiles") > 0; asked != (policy != "") {
		t.Errorf("policies are asked for: %t", asked)
	}
	if n := vc.Sessions(); n != 0 {
		t.Errorf("plan left %d sessions", n)
	}
}

// anyMachine takes whatever is in state for its own.
const anyMachine = `
resource "vsphere_virtual_machine" "machine" {
  count            = %d
  name             = "machine"
  resource_pool_id = "resgroup-1"
  datastore_id     = "datastore-1"

  network_interface {
    network_id = "network-1"
  }
  disk {
    label = "disk"
    size  = 1
  }
  lifecycle {
    ignore_changes = all
  }
}
`

// labelledMachines gives the machines of a simulator a tag and a custom
// attribute and maybe a storage policy, and returns the state file of a workspace that has them all.
func labelledMachines(t *testing.T, vc *acctest.VCenter, machines int, policy string) string {
	t.Helper()
	p := vc.Connect(t)
	made := func(typeName string, config acctest.Object) string {
		a := p.Apply(typeName, nil, config)
		p.OK(a.Diagnostics)
		return a.State["id"].(string)
	}
	category := made("vsphere_tag_category", acctest.Object{"name": "kind", "cardinality": "SINGLE", "associable_types": acctest.List{"VirtualMachine"}})
	labels := acctest.Object{
		"tags":              acctest.List{made("vsphere_tag", acctest.Object{"name": "web", "category_id": category})},
		"custom_attributes": acctest.Object{made("vsphere_custom_attribute", acctest.Object{"name": "owner"}): "me"},
	}
	if policy != "" {
		labels["storage_policy_id"] = policy
	}
	instances := make(acctest.List, machines)
	slots := make(chan struct{}, 10)
	var group sync.WaitGroup
	for i := range machines {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			instances[i] = labelled(p, fmt.Sprintf("/DC0/vm/DC0_C0_RP0_VM%d", i), i, labels)
		})
	}
	group.Wait()
	p.Close()
	text, err := json.Marshal(acctest.Object{
		"version": 4, "terraform_version": "1.5.7", "serial": 1, "lineage": "3f0e7c3a-9a53-7f0e-1c55-2f1b2f6f4c12", "outputs": acctest.Object{},
		"resources": acctest.List{acctest.Object{
			"mode": "managed", "type": machineType, "name": "machine", "provider": fmt.Sprintf("provider[%q]", provider.Address), "instances": instances,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// labelled imports a machine, labels it, and returns its instance in a state file.
func labelled(p *acctest.Protocol, path string, index int, labels acctest.Object) acctest.Object {
	imported := p.Import(machineType, path)
	p.OK(imported.Diagnostics)
	config := acctest.Object{"wait_for_guest_net_timeout": 0}
	for _, name := range []string{"name", "resource_pool_id", "datastore_id", "num_cpus", "memory", "enable_logging"} {
		config[name] = imported.State[name]
	}
	for _, block := range []struct{ name, attribute string }{{"network_interface", "network_id"}, {"disk", "label"}} {
		blocks := acctest.List{}
		for _, b := range imported.State[block.name].(acctest.List) {
			blocks = append(blocks, acctest.Object{block.attribute: b.(acctest.Object)[block.attribute]})
		}
		config[block.name] = blocks
	}
	for i, disk := range imported.State["disk"].(acctest.List) {
		config["disk"].(acctest.List)[i].(acctest.Object)["size"] = disk.(acctest.Object)["size"]
	}
	for name, value := range labels {
		config[name] = value
	}
	applied := p.Apply(machineType, imported, config)
	p.OK(applied.Diagnostics)
	return acctest.Object{"index_key": index, "schema_version": 3, "attributes": applied.State}
}
