// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewSnapshot returns the resource vsphere_virtual_machine_snapshot: a state of
// a virtual machine that it can be brought back to. Its id is the managed object
// id of the snapshot.
func NewSnapshot() *lifecycle.Resource[snapshotModel, *snapshotModel] {
	return lifecycle.NewResource("virtual_machine_snapshot", lifecycle.Verbs[snapshotModel]{
		Schema: snapshotSchema,
		Create: createSnapshot,
		Read:   readSnapshot,
		Delete: deleteSnapshot,
		Import: importSnapshot,
	})
}

type snapshotModel struct {
	lifecycle.Meta
	Machine        types.String `tfsdk:"virtual_machine_uuid"`
	Name           types.String `tfsdk:"snapshot_name"`
	Description    types.String `tfsdk:"description"`
	Memory         types.Bool   `tfsdk:"memory"`
	Quiesce        types.Bool   `tfsdk:"quiesce"`
	RemoveChildren types.Bool   `tfsdk:"remove_children"`
	Consolidate    types.Bool   `tfsdk:"consolidate"`
}

func snapshotSchema(context.Context) schema.Schema {
	flag := func(doc string) schema.BoolAttribute {
		return schema.BoolAttribute{MarkdownDescription: doc, Required: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()}}
	}
	return schema.Schema{
		MarkdownDescription: "Takes a snapshot of a virtual machine: its configuration, its disks and, if wanted, its memory. " +
			"Disks that are independent of snapshots are left alone. Every change but those of how the snapshot is removed takes a new one.",
		Attributes: schemas.Attributes{
			"id":                   schemas.ID("The managed object id of the snapshot."),
			"virtual_machine_uuid": schemas.RequiredString("The BIOS UUID of the machine.", stringplanmodifier.RequiresReplace()),
			"snapshot_name":        schemas.RequiredString("The name of the snapshot.", stringplanmodifier.RequiresReplace()),
			"description": schema.StringAttribute{
				MarkdownDescription: "What the snapshot is for.", Required: true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"memory":          flag("Whether the memory of a running machine is kept too, so that it goes on running where it was. Not possible with independent disks."),
			"quiesce":         flag("Whether the file systems of a running guest are brought to rest first. It needs VMware Tools in the guest, and has no effect together with `memory`."),
			"remove_children": schemas.OptionalBool("Whether the snapshots that were taken after this one, and stand on it, are removed with it."),
			"consolidate":     schema.BoolAttribute{MarkdownDescription: "Whether the files of the disks are merged when the snapshot is removed. Defaults to `true`.", Optional: true},
		},
	}
}

func snapshotRef(moid string) vsphere.Ref { return vsphere.NewRef("VirtualMachineSnapshot", moid) }

// createSnapshot takes a snapshot. vCenter works on one snapshot of a machine at
// a time and refuses others meanwhile.
func createSnapshot(ctx context.Context, c *vsphere.Client, m *snapshotModel) error {
	machine, err := byUUID(ctx, c, m.Machine.ValueString())
	if err != nil {
		return lifecycle.Attr("virtual_machine_uuid", err)
	}
	unlock, err := c.Lock(ctx, machine)
	if err != nil {
		return err
	}
	defer unlock()
	res, err := methods.CreateSnapshot_Task(ctx, c, &vim.CreateSnapshot_Task{
		This: machine, Name: m.Name.ValueString(), Description: m.Description.ValueString(),
		Memory: m.Memory.ValueBool(), Quiesce: m.Quiesce.ValueBool(),
	})
	if err != nil {
		return blameSnapshot(err)
	}
	info, err := c.Wait(ctx, res.Returnval, nil)
	if err != nil {
		return blameSnapshot(err)
	}
	taken, ok := info.Result.(vim.ManagedObjectReference)
	if !ok {
		return fmt.Errorf("task %s did not say which snapshot it took", res.Returnval.Value)
	}
	m.ID = types.StringValue(taken.Value)
	return nil
}

// blameSnapshot names the argument that a fault is about.
func blameSnapshot(err error) error {
	switch {
	case vsphere.IsFault[vim.InvalidName](err):
		return lifecycle.Attr("snapshot_name", err)
	case vsphere.IsFault[vim.MemorySnapshotOnIndependentDisk](err):
		return lifecycle.Attr("memory", err)
	case vsphere.IsFault[vim.FilesystemQuiesceFault](err), vsphere.IsFault[vim.ApplicationQuiesceFault](err), vsphere.IsFault[vim.ToolsUnavailable](err):
		return lifecycle.Attr("quiesce", err)
	}
	return err
}

// readSnapshot finds out whether the snapshot is still there. A snapshot that
// was renamed is the same snapshot: only what an import does not know is read.
func readSnapshot(ctx context.Context, c *vsphere.Client, m *snapshotModel) error {
	snapshot, err := vsphere.Get[mo.VirtualMachineSnapshot](ctx, c, snapshotRef(m.ID.ValueString()), "vm")
	if err != nil || !m.Name.IsNull() {
		return err
	}
	machine, err := vsphere.Get[mo.VirtualMachine](ctx, c, snapshot.Vm, "config.uuid", "snapshot")
	if err != nil {
		return err
	}
	if machine.Config == nil {
		return errNoConfig
	}
	for _, found := range snapshotsOf(machine) {
		if found.tree.Snapshot.Value == m.ID.ValueString() {
			m.flatten(machine.Config.Uuid, found.tree)
		}
	}
	return nil
}

// flatten fills in what vCenter knows of a snapshot. It keeps no record of what
// was asked of it, but of what came of that.
func (m *snapshotModel) flatten(uuid string, tree *vim.VirtualMachineSnapshotTree) {
	m.Machine, m.Name, m.Description = types.StringValue(uuid), types.StringValue(tree.Name), types.StringValue(tree.Description)
	m.Memory = types.BoolValue(tree.State != vim.VirtualMachinePowerStatePoweredOff)
	m.Quiesce = types.BoolValue(tree.Quiesced)
	m.RemoveChildren = types.BoolValue(false)
}

func deleteSnapshot(ctx context.Context, c *vsphere.Client, m *snapshotModel) error {
	ref := snapshotRef(m.ID.ValueString())
	snapshot, err := vsphere.Get[mo.VirtualMachineSnapshot](ctx, c, ref, "vm")
	if err != nil {
		return err
	}
	unlock, err := c.Lock(ctx, snapshot.Vm)
	if err != nil {
		return err
	}
	defer unlock()
	res, err := methods.RemoveSnapshot_Task(ctx, c, &vim.RemoveSnapshot_Task{
		This: ref, RemoveChildren: m.RemoveChildren.ValueBool(), Consolidate: m.Consolidate.ValueBoolPointer(),
	})
	if err != nil {
		return err
	}
	_, err = c.Wait(ctx, res.Returnval, nil)
	return err
}
