// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).destroyPool) }

// destroyPool hands machines and pools inside to the parent.
func (v *VCenter) destroyPool(ctx *simulator.Context, p *simulator.ResourcePool, _ *vim.Destroy_Task) soap.HasFault {
	return v.task(ctx, p, "Destroy_Task", func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		if strings.HasSuffix(p.Parent.Type, "ComputeResource") {
			return nil, new(vim.NotSupported)
		}
		v.pools.Lock()
		defer v.pools.Unlock()
		parent := v.poolAt(*p.Parent)
		r := v.read(ctx)
		for _, id := range append(r.refs(p.Self, "", "vm"), r.refs(p.Self, "", "resourcePool")...) {
			v.enterPool(ctx, id, parent.Self)
		}
		v.editRefs(ctx, parent.Self, "resourcePool", func(l []ref) []ref { return without(l, p.Self) })
		v.reg.Remove(ctx, p.Self)
		v.poolsChanged(ctx, parent)
		return nil, nil
	})
}
