// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

// template is a virtual machine template of the default inventory.
type template struct {
	name, guest, firmware string
	disksGB               []int64
	nics                  int
	vApp                  bool
}

var templates = []template{
	{name: "template-linux", guest: "ubuntu64Guest", firmware: "bios", disksGB: []int64{8}, nics: 1},
	{name: "template-uefi", guest: "other5xLinux64Guest", firmware: "efi", disksGB: []int64{16, 4}, nics: 2},
	{name: "template-windows", guest: "windows2019srvNext_64Guest", firmware: "efi", disksGB: []int64{40}, nics: 1},
	{name: "template-vapp", guest: "other5xLinux64Guest", firmware: "bios", disksGB: []int64{8}, nics: 1, vApp: true},
}

// createTemplates puts the templates into /DC0/vm/templates, if the inventory
// has what they need: a datacenter, a datastore and a pool.
func (v *VCenter) createTemplates() error {
	root, ok := v.Find("/DC0/vm")
	pool, inCluster := v.Find("/DC0/host/DC0_C0/Resources")
	if !inCluster {
		pool, inCluster = v.Find("/DC0/host/DC0_H0/Resources")
	}
	if !ok || !inCluster || v.opts.Datastores == 0 {
		return nil
	}
	ctx := v.context()
	made := v.reg.Get(root).(*simulator.Folder).CreateFolder(ctx, &vim.CreateFolder{Name: "templates"})
	folder := v.reg.Get(made.(*methods.CreateFolderBody).Res.Returnval).(*simulator.Folder)
	for _, t := range templates {
		ctx := v.context()
		config := t.spec(v.templateNetwork())
		full := copyOf(config)
		vm, fault := v.createVM(ctx, folder, vim.CreateVM_Task{This: folder.Self, Config: config, Pool: pool})
		if fault != nil {
			return fmt.Errorf("simulator %s: %s", t.name, faultText(fault))
		}
		unlock := v.lock(ctx, vm)
		v.applyDropped(ctx, vm, &full)
		vm.Guest.ToolsStatus = vim.VirtualMachineToolsStatusToolsNotRunning
		vm.Guest.ToolsVersion, vm.Guest.ToolsVersionStatus2 = "12389", "guestToolsCurrent"
		vm.MarkAsTemplate(&vim.MarkAsTemplate{This: vm.Self})
		unlock()
	}
	return nil
}

// templateNetwork is the backing of the templates' network interfaces.
func (v *VCenter) templateNetwork() vim.BaseVirtualDeviceBackingInfo {
	if id, ok := v.Find("/DC0/network/DC0_DVPG0"); ok {
		pg := v.reg.Get(id).(*simulator.DistributedVirtualPortgroup)
		dvs := v.reg.Get(*pg.Config.DistributedVirtualSwitch).(*simulator.DistributedVirtualSwitch)
		return &vim.VirtualEthernetCardDistributedVirtualPortBackingInfo{
			Port: vim.DistributedVirtualSwitchPortConnection{PortgroupKey: pg.Key, SwitchUuid: dvs.Uuid},
		}
	}
	return &vim.VirtualEthernetCardNetworkBackingInfo{VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: "VM Network"}}
}

func (t *template) spec(network vim.BaseVirtualDeviceBackingInfo) vim.VirtualMachineConfigSpec {
	spec := vim.VirtualMachineConfigSpec{
		Name: t.name, GuestId: t.guest, Firmware: t.firmware, Version: "vmx-21", NumCPUs: 1, NumCoresPerSocket: vim.NewInt32(1), MemoryMB: 1024,
		Files: &vim.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"},
	}
	add := func(d vim.BaseVirtualDevice, op vim.VirtualDeviceConfigSpecFileOperation) {
		spec.DeviceChange = append(spec.DeviceChange, &vim.VirtualDeviceConfigSpec{
			Operation: vim.VirtualDeviceConfigSpecOperationAdd, FileOperation: op, Device: d,
		})
	}
	scsi := new(vim.ParaVirtualSCSIController)
	scsi.Key, scsi.ControllerKey, scsi.UnitNumber = 1000, 100, vim.NewInt32(3)
	scsi.SharedBus, scsi.ScsiCtlrUnitNumber = vim.VirtualSCSISharingNoSharing, 7
	scsi.HotAddRemove = vim.NewBool(true)
	add(scsi, "")
	for i, gb := range t.disksGB {
		disk := &vim.VirtualDisk{CapacityInKB: gb << 20}
		disk.Key, disk.ControllerKey, disk.UnitNumber = int32(2000+i), 1000, vim.NewInt32(int32(i))
		disk.Backing = &vim.VirtualDiskFlatVer2BackingInfo{
			DiskMode: string(vim.VirtualDiskModePersistent), ThinProvisioned: vim.NewBool(true),
		}
		add(disk, vim.VirtualDeviceConfigSpecFileOperationCreate)
	}
	for i := range t.nics {
		nic := new(vim.VirtualVmxnet3)
		nic.Key, nic.ControllerKey, nic.UnitNumber = int32(4000+i), 100, vim.NewInt32(int32(7+i))
		nic.AddressType, nic.WakeOnLanEnabled = string(vim.VirtualEthernetCardMacTypeAssigned), vim.NewBool(true)
		nic.Connectable = &vim.VirtualDeviceConnectInfo{StartConnected: true, AllowGuestControl: true}
		nic.Backing = copyOf(network)
		add(nic, "")
	}
	if t.vApp {
		spec.VAppConfig = templateVApp()
	}
	return spec
}

// templateVApp declares properties as OVF appliances do.
func templateVApp() *vim.VmConfigSpec {
	property := func(key int32, id, def string) vim.VAppPropertySpec {
		return vim.VAppPropertySpec{
			ArrayUpdateSpec: vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationAdd},
			Info: &vim.VAppPropertyInfo{
				Key: key, Id: id, Label: id, Type: "string", DefaultValue: def, UserConfigurable: vim.NewBool(true),
			},
		}
	}
	return &vim.VmConfigSpec{
		Property: []vim.VAppPropertySpec{
			property(0, "hostname", "localhost"), property(1, "user-data", ""), property(2, "public-keys", ""),
		},
		OvfEnvironmentTransport: []string{"com.vmware.guestInfo"},
	}
}
