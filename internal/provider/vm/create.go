// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// create is the Create verb. The provider chooses the BIOS UUID, so that the
// machine can be found even if the answer to the call that makes it is lost.
func create(ctx context.Context, c *vsphere.Client, plan *model) error {
	id := uuid.NewString()
	creates := createBare
	switch {
	case len(plan.Clone.Elements()) > 0:
		creates = createClone
	case plan.deployed():
		creates = createOVF
	}
	running, err := creates(ctx, c, plan, id)
	if err != nil {
		return err
	}
	vm := plan.Entity()
	c.Forget(vm)
	if err := verifyTPM(ctx, c, plan); err != nil {
		return err
	}
	if plan.Host.ValueString() != "" {
		if err := migrate(ctx, c, plan, ""); err != nil { // DRS may have chosen another host
			return err
		}
	}
	if !running {
		if err := finishOff(ctx, c, plan); err != nil || plan.staysOff() {
			return err
		}
		if err := powerOn(ctx, c, vm, plan.powerOnWait()); err != nil {
			return err
		}
	}
	err = waitForCustomization(ctx, c, plan)
	if err == nil {
		err = waitForGuest(ctx, c, vm, &plan.waitModel)
	}
	if plan.OnFailure.ValueString() == waitWarn && ctx.Err() == nil {
		return lifecycle.Warning(err)
	}
	return err
}

// finishOff does what can only be done when a new machine exists and is off.
func finishOff(ctx context.Context, c *vsphere.Client, plan *model) error {
	vm := plan.Entity()
	if len(plan.Clone.Elements()) > 0 {
		is, err := get(ctx, c, vm.Value, false)
		if err != nil {
			return err
		}
		// What a specification leaves out a clone takes over.
		if err := reconfigureTask(ctx, c, vm, new(vim.VirtualMachineConfigSpec), plan.emptied(is.Config)...); err != nil {
			return err
		}
	}
	if err := upgradeHardware(ctx, c, plan); err != nil || plan.EVCMode.ValueString() == "" {
		return err
	}
	return applyEVC(ctx, c, vm, plan.EVCMode.ValueString())
}

// made ends the task that makes a machine. The id is assigned as soon as the
// machine is known to exist, also when its task has failed or its outcome is not
// known: then the machine is looked for.
func made(ctx context.Context, c *vsphere.Client, plan *model, id string, task vsphere.Ref, err error) error {
	var info *vim.TaskInfo
	if err == nil {
		info, err = c.Wait(ctx, task, nil)
	}
	if err == nil {
		ref, ok := machineIn(info.Result)
		if !ok {
			return fmt.Errorf("task %s did not say which machine it made", task.Value)
		}
		plan.ID, plan.MOID = types.StringValue(id), types.StringValue(ref.Value)
		return nil
	}
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if refs, e := c.FindByUUID(look, id, false); e == nil && len(refs) == 1 {
		plan.ID, plan.MOID = types.StringValue(id), types.StringValue(refs[0].Value)
	}
	return blameCreate(plan.blamePolicy(ctx, err))
}

// machineIn is the machine that the result of a task names: that of a task which
// makes one, or of Storage DRS.
func machineIn(result any) (vsphere.Ref, bool) {
	switch r := result.(type) {
	case vsphere.Ref:
		return r, true
	case vim.ApplyStorageRecommendationResult:
		return deref(r.Vm), r.Vm != nil
	}
	return vsphere.Ref{}, false
}

// blameCreate names the argument that a fault of vSphere is about.
func blameCreate(err error) error {
	switch {
	case vsphere.IsFault[vim.DuplicateName](err):
		return lifecycle.Attr("name", err)
	case vsphere.IsFault[vim.InsufficientResourcesFault](err):
		return lifecycle.Attr("resource_pool_id", err)
	}
	return err
}

// createBare makes a machine from nothing. It is not running yet.
func createBare(ctx context.Context, c *vsphere.Client, plan *model, id string) (running bool, err error) {
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return false, err
	}
	spec := plan.expand(nil, nil)
	spec.Name, spec.Uuid, spec.VmProfile = plan.Name.ValueString(), id, device.Profile(plan.StoragePolicy.ValueString())
	job, err := newDeviceJob(ctx, c, plan, bareDevices())
	if err != nil {
		return false, err
	}
	job.born = true
	if spec.DeviceChange, err = job.changes(ctx, c, plan.Host.ValueString()); err != nil {
		return false, err
	}
	task, err := startCreate(ctx, c, plan, folder, spec)
	return false, blameDevice(made(ctx, c, plan, id, task, err), spec.DeviceChange)
}

// startCreate starts the task that makes a machine from nothing, through Storage
// DRS if that chooses the datastore.
func startCreate(ctx context.Context, c *vsphere.Client, plan *model, folder vsphere.Ref, spec *vim.VirtualMachineConfigSpec) (task vsphere.Ref, err error) {
	pool := poolRef(plan.ResourcePool.ValueString())
	wish := vim.StoragePlacementSpec{Type: string(vim.StoragePlacementSpecPlacementTypeCreate), Folder: &folder, ResourcePool: &pool, ConfigSpec: spec}
	if host := plan.Host.ValueString(); host != "" {
		wish.Host = ptr(hostRef(host))
	}
	if err := plan.chooseForPath(ctx, c, wish); err != nil {
		return task, err
	}
	if plan.inPod() {
		return place(ctx, c, plan.DatastoreCluster.ValueString(), wish, newDiskWishes(spec.DeviceChange))
	}
	if spec.Files, err = files(ctx, c, plan); err != nil {
		return task, err
	}
	if pool.Type == vApp {
		return createChild(ctx, c, pool, spec, wish.Host)
	}
	res, err := methods.CreateVM_Task(ctx, c, &vim.CreateVM_Task{This: folder, Config: *spec, Pool: pool, Host: wish.Host})
	return deref(res).Returnval, err
}

// files is where the files of a machine go.
func files(ctx context.Context, c *vsphere.Client, plan *model) (*vim.VirtualMachineFileInfo, error) {
	p, err := c.Path(ctx, datastoreRef(plan.Datastore.ValueString()))
	if err != nil {
		return nil, lifecycle.Attr("datastore_id", err)
	}
	place := "[" + baseName(p) + "]"
	if dir := plan.DatastorePath.ValueString(); dir != "" {
		place += " " + dir
	}
	return &vim.VirtualMachineFileInfo{VmPathName: place}, nil
}
