// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).recommendDatastores)
	onFree((*VCenter).applyStorageDRS)
}

// placements are the recommendations of Storage DRS that can still be applied.
type placements struct {
	mu   sync.Mutex
	last int
	open map[string]placement
}

// placement is one recommendation: what is wanted, and the datastore for it.
type placement struct {
	spec  *vim.StoragePlacementSpec
	store *simulator.Datastore
}

// keepPlacements is how many recommendations stay open; vCenter forgets them
// after some minutes.
const keepPlacements = 200

// add opens a recommendation and returns its key.
func (p *placements) add(one placement) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[string]placement{}
	}
	p.last++
	key := strconv.Itoa(p.last)
	p.open[key] = one
	delete(p.open, strconv.Itoa(p.last-keepPlacements))
	return key
}

// take closes the recommendations with the keys; false if one is not open.
func (p *placements) take(keys []string) ([]placement, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var taken []placement
	for _, key := range keys {
		one, ok := p.open[key]
		if !ok {
			return nil, false
		}
		taken = append(taken, one)
	}
	for _, key := range keys {
		delete(p.open, key)
	}
	return taken, len(taken) > 0
}

// recommendDatastores recommends every datastore of the pod that has the space
// and that the hosts see, in the order of the pod. The rating, 1 to 5, is higher
// the emptier the datastore will be.
func (v *VCenter) recommendDatastores(ctx *simulator.Context, _ *simulator.StorageResourceManager, req *vim.RecommendDatastores) soap.HasFault {
	pod, fault := v.selectedPod(&req.StorageSpec.PodSelectionSpec)
	if fault != nil {
		return faultBody(fault)
	}
	need, fault := v.placementNeed(&req.StorageSpec)
	if fault != nil {
		return faultBody(fault)
	}
	spec := copyOf(req.StorageSpec)
	var res vim.StoragePlacementResult
	for _, id := range v.read(ctx).children(pod.Self) {
		store, ok := v.reg.Get(id).(*simulator.Datastore)
		if !ok {
			continue
		}
		unlock := v.lock(ctx, store)
		if need.fits(store) {
			res.Recommendations = append(res.Recommendations, need.recommendation(pod, store, v.placements.add(placement{&spec, store})))
		}
		unlock()
	}
	if len(res.Recommendations) == 0 {
		short := &vim.InsufficientStorageSpace{}
		res.DrsFault = &vim.ClusterDrsFaults{Reason: "storagePlacement", FaultsByVm: []vim.BaseClusterDrsFaultsFaultsByVm{
			&vim.ClusterDrsFaultsFaultsByVm{Vm: spec.Vm, Fault: []vim.LocalizedMethodFault{{Fault: short, LocalizedMessage: faultText(short)}}},
		}}
	}
	return reply[methods.RecommendDatastoresBody](&vim.RecommendDatastoresResponse{Returnval: res}, nil)
}

// selectedPod is the one pod that a client has in mind, for the machine or for
// its disks. Storage DRS must be on.
func (v *VCenter) selectedPod(spec *vim.StorageDrsPodSelectionSpec) (*simulator.StoragePod, vim.BaseMethodFault) {
	invalid := &vim.InvalidArgument{InvalidProperty: "storageSpec.podSelectionSpec.storagePod"}
	id := spec.StoragePod
	for _, c := range spec.InitialVmConfig {
		if id != nil && *id != c.StoragePod {
			return nil, invalid
		}
		id = &c.StoragePod
	}
	if id == nil {
		return nil, invalid
	}
	pod, ok := v.reg.Get(*id).(*simulator.StoragePod)
	if !ok {
		return nil, &vim.ManagedObjectNotFound{Obj: *id}
	}
	if pod.PodStorageDrsEntry == nil || !pod.PodStorageDrsEntry.StorageDrsConfig.PodConfig.Enabled {
		return nil, invalid
	}
	return pod, nil
}

// need is what a placement takes: space, and hosts that see the datastore.
type need struct {
	bytes int64
	hosts []*simulator.HostSystem // one of them must see it
}

func (n need) fits(store *simulator.Datastore) bool {
	if store.Summary.FreeSpace < n.bytes || store.Summary.MaintenanceMode != string(vim.DatastoreSummaryMaintenanceModeStateNormal) {
		return false
	}
	return slices.ContainsFunc(n.hosts, func(h *simulator.HostSystem) bool { return slices.Contains(h.Datastore, store.Self) })
}

func (n need) recommendation(pod *simulator.StoragePod, store *simulator.Datastore, key string) vim.ClusterRecommendation {
	capacity := float32(max(store.Summary.Capacity, 1))
	used := func(free int64) float32 { return 100 * (1 - float32(free)/capacity) }
	before, after := used(store.Summary.FreeSpace), used(store.Summary.FreeSpace-n.bytes)
	return vim.ClusterRecommendation{
		Key: key, Type: "V1", Time: time.Now(), Target: &pod.Self,
		Rating: 5 - int32(min(max(after, 0), 99)/20),
		Reason: "storagePlacement", ReasonText: "Satisfy storage initial placement requests",
		Action: []vim.BaseClusterAction{&vim.StoragePlacementAction{
			ClusterAction:   vim.ClusterAction{Type: "StoragePlacementV1"},
			RelocateSpec:    vim.VirtualMachineRelocateSpec{Datastore: &store.Self, DiskMoveType: string(vim.VirtualMachineRelocateDiskMoveOptionsMoveAllDiskBackingsAndAllowSharing)},
			Destination:     store.Self,
			SpaceUtilBefore: before, SpaceDemandBefore: before, SpaceUtilAfter: after, SpaceDemandAfter: after,
		}},
	}
}

// applyStorageDRS does what recommendations stand for.
func (v *VCenter) applyStorageDRS(ctx *simulator.Context, m *simulator.StorageResourceManager, req *vim.ApplyStorageDrsRecommendation_Task) soap.HasFault {
	taken, ok := v.placements.take(req.Key)
	if !ok {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "key"})
	}
	return v.task(ctx, m, "ApplyStorageDrsRecommendation_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		var result vim.ApplyStorageRecommendationResult
		for _, one := range taken {
			vm, fault := v.place(ctx, one)
			if fault != nil {
				return nil, fault
			}
			result.Vm = vm
		}
		return result, nil
	})
}

// hostsOf are the hosts that a machine may run on: of a pool, or the one named.
func (v *VCenter) hostsOf(pool, host *ref) []*simulator.HostSystem {
	var hosts []*simulator.HostSystem
	if host != nil {
		if h, ok := v.reg.Get(*host).(*simulator.HostSystem); ok {
			return append(hosts, h)
		}
	}
	if pool == nil {
		return nil
	}
	p, ok := v.reg.Get(*pool).(mo.Entity)
	if !ok {
		return nil
	}
	owner := v.computeResource(p)
	for _, e := range v.reg.All("HostSystem") {
		if h, ok := e.(*simulator.HostSystem); ok && owner != nil && h.Parent != nil && *h.Parent == owner.Reference() {
			hosts = append(hosts, h)
		}
	}
	return hosts
}
