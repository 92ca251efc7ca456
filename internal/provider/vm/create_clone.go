// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

var (
	cloneAt    = path.Root("clone").AtListIndex(0)
	templateAt = cloneAt.AtName("template_uuid")
	linkedAt   = cloneAt.AtName("linked_clone")
	snapshotAt = cloneAt.AtName("snapshot_id")
)

// createClone makes a machine from a template in one task, which also carries
// the changes of configuration and devices, the customization and the power-on.
// The machine is not started where its hardware has to be upgraded first.
func createClone(ctx context.Context, c *vsphere.Client, plan *model, id string) (running bool, err error) {
	clones, err := decode[cloneModel](ctx, plan.Clone)
	if err != nil {
		return false, err
	}
	clone := clones[0]
	if item, err := libraryItem(ctx, c, clone); err != nil || item != nil {
		if err == nil {
			err = createLibrary(ctx, c, plan, clone, item)
		}
		return false, err
	}
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return false, err
	}
	template, snapshot, err := cloneSource(ctx, c, clone)
	if err != nil {
		return false, err
	}
	spec, wishes, err := cloneSpec(ctx, c, plan, clone, template)
	if err != nil {
		return false, err
	}
	spec.Config.Uuid, spec.Snapshot = id, snapshot
	spec.PowerOn = plan.startsWith(template.Config)

	ctx, cancel := context.WithTimeout(ctx, clone.limit())
	defer cancel()
	task, err := startClone(ctx, c, plan, folder, template.Self, spec, wishes)
	return spec.PowerOn, blameDevice(made(ctx, c, plan, id, task, err), spec.Config.DeviceChange)
}

// limit is how long the clone may take.
func (m *cloneModel) limit() time.Duration {
	return time.Duration(max(m.Timeout.ValueInt64(), 10)) * time.Minute
}

// startsWith reports whether a clone of a template can be powered on right away:
// it is to run, and nothing is left that has to be done before.
func (m *model) startsWith(template *vim.VirtualMachineConfigInfo) bool {
	upgraded := int64(hardwareNumber(template.Version)) >= m.HardwareVersion.ValueInt64()
	return upgraded && !m.staysOff() && m.EVCMode.ValueString() == "" && len(m.emptied(template)) == 0
}

// startClone starts the task that clones, through Storage DRS if that chooses
// the datastore.
func startClone(ctx context.Context, c *vsphere.Client, plan *model, folder, template vsphere.Ref, spec *vim.VirtualMachineCloneSpec, wishes []diskWish) (task vsphere.Ref, err error) {
	name := plan.Name.ValueString()
	wish := vim.StoragePlacementSpec{
		Type: string(vim.StoragePlacementSpecPlacementTypeClone), Vm: &template, Folder: &folder, CloneName: name, CloneSpec: spec,
	}
	if err := plan.chooseForPath(ctx, c, wish); err != nil {
		return task, err
	}
	if plan.inPod() {
		return place(ctx, c, plan.DatastoreCluster.ValueString(), wish, wishes)
	}
	if given(plan.DatastorePath) {
		if spec.Config.Files, err = files(ctx, c, plan); err != nil {
			return task, err
		}
	}
	datastore := plan.Datastore.ValueString()
	spec.Location.Datastore, spec.Location.Disk = ptr(datastoreRef(datastore)), locators(wishes, datastore)
	res, err := methods.CloneVM_Task(ctx, c, &vim.CloneVM_Task{This: template, Folder: folder, Name: name, Spec: *spec})
	return deref(res).Returnval, err
}

// cloneSpec is the specification of a clone but for the datastores, which wishes
// speak of.
func cloneSpec(ctx context.Context, c *vsphere.Client, plan *model, clone cloneModel, template *mo.VirtualMachine) (spec *vim.VirtualMachineCloneSpec, wishes []diskWish, err error) {
	if err := plan.checkVApp(propertiesOf(template.Config.VAppConfig)); err != nil {
		return nil, nil, err
	}
	config := plan.expand(template.Config, nil)
	job, err := newDeviceJob(ctx, c, plan, template.Config.Hardware.Device)
	if err != nil {
		return nil, nil, err
	}
	if err := job.clone(); err != nil {
		return nil, nil, err
	}
	if !clone.Linked.ValueBool() { // the disks of a linked clone stay beside those that they share
		wishes = job.wishes(plan.Datastore.ValueString())
	}
	if config.DeviceChange, err = job.changes(ctx, c, plan.Host.ValueString()); err != nil {
		return nil, nil, err
	}
	freshAddresses(config.DeviceChange)
	custom, err := customization(ctx, c, clone)
	if err != nil {
		return nil, nil, err
	}
	spec = &vim.VirtualMachineCloneSpec{Config: config, Customization: custom, Location: location(plan)}
	if clone.Linked.ValueBool() {
		spec.Location.DiskMoveType = string(vim.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)
	}
	return spec, wishes, nil
}

// clone pairs the wanted devices with those of the template.
func (j *deviceJob) clone() error {
	pairs, err := device.PairTemplate(device.ReadDisks(j.devices), j.wantD)
	if err != nil {
		return blame(err)
	}
	j.disks = pairs
	j.nics = device.ReadNICs(j.devices, nil)
	j.inherit(j.devices)
	j.nicOpt.Clone = true
	j.provisionNew()
	return nil
}

// location is where a clone goes.
func location(plan *model) vim.VirtualMachineRelocateSpec {
	to := vim.VirtualMachineRelocateSpec{
		Pool:    ptr(poolRef(plan.ResourcePool.ValueString())),
		Profile: device.Profile(plan.StoragePolicy.ValueString()),
	}
	if host := plan.Host.ValueString(); host != "" {
		to.Host = ptr(hostRef(host))
	}
	return to
}

// wishes says where the disks of the template go, how they take space and what
// policy they get, of those that do not just go along.
func (j *deviceJob) wishes(datastore string) []diskWish {
	var all []diskWish
	for i, n := range device.PairDisks(j.disks, j.wantD) {
		if n < 0 {
			continue
		}
		w, needed := cloneWish(j.disks[n], j.wantD[i], datastore)
		if needed {
			all = append(all, w)
		}
		if w.backing != nil {
			j.convert(w.key, j.wantD[i])
		}
		j.disks[n].StoragePolicyID = j.wantD[i].StoragePolicyID // no change of the device any more
	}
	return all
}

func cloneWish(have, want device.Disk, datastore string) (w diskWish, needed bool) {
	w = diskWish{key: have.Key, profile: device.Profile(want.StoragePolicyID)}
	if want.DatastoreID != datastore {
		w.datastore = want.DatastoreID
	}
	if converts(have, want) {
		w.backing = flatBacking(want)
	}
	return w, w.datastore != "" || w.backing != nil || w.profile != nil
}

// convert makes a disk of the template one that takes space as it will in the
// clone, so that an edit of it says nothing else.
func (j *deviceJob) convert(key int32, want device.Disk) {
	j.devices = slices.Clone(j.devices)
	for i, d := range j.devices {
		disk, ok := d.(*vim.VirtualDisk)
		if !ok || disk.Key != key {
			continue
		}
		if flat, ok := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok {
			c, b := *disk, *flat
			if want.ThinProvisioned != nil {
				b.ThinProvisioned = want.ThinProvisioned
			}
			if want.EagerlyScrub != nil {
				b.EagerlyScrub = want.EagerlyScrub
			}
			c.Backing = &b
			j.devices[i] = &c
		}
	}
}

// converts reports whether a disk shall take space in another way than it does.
func converts(have, want device.Disk) bool {
	return want.ThinProvisioned != nil && have.ThinProvisioned != nil && *want.ThinProvisioned != *have.ThinProvisioned ||
		want.EagerlyScrub != nil && deref(have.EagerlyScrub) != *want.EagerlyScrub
}

// flatBacking tells a relocation how a disk shall take space.
func flatBacking(d device.Disk) *vim.VirtualDiskFlatVer2BackingInfo {
	return &vim.VirtualDiskFlatVer2BackingInfo{DiskMode: d.DiskMode, ThinProvisioned: d.ThinProvisioned, EagerlyScrub: d.EagerlyScrub}
}
