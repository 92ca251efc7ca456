// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// place is where a machine is, as events tell it.
type place struct {
	datacenter *vim.DatacenterEventArgument
	host       *vim.HostEventArgument
	datastore  *vim.DatastoreEventArgument
}

func (v *VCenter) placeOf(vm *simulator.VirtualMachine) (p place) {
	if h, ok := v.reg.Get(*vm.Runtime.Host).(*simulator.HostSystem); ok {
		p.host = &vim.HostEventArgument{EntityEventArgument: vim.EntityEventArgument{Name: h.Name}, Host: h.Self}
		if dc := v.datacenter(h); dc != nil {
			p.datacenter = &vim.DatacenterEventArgument{EntityEventArgument: vim.EntityEventArgument{Name: dc.Name}, Datacenter: dc.Self}
		}
	}
	if len(vm.Datastore) > 0 {
		if ds, ok := v.reg.Get(vm.Datastore[0]).(*simulator.Datastore); ok {
			p.datastore = &vim.DatastoreEventArgument{EntityEventArgument: vim.EntityEventArgument{Name: ds.Name}, Datastore: ds.Self}
		}
	}
	return p
}

// postMigrated records that a machine has come from another place.
func (v *VCenter) postMigrated(ctx *simulator.Context, vm *simulator.VirtualMachine, from place) {
	now := v.placeOf(vm)
	if ctx.Session == nil || from.host == nil || from.datacenter == nil || from.datastore == nil {
		return // nothing that an event could say
	}
	m := v.reg.EventManager()
	unlock := v.lock(ctx, m)
	defer unlock()
	m.PostEvent(ctx, &vim.PostEvent{This: m.Self, EventToPost: &vim.VmMigratedEvent{
		VmEvent: vim.VmEvent{Event: vim.Event{
			Datacenter: now.datacenter, Host: now.host, Ds: now.datastore,
			Vm: &vim.VmEventArgument{EntityEventArgument: vim.EntityEventArgument{Name: vm.Name}, Vm: vm.Self},
		}},
		SourceHost: *from.host, SourceDatacenter: from.datacenter, SourceDatastore: from.datastore,
	}})
}
