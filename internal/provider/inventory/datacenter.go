// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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

// datacenterKind is the managed object type of datacenters.
const datacenterKind = "Datacenter"

// errNeedsVCenter is the error of what an ESXi host does not have.
var errNeedsVCenter = errors.New("this needs a vCenter; the server is an ESXi host")

// NewDatacenter returns the resource vsphere_datacenter: the object that hosts,
// networks, datastores and virtual machines are in, each kind in a folder tree
// of its own. Its id is its name; what identifies it is its managed object id.
func NewDatacenter() *lifecycle.Resource[datacenterModel, *datacenterModel] {
	return lifecycle.NewResource("datacenter", lifecycle.Verbs[datacenterModel]{
		Schema:   datacenterSchema,
		Plan:     planDatacenter,
		Create:   createDatacenter,
		Read:     readDatacenter,
		Update:   updateDatacenter,
		Delete:   deleteDatacenter,
		Import:   importDatacenter,
		Identity: func(m *datacenterModel) string { return m.MOID.ValueString() },
	})
}

type datacenterModel struct {
	lifecycle.Meta
	lifecycle.Tagged
	lifecycle.Customized
	Name   types.String `tfsdk:"name"`
	Folder types.String `tfsdk:"folder"`
	MOID   types.String `tfsdk:"moid"`
}

// Entity implements lifecycle.Entity.
func (m *datacenterModel) Entity() vsphere.Ref {
	if m.MOID.ValueString() == "" {
		return vsphere.Ref{}
	}
	return vsphere.NewRef(datacenterKind, m.MOID.ValueString())
}

func datacenterSchema(context.Context) schema.Schema {
	name := schemas.RequiredString("The name of the datacenter, at most 80 characters. Changing it renames the datacenter.")
	name.Validators = append(name.Validators, stringvalidator.LengthAtMost(80))
	return schema.Schema{
		MarkdownDescription: "Manages a datacenter: the object of a vCenter that hosts, networks, datastores and virtual machines are in.",
		Attributes: schemas.Merge(schemas.Attributes{
			// Not schemas.ID: a rename changes it.
			"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "The name of the datacenter. Arguments called `datacenter_id` take `moid` instead."},
			"name": name,
			"folder": schemas.OptionalString("The folder of datacenters that this one is in, as a path from the root of the inventory. The folder must exist. "+
				"Defaults to the root. Changing it creates a new datacenter.", schemas.SamePath(), stringplanmodifier.RequiresReplace()),
			"moid": schema.StringAttribute{
				MarkdownDescription: "The managed object id of the datacenter, for example `datacenter-3`: what arguments called `datacenter_id` take.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
		}, schemas.Tags(), schemas.CustomAttributes()),
	}
}

// planDatacenter plans the id, which is the name.
func planDatacenter(_ context.Context, p *lifecycle.Plan[datacenterModel]) error {
	p.Planned.ID = p.Planned.Name
	return nil
}

func createDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterModel) error {
	if !c.IsVCenter() {
		return errNeedsVCenter
	}
	parent, err := findFolder(ctx, c, "/"+schemas.CleanPath(m.Folder.ValueString()))
	if err != nil {
		return lifecycle.Attr("folder", err)
	}
	created, err := methods.CreateDatacenter(ctx, c, &vim.CreateDatacenter{This: parent, Name: m.Name.ValueString()})
	if err != nil {
		return err
	}
	m.ID, m.MOID = m.Name, types.StringValue(created.Returnval.Value)
	c.Forget(created.Returnval, parent)
	return nil
}

func readDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterModel) error {
	if err := locateDatacenter(ctx, c, m); err != nil {
		return err
	}
	datacenter, err := vsphere.Get[mo.Datacenter](ctx, c, m.Entity(), "name")
	if err != nil {
		return err
	}
	at, err := c.Path(ctx, m.Entity())
	if err != nil {
		return err
	}
	m.Name = keepName(m.Name, datacenter.Name)
	m.ID = m.Name
	m.Folder = keepPath(m.Folder, schemas.CleanPath(path.Dir(at)))
	return nil
}

// locateDatacenter completes a state that holds no managed object id, as old
// versions of the incumbent wrote it: the datacenter has the name and folder of
// the state.
func locateDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterModel) error {
	if m.MOID.ValueString() != "" {
		return nil
	}
	at := path.Join("/", m.Folder.ValueString(), m.ID.ValueString())
	ref, err := c.FindPath(ctx, vsphere.StoredPath(at))
	if err != nil {
		return err
	}
	if ref.Type != datacenterKind {
		return fmt.Errorf("%s is a %s: %w", at, ref.Type, vsphere.ErrNotFound)
	}
	m.MOID = types.StringValue(ref.Value)
	return nil
}

// updateDatacenter renames; tags and custom attributes are the driver's.
func updateDatacenter(ctx context.Context, c *vsphere.Client, plan, state *datacenterModel) error {
	if plan.Name.Equal(state.Name) {
		return nil
	}
	return lifecycle.Attr("name", rename(ctx, c, plan.Entity(), plan.Name.ValueString()))
}

func deleteDatacenter(ctx context.Context, c *vsphere.Client, m *datacenterModel) error {
	if m.MOID.ValueString() == "" {
		return errors.New("the state does not hold its managed object id; refresh it first") // another may have the name by now
	}
	return destroy(ctx, c, m.Entity())
}

// importDatacenter accepts an absolute inventory path and a managed object id.
func importDatacenter(ctx context.Context, c *vsphere.Client, id string, m *datacenterModel) error {
	m.MOID, m.Folder = types.StringValue(id), types.StringValue("")
	if !strings.HasPrefix(id, "/") {
		return nil
	}
	ref, err := c.FindPath(ctx, vsphere.StoredPath(id))
	if err != nil {
		return err
	}
	if ref.Type != datacenterKind {
		return fmt.Errorf("there is a %s at %s, not a datacenter", ref.Type, id)
	}
	m.MOID = types.StringValue(ref.Value)
	return nil
}
