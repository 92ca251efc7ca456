// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).createChildVM)
	onFree((*VCenter).moveIntoApp)
	onFree((*VCenter).destroyApp)
}

// A machine in a vApp is in no folder: its parent is unset and parentVApp set
// instead. vcsim finds the datacenter of a machine through its parent, so it
// keeps the folder that the machine would be in, and readers do not see it.

// createChildVM is VirtualApp.CreateChildVM_Task. vcsim answers a machine that
// cannot be made with a crash.
func (v *VCenter) createChildVM(ctx *simulator.Context, app *simulator.VirtualApp, req *vim.CreateChildVM_Task) soap.HasFault {
	f, ok := v.folderOf(app)
	if !ok {
		return faultBody(&vim.InvalidState{})
	}
	create := v.createVMTask(ctx, f, &vim.CreateVM_Task{This: f.Self, Config: req.Config, Pool: app.Self, Host: req.Host})
	if create.Fault() != nil {
		return create
	}
	return &methods.CreateChildVM_TaskBody{Res: &vim.CreateChildVM_TaskResponse{Returnval: create.(*methods.CreateVM_TaskBody).Res.Returnval}}
}

// folderOf is the folder of machines that a vApp is shown in; that of the
// outermost one for a vApp inside another.
func (v *VCenter) folderOf(app *simulator.VirtualApp) (*simulator.Folder, bool) {
	if app.ParentFolder == nil {
		above, ok := v.reg.Get(*app.Parent).(*simulator.VirtualApp)
		if !ok {
			return nil, false
		}
		return v.folderOf(above)
	}
	f, ok := v.reg.Get(*app.ParentFolder).(*simulator.Folder)
	return f, ok
}

// appOf is the vApp that a pool is, nil for another pool.
func (v *VCenter) appOf(pool ref) *ref {
	if app, ok := v.reg.Get(pool).(*simulator.VirtualApp); ok {
		return &app.Self
	}
	return nil
}

// settle shows a machine where it is after it has come into a pool or vApp: in
// the vApp, or in its folder. The caller holds the machine's lock and that of no
// folder.
func (v *VCenter) settle(ctx *simulator.Context, vm *simulator.VirtualMachine, pool ref) {
	app := v.appOf(pool)
	switch {
	case app != nil:
		v.editRefs(ctx, *vm.Parent, "childEntity", func(l []ref) []ref { return without(l, vm.Self) })
	case vm.ParentVApp != nil:
		v.editRefs(ctx, *vm.Parent, "childEntity", func(l []ref) []ref { return append(without(l, vm.Self), vm.Self) })
	}
	vm.ParentVApp = app
	v.hub.moved()
}

// siblingsIn are the objects whose names a new machine may not have: those in
// the folder, or in the vApp that it is made in.
func (v *VCenter) siblingsIn(f *simulator.Folder, pool ref) []ref {
	if app, ok := v.reg.Get(pool).(*simulator.VirtualApp); ok {
		return append(slices.Clone(app.Vm), app.ResourcePool.ResourcePool...)
	}
	return f.ChildEntity
}

// enterApp takes a machine that was made in a vApp out of its folder. vcsim
// lists it twice in the vApp. The caller holds the machine's lock.
func (v *VCenter) enterApp(ctx *simulator.Context, vm *simulator.VirtualMachine) {
	if vm.ResourcePool == nil || v.appOf(*vm.ResourcePool) == nil {
		return
	}
	v.editRefs(ctx, *vm.ResourcePool, "vm", func(l []ref) []ref { return append(without(l, vm.Self), vm.Self) })
	v.settle(ctx, vm, *vm.ResourcePool)
}

// shown is a machine as readers see it.
func shown(vm *mo.VirtualMachine) *mo.VirtualMachine {
	if vm.ParentVApp == nil {
		return vm
	}
	c := *vm
	c.Parent = nil
	return &c
}

// moveIntoApp is MoveIntoResourcePool of a vApp.
func (v *VCenter) moveIntoApp(ctx *simulator.Context, to *simulator.VirtualApp, req *vim.MoveIntoResourcePool) soap.HasFault {
	return v.moveInto(ctx, &to.ResourcePool, req.List)
}

// destroyApp destroys a vApp with the machines and vApps in it. One that runs is
// refused, with everything in place.
func (v *VCenter) destroyApp(ctx *simulator.Context, app *simulator.VirtualApp, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, app, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		machines, apps := v.inApp(ctx, app.Self)
		for _, vm := range machines {
			if vm.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn {
				return nil, &vim.InvalidPowerState{RequestedState: vim.VirtualMachinePowerStatePoweredOff, ExistingState: vm.Runtime.PowerState}
			}
		}
		for _, vm := range machines {
			if fault := v.destroyVM(ctx, vm); fault != nil {
				return nil, fault
			}
		}
		v.pools.Lock()
		defer v.pools.Unlock()
		for _, id := range apps {
			v.dropPool(ctx, id)
		}
		return nil, nil
	})
}

// inApp is what goes with a vApp: its machines, and the pools below it before
// those above.
func (v *VCenter) inApp(ctx *simulator.Context, id ref) (machines []*simulator.VirtualMachine, pools []ref) {
	r := v.read(ctx)
	for _, below := range r.refs(id, "", "resourcePool") {
		m, p := v.inApp(ctx, below)
		machines, pools = append(machines, m...), append(pools, p...)
	}
	for _, id := range r.refs(id, "", "vm") {
		if vm, ok := v.reg.Get(id).(*simulator.VirtualMachine); ok {
			machines = append(machines, vm)
		}
	}
	return machines, append(pools, id)
}

// dropPool removes an empty pool or vApp. The caller holds the lock on the pools.
func (v *VCenter) dropPool(ctx *simulator.Context, id ref) {
	pool := v.poolAt(id)
	if pool == nil {
		return
	}
	parent := v.poolAt(*pool.Parent)
	v.editRefs(ctx, parent.Self, "resourcePool", func(l []ref) []ref { return without(l, id) })
	v.reg.Remove(ctx, id)
	v.poolsChanged(ctx, parent)
}

// settleApps puts the machines of the first inventory into their vApps.
func (v *VCenter) settleApps() {
	ctx := v.context()
	for _, e := range v.reg.All("VirtualApp") {
		app, ok := e.(*simulator.VirtualApp)
		if !ok {
			continue
		}
		for _, id := range app.Vm {
			if vm, ok := v.reg.Get(id).(*simulator.VirtualMachine); ok {
				unlock := v.lock(ctx, vm)
				v.settle(ctx, vm, app.Self)
				unlock()
			}
		}
	}
}
