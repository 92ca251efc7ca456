// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// resource is what pools share out: processors in MHz or memory in MB.
type resource struct {
	ofPool       func(*vim.ResourceConfigSpec) *vim.ResourceAllocationInfo
	ofMachine    func(*vim.VirtualMachineConfigInfo) *vim.ResourceAllocationInfo
	ofHost       func(*vim.HostHardwareSummary) int64
	usage        func(*vim.ResourcePoolRuntimeInfo) *vim.ResourcePoolResourceUsage
	usageUnit    int64 // the runtime tells memory in bytes
	insufficient func(unreserved, requested int64) vim.BaseMethodFault
}

var resources = []resource{{
	ofPool:    func(c *vim.ResourceConfigSpec) *vim.ResourceAllocationInfo { return &c.CpuAllocation },
	ofMachine: func(c *vim.VirtualMachineConfigInfo) *vim.ResourceAllocationInfo { return c.CpuAllocation },
	ofHost:    func(h *vim.HostHardwareSummary) int64 { return int64(h.NumCpuCores) * int64(h.CpuMhz) },
	usage:     func(r *vim.ResourcePoolRuntimeInfo) *vim.ResourcePoolResourceUsage { return &r.Cpu },
	usageUnit: 1,
	insufficient: func(unreserved, requested int64) vim.BaseMethodFault {
		return &vim.InsufficientCpuResourcesFault{Unreserved: unreserved, Requested: requested}
	},
}, {
	ofPool:    func(c *vim.ResourceConfigSpec) *vim.ResourceAllocationInfo { return &c.MemoryAllocation },
	ofMachine: func(c *vim.VirtualMachineConfigInfo) *vim.ResourceAllocationInfo { return c.MemoryAllocation },
	ofHost:    func(h *vim.HostHardwareSummary) int64 { return h.MemorySize >> 20 },
	usage:     func(r *vim.ResourcePoolRuntimeInfo) *vim.ResourcePoolResourceUsage { return &r.Memory },
	usageUnit: 1 << 20,
	insufficient: func(unreserved, requested int64) vim.BaseMethodFault {
		return &vim.InsufficientMemoryResourcesFault{Unreserved: unreserved << 20, Requested: requested << 20}
	},
}}

// capacity answers what is reserved where, for one resource. The pools must not
// change meanwhile.
type capacity struct {
	v   *VCenter
	ctx *simulator.Context
	resource
}

func (v *VCenter) capacity(ctx *simulator.Context, r resource) capacity { return capacity{v, ctx, r} }

// reservation is what a pool is sure of. A root pool has all of its hosts.
func (c capacity) reservation(p *mo.ResourcePool) int64 {
	if c.v.poolAt(*p.Parent) == nil {
		return c.total(p)
	}
	return reservationOf(c.ofPool(&p.Config))
}

// total is what the hosts of a root pool have.
func (c capacity) total(root *mo.ResourcePool) (n int64) {
	for _, id := range c.v.read(c.ctx).children(*root.Parent) {
		if h, ok := c.v.reg.Get(id).(*simulator.HostSystem); ok && h.Summary.Hardware != nil {
			n += c.ofHost(h.Summary.Hardware)
		}
	}
	return n
}

func reservationOf(a *vim.ResourceAllocationInfo) int64 {
	if a == nil || a.Reservation == nil {
		return 0
	}
	return *a.Reservation
}

func expandable(a *vim.ResourceAllocationInfo) bool {
	return a.ExpandableReservation != nil && *a.ExpandableReservation
}

// claim is what a pool takes from its parent: its reservation, or more if those
// inside reserve more.
func (c capacity) claim(p *mo.ResourcePool) int64 {
	return max(c.reservation(p), c.used(p, ref{}))
}

// used is what those directly inside a pool reserve, but for one of them.
func (c capacity) used(p *mo.ResourcePool, but ref) (n int64) {
	for _, id := range c.v.read(c.ctx).refs(p.Self, "", "resourcePool") {
		if child := c.v.poolAt(id); child != nil && id != but {
			n += c.claim(child)
		}
	}
	for _, id := range c.v.read(c.ctx).refs(p.Self, "", "vm") {
		if id != but {
			n += c.machine(id)
		}
	}
	return n
}

// machine is what a machine reserves, which only one that runs does.
func (c capacity) machine(id ref) int64 {
	vm, ok := c.v.reg.Get(id).(*simulator.VirtualMachine)
	if !ok {
		return 0
	}
	unlock := c.v.lock(c.ctx, vm)
	defer unlock()
	if vm.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOn || vm.Config == nil {
		return 0
	}
	return reservationOf(c.ofMachine(vm.Config))
}

// unreserved is what a pool can still give, apart from what one member has now:
// its own, and the parent's if it may grow.
func (c capacity) unreserved(p *mo.ResourcePool, but ref) int64 {
	used := c.used(p, but)
	own := max(0, c.reservation(p)-used)
	parent := c.v.poolAt(*p.Parent)
	if parent == nil || !expandable(c.ofPool(&p.Config)) {
		return own
	}
	over := max(0, used-c.reservation(p))
	return own + max(0, c.unreserved(parent, p.Self)-c.reservation(p)-over)
}

// refuseReservation refuses a pool of the given configuration for which its
// parent has too little left. child is the zero reference if the pool is new.
func (v *VCenter) refuseReservation(ctx *simulator.Context, parent *mo.ResourcePool, config *vim.ResourceConfigSpec, child ref) vim.BaseMethodFault {
	for _, r := range resources {
		c := v.capacity(ctx, r)
		want, inside := reservationOf(r.ofPool(config)), int64(0)
		if p := v.poolAt(child); p != nil {
			inside = c.used(p, ref{})
		}
		if inside > want && !expandable(r.ofPool(config)) {
			return r.insufficient(want, inside)
		}
		want = max(want, inside)
		if have := c.unreserved(parent, child); want > have {
			return r.insufficient(have, want)
		}
	}
	return nil
}

// refuseMember refuses a pool or machine that moves into a pool with too little
// left for what it reserves.
func (v *VCenter) refuseMember(ctx *simulator.Context, to *mo.ResourcePool, member ref) vim.BaseMethodFault {
	for _, r := range resources {
		c := v.capacity(ctx, r)
		want := c.machine(member)
		if p := v.poolAt(member); p != nil {
			want = c.claim(p)
		}
		if have := c.unreserved(to, member); want > have {
			return r.insufficient(have, want)
		}
	}
	return nil
}

// showCapacity tells in the pools of a compute resource, from the root down,
// what they have and what of it is reserved.
func (v *VCenter) showCapacity(ctx *simulator.Context, p *mo.ResourcePool) {
	config, runtime := copyOf(p.Config), copyOf(p.Runtime)
	parent := v.poolAt(*p.Parent)
	for _, r := range resources {
		c := v.capacity(ctx, r)
		have := c.reservation(p)
		if parent == nil {
			r.ofPool(&config).Reservation, r.ofPool(&config).Limit = vim.NewInt64(have), vim.NewInt64(have)
		}
		used, free := c.used(p, ref{}), c.unreserved(p, ref{})
		*r.usage(&runtime) = vim.ResourcePoolResourceUsage{
			ReservationUsed:   used * r.usageUnit,
			UnreservedForPool: free * r.usageUnit,
			UnreservedForVm:   free * r.usageUnit,
			OverallUsage:      r.usage(&runtime).OverallUsage,
			MaxUsage:          v.maxUsage(c, p) * r.usageUnit,
		}
	}
	changes := []vim.PropertyChange{{Name: "config", Val: config}, {Name: "runtime", Val: runtime}}
	if _, pool := p.Summary.(*vim.ResourcePoolSummary); pool { // vcsim has one summary for all pools
		changes = append(changes, vim.PropertyChange{Name: "summary", Val: &vim.ResourcePoolSummary{
			Name: p.Name, Config: copyOf(config), Runtime: copyOf(runtime),
		}})
	}
	v.change(ctx, v.reg.Get(p.Self), changes...)
	for _, id := range v.read(ctx).refs(p.Self, "", "resourcePool") {
		if child := v.poolAt(id); child != nil {
			v.showCapacity(ctx, child)
		}
	}
}

// maxUsage is the limit of a pool or, if it has none, what the hosts have.
func (v *VCenter) maxUsage(c capacity, p *mo.ResourcePool) int64 {
	for parent := v.poolAt(*p.Parent); parent != nil; p, parent = parent, v.poolAt(*parent.Parent) {
		if limit := c.ofPool(&p.Config).Limit; limit != nil && *limit >= 0 {
			return *limit
		}
	}
	return c.total(p)
}

// rootPool is the pool of the cluster or host that a pool belongs to.
func (v *VCenter) rootPool(p *mo.ResourcePool) *mo.ResourcePool {
	for {
		parent := v.poolAt(*p.Parent)
		if parent == nil {
			return p
		}
		p = parent
	}
}

// showAllCapacity does so for every cluster and host of a new inventory.
func (v *VCenter) showAllCapacity() {
	v.pools.Lock()
	defer v.pools.Unlock()
	for _, e := range v.reg.All("ResourcePool") {
		if p := v.poolAt(e.Reference()); p != nil && v.poolAt(*p.Parent) == nil {
			v.showCapacity(v.context(), p)
		}
	}
}
