// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

func resourcePoolSchema(context.Context) schema.Schema {
	behaviors := []vim.ResourceConfigSpecScaleSharesBehavior{
		vim.ResourceConfigSpecScaleSharesBehaviorDisabled, vim.ResourceConfigSpecScaleSharesBehaviorScaleCpuAndMemoryShares,
	}
	return schema.Schema{
		MarkdownDescription: "A resource pool: a part of the CPU and memory of a cluster or standalone host, for the machines and pools inside it.\n\n" +
			"A pool that still holds something is not deleted, since vCenter would move what is inside to the parent.",
		Attributes: schemas.Merge(
			schemas.Attributes{
				"id":   schemas.ID("The managed object id of the pool."),
				"name": schemas.RequiredString("The name of the pool, unique in its parent."),
				"parent_resource_pool_id": schemas.RequiredString("The managed object id of the pool or vApp above this one. " +
					"The topmost is the `resource_pool_id` of a cluster or host. Another parent in the same cluster or host moves the pool; " +
					"one elsewhere replaces it."),
				"scale_descendants_shares": schema.StringAttribute{
					MarkdownDescription: "Whether the shares of the pools below grow and shrink with the machines in them." + schemas.OneOf(behaviors...) +
						" Needs vSphere 7.0. It is left as it is when not configured, and has no effect while a pool above this one scales.",
					Optional:   true,
					Computed:   true,
					Validators: []validator.String{schemas.Enum(behaviors...)},
				},
			},
			allocationAttributes("cpu", "CPU", "MHz"),
			allocationAttributes("memory", "memory", "MB"),
			schemas.Tags(),
			schemas.CustomAttributes(),
		),
	}
}

// allocationAttributes is the arguments about one resource.
func allocationAttributes(name, what, unit string) schemas.Attributes {
	levels := []vim.SharesLevel{vim.SharesLevelLow, vim.SharesLevelNormal, vim.SharesLevelHigh, vim.SharesLevelCustom}
	return schemas.Attributes{
		name + "_share_level": schemas.DefaultString("How much "+what+" the pool gets when there is not enough for all of its siblings."+schemas.OneOf(levels...),
			string(vim.SharesLevelNormal), schemas.Enum(levels...)),
		name + "_shares": schema.Int64Attribute{
			MarkdownDescription: "The number of shares of " + what + ". To be set when `" + name + "_share_level` is `custom`, else what the level stands for.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.Int64{int64validator.Between(0, math.MaxInt32)},
		},
		name + "_reservation": schemas.DefaultInt64("The "+what+" that is kept for the pool, in "+unit+". Defaults to `0`.", 0, int64validator.AtLeast(0)),
		name + "_expandable": schemas.DefaultBool("Whether the pool may take from its parent when the reservations inside it come to more than its own. "+
			"Defaults to `true`.", true),
		name + "_limit": schemas.DefaultInt64("The most "+what+" that the pool may use, in "+unit+"; `-1` is no limit. Defaults to `-1`.", -1, int64validator.AtLeast(-1)),
	}
}
