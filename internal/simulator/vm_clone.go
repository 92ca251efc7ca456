// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).cloneTask) }

// cloneTask clones without holding the source for longer than it takes to
// read it, so that clones of one template run side by side.
func (v *VCenter) cloneTask(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.CloneVM_Task) soap.HasFault {
	return v.task(ctx, vm, "CloneVM_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		clone, fault := v.clone(ctx, vm, req)
		if fault != nil {
			return nil, fault
		}
		return clone.Self, nil
	})
}

func (v *VCenter) clone(ctx *simulator.Context, vm *simulator.VirtualMachine, req *vim.CloneVM_Task) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	s, fault := v.readSource(ctx, vm, &req.Spec)
	if fault != nil {
		return nil, fault
	}
	return v.cloneVM(ctx, s, req)
}

// source is what a clone is made from.
type source struct {
	config *vim.VirtualMachineConfigInfo
	pool   *ref
	host   ref
	path   object.DatastorePath
	links  []*flatBacking // by disk, what that of a linked clone stands on, else nil
}

// readSource reads a machine as it is, or as a snapshot has it.
func (v *VCenter) readSource(ctx *simulator.Context, vm *simulator.VirtualMachine, spec *vim.VirtualMachineCloneSpec) (*source, vim.BaseMethodFault) {
	unlock := v.lock(ctx, vm)
	defer unlock()
	s := &source{config: copyOf(vm.Config), pool: vm.ResourcePool, host: *vm.Runtime.Host}
	s.path.FromString(vm.Config.Files.VmPathName)
	if spec.Snapshot != nil {
		snapshot := v.snapshotAt(*spec.Snapshot)
		if snapshot == nil {
			return nil, &vim.ManagedObjectNotFound{Obj: *spec.Snapshot}
		}
		if snapshot.Vm != vm.Self {
			return nil, &vim.InvalidArgument{InvalidProperty: "spec.snapshot"}
		}
		config := copyOf(snapshot.Config)
		config.Template = vm.Config.Template
		s.config = &config
	}
	return s, v.readLinks(s, spec)
}

func (v *VCenter) cloneVM(ctx *simulator.Context, s *source, req *vim.CloneVM_Task) (*simulator.VirtualMachine, vim.BaseMethodFault) {
	f, ok := v.reg.Get(req.Folder).(*simulator.Folder)
	if !ok {
		return nil, &vim.InvalidArgument{InvalidProperty: "folder"}
	}
	where := &req.Spec.Location
	pool := where.Pool
	if pool == nil && !s.config.Template {
		pool = s.pool
	}
	if pool == nil {
		return nil, &vim.InvalidArgument{InvalidProperty: "spec.location.pool"}
	}
	store, fault := v.datastoreName(where.Datastore, s.path.Datastore)
	if fault != nil {
		return nil, fault
	}
	if fault := v.checkProfiles("PreCloneCheckCallback", append(profilesAlong(where), profilesIn(req.Spec.Config)...)...); fault != nil {
		return nil, fault
	}
	config, fault := v.cloneSpec(s, where)
	if fault != nil {
		return nil, fault
	}
	config.Name, config.VmProfile = req.Name, where.Profile
	config.Files = &vim.VirtualMachineFileInfo{VmPathName: "[" + store + "]"}
	if c := req.Spec.Config; c != nil && c.Files != nil && c.Files.VmPathName != "" {
		config.Files.VmPathName = c.Files.VmPathName
	}
	full := copyOf(*config)
	clone, fault := v.createVM(ctx, f, vim.CreateVM_Task{This: f.Self, Config: *config, Pool: *pool, Host: v.cloneHost(s, where, *pool)})
	if fault != nil {
		return nil, fault
	}
	unlock := v.lock(ctx, clone)
	defer unlock()
	v.applyDropped(ctx, clone, &full)
	v.enterApp(ctx, clone)
	v.associateConfig(clone, config)
	v.linkDisks(ctx, clone, s.links)
	if fault := v.finishClone(ctx, clone, &req.Spec); fault != nil {
		v.discardVM(ctx, clone)
		return nil, fault
	}
	return clone, nil
}

// cloneHost is the wanted host, or the source's if the pool has it.
func (v *VCenter) cloneHost(s *source, where *vim.VirtualMachineRelocateSpec, pool ref) *ref {
	if where.Host != nil {
		return where.Host
	}
	p, ok := v.reg.Get(pool).(mo.Entity)
	h, isHost := v.reg.Get(s.host).(*simulator.HostSystem)
	if ok && isHost {
		if owner := v.computeResource(p); owner != nil && h.Parent != nil && *h.Parent == owner.Reference() {
			return &s.host
		}
	}
	return nil
}

// finishClone applies what the clone spec changes against the source.
func (v *VCenter) finishClone(ctx *simulator.Context, clone *simulator.VirtualMachine, spec *vim.VirtualMachineCloneSpec) vim.BaseMethodFault {
	if changes := spec.Location.DeviceChange; len(changes) > 0 {
		if fault := v.reconfigure(ctx, clone, &vim.VirtualMachineConfigSpec{DeviceChange: changes}); fault != nil {
			return fault
		}
	}
	if spec.Config != nil {
		config := *spec.Config
		config.Files = nil // that was where to make the clone
		config.DeviceChange = ownFiles(config.DeviceChange)
		if fault := v.reconfigure(ctx, clone, &config); fault != nil {
			return fault
		}
	}
	if spec.Template {
		if f := clone.MarkAsTemplate(&vim.MarkAsTemplate{This: clone.Self}).Fault(); f != nil {
			return new(vim.InvalidState)
		}
		return nil
	}
	if spec.Customization != nil {
		if _, fault := v.inner(clone.Self, func() soap.HasFault {
			return clone.CustomizeVMTask(ctx, &vim.CustomizeVM_Task{This: clone.Self, Spec: *spec.Customization})
		}); fault != nil {
			return fault
		}
	}
	if !spec.PowerOn {
		return nil
	}
	_, fault := v.inner(clone.Self, func() soap.HasFault {
		return clone.PowerOnVMTask(ctx, &vim.PowerOnVM_Task{This: clone.Self})
	})
	return fault
}

// ownFiles drops from edits of disks the file and the UUID: a clone spec speaks
// of the disks of the source, and vCenter edits those of the clone.
func ownFiles(changes []vim.BaseVirtualDeviceConfigSpec) []vim.BaseVirtualDeviceConfigSpec {
	own := make([]vim.BaseVirtualDeviceConfigSpec, len(changes))
	for i, change := range changes {
		own[i] = change
		spec := *change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*vim.VirtualDisk)
		if !ok || spec.Operation != vim.VirtualDeviceConfigSpecOperationEdit {
			continue
		}
		if backing, ok := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok {
			mine, file := *disk, *backing
			file.FileName, file.Uuid, file.ContentId, file.Parent, file.DeltaDiskFormat = "", "", "", nil, ""
			mine.Backing = &file
			spec.Device = &mine
			own[i] = &spec
		}
	}
	return own
}

// discardVM removes a clone that could not be finished.
func (v *VCenter) discardVM(ctx *simulator.Context, vm *simulator.VirtualMachine) {
	_, _ = v.inner(vm.Self, func() soap.HasFault { // it may be off already
		return vm.PowerOffVMTask(ctx, &vim.PowerOffVM_Task{This: vm.Self})
	})
	_ = v.destroyVM(ctx, vm) // it is off now: nothing is left to refuse
}

func (v *VCenter) datastoreName(id *ref, def string) (string, vim.BaseMethodFault) {
	if id == nil {
		return def, nil
	}
	ds, ok := v.reg.Get(*id).(*simulator.Datastore)
	if !ok {
		return "", &vim.ManagedObjectNotFound{Obj: *id}
	}
	return ds.Name, nil
}

// cloneSpec is the spec that makes a machine like the source.
func (v *VCenter) cloneSpec(s *source, where *vim.VirtualMachineRelocateSpec) (*vim.VirtualMachineConfigSpec, vim.BaseMethodFault) {
	c := s.config
	spec := &vim.VirtualMachineConfigSpec{
		Version: c.Version, GuestId: c.GuestId, Firmware: c.Firmware, Annotation: c.Annotation,
		NumCPUs: c.Hardware.NumCPU, NumCoresPerSocket: c.Hardware.NumCoresPerSocket, MemoryMB: int64(c.Hardware.MemoryMB),
		Flags: &c.Flags, Tools: c.Tools, BootOptions: c.BootOptions, PowerOpInfo: &c.DefaultPowerOps,
		CpuHotAddEnabled: c.CpuHotAddEnabled, CpuHotRemoveEnabled: c.CpuHotRemoveEnabled, MemoryHotAddEnabled: c.MemoryHotAddEnabled,
		NestedHVEnabled: c.NestedHVEnabled, VPMCEnabled: c.VPMCEnabled, SwapPlacement: c.SwapPlacement,
		CpuAllocation: c.CpuAllocation, MemoryAllocation: c.MemoryAllocation, LatencySensitivity: c.LatencySensitivity,
		MemoryReservationLockedToMax: c.MemoryReservationLockedToMax, ExtraConfig: cloneOptions(c.ExtraConfig),
		VAppConfig: cloneVApp(c.VAppConfig),
	}
	for _, d := range c.Hardware.Device {
		change, fault := v.cloneDevice(d, where)
		if fault != nil {
			return nil, fault
		}
		if change != nil {
			spec.DeviceChange = append(spec.DeviceChange, change)
		}
	}
	return spec, nil
}

// cloneOptions leaves out what is the source's own.
func cloneOptions(options []vim.BaseOptionValue) []vim.BaseOptionValue {
	return slices.DeleteFunc(slices.Clone(options), func(o vim.BaseOptionValue) bool {
		return o.GetOptionValue().Key == "govcsim"
	})
}

// The keys that vSphere gives to the first controllers of their kind.
const (
	firstIDE  = 200
	firstSATA = 15000
)

// cloneDevice is the change that adds a device like d; nil for devices that
// every machine is born with.
func (v *VCenter) cloneDevice(d vim.BaseVirtualDevice, where *vim.VirtualMachineRelocateSpec) (*vim.VirtualDeviceConfigSpec, vim.BaseMethodFault) {
	key := d.GetVirtualDevice().Key
	_, video := d.(*vim.VirtualMachineVideoCard) // born, but not like any other
	if !video && slices.ContainsFunc(esx.VirtualDevice, func(x vim.BaseVirtualDevice) bool { return x.GetVirtualDevice().Key == key }) {
		return nil, nil
	}
	change := &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: d}
	switch x := d.(type) {
	case *vim.VirtualCdrom:
		if x.ControllerKey != firstIDE && x.ControllerKey != firstIDE+1 && x.ControllerKey < firstSATA { // vcsim puts those of its own machines on SCSI
			x.ControllerKey, x.UnitNumber = firstIDE, nil
		}
	case vim.BaseVirtualEthernetCard:
		card := x.GetVirtualEthernetCard()
		if card.AddressType != string(vim.VirtualEthernetCardMacTypeManual) {
			card.MacAddress = ""
		}
	case *vim.VirtualDisk:
		b, ok := x.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
		if !ok {
			return nil, new(vim.NotSupported)
		}
		change.FileOperation = vim.VirtualDeviceConfigSpecFileOperationCreate
		root := chainOf(b)[len(chainOf(b))-1] // deltas are thin, whatever they stand on
		b.ThinProvisioned, b.EagerlyScrub, b.DeltaDiskFormat = root.ThinProvisioned, root.EagerlyScrub, ""
		b.FileName, b.Uuid, b.Parent, b.Datastore = "", "", nil, nil
		var fault vim.BaseMethodFault
		if change.Profile, fault = v.locateDisk(key, b, where); fault != nil {
			return nil, fault
		}
	}
	return change, nil
}

// locateDisk applies the clone's wishes for one disk and returns its profile.
func (v *VCenter) locateDisk(key int32, b *vim.VirtualDiskFlatVer2BackingInfo, where *vim.VirtualMachineRelocateSpec) (profileSpecs, vim.BaseMethodFault) {
	for _, l := range where.Disk {
		if l.DiskId != key {
			continue
		}
		if l.Datastore.Value != "" && (where.Datastore == nil || l.Datastore != *where.Datastore) {
			name, fault := v.datastoreName(&l.Datastore, "")
			if fault != nil {
				return nil, fault
			}
			b.FileName = "[" + name + "]"
		}
		if want, ok := l.DiskBackingInfo.(*vim.VirtualDiskFlatVer2BackingInfo); ok {
			b.ThinProvisioned, b.EagerlyScrub = want.ThinProvisioned, want.EagerlyScrub
		}
		return l.Profile, nil
	}
	return nil, nil
}

// cloneVApp turns a vApp configuration into the spec that makes it anew.
func cloneVApp(info vim.BaseVmConfigInfo) vim.BaseVmConfigSpec {
	if info == nil {
		return nil
	}
	i := info.GetVmConfigInfo()
	spec := &vim.VmConfigSpec{OvfEnvironmentTransport: i.OvfEnvironmentTransport, IpAssignment: &i.IpAssignment}
	add := vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationAdd}
	for _, p := range i.Property {
		spec.Property = append(spec.Property, vim.VAppPropertySpec{ArrayUpdateSpec: add, Info: &p})
	}
	for _, p := range i.Product {
		spec.Product = append(spec.Product, vim.VAppProductSpec{ArrayUpdateSpec: add, Info: &p})
	}
	return spec
}
