// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"strings"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

// podPlace is a pod of two datastores of which the second has more space.
type podPlace struct {
	*VCenter
	t            *testing.T
	c            *govmomi.Client
	pod          ref
	small, large ref
}

func newPodPlace(t *testing.T) *podPlace {
	t.Helper()
	v := start(t, Options{Pods: 1})
	p := &podPlace{VCenter: v, t: t, c: login(t, v), pod: mustFind(t, v, "/DC0/datastore/DC0_POD0")}
	p.small, p.large = mustFind(t, v, "/DC0/datastore/DC0_POD0/DC0_POD0_DS0"), mustFind(t, v, "/DC0/datastore/DC0_POD0/DC0_POD0_DS1")
	p.space(p.small, 30)
	p.space(p.large, 90)
	return p
}

// space leaves a datastore of 100 GiB so many free.
func (p *podPlace) space(store ref, free int64) {
	p.t.Helper()
	if err := p.Update(store, vim.PropertyChange{Name: "summary.capacity", Val: int64(100 << 30)}, vim.PropertyChange{Name: "summary.freeSpace", Val: free << 30}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *podPlace) recommend(spec vim.StoragePlacementSpec) (vim.StoragePlacementResult, error) {
	spec.PodSelectionSpec.StoragePod = &p.pod
	result, err := object.NewStorageResourceManager(p.c.Client).RecommendDatastores(context.Background(), spec)
	if err != nil {
		return vim.StoragePlacementResult{}, err
	}
	return *result, nil
}

// apply carries out the recommendation with the highest rating.
func (p *podPlace) apply(spec vim.StoragePlacementSpec) *object.VirtualMachine {
	p.t.Helper()
	result, err := p.recommend(spec)
	if err != nil || len(result.Recommendations) == 0 {
		p.t.Fatalf("%v: %+v", err, result.DrsFault)
	}
	best := result.Recommendations[0]
	for _, r := range result.Recommendations {
		if r.Rating > best.Rating {
			best = r
		}
	}
	task, err := object.NewStorageResourceManager(p.c.Client).ApplyStorageDrsRecommendation(context.Background(), []string{best.Key})
	if err != nil {
		p.t.Fatal(err)
	}
	info, err := task.WaitForResult(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	applied, ok := info.Result.(vim.ApplyStorageRecommendationResult)
	if !ok || applied.Vm == nil {
		p.t.Fatalf("result is %#v", info.Result)
	}
	return object.NewVirtualMachine(p.c.Client, *applied.Vm)
}

// files are the datastores of a machine's own files and of its disks.
func (p *podPlace) files(vm *object.VirtualMachine) string {
	p.t.Helper()
	at := func(file string) string { name, _, _ := strings.Cut(strings.TrimPrefix(file, "["), "]"); return name }
	c := config(p.t, vm)
	all := []string{at(c.Files.VmPathName)}
	for _, d := range object.VirtualDeviceList(c.Hardware.Device).SelectByType((*vim.VirtualDisk)(nil)) {
		all = append(all, at(diskFile(d.(*vim.VirtualDisk)).FileName))
	}
	return strings.Join(all, " ")
}

func newDiskSpec(key, gb int32) *vim.VirtualDeviceConfigSpec {
	disk := &vim.VirtualDisk{CapacityInBytes: int64(gb) << 30}
	disk.Key, disk.ControllerKey, disk.UnitNumber = key, 1000, vim.NewInt32(5)
	disk.Backing = &vim.VirtualDiskFlatVer2BackingInfo{DiskMode: "persistent", ThinProvisioned: vim.NewBool(true)}
	return &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, FileOperation: vim.VirtualDeviceConfigSpecFileOperationCreate, Device: disk}
}

func TestStorageDRSPlacesEveryOperation(t *testing.T) {
	p := newPodPlace(t)
	folder, pool := mustFind(t, p.VCenter, "/DC0/vm"), mustFind(t, p.VCenter, "/DC0/host/DC0_C0/Resources")
	template := mustFind(t, p.VCenter, "/DC0/vm/templates/template-uefi")

	clone := p.apply(vim.StoragePlacementSpec{
		Type: "clone", Vm: &template, Folder: &folder, CloneName: "c",
		CloneSpec: &vim.VirtualMachineCloneSpec{Location: vim.VirtualMachineRelocateSpec{Pool: &pool}},
	})
	if got := p.files(clone); got != "DC0_POD0_DS1 DC0_POD0_DS1 DC0_POD0_DS1" {
		t.Errorf("clone is on %s", got)
	}
	scsi := new(vim.ParaVirtualSCSIController)
	scsi.Key, scsi.ControllerKey, scsi.SharedBus = 1000, 100, vim.VirtualSCSISharingNoSharing
	made := p.apply(vim.StoragePlacementSpec{
		Type: "create", Folder: &folder, ResourcePool: &pool,
		ConfigSpec: &vim.VirtualMachineConfigSpec{Name: "n", GuestId: "otherGuest64", NumCPUs: 1, MemoryMB: 32, DeviceChange: []vim.BaseVirtualDeviceConfigSpec{
			&vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: scsi}, newDiskSpec(-1, 2),
		}},
	})
	if got := p.files(made); got != "DC0_POD0_DS1 DC0_POD0_DS1" {
		t.Errorf("new machine is on %s", got)
	}

	p.space(p.large, 1)
	id := clone.Reference()
	p.apply(vim.StoragePlacementSpec{Type: "reconfigure", Vm: &id, ConfigSpec: &vim.VirtualMachineConfigSpec{DeviceChange: []vim.BaseVirtualDeviceConfigSpec{newDiskSpec(-1, 3)}}})
	if got := p.files(clone); got != "DC0_POD0_DS1 DC0_POD0_DS1 DC0_POD0_DS1 DC0_POD0_DS0" {
		t.Errorf("after a disk was added the clone is on %s", got)
	}
	stays := vim.VirtualMachineRelocateSpecDiskLocator{DiskId: 2000, Datastore: p.large}
	p.apply(vim.StoragePlacementSpec{Type: "relocate", Vm: &id, RelocateSpec: &vim.VirtualMachineRelocateSpec{Disk: []vim.VirtualMachineRelocateSpecDiskLocator{stays}}})
	if got := p.files(clone); got != "DC0_POD0_DS0 DC0_POD0_DS1 DC0_POD0_DS0 DC0_POD0_DS0" {
		t.Errorf("after the move the clone is on %s", got)
	}
}

func TestStorageDRSRatesByFreeSpace(t *testing.T) {
	p := newPodPlace(t)
	folder, pool := mustFind(t, p.VCenter, "/DC0/vm"), mustFind(t, p.VCenter, "/DC0/host/DC0_C0/Resources")
	spec := vim.StoragePlacementSpec{Type: "create", Folder: &folder, ResourcePool: &pool, ConfigSpec: &vim.VirtualMachineConfigSpec{
		Name: "n", DeviceChange: []vim.BaseVirtualDeviceConfigSpec{newDiskSpec(-1, 20)},
	}}
	result, err := p.recommend(spec)
	if err != nil || len(result.Recommendations) != 2 || result.Recommendations[0].Rating != 1 || result.Recommendations[1].Rating != 4 {
		t.Errorf("%v: %+v", err, result.Recommendations)
	}
	p.space(p.large, 10)
	if result, err = p.recommend(spec); err != nil || len(result.Recommendations) != 1 {
		t.Errorf("a datastore too small is recommended: %v, %+v", err, result.Recommendations)
	}
	p.space(p.small, 10)
	if result, err = p.recommend(spec); err != nil || len(result.Recommendations) != 0 || result.DrsFault == nil {
		t.Errorf("without space: %v, %+v", err, result)
	}
}

func TestStorageDRSRefuses(t *testing.T) {
	p := newPodPlace(t)
	invalid := func(err error, property string) {
		t.Helper()
		var f *vim.InvalidArgument
		if _, ok := fault.As(err, &f); !ok || !strings.HasSuffix(f.InvalidProperty, property) {
			t.Errorf("%v, not about %s", err, property)
		}
	}
	_, err := p.recommend(vim.StoragePlacementSpec{Type: "clone"})
	invalid(err, "vm")
	template := mustFind(t, p.VCenter, "/DC0/vm/templates/template-uefi")
	disk := []vim.VmPodConfigForPlacement{{StoragePod: p.pod, Disk: []vim.PodDiskLocator{{DiskId: 77}}}}
	_, err = p.recommend(vim.StoragePlacementSpec{Type: "relocate", Vm: &template, PodSelectionSpec: vim.StorageDrsPodSelectionSpec{InitialVmConfig: disk}})
	invalid(err, "diskId")
	manager := *p.c.ServiceContent.StorageResourceManager
	_, err = methods.ApplyStorageDrsRecommendation_Task(context.Background(), p.c, &vim.ApplyStorageDrsRecommendation_Task{This: manager, Key: []string{"99"}})
	invalid(err, "key")
	off := vim.PropertyChange{Name: "podStorageDrsEntry.storageDrsConfig.podConfig.enabled", Val: false}
	if err := p.Update(p.pod, off); err != nil {
		t.Fatal(err)
	}
	_, err = p.recommend(vim.StoragePlacementSpec{Type: "relocate", Vm: &template})
	invalid(err, "storagePod")
}
