// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"os"
	"path"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).importVApp)
	onFree((*VCenter).importIntoVApp)
	onFree((*VCenter).leaseProgress)
	onFree((*VCenter).leaseComplete)
	onFree((*VCenter).leaseAbort)
	on((*VCenter).leaseManifest)
}

// leaseTimeout is how long a lease lives without a report of progress.
const leaseTimeout = 300 * time.Second

// leases are the imports under way.
type leases struct {
	mu      sync.Mutex
	timeout time.Duration
	byToken map[string]*nfcLease // by what their addresses begin with
}

// SetLeaseTimeout changes how long imports that begin from now on live without a
// report of progress. vCenter tells it in whole seconds.
func (v *VCenter) SetLeaseTimeout(d time.Duration) {
	v.leases.mu.Lock()
	defer v.leases.mu.Unlock()
	v.leases.timeout = d
}

// nfcLease is an HttpNfcLease of an import. vcsim's throws the files away, never
// ends by itself, and leaves the machine behind when it is aborted.
type nfcLease struct {
	mo.HttpNfcLease

	token   string
	timeout time.Duration
	expiry  *time.Timer
	ended   bool                // guarded by the lease's lock
	files   map[string]*nfcFile // by target id
}

// nfcFile is a device's file: where it is on disk, and what was received.
type nfcFile struct {
	path string
	disk bool
	key  string

	mu   sync.Mutex
	sha1 string
	size int64
}

func (v *VCenter) importIntoVApp(ctx *simulator.Context, app *simulator.VirtualApp, req *vim.ImportVApp) soap.HasFault {
	if req.Folder != nil {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "folder"}) // a vApp is not in a folder of machines
	}
	return v.importInto(ctx, app, req)
}

func (v *VCenter) importVApp(ctx *simulator.Context, pool *simulator.ResourcePool, req *vim.ImportVApp) soap.HasFault {
	return v.importInto(ctx, pool, req)
}

// importInto makes the machine and opens a lease for its disks.
func (v *VCenter) importInto(ctx *simulator.Context, pool mo.Entity, req *vim.ImportVApp) soap.HasFault {
	spec, ok := req.Spec.(*vim.VirtualMachineImportSpec)
	if !ok {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "spec"})
	}
	dc := v.datacenter(pool)
	where := dc.VmFolder
	if req.Folder != nil {
		where = *req.Folder
	}
	folder, ok := v.reg.Get(where).(*simulator.Folder)
	if !ok {
		return faultBody(&vim.InvalidArgument{InvalidProperty: "folder"})
	}
	lease := v.newLease()
	v.run(ctx, pool, "ImportVAppLRO", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		fault := v.fillLease(ctx, lease, folder, pool, spec, req.Host)
		if fault != nil {
			v.endLease(ctx, lease, &vim.LocalizedMethodFault{Fault: fault, LocalizedMessage: faultText(fault)})
		}
		return nil, fault
	})
	return reply[methods.ImportVAppBody](&vim.ImportVAppResponse{Returnval: lease.Self}, nil)
}

func (v *VCenter) newLease() *nfcLease {
	v.leases.mu.Lock()
	defer v.leases.mu.Unlock()
	lease := &nfcLease{token: uuid.NewString(), files: map[string]*nfcFile{}, timeout: v.leases.timeout}
	if lease.timeout == 0 {
		lease.timeout = leaseTimeout
	}
	lease.Self = ref{Type: "HttpNfcLease", Value: "session[" + uuid.NewString() + "]" + uuid.NewString()}
	lease.State = vim.HttpNfcLeaseStateInitializing
	lease.Mode = string(vim.HttpNfcLeaseModePushOrGet)
	if v.leases.byToken == nil {
		v.leases.byToken = map[string]*nfcLease{}
	}
	v.leases.byToken[lease.token] = lease
	v.reg.Put(lease)
	return lease
}

// fillLease makes the machine and makes the lease ready.
func (v *VCenter) fillLease(ctx *simulator.Context, lease *nfcLease, folder *simulator.Folder, pool mo.Entity, spec *vim.VirtualMachineImportSpec, host *ref) vim.BaseMethodFault {
	config := spec.ConfigSpec
	if fault := checkProperties(config.VAppConfig); fault != nil {
		return fault
	}
	if fault := checkGuestID(config.GuestId); fault != nil {
		return fault
	}
	full := copyOf(config)
	vm, fault := v.createVM(ctx, folder, vim.CreateVM_Task{This: folder.Self, Config: config, Pool: pool.Reference(), Host: host})
	if fault != nil {
		return fault
	}
	unlock := v.lock(ctx, vm)
	v.applyDropped(ctx, vm, &full)
	vm.DisabledMethod = []string{"PowerOnVM_Task", "ReconfigVM_Task", "Destroy_Task", "CloneVM_Task", "MarkAsTemplate"}
	info := v.leaseInfo(lease, vm)
	unlock()

	unlock = v.lock(ctx, lease)
	defer unlock()
	lease.Info = info
	if lease.ended {
		defer v.dropMachine(ctx, vm.Self)
		return new(vim.RequestCanceled)
	}
	lease.expiry = time.AfterFunc(lease.timeout, func() { v.expireLease(lease) })
	v.reg.Update(ctx, lease, []vim.PropertyChange{
		{Name: "info", Val: info}, {Name: "initializeProgress", Val: int32(100)}, {Name: "state", Val: vim.HttpNfcLeaseStateReady},
	})
	return nil
}

// leaseInfo gives every file of the machine an address.
func (v *VCenter) leaseInfo(lease *nfcLease, vm *simulator.VirtualMachine) *vim.HttpNfcLeaseInfo {
	info := &vim.HttpNfcLeaseInfo{Lease: lease.Self, Entity: vm.Self, LeaseTimeout: int32(max(lease.timeout/time.Second, 1))}
	devices := object.VirtualDeviceList(vm.Config.Hardware.Device)
	dc, count := v.datacenter(vm), map[string]int{}
	for _, d := range devices {
		backing, ok := d.GetVirtualDevice().Backing.(vim.BaseVirtualDeviceFileBackingInfo)
		if !ok {
			continue
		}
		file := backing.GetVirtualDeviceFileBackingInfo().FileName
		disk, isDisk := d.(*vim.VirtualDisk)
		if isDisk {
			info.TotalDiskCapacityInKB += disk.CapacityInKB
			file = simulator.VirtualDiskBackingFileName(file)
		}
		place, ok := v.filePath(dc, file)
		if !ok {
			continue
		}
		kind := devices.Type(d)
		n := count[kind]
		count[kind]++
		target := fmt.Sprintf("%s-%d%s", kind, n, path.Ext(file))
		lease.files[target] = &nfcFile{path: place, disk: isDisk, key: fmt.Sprintf("/%s/%s:%d", vm.Self.Value, kind, n)}
		info.DeviceUrl = append(info.DeviceUrl, vim.HttpNfcLeaseDeviceUrl{
			Key:       lease.files[target].key,
			ImportKey: fmt.Sprintf("/%s/%s:%d", vm.Name, kind, n),
			Url:       "https://" + v.Server() + nfcPrefix + lease.token + "/" + target,
			Disk:      vim.NewBool(isDisk), TargetId: target, SslThumbprint: v.thumbprint(),
		})
	}
	return info
}

func (v *VCenter) leaseProgress(ctx *simulator.Context, lease *nfcLease, req *vim.HttpNfcLeaseProgress) soap.HasFault {
	unlock := v.lock(ctx, lease)
	defer unlock()
	switch {
	case lease.ended || lease.State != vim.HttpNfcLeaseStateReady:
		return faultBody(new(vim.InvalidState))
	case req.Percent < 0 || req.Percent > 100:
		return faultBody(&vim.InvalidArgument{InvalidProperty: "percent"})
	}
	lease.expiry.Reset(lease.timeout)
	v.reg.Update(ctx, lease, []vim.PropertyChange{{Name: "transferProgress", Val: req.Percent}})
	return reply[methods.HttpNfcLeaseProgressBody](new(vim.HttpNfcLeaseProgressResponse), nil)
}

// leaseComplete hands the machine over.
func (v *VCenter) leaseComplete(ctx *simulator.Context, lease *nfcLease, _ *vim.HttpNfcLeaseComplete) soap.HasFault {
	unlock := v.lock(ctx, lease)
	if lease.ended || lease.State != vim.HttpNfcLeaseStateReady {
		unlock()
		return faultBody(new(vim.InvalidState))
	}
	lease.ended = true
	lease.expiry.Stop()
	v.reg.Update(ctx, lease, []vim.PropertyChange{{Name: "state", Val: vim.HttpNfcLeaseStateDone}})
	entity := lease.Info.Entity
	unlock()
	v.release(ctx, entity)
	v.forgetLease(ctx, lease)
	return reply[methods.HttpNfcLeaseCompleteBody](new(vim.HttpNfcLeaseCompleteResponse), nil)
}

func (v *VCenter) release(ctx *simulator.Context, entity ref) {
	if vm, ok := v.reg.Get(entity).(*simulator.VirtualMachine); ok {
		unlock := v.lock(ctx, vm)
		vm.DisabledMethod = nil
		unlock()
	}
}

func (v *VCenter) leaseAbort(ctx *simulator.Context, lease *nfcLease, req *vim.HttpNfcLeaseAbort) soap.HasFault {
	fault := req.Fault
	if fault == nil {
		fault = &vim.LocalizedMethodFault{Fault: new(vim.RequestCanceled), LocalizedMessage: faultText(new(vim.RequestCanceled))}
	}
	v.endLease(ctx, lease, fault)
	v.forgetLease(ctx, lease)
	return reply[methods.HttpNfcLeaseAbortBody](new(vim.HttpNfcLeaseAbortResponse), nil)
}

// expireLease is what becomes of a lease that nobody reports progress of.
func (v *VCenter) expireLease(lease *nfcLease) {
	if v.ctx.Err() == nil {
		v.endLease(v.context(), lease, &vim.LocalizedMethodFault{Fault: new(vim.Timedout), LocalizedMessage: "The operation timed out."})
	}
}

// endLease ends a lease without success and removes its machine.
func (v *VCenter) endLease(ctx *simulator.Context, lease *nfcLease, fault *vim.LocalizedMethodFault) {
	unlock := v.lock(ctx, lease)
	first := !lease.ended
	lease.ended = true
	if lease.expiry != nil {
		lease.expiry.Stop()
	}
	if first {
		v.reg.Update(ctx, lease, []vim.PropertyChange{{Name: "error", Val: fault}, {Name: "state", Val: vim.HttpNfcLeaseStateError}})
	}
	info := lease.Info
	unlock()
	if first && info != nil {
		v.dropMachine(ctx, info.Entity)
	}
}

// dropMachine removes a machine that was not finished.
func (v *VCenter) dropMachine(ctx *simulator.Context, entity ref) {
	v.release(ctx, entity)
	if vm, ok := v.reg.Get(entity).(*simulator.VirtualMachine); ok {
		_ = v.destroyVM(ctx, vm) // it never ran: nothing refuses
	}
}

func (v *VCenter) forgetLease(ctx *simulator.Context, lease *nfcLease) {
	v.leases.mu.Lock()
	delete(v.leases.byToken, lease.token)
	v.leases.mu.Unlock()
	v.reg.Remove(ctx, lease.Self)
}

func (v *VCenter) leaseManifest(_ *simulator.Context, lease *nfcLease, _ *vim.HttpNfcLeaseGetManifest) soap.HasFault {
	res := new(vim.HttpNfcLeaseGetManifestResponse)
	for _, f := range lease.files {
		f.mu.Lock()
		if f.sha1 != "" {
			res.Returnval = append(res.Returnval, vim.HttpNfcLeaseManifestEntry{Key: f.key, Sha1: f.sha1, Size: f.size, Disk: f.disk})
		}
		f.mu.Unlock()
	}
	return reply[methods.HttpNfcLeaseGetManifestBody](res, nil)
}

// remove deletes what was received in part.
func (f *nfcFile) remove() { _ = os.Remove(f.path) } // it may not have begun
