// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// scaledSince is the first release that scales the shares of descendants.
const scaledSince = "7.0"

const notScaled = string(vim.ResourceConfigSpecScaleSharesBehaviorDisabled)

// scale adds scale_descendants_shares to spec, where vCenter takes it: it
// refuses the setting for a pool whose shares an ancestor scales already.
func (m *resourcePool) scale(ctx context.Context, c *vsphere.Client, spec *vim.ResourceConfigSpec) error {
	wanted := m.ScaleShares.ValueString()
	if wanted == "" || !c.AtLeast(scaledSince) {
		return nil
	}
	scaled, err := scales(ctx, c, poolRef(m.ParentID))
	if err == nil && !scaled {
		spec.ScaleDescendantsShares = wanted
	}
	return err
}

// flattenScale takes over what vCenter has. Under a pool that scales, vCenter
// does not hold a setting of this one: the argument stays as it is.
func (m *resourcePool) flattenScale(ctx context.Context, c *vsphere.Client, has string) error {
	if has == "" || !c.AtLeast(scaledSince) {
		has = notScaled
	}
	if wanted := m.ScaleShares.ValueString(); wanted != "" && wanted != has {
		if scaled, err := scales(ctx, c, poolRef(m.ParentID)); err != nil || scaled {
			return err
		}
	}
	m.ScaleShares = types.StringValue(has)
	return nil
}

// scales reports whether a pool, or one above it, scales the shares of its
// descendants.
func scales(ctx context.Context, c *vsphere.Client, pool vsphere.Ref) (bool, error) {
	found, err := vsphere.Get[mo.ResourcePool](ctx, c, pool, "config.scaleDescendantsShares", "runtime.sharesScalable")
	if err != nil {
		return false, lifecycle.Attr("parent_resource_pool_id", err)
	}
	return isScaling(found.Config.ScaleDescendantsShares) || isScaling(found.Runtime.SharesScalable), nil
}

func isScaling(behavior string) bool { return behavior != "" && behavior != notScaled }
