// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

var (
	cloneAt    = path.Root("clone").AtListIndex(0)
	templateAt = cloneAt.AtName("template_uuid")
	linkedAt   = cloneAt.AtName("linked_clone")
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
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return false, err
	}
	template, err := findTemplate(ctx, c, clone.Template.ValueString())
	if err != nil {
		return false, err
	}
	spec, err := cloneSpec(ctx, c, plan, clone, template)
	if err != nil {
		return false, err
	}
	spec.Config.Uuid = id
	spec.PowerOn = !plan.staysOff() && int64(hardwareNumber(template.Config.Version)) >= plan.HardwareVersion.ValueInt64()

	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(clone.Timeout.ValueInt64(), 10))*time.Minute)
	defer cancel()
	res, err := methods.CloneVM_Task(ctx, c, &vim.CloneVM_Task{This: template.Self, Folder: folder, Name: plan.Name.ValueString(), Spec: *spec})
	return spec.PowerOn, made(ctx, c, plan, id, deref(res).Returnval, err)
}

// templateKey is the UUID of a template that was looked up: many machines are
// cloned from one.
type templateKey string

// findTemplate reads the machine or template that is cloned.
func findTemplate(ctx context.Context, c *vsphere.Client, uuid string) (*mo.VirtualMachine, error) {
	ref, err := vsphere.Remember(ctx, c, templateKey(uuid), func(ctx context.Context) (vsphere.Ref, error) { return byUUID(ctx, c, uuid) })
	if err != nil {
		return nil, lifecycle.At(templateAt, err)
	}
	paths := slices.Concat(configPaths, []string{"config.extraConfig", "snapshot"})
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, ref, paths...)
	if err == nil && vm.Config == nil {
		err = errNoConfig
	}
	return vm, lifecycle.At(templateAt, err)
}

func cloneSpec(ctx context.Context, c *vsphere.Client, plan *model, clone cloneModel, template *mo.VirtualMachine) (*vim.VirtualMachineCloneSpec, error) {
	config := plan.expand(template.Config, nil)
	job, err := newDeviceJob(ctx, c, plan, template.Config.Hardware.Device)
	if err != nil {
		return nil, err
	}
	if err := job.clone(ctx, c); err != nil {
		return nil, err
	}
	if config.DeviceChange, err = job.specs(); err != nil {
		return nil, err
	}
	freshAddresses(config.DeviceChange)
	custom, err := customization(ctx, c, clone)
	if err != nil {
		return nil, err
	}
	spec := &vim.VirtualMachineCloneSpec{Config: config, Customization: custom, Location: location(plan, job)}
	if clone.Linked.ValueBool() {
		spec.Location.DiskMoveType = string(vim.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)
		spec.Location.Disk = nil
		if spec.Snapshot, err = baseSnapshot(template); err != nil {
			return nil, lifecycle.At(linkedAt, err)
		}
	}
	return spec, nil
}

// clone pairs the wanted devices with those of the template.
func (j *deviceJob) clone(ctx context.Context, c *vsphere.Client) error {
	pairs, err := device.PairTemplate(device.ReadDisks(j.devices), j.wantD)
	if err != nil {
		return blame(err)
	}
	j.disks = pairs
	j.nics = device.ReadNICs(j.devices, nil)
	j.diskOpt.KeepProvisioning = true
	j.nicOpt.Clone = true
	for i, n := range device.PairDisks(pairs, j.wantD) {
		// A disk of the template keeps its provisioning where none is configured;
		// for one that is made the contract's default holds.
		if w := &j.wantD[i]; n < 0 && w.ThinProvisioned == nil && !w.Attach {
			w.ThinProvisioned = ptr(!deref(w.EagerlyScrub))
		}
	}
	if err := j.nameDatastores(ctx, c); err != nil {
		return err
	}
	return j.connect(ctx, c)
}

// location is where a clone goes, with the disks that do not go along.
func location(plan *model, j *deviceJob) vim.VirtualMachineRelocateSpec {
	to := vim.VirtualMachineRelocateSpec{Pool: ptr(poolRef(plan.ResourcePool.ValueString()))}
	if host := plan.Host.ValueString(); host != "" {
		to.Host = ptr(hostRef(host))
	}
	datastore := plan.Datastore.ValueString()
	if datastore != "" {
		to.Datastore = ptr(datastoreRef(datastore))
	}
	for i, n := range device.PairDisks(j.disks, j.wantD) {
		if n < 0 {
			continue
		}
		if locator, needed := locate(j.disks[n], j.wantD[i], datastore); needed {
			to.Disk = append(to.Disk, locator)
		}
	}
	return to
}

// locate says where a disk of the template goes, and how it takes space, if not
// as the rest.
func locate(have, want device.Disk, datastore string) (vim.VirtualMachineRelocateSpecDiskLocator, bool) {
	at := want.DatastoreID
	if at == "" {
		at = datastore
	}
	locator := vim.VirtualMachineRelocateSpecDiskLocator{DiskId: have.Key, Datastore: datastoreRef(at)}
	converts := want.ThinProvisioned != nil && have.ThinProvisioned != nil && *want.ThinProvisioned != *have.ThinProvisioned ||
		want.EagerlyScrub != nil && deref(have.EagerlyScrub) != *want.EagerlyScrub
	if converts {
		locator.DiskBackingInfo = &vim.VirtualDiskFlatVer2BackingInfo{
			DiskMode: want.DiskMode, ThinProvisioned: want.ThinProvisioned, EagerlyScrub: want.EagerlyScrub,
		}
	}
	return locator, at != "" && (at != datastore || converts)
}

// baseSnapshot is what a linked clone shares with its source: nil for the disks
// of a template, else the one snapshot of a machine.
func baseSnapshot(vm *mo.VirtualMachine) (*vim.ManagedObjectReference, error) {
	if vm.Config.Template && vm.Snapshot == nil {
		return nil, nil
	}
	if vm.Snapshot == nil {
		return nil, errors.New("the source is no template and has no snapshot; a linked clone needs exactly one")
	}
	roots := vm.Snapshot.RootSnapshotList
	if len(roots) != 1 || len(roots[0].ChildSnapshotList) > 0 || vm.Snapshot.CurrentSnapshot == nil {
		return nil, errors.New("the source has more than one snapshot; a linked clone needs exactly one, which is the current one")
	}
	return vm.Snapshot.CurrentSnapshot, nil
}
