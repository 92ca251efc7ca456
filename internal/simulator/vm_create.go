// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"os"
	"path"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).createVMTask) }

func (v *VCenter) createVMTask(ctx *simulator.Context, f *simulator.Folder, req *vim.CreateVM_Task) soap.HasFault {
	return v.task(ctx, f, "CreateVM_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		vm, fault := v.createWhole(ctx, f, *req)
		if fault != nil {
			return nil, fault
		}
		return vm.Self, nil
	})
}

// createWhole makes a machine with all that the spec says.
func (v *VCenter) createWhole(ctx *simulator.Context, f *simulator.Folder, req vim.CreateVM_Task) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	if fault := checkGuestID(req.Config.GuestId); fault != nil {
		return nil, fault
	}
	if fault := v.checkProfiles("PreCreateCheckCallback", profilesIn(&req.Config)...); fault != nil {
		return nil, fault
	}
	full := copyOf(req.Config)
	vm, fault := v.createVM(ctx, f, req)
	if fault != nil {
		return nil, fault
	}
	unlock := v.lock(ctx, vm)
	defer unlock()
	v.applyDropped(ctx, vm, &full)
	v.associateConfig(vm, &req.Config)
	v.enterApp(ctx, vm)
	return vm, nil
}

// createVM checks what vcsim trusts, and has vcsim make the machine.
func (v *VCenter) createVM(ctx *simulator.Context, f *simulator.Folder, req vim.CreateVM_Task) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	unlock := v.lock(ctx, f)
	defer unlock()
	if taken := v.reg.FindByName(req.Config.Name, v.siblingsIn(f, req.Pool)); taken != nil {
		return nil, &vim.DuplicateName{Name: req.Config.Name, Object: taken.Reference()}
	}
	pool, ok := v.reg.Get(req.Pool).(mo.Entity)
	if !ok {
		return nil, &vim.InvalidArgument{InvalidProperty: "pool"}
	}
	if req.Config.Files == nil {
		return nil, &vim.InvalidVmConfig{Property: "configSpec.files.vmPathName"}
	}
	hosts, fault := v.hostsFor(ctx, pool, req.Host, req.Config.Files.VmPathName)
	if fault != nil {
		return nil, fault
	}
	req.Host = &hosts[0]
	if fault := v.checkNetworks(f, req.Config.DeviceChange); fault != nil {
		return nil, fault
	}
	if fault := v.checkNewDevices(v.datacenter(f), hosts[0], &req.Config); fault != nil {
		return nil, fault
	}
	video := newVideo(&req.Config)
	req.Config.DeviceChange = slices.Clone(req.Config.DeviceChange) // vcsim takes devices out that it makes itself
	undo, fault := v.placeFiles(ctx, v.datacenter(f), &req.Config)
	if fault != nil {
		return nil, fault
	}
	res, fault := v.inner(f.Self, func() soap.HasFault { return f.CreateVMTask(ctx, &req) })
	if fault != nil {
		undo()
		return nil, fault
	}
	vm := v.reg.Get(res.(ref)).(*simulator.VirtualMachine)
	v.applyVideo(ctx, vm, video)
	return vm, nil
}

// placeFiles makes the machine's directory, names the files in it, and gives
// the machine identifiers of its own: vcsim derives them from the path, so that
// two machines would share them once one has moved away. undo takes the
// directory back.
func (v *VCenter) placeFiles(ctx *simulator.Context, dc *simulator.Datacenter, config *vim.VirtualMachineConfigSpec) (undo func(), fault vim.BaseMethodFault) {
	undo = func() {}
	var p object.DatastorePath
	p.FromString(config.Files.VmPathName)
	if path.Ext(p.Path) != ".vmx" {
		name := p.Path
		if name == "" {
			name = config.Name
		}
		h, fault := v.makeHome(dc, p.Datastore, name)
		if fault != nil {
			return undo, fault
		}
		h.base = pathEscaper.Replace(config.Name)
		files := *config.Files
		files.VmPathName = h.file(".vmx")
		config.Files = &files
		undo = func() {
			if dir, ok := v.filePath(dc, h.dir.String()); ok {
				_ = os.RemoveAll(dir) // what stays is in the way of nobody
			}
		}
	}
	for _, id := range []*string{&config.Uuid, &config.InstanceUuid} {
		if *id == "" {
			*id = uuid.NewString()
		}
	}
	if fault := v.nameDisks(ctx, dc, homeOf(config.Files.VmPathName), config.DeviceChange); fault != nil {
		undo()
		return undo, fault
	}
	return undo, nil
}

// hostsFor are the hosts of the pool's compute resource that see the datastore
// of a path; the wanted one alone if there is one.
func (v *VCenter) hostsFor(ctx *simulator.Context, pool mo.Entity, wanted *ref, path string) ([]ref, vim.BaseMethodFault) {
	var p object.DatastorePath
	if !p.FromString(path) {
		return nil, &vim.InvalidDatastorePath{DatastorePath: path}
	}
	owner := v.computeResource(pool)
	if owner == nil {
		return nil, &vim.InvalidArgument{InvalidProperty: "pool"}
	}
	var hosts []ref
	for _, id := range v.read(ctx).children(owner.Reference()) {
		h, ok := v.reg.Get(id).(*simulator.HostSystem)
		if ok && (wanted == nil || *wanted == id) && v.reg.FindByName(p.Datastore, h.Datastore) != nil {
			hosts = append(hosts, id)
		}
	}
	if len(hosts) == 0 {
		if wanted != nil {
			return nil, &vim.InvalidArgument{InvalidProperty: "host"}
		}
		return nil, &vim.InvalidDatastorePath{DatastorePath: path}
	}
	return hosts, nil
}

func (v *VCenter) read(ctx *simulator.Context) *reader { return &reader{v, ctx.Session} }

// computeResource is the cluster or standalone host that owns a pool.
func (v *VCenter) computeResource(e mo.Entity) mo.Entity {
	for e != nil && !strings.HasSuffix(e.Reference().Type, "ComputeResource") {
		parent := e.Entity().Parent
		if parent == nil {
			return nil
		}
		e, _ = v.reg.Get(*parent).(mo.Entity)
	}
	return e
}

// datacenter is the datacenter that an entity is in.
func (v *VCenter) datacenter(e mo.Entity) *simulator.Datacenter {
	for e != nil {
		if dc, ok := e.(*simulator.Datacenter); ok {
			return dc
		}
		parent := e.Entity().Parent
		if parent == nil {
			return nil
		}
		e, _ = v.reg.Get(*parent).(mo.Entity)
	}
	return nil
}

func checkGuestID(id string) vim.BaseMethodFault {
	if id == "" {
		return nil
	}
	for _, known := range simulator.GuestID {
		if string(known) == id {
			return nil
		}
	}
	return &vim.InvalidArgument{InvalidProperty: "configSpec.guestId"}
}

// checkNetworks refuses network interfaces on networks that do not exist.
func (v *VCenter) checkNetworks(at mo.Entity, changes []vim.BaseVirtualDeviceConfigSpec) vim.BaseMethodFault {
	dc := v.datacenter(at)
	for i, c := range changes {
		spec := c.GetVirtualDeviceConfigSpec()
		card, ok := spec.Device.(vim.BaseVirtualEthernetCard)
		if !ok || spec.Operation == vim.VirtualDeviceConfigSpecOperationRemove {
			continue
		}
		switch b := card.GetVirtualEthernetCard().Backing.(type) {
		case *vim.VirtualEthernetCardNetworkBackingInfo:
			if dc == nil || v.reg.FindByName(b.DeviceName, dc.Network) == nil {
				return invalidDevice(i)
			}
		case *vim.VirtualEthernetCardDistributedVirtualPortBackingInfo:
			if id, ok := v.index.byValue(b.Port.PortgroupKey); !ok || id.Type != "DistributedVirtualPortgroup" {
				return &vim.NotFound{}
			}
		}
	}
	return nil
}

func invalidDevice(index int) vim.BaseMethodFault {
	return &vim.InvalidDeviceSpec{
		InvalidVmConfig: vim.InvalidVmConfig{Property: "virtualDeviceSpec.device"},
		DeviceIndex:     int32(index),
	}
}
