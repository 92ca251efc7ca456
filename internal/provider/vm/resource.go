// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// VirtualMachine is the resource vsphere_virtual_machine.
type VirtualMachine struct {
	*lifecycle.Resource[model, *model]
}

// FillsInBlocks says that plans may have other disks than configurations: in
// the order of state, and with those that are going to be removed.
func (VirtualMachine) FillsInBlocks() {}

// FollowsServer names the arguments that generated configurations leave out,
// since vSphere chooses and changes them: unless the argument beside one says
// that the choice is the configuration's.
func (VirtualMachine) FollowsServer() map[string]string {
	return map[string]string{
		"host_system_id": "", "power_state": "", "cpu_share_count": "cpu_share_level=custom", "memory_share_count": "memory_share_level=custom",
		"disk.path": "attach", "disk.io_share_count": "io_share_level=custom",
		"network_interface.mac_address": "use_static_mac", "network_interface.bandwidth_share_count": "bandwidth_share_level=custom",
	}
}

// NewVirtualMachine returns the resource vsphere_virtual_machine: a virtual
// machine of a vCenter or an ESXi host, made from nothing or cloned.
func NewVirtualMachine() VirtualMachine {
	return VirtualMachine{lifecycle.NewResource("virtual_machine", verbs())}
}

// verbs is what the resource says about itself. Its identity is the managed
// object id: UUIDs repeat among machines that were copied.
func verbs() lifecycle.Verbs[model] {
	return lifecycle.Verbs[model]{
		Schema:   resourceSchema,
		Create:   create,
		Read:     read,
		Update:   update,
		Delete:   remove,
		Import:   adopt,
		Plan:     plan,
		Version:  3,
		Identity: func(m *model) string { return m.MOID.ValueString() },
	}
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A virtual machine, made from nothing or cloned from a template or another machine. A new machine is powered on. " +
			"A change is made while the machine runs if vSphere can do so; otherwise the plan warns that it is going to be powered off and on again.",
		Attributes: schemas.Merge(configAttributes(), placeAttributes(), waitAttributes(), stateAttributes(), powerAttributes(),
			controllerAttributes(), otherAttributes(), schemas.Tags(), schemas.CustomAttributes()),
		Blocks: blocks(),
	}
}
