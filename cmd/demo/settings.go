// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
)

// settings are the variables of the stack that the demo sets and checks.
type settings struct {
	name     string
	machines int
	memory   int // MB
	dataDisk int // GB
	tags     []string
}

var (
	first   = settings{name: "demo", machines: 3, memory: 1024, dataDisk: 10, tags: []string{"linux", "web"}}
	changed = settings{name: "demo", machines: 3, memory: 2048, dataDisk: 20, tags: []string{"linux", "web", "backup"}}
)

// arguments gives the settings to the command line.
func (s settings) arguments() []string {
	tags, _ := json.Marshal(s.tags) // strings can always be marshalled
	return []string{
		"-var=name=" + s.name,
		fmt.Sprintf("-var=machine_count=%d", s.machines),
		fmt.Sprintf("-var=memory=%d", s.memory),
		fmt.Sprintf("-var=data_disk_size=%d", s.dataDisk),
		"-var=tags=" + string(tags),
		"-var=wait_for_guest_net_timeout=1", // the guests of the demo boot
	}
}

// folder is the inventory path of the stack's machines in the simulator.
func (s settings) folder() string { return "/DC0/vm/" + s.name }

// objects is how many of each type of resource the stack has.
func (s settings) objects() map[string]int {
	return map[string]int{
		"vsphere_custom_attribute": 1,
		"vsphere_folder":           1,
		"vsphere_resource_pool":    1,
		"vsphere_tag":              len(s.tags),
		"vsphere_tag_category":     1,
		machineType:                s.machines,
	}
}

// machineType is the resource of a virtual machine.
const machineType = "vsphere_virtual_machine"
