// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).createPool)
	onFree((*VCenter).updatePool)
	onFree((*VCenter).moveIntoPool)
}

// levelShares is the number of shares that a level gives a pool, which counts
// as a machine with four processors and 16 GB.
var levelShares = map[vim.SharesLevel]struct{ cpu, memory int32 }{
	vim.SharesLevelLow:    {2000, 81920},
	vim.SharesLevelNormal: {4000, 163840},
	vim.SharesLevelHigh:   {8000, 327680},
}

// createPool is vcsim's, which drops scaleDescendantsShares, keeps the number
// of shares as sent and gives away more than there is.
func (v *VCenter) createPool(ctx *simulator.Context, pool *simulator.ResourcePool, req *vim.CreateResourcePool) soap.HasFault {
	v.pools.Lock()
	defer v.pools.Unlock()
	parent := &pool.ResourcePool
	if fault := v.refuseScale(parent, req.Spec.ScaleDescendantsShares); fault != nil {
		return faultBody(fault)
	}
	if fault := badConfig(&req.Spec); fault != nil {
		return faultBody(fault)
	}
	if fault := v.refuseReservation(ctx, parent, &req.Spec, ref{}); fault != nil {
		return faultBody(fault)
	}
	unlock := v.lock(ctx, pool)
	res := pool.CreateResourcePool(ctx, req)
	unlock()
	if res.Fault() != nil {
		return res
	}
	child := v.reg.Get(res.(*methods.CreateResourcePoolBody).Res.Returnval)
	config := vim.ResourceConfigSpec{ScaleDescendantsShares: string(vim.ResourceConfigSpecScaleSharesBehaviorDisabled)}
	mergePool(&config, &req.Spec)
	id := child.Reference()
	config.Entity = &id
	v.change(ctx, child, vim.PropertyChange{Name: "config", Val: config})
	v.poolsChanged(ctx, parent)
	return res
}

// poolsChanged tells what follows from a change in or below a pool. The caller
// holds the lock on the pools.
func (v *VCenter) poolsChanged(ctx *simulator.Context, at *mo.ResourcePool) {
	v.spreadScaling(ctx, at)
	v.showCapacity(ctx, v.rootPool(at))
}

// updatePool is ResourcePool.UpdateConfig: what the specification leaves out
// stays as it is.
func (v *VCenter) updatePool(ctx *simulator.Context, pool *simulator.ResourcePool, req *vim.UpdateConfig) soap.HasFault {
	v.pools.Lock()
	defer v.pools.Unlock()
	parent := v.poolAt(*pool.Parent)
	var changes []vim.PropertyChange
	if req.Name != "" && req.Name != pool.Name {
		if parent == nil {
			return faultBody(&vim.InvalidArgument{InvalidProperty: "name"}) // a root pool keeps its name
		}
		if fault := v.nameTaken(parent, req.Name, pool.Self); fault != nil {
			return faultBody(fault)
		}
		changes = append(changes, vim.PropertyChange{Name: "name", Val: req.Name})
	}
	if req.Config != nil {
		config, fault := v.updatedConfig(ctx, &pool.ResourcePool, parent, req.Config)
		if fault != nil {
			return faultBody(fault)
		}
		changes = append(changes, vim.PropertyChange{Name: "config", Val: *config})
	}
	v.change(ctx, pool, changes...)
	v.poolsChanged(ctx, &pool.ResourcePool)
	return reply[methods.UpdateConfigBody](&vim.UpdateConfigResponse{}, nil)
}

// updatedConfig is a pool's configuration with what is set in spec. parent is
// nil for a root pool.
func (v *VCenter) updatedConfig(ctx *simulator.Context, pool, parent *mo.ResourcePool, spec *vim.ResourceConfigSpec) (*vim.ResourceConfigSpec, vim.BaseMethodFault) {
	if fault := badConfig(spec); fault != nil {
		return nil, fault
	}
	config := copyOf(pool.Config)
	mergePool(&config, spec)
	if parent == nil {
		return &config, nil
	}
	if fault := v.refuseScale(parent, spec.ScaleDescendantsShares); fault != nil {
		return nil, fault
	}
	return &config, v.refuseReservation(ctx, parent, &config, pool.Self)
}

// moveIntoPool is ResourcePool.MoveIntoResourcePool for pools, vApps and
// machines of the same cluster or host.
func (v *VCenter) moveIntoPool(ctx *simulator.Context, to *simulator.ResourcePool, req *vim.MoveIntoResourcePool) soap.HasFault {
	return v.moveInto(ctx, &to.ResourcePool, req.List)
}

func (v *VCenter) moveInto(ctx *simulator.Context, to *mo.ResourcePool, list []ref) soap.HasFault {
	v.pools.Lock()
	defer v.pools.Unlock()
	for _, id := range list {
		if fault := v.refuseMove(to, id); fault != nil {
			return faultBody(fault)
		}
		if fault := v.refuseMember(ctx, to, id); fault != nil {
			return faultBody(fault)
		}
	}
	for _, id := range list {
		v.enterPool(ctx, id, to.Self)
	}
	v.poolsChanged(ctx, to)
	return reply[methods.MoveIntoResourcePoolBody](&vim.MoveIntoResourcePoolResponse{}, nil)
}

// enterPool moves a machine, pool or vApp into another pool.
func (v *VCenter) enterPool(ctx *simulator.Context, id, to ref) {
	if vm, ok := v.reg.Get(id).(*simulator.VirtualMachine); ok {
		unlock := v.lock(ctx, vm)
		defer unlock()
		v.moveRef(ctx, "vm", id, *vm.ResourcePool, to)
		v.settle(ctx, vm, to)
		v.reg.Update(ctx, vm, []vim.PropertyChange{{Name: "resourcePool", Val: to}})
		return
	}
	if child := v.poolAt(id); child != nil {
		v.moveRef(ctx, "resourcePool", id, *child.Parent, to)
		v.change(ctx, v.reg.Get(id), vim.PropertyChange{Name: "parent", Val: to})
	}
}

// refuseMove is why an object cannot be moved into a pool, or nil.
func (v *VCenter) refuseMove(to *mo.ResourcePool, ref vim.ManagedObjectReference) vim.BaseMethodFault {
	bad := &vim.InvalidArgument{InvalidProperty: "list"}
	if vm, ok := v.reg.Get(ref).(*simulator.VirtualMachine); ok {
		if vm.ResourcePool == nil || v.poolAt(*vm.ResourcePool).Owner != to.Owner {
			return bad
		}
		return nil
	}
	child := v.poolAt(ref)
	if child == nil || child.Owner != to.Owner || v.poolAt(*child.Parent) == nil {
		return bad
	}
	for above := to; above != nil; above = v.poolAt(*above.Parent) {
		if above.Self == ref {
			return bad // a pool cannot be inside itself
		}
	}
	return v.nameTaken(to, child.Name, ref)
}

// change updates an object under its lock.
func (v *VCenter) change(ctx *simulator.Context, obj mo.Reference, changes ...vim.PropertyChange) {
	unlock := v.lock(ctx, obj)
	defer unlock()
	v.reg.Update(ctx, obj, changes)
}

// poolAt returns a pool or vApp, nil for anything else.
func (v *VCenter) poolAt(ref vim.ManagedObjectReference) *mo.ResourcePool {
	switch x := v.reg.Get(ref).(type) {
	case *simulator.ResourcePool:
		return &x.ResourcePool
	case *simulator.VirtualApp:
		return &x.ResourcePool
	}
	return nil
}

func (v *VCenter) nameTaken(parent *mo.ResourcePool, name string, but vim.ManagedObjectReference) vim.BaseMethodFault {
	if e := v.reg.FindByName(name, parent.ResourcePool); e != nil && e.Reference() != but {
		return &vim.DuplicateName{Name: name, Object: e.Reference()}
	}
	return nil
}

// refuseScale refuses any setting below a pool that scales.
func (v *VCenter) refuseScale(parent *mo.ResourcePool, wanted string) vim.BaseMethodFault {
	if wanted != "" && v.scalable(parent) != string(vim.ResourceConfigSpecScaleSharesBehaviorDisabled) {
		return &vim.InvalidArgument{InvalidProperty: "spec.scaleDescendantsShares"}
	}
	return nil
}

// scalable is how the shares of the pools below parent scale.
func (v *VCenter) scalable(parent *mo.ResourcePool) string {
	disabled := string(vim.ResourceConfigSpecScaleSharesBehaviorDisabled)
	for at := parent; at != nil; at = v.poolAt(*at.Parent) {
		if s := at.Config.ScaleDescendantsShares; s != "" && s != disabled {
			return s
		}
	}
	return disabled
}

// spreadScaling tells the pools below whether their shares scale.
func (v *VCenter) spreadScaling(ctx *simulator.Context, parent *mo.ResourcePool) {
	scaling := v.scalable(parent)
	for _, ref := range parent.ResourcePool {
		child := v.poolAt(ref)
		v.change(ctx, v.reg.Get(ref), vim.PropertyChange{Name: "runtime.sharesScalable", Val: scaling})
		v.spreadScaling(ctx, child)
	}
}

// badConfig refuses values that no pool can have.
func badConfig(config *vim.ResourceConfigSpec) vim.BaseMethodFault {
	switch {
	case badAllocation(config.CpuAllocation):
		return &vim.InvalidArgument{InvalidProperty: "spec.cpuAllocation"}
	case badAllocation(config.MemoryAllocation):
		return &vim.InvalidArgument{InvalidProperty: "spec.memoryAllocation"}
	}
	return nil
}

func badAllocation(a vim.ResourceAllocationInfo) bool {
	return a.Reservation != nil && *a.Reservation < 0 || a.Limit != nil && *a.Limit < -1 ||
		a.Limit != nil && a.Reservation != nil && *a.Limit >= 0 && *a.Reservation > *a.Limit
}

// mergePool changes in config what spec sets.
func mergePool(config, spec *vim.ResourceConfigSpec) {
	mergeAllocation(&config.CpuAllocation, spec.CpuAllocation)
	mergeAllocation(&config.MemoryAllocation, spec.MemoryAllocation)
	if s := config.CpuAllocation.Shares; s != nil && s.Level != vim.SharesLevelCustom {
		s.Shares = levelShares[s.Level].cpu
	}
	if s := config.MemoryAllocation.Shares; s != nil && s.Level != vim.SharesLevelCustom {
		s.Shares = levelShares[s.Level].memory
	}
	if spec.ScaleDescendantsShares != "" {
		config.ScaleDescendantsShares = spec.ScaleDescendantsShares
	}
}

func mergeAllocation(have *vim.ResourceAllocationInfo, want vim.ResourceAllocationInfo) {
	if want.Reservation != nil {
		have.Reservation = want.Reservation
	}
	if want.ExpandableReservation != nil {
		have.ExpandableReservation = want.ExpandableReservation
	}
	if want.Limit != nil {
		have.Limit = want.Limit
	}
	if want.Shares != nil {
		shares := *want.Shares
		have.Shares = &shares
	}
}
