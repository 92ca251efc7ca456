// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

const vApp = "VirtualApp"

// isVApp reports whether the managed object id of a pool is that of a vApp. The
// server gives them ids of their own.
func isVApp(pool string) bool { return strings.HasPrefix(pool, "resgroup-v") }

// inVApp reports whether the machine is in a vApp, and so in no folder.
func (m *model) inVApp() bool { return isVApp(m.ResourcePool.ValueString()) }

// checkVApp refuses a folder for a machine that can have none.
func (w planning) checkVApp() {
	if pool := w.Planned.ResourcePool; !pool.IsUnknown() && w.Planned.inVApp() && w.Config.Folder.ValueString() != "" {
		w.Error(path.Root("folder"), "A machine in a vApp has no folder", "resource_pool_id is that of a vApp, whose machines are outside of all folders. Leave out folder.")
	}
}

// createChild starts the task that makes a machine in a vApp.
func createChild(ctx context.Context, c *vsphere.Client, app vsphere.Ref, spec *vim.VirtualMachineConfigSpec, host *vsphere.Ref) (vsphere.Ref, error) {
	res, err := methods.CreateChildVM_Task(ctx, c, &vim.CreateChildVM_Task{This: app, Config: *spec, Host: host})
	return deref(res).Returnval, err
}

// leaveVApp puts a machine that has left its vApp into the folder of the plan:
// vSphere leaves it in that of the vApp.
func leaveVApp(ctx context.Context, c *vsphere.Client, plan, state *model, vm vsphere.Ref) error {
	if !state.inVApp() || plan.inVApp() {
		return nil
	}
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return err
	}
	is, err := vsphere.Get[mo.VirtualMachine](ctx, c, vm, "parent")
	if err != nil || deref(is.Parent) == folder {
		return err
	}
	return moveInto(ctx, c, folder, vm)
}

// moveInto moves the machine into a folder.
func moveInto(ctx context.Context, c *vsphere.Client, folder, vm vsphere.Ref) error {
	res, err := methods.MoveIntoFolder_Task(ctx, c, &vim.MoveIntoFolder_Task{This: folder, List: []vim.ManagedObjectReference{vm}})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	c.Forget(vm)
	return lifecycle.Attr("folder", err)
}
