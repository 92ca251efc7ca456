// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"path"
	"strings"

	tfpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// folderKind is the managed object type of folders.
const folderKind = "Folder"

// NewFolder returns the resource vsphere_folder: one folder in one of the five
// trees of an inventory.
func NewFolder() *lifecycle.Resource[folderModel, *folderModel] {
	return lifecycle.NewResource("folder", lifecycle.Verbs[folderModel]{
		Version: 1,
		Schema:  folderSchema,
		Plan:    planFolder,
		Create:  createFolder,
		Read:    readFolder,
		Update:  updateFolder,
		Delete:  deleteFolder,
		Import:  importFolder,
	})
}

type folderModel struct {
	lifecycle.Meta
	lifecycle.Tagged
	lifecycle.Customized
	Path         types.String `tfsdk:"path"`
	Type         types.String `tfsdk:"type"`
	DatacenterID types.String `tfsdk:"datacenter_id"`
}

// Entity implements lifecycle.Entity.
func (m *folderModel) Entity() vsphere.Ref {
	if m.ID.ValueString() == "" {
		return vsphere.Ref{}
	}
	return vsphere.NewRef(folderKind, m.ID.ValueString())
}

func (m *folderModel) kind() folderType { return folderType(m.Type.ValueString()) }

// planFolder checks that all folders but those of datacenters have a datacenter.
func planFolder(_ context.Context, p *lifecycle.Plan[folderModel]) error {
	kind, datacenter := p.Config.Type, p.Config.DatacenterID
	if kind.IsUnknown() || datacenter.IsUnknown() || p.Config.kind() == datacenterFolder || datacenter.ValueString() != "" {
		return nil
	}
	p.Error(tfpath.Root("datacenter_id"), "Missing datacenter",
		fmt.Sprintf("A folder of type %q is in a datacenter: set datacenter_id to its managed object id.", kind.ValueString()))
	return nil
}

func createFolder(ctx context.Context, c *vsphere.Client, m *folderModel) error {
	if !c.IsVCenter() {
		return errNeedsVCenter
	}
	parent, err := parentOf(ctx, c, m)
	if err != nil {
		return err
	}
	_, name := split(m.Path.ValueString())
	created, err := methods.CreateFolder(ctx, c, &vim.CreateFolder{This: parent, Name: name})
	if err != nil {
		return lifecycle.Attr("path", err)
	}
	m.ID = types.StringValue(created.Returnval.Value)
	c.Forget(created.Returnval, parent)
	return nil
}

// parentOf returns the folder that a folder of this path is in.
func parentOf(ctx context.Context, c *vsphere.Client, m *folderModel) (vsphere.Ref, error) {
	root, err := rootOf(ctx, c, m.kind(), m.DatacenterID.ValueString())
	if err != nil {
		return vsphere.Ref{}, lifecycle.Attr("datacenter_id", err)
	}
	above, _ := split(m.Path.ValueString())
	parent, err := findFolder(ctx, c, path.Join(root, above))
	if err != nil {
		return vsphere.Ref{}, lifecycle.Attr("path", fmt.Errorf("the folder above must exist: %w", err))
	}
	return parent, nil
}

func readFolder(ctx context.Context, c *vsphere.Client, m *folderModel) error {
	folder, err := vsphere.Get[mo.Folder](ctx, c, m.Entity(), "childType")
	if err != nil {
		return err
	}
	kind, err := folderTypeOf(folder.ChildType)
	if err != nil {
		return err
	}
	at, err := placeOf(ctx, c, m.Entity(), kind)
	if err != nil {
		return err
	}
	if at.path == "" {
		return fmt.Errorf("%s is a root folder, which vSphere itself manages", m.ID.ValueString())
	}
	m.Type = types.StringValue(string(kind))
	m.Path = keepPath(m.Path, at.path)
	if kind != datacenterFolder {
		m.DatacenterID = types.StringValue(at.datacenter.Value)
	}
	return nil
}

// updateFolder renames and moves.
func updateFolder(ctx context.Context, c *vsphere.Client, plan, state *folderModel) error {
	fromAbove, fromName := split(state.Path.ValueString())
	toAbove, toName := split(plan.Path.ValueString())
	if vsphere.StoredPath(fromName) != vsphere.StoredPath(toName) {
		if err := rename(ctx, c, plan.Entity(), toName); err != nil {
			return lifecycle.Attr("path", err)
		}
	}
	if vsphere.StoredPath(fromAbove) == vsphere.StoredPath(toAbove) {
		return nil
	}
	parent, err := parentOf(ctx, c, plan)
	if err != nil {
		return err
	}
	return lifecycle.Attr("path", moveInto(ctx, c, plan.Entity(), parent))
}

func moveInto(ctx context.Context, c *vsphere.Client, ref, parent vsphere.Ref) error {
	res, err := methods.MoveIntoFolder_Task(ctx, c, &vim.MoveIntoFolder_Task{This: parent, List: []vsphere.Ref{ref}})
	if err != nil {
		return err
	}
	_, err = c.Wait(ctx, res.Returnval, nil)
	c.Forget(ref)
	return err
}

// deleteFolder refuses a folder that is not empty: vSphere would destroy what
// is in it, virtual machines and their disks among it.
func deleteFolder(ctx context.Context, c *vsphere.Client, m *folderModel) error {
	folder, err := vsphere.Get[mo.Folder](ctx, c, m.Entity(), "childEntity")
	if err != nil {
		return err
	}
	if len(folder.ChildEntity) > 0 {
		return refuseChildren(ctx, c, folder.ChildEntity)
	}
	return destroy(ctx, c, m.Entity())
}

// importFolder accepts an absolute inventory path and a managed object id.
func importFolder(ctx context.Context, c *vsphere.Client, id string, m *folderModel) error {
	m.ID, m.DatacenterID = types.StringValue(id), types.StringValue("")
	if !strings.HasPrefix(id, "/") {
		return nil
	}
	ref, err := findFolder(ctx, c, path.Clean(id))
	if err != nil {
		return err
	}
	m.ID = types.StringValue(ref.Value)
	return nil
}
