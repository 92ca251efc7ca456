// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func planResourcePool(ctx context.Context, p *lifecycle.Plan[resourcePool]) error {
	var cpu, memory *allocation
	if p.State != nil {
		c, m := p.State.cpu(), p.State.memory()
		cpu, memory = &c, &m
		// Not configured means: as vCenter has it.
		if p.Config.ScaleShares.IsNull() && p.State.ScaleShares.ValueString() != "" {
			p.Planned.ScaleShares = p.State.ScaleShares
		}
	}
	p.Planned.cpu().plan(p.Config.cpu(), cpu, p.Error)
	p.Planned.memory().plan(p.Config.memory(), memory, p.Error)
	if err := checkScaling(ctx, p); err != nil {
		return err
	}
	return checkParent(ctx, p)
}

// checkScaling refuses scaled shares where vCenter is too old for them.
func checkScaling(ctx context.Context, p *lifecycle.Plan[resourcePool]) error {
	if !isScaling(p.Config.ScaleShares.ValueString()) {
		return nil
	}
	c, err := p.Client(ctx)
	if err != nil || c == nil || c.AtLeast(scaledSince) {
		return err
	}
	return lifecycle.Attr("scale_descendants_shares", fmt.Errorf("this needs vSphere %s, the server is %s", scaledSince, c.Version()))
}

// checkParent looks at a parent that is new: whether it is a pool at all, and
// whether it can be moved to. A pool never leaves its cluster or host.
func checkParent(ctx context.Context, p *lifecycle.Plan[resourcePool]) error {
	parent := p.Planned.ParentID
	if parent.IsUnknown() || p.State != nil && p.State.ParentID.Equal(parent) {
		return nil
	}
	c, err := p.Client(ctx)
	if err != nil || c == nil {
		return err
	}
	owner, err := ownerOf(ctx, c, poolRef(parent))
	if err != nil {
		return lifecycle.Attr("parent_resource_pool_id", err)
	}
	if p.State == nil {
		return nil
	}
	now, err := ownerOf(ctx, c, poolRef(p.State.ID))
	if err == nil && now != owner {
		p.Replace(path.Root("parent_resource_pool_id"))
	}
	return err
}

// ownerOf returns the cluster or host that a pool or vApp divides.
func ownerOf(ctx context.Context, c *vsphere.Client, pool vsphere.Ref) (vsphere.Ref, error) {
	found, err := vsphere.Get[mo.ResourcePool](ctx, c, pool, "owner")
	switch {
	case vsphere.Gone(err), err == nil && found.Owner.Value == "":
		return vsphere.Ref{}, fmt.Errorf("%q is not the managed object id of a resource pool or vApp: "+
			"that of a cluster or host is called resource_pool_id", pool.Value)
	case err != nil:
		return vsphere.Ref{}, err
	}
	return found.Owner, nil
}
