// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewResourcePool returns the resource vsphere_resource_pool: a share of the CPU
// and memory of a cluster or host, under another pool or vApp.
func NewResourcePool() resource.Resource { return resourcePoolResource() }

func resourcePoolResource() *lifecycle.Resource[resourcePool, *resourcePool] {
	return lifecycle.NewResource("resource_pool", lifecycle.Verbs[resourcePool]{
		Schema: resourcePoolSchema,
		Create: createResourcePool,
		Read:   readResourcePool,
		Update: updateResourcePool,
		Delete: deleteResourcePool,
		Import: importResourcePool,
		Plan:   planResourcePool,
	})
}

type resourcePool struct {
	lifecycle.Meta
	lifecycle.Tagged
	lifecycle.Customized
	Name              types.String `tfsdk:"name"`
	ParentID          types.String `tfsdk:"parent_resource_pool_id"`
	ScaleShares       types.String `tfsdk:"scale_descendants_shares"`
	CPUShareLevel     types.String `tfsdk:"cpu_share_level"`
	CPUShares         types.Int64  `tfsdk:"cpu_shares"`
	CPUReservation    types.Int64  `tfsdk:"cpu_reservation"`
	CPUExpandable     types.Bool   `tfsdk:"cpu_expandable"`
	CPULimit          types.Int64  `tfsdk:"cpu_limit"`
	MemoryShareLevel  types.String `tfsdk:"memory_share_level"`
	MemoryShares      types.Int64  `tfsdk:"memory_shares"`
	MemoryReservation types.Int64  `tfsdk:"memory_reservation"`
	MemoryExpandable  types.Bool   `tfsdk:"memory_expandable"`
	MemoryLimit       types.Int64  `tfsdk:"memory_limit"`
}

// Entity implements lifecycle.Entity.
func (m *resourcePool) Entity() vsphere.Ref { return poolRef(m.ID) }

// poolRef returns the reference of a pool or vApp: vCenter goes by the id alone.
func poolRef(id types.String) vsphere.Ref {
	if id.ValueString() == "" {
		return vsphere.Ref{}
	}
	return vsphere.NewRef("ResourcePool", id.ValueString())
}

func (m *resourcePool) cpu() allocation {
	return allocation{
		name: "cpu", standard: cpuShares, level: &m.CPUShareLevel, shares: &m.CPUShares,
		reservation: &m.CPUReservation, expandable: &m.CPUExpandable, limit: &m.CPULimit,
	}
}

func (m *resourcePool) memory() allocation {
	return allocation{
		name: "memory", standard: memoryShares, level: &m.MemoryShareLevel, shares: &m.MemoryShares,
		reservation: &m.MemoryReservation, expandable: &m.MemoryExpandable, limit: &m.MemoryLimit,
	}
}

func createResourcePool(ctx context.Context, c *vsphere.Client, plan *resourcePool) error {
	spec := plan.spec()
	if err := plan.scale(ctx, c, &spec); err != nil {
		return err
	}
	res, err := methods.CreateResourcePool(ctx, c, &vim.CreateResourcePool{
		This: poolRef(plan.ParentID), Name: plan.Name.ValueString(), Spec: spec,
	})
	if err != nil {
		return blame(err)
	}
	plan.ID = types.StringValue(res.Returnval.Value)
	c.Forget(res.Returnval)
	return nil
}

func readResourcePool(ctx context.Context, c *vsphere.Client, m *resourcePool) error {
	pool, err := vsphere.Get[mo.ResourcePool](ctx, c, poolRef(m.ID), "name", "parent", "config")
	if err != nil {
		return err
	}
	return m.flatten(ctx, c, pool)
}

func updateResourcePool(ctx context.Context, c *vsphere.Client, plan, state *resourcePool) error {
	self, moved := poolRef(plan.ID), !plan.ParentID.Equal(state.ParentID)
	if moved {
		_, err := methods.MoveIntoResourcePool(ctx, c, &vim.MoveIntoResourcePool{This: poolRef(plan.ParentID), List: []vsphere.Ref{self}})
		if err != nil {
			return blame(err)
		}
		c.Forget(self)
	}
	spec, was := plan.spec(), state.spec()
	changed := !reflect.DeepEqual(spec, was)
	if moved || !plan.ScaleShares.Equal(state.ScaleShares) {
		if err := plan.scale(ctx, c, &spec); err != nil {
			return err
		}
		changed = changed || spec.ScaleDescendantsShares != ""
	}
	req := vim.UpdateConfig{This: self, Config: &spec}
	if !plan.Name.Equal(state.Name) {
		req.Name, changed = plan.Name.ValueString(), true
	}
	if !changed {
		return nil
	}
	if _, err := methods.UpdateConfig(ctx, c, &req); err != nil {
		return blame(err)
	}
	c.Forget(self)
	return nil
}

// deleteResourcePool refuses a pool that holds something: vCenter would hand
// what is inside to the parent, without a word.
func deleteResourcePool(ctx context.Context, c *vsphere.Client, state *resourcePool) error {
	self := poolRef(state.ID)
	pool, err := vsphere.Get[mo.ResourcePool](ctx, c, self, "parent", "resourcePool", "vm")
	if err != nil {
		return err
	}
	if pool.Parent != nil && strings.HasSuffix(pool.Parent.Type, "ComputeResource") {
		return fmt.Errorf("this is the root pool of %q, which lives as long as that does: remove it from the state instead", pool.Parent.Value)
	}
	if inside := slices.Concat(pool.ResourcePool, pool.Vm); len(inside) > 0 {
		return stillInside(ctx, c, inside)
	}
	res, err := methods.Destroy_Task(ctx, c, &vim.Destroy_Task{This: self})
	if err != nil {
		return err
	}
	_, err = c.Wait(ctx, res.Returnval, nil)
	c.Forget(self)
	return err
}

func importResourcePool(ctx context.Context, c *vsphere.Client, id string, m *resourcePool) error {
	m.ID = types.StringValue(id)
	if !strings.Contains(id, "/") {
		return nil // a managed object id: the read that follows knows whether there is one
	}
	ref, err := c.FindPath(ctx, id)
	if err != nil {
		return err
	}
	if ref.Type != "ResourcePool" {
		return fmt.Errorf("%s is a %s, not a resource pool", id, ref.Type)
	}
	m.ID = types.StringValue(ref.Value)
	return nil
}

// blame finds the argument that a fault of vCenter is about.
func blame(err error) error {
	switch {
	case vsphere.IsFault[vim.DuplicateName](err):
		return lifecycle.Attr("name", err)
	case vsphere.Gone(err):
		return lifecycle.Attr("parent_resource_pool_id", err)
	}
	return err
}

// spec is what the arguments say, but for scale_descendants_shares: see scale.
func (m *resourcePool) spec() vim.ResourceConfigSpec {
	return vim.ResourceConfigSpec{CpuAllocation: m.cpu().spec(), MemoryAllocation: m.memory().spec()}
}

func (m *resourcePool) flatten(ctx context.Context, c *vsphere.Client, pool *mo.ResourcePool) error {
	m.Name = types.StringValue(pool.Name)
	if pool.Parent != nil {
		m.ParentID = types.StringValue(pool.Parent.Value)
	}
	m.cpu().flatten(pool.Config.CpuAllocation)
	m.memory().flatten(pool.Config.MemoryAllocation)
	return m.flattenScale(ctx, c, pool.Config.ScaleDescendantsShares)
}
