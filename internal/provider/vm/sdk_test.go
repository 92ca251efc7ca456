// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"maps"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// sdkState turns a state of ours into what an SDKv2 provider would have written:
// null for arguments that it never reads, zero within blocks, and nothing for
// attributes that it does not know.
func sdkState(state acctest.Object) acctest.Object {
	old := maps.Clone(state)
	for _, unset := range []string{"custom_attributes", "datacenter_id", "datastore_cluster_id", "datastore_path", "default_ip_address",
		"evc_mode", "ignored_guest_ips", "imported", "num_cores_per_numa_node", "pci_device_id", "replace_trigger", "tags", "extra_config", "folder", "storage_policy_id"} {
		old[unset] = nil
	}
	for _, zero := range []string{"alternate_guest_name"} {
		old[zero] = ""
	}
	delete(old, "replace_on_change")
	delete(old, "timeouts")
	clone := acctest.Object{
		"template_uuid": old["clone"].(acctest.List)[0].(acctest.Object)["template_uuid"], "timeout": 30, "linked_clone": false,
		"ovf_network_map": acctest.Object{}, "ovf_storage_map": acctest.Object{}, "customize": acctest.List{}, "customization_spec": acctest.List{},
	}
	old["clone"] = acctest.List{clone}
	return old
}

// TestMachineSDKState: what the incumbent wrote plans empty, refreshed or not.
func TestMachineSDKState(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	config := p.object("m1")
	disks := config["disk"].(acctest.List)
	config["disk"] = acctest.List{disks[1], disks[0]} // state has them by unit number
	made := protocol.Apply("vsphere_virtual_machine", nil, config)
	protocol.OK(made.Diagnostics)
	if first := made.State["disk"].(acctest.List)[0].(acctest.Object)["label"]; first != "root" {
		t.Errorf("the first disk of the state is %v", first)
	}
	old := sdkState(made.State)
	for _, refresh := range []bool{true, false} {
		planned := protocol.PlanFrom("vsphere_virtual_machine", 3, old, config, refresh)
		protocol.OK(planned.Diagnostics)
		for _, name := range planned.Changes() {
			t.Errorf("refresh %t: %s changes from %v to %v", refresh, name, planned.Prior[name], planned.Planned[name])
		}
		if len(planned.Replace) > 0 {
			t.Errorf("refresh %t: replaced for %v", refresh, planned.Replace)
		}
	}
	protocol.OK(protocol.Apply("vsphere_virtual_machine", made, nil).Diagnostics)
}
