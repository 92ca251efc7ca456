// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func podRef(id string) vsphere.Ref { return vsphere.NewRef("StoragePod", id) }

// inPod reports whether Storage DRS chooses the datastore: of a new machine in a
// datastore cluster, and of one that moves into it.
func (m *model) inPod() bool { return given(m.DatastoreCluster) && !given(m.Datastore) }

// diskWish is what a placement says of one disk.
type diskWish struct {
	key       int32
	datastore string // managed object id; "" goes with the machine
	backing   vim.BaseVirtualDeviceBackingInfo
	profile   []vim.BaseVirtualMachineProfileSpec
}

// locator is the wish in a relocation; beside is where the machine goes.
func (w diskWish) locator(beside string) vim.VirtualMachineRelocateSpecDiskLocator {
	if w.datastore != "" {
		beside = w.datastore
	}
	return vim.VirtualMachineRelocateSpecDiskLocator{DiskId: w.key, Datastore: datastoreRef(beside), DiskBackingInfo: w.backing, Profile: w.profile}
}

// locators are the wishes in a relocation. What goes into a datastore cluster is
// left to Storage DRS: see podSelection.
func locators(wishes []diskWish, beside string) []vim.VirtualMachineRelocateSpecDiskLocator {
	var all []vim.VirtualMachineRelocateSpecDiskLocator
	for _, w := range wishes {
		if w.datastore != "" || beside != "" {
			all = append(all, w.locator(beside))
		}
	}
	return all
}

// podSelection asks for a place in a datastore cluster, for the machine with the
// disks that name no datastore of their own.
func podSelection(pod vsphere.Ref, wishes []diskWish) vim.StorageDrsPodSelectionSpec {
	spec := vim.StorageDrsPodSelectionSpec{StoragePod: &pod}
	var disks []vim.PodDiskLocator
	for _, w := range wishes {
		if w.datastore == "" {
			disks = append(disks, vim.PodDiskLocator{DiskId: w.key, DiskBackingInfo: w.backing, Profile: w.profile})
		}
	}
	if len(disks) > 0 {
		spec.InitialVmConfig = []vim.VmPodConfigForPlacement{{StoragePod: pod, Disk: disks}}
	}
	return spec
}

// newDiskWishes are the wishes for the disks that a configuration creates
// without naming a datastore.
func newDiskWishes(changes []vim.BaseVirtualDeviceConfigSpec) []diskWish {
	var wishes []diskWish
	for _, change := range changes {
		spec := change.GetVirtualDeviceConfigSpec()
		disk, ok := spec.Device.(*vim.VirtualDisk)
		if !ok || spec.FileOperation != vim.VirtualDeviceConfigSpecFileOperationCreate {
			continue
		}
		if b, ok := disk.Backing.(vim.BaseVirtualDeviceFileBackingInfo); ok && b.GetVirtualDeviceFileBackingInfo().Datastore == nil {
			wishes = append(wishes, diskWish{key: disk.Key, backing: disk.Backing, profile: spec.Profile})
		}
	}
	return wishes
}

// place has Storage DRS find a place for what spec describes, and starts the
// task that puts it there.
func place(ctx context.Context, c *vsphere.Client, pod string, spec vim.StoragePlacementSpec, wishes []diskWish) (vsphere.Ref, error) {
	best, err := recommend(ctx, c, pod, spec, wishes)
	if err != nil {
		return vsphere.Ref{}, err
	}
	res, err := methods.ApplyStorageDrsRecommendation_Task(ctx, c, &vim.ApplyStorageDrsRecommendation_Task{
		This: *c.ServiceContent.StorageResourceManager, Key: []string{best.Key},
	})
	return deref(res).Returnval, err
}

// chooseDatastore returns the datastore of a datastore cluster that Storage DRS
// recommends for a machine that is made in another way than by [place].
func chooseDatastore(ctx context.Context, c *vsphere.Client, pod string, spec vim.StoragePlacementSpec) (string, error) {
	var changes []vim.BaseVirtualDeviceConfigSpec
	if spec.ConfigSpec != nil {
		changes = spec.ConfigSpec.DeviceChange
	}
	best, err := recommend(ctx, c, pod, spec, newDiskWishes(changes))
	if err != nil {
		return "", err
	}
	for _, a := range best.Action {
		if action, ok := a.(*vim.StoragePlacementAction); ok {
			return action.Destination.Value, nil
		}
	}
	return "", lifecycle.Attr("datastore_cluster_id", errors.New("the recommendation of Storage DRS names no datastore"))
}

// chooseForPath has Storage DRS choose the datastore of a machine whose files go
// to a folder: a placement has no way to name that, a plain call has.
func (m *model) chooseForPath(ctx context.Context, c *vsphere.Client, wish vim.StoragePlacementSpec) error {
	if !given(m.DatastorePath) {
		return nil
	}
	return m.choose(ctx, c, wish)
}

// choose settles datastore_id of a new machine in a datastore cluster, so that it
// can be made as one on that datastore.
func (m *model) choose(ctx context.Context, c *vsphere.Client, wish vim.StoragePlacementSpec) error {
	if !m.inPod() {
		return nil
	}
	datastore, err := chooseDatastore(ctx, c, m.DatastoreCluster.ValueString(), wish)
	m.Datastore = types.StringValue(datastore)
	return err
}

// recommend returns what Storage DRS rates highest.
func recommend(ctx context.Context, c *vsphere.Client, pod string, spec vim.StoragePlacementSpec, wishes []diskWish) (*vim.ClusterRecommendation, error) {
	if c.ServiceContent.StorageResourceManager == nil {
		return nil, lifecycle.Attr("datastore_cluster_id", &vsphere.NeedVCenterError{What: "datastore clusters"})
	}
	spec.PodSelectionSpec = podSelection(podRef(pod), wishes)
	res, err := methods.RecommendDatastores(ctx, c, &vim.RecommendDatastores{This: *c.ServiceContent.StorageResourceManager, StorageSpec: spec})
	if err != nil {
		return nil, lifecycle.Attr("datastore_cluster_id", explainPod(ctx, c, pod, err))
	}
	all := res.Returnval.Recommendations
	if len(all) == 0 {
		return nil, lifecycle.Attr("datastore_cluster_id", explainPod(ctx, c, pod, noRecommendation(res.Returnval.DrsFault)))
	}
	best := slices.MaxFunc(all, func(a, b vim.ClusterRecommendation) int { return int(a.Rating - b.Rating) })
	return &best, nil
}

// noRecommendation says why there is none, with the faults that vCenter names.
func noRecommendation(faults *vim.ClusterDrsFaults) error {
	text := "in the datastore cluster Storage DRS finds no datastore for it"
	if faults == nil {
		return errors.New(text)
	}
	for _, by := range faults.FaultsByVm {
		for _, f := range by.GetClusterDrsFaultsFaultsByVm().Fault {
			text += ": " + f.LocalizedMessage
		}
	}
	return errors.New(text)
}

// explainPod gives as the reason for an error that Storage DRS is off, if it is:
// vCenter itself only says that an argument is not correct.
func explainPod(ctx context.Context, c *vsphere.Client, id string, err error) error {
	if pod, e := readPod(ctx, c, id); e == nil && !pod.enabled {
		return pod.disabled()
	}
	return err
}

// pod is a datastore cluster as far as placing machines needs it.
type pod struct {
	name    string
	enabled bool // Storage DRS
	members []vsphere.Ref
}

func readPod(ctx context.Context, c *vsphere.Client, id string) (*pod, error) {
	p, err := vsphere.Get[mo.StoragePod](ctx, c, podRef(id), "name", "childEntity", "podStorageDrsEntry.storageDrsConfig.podConfig.enabled")
	if err != nil {
		return nil, err
	}
	found := &pod{name: p.Name, members: p.ChildEntity}
	if e := p.PodStorageDrsEntry; e != nil {
		found.enabled = e.StorageDrsConfig.PodConfig.Enabled
	}
	return found, nil
}

func (p *pod) has(datastore string) bool { return slices.Contains(p.members, datastoreRef(datastore)) }

func (p *pod) disabled() error {
	return fmt.Errorf("in the datastore cluster %q Storage DRS is off and chooses no datastore; turn it on, or give datastore_id instead", p.name)
}

// adoptPod fills in the datastore cluster that the machine is in. A machine
// itself knows nothing of it, so only an import looks for it.
func (m *model) adoptPod(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine) error {
	datastore, err := datastoreOf(ctx, c, vm)
	if err != nil || datastore == "" {
		return err
	}
	d, err := vsphere.Get[mo.Datastore](ctx, c, datastoreRef(datastore), "parent")
	if err == nil && d.Parent != nil && d.Parent.Type == "StoragePod" {
		m.DatastoreCluster = types.StringValue(d.Parent.Value)
	}
	return err
}
