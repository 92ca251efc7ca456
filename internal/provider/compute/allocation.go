// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// standardShares is the number of shares that a level stands for. To a level
// every pool counts as a machine with four processors and 16 GB.
// https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.SharesInfo.Level.html
type standardShares map[vim.SharesLevel]int64

var (
	cpuShares    = standardShares{vim.SharesLevelLow: 2000, vim.SharesLevelNormal: 4000, vim.SharesLevelHigh: 8000}
	memoryShares = standardShares{vim.SharesLevelLow: 81920, vim.SharesLevelNormal: 163840, vim.SharesLevelHigh: 327680}
)

// allocation is a view of the arguments about one resource, CPU (in MHz) or
// memory (in MB), in the model of a pool.
type allocation struct {
	name        string // what the names of the arguments begin with
	standard    standardShares
	level       *types.String
	shares      *types.Int64
	reservation *types.Int64
	expandable  *types.Bool
	limit       *types.Int64
}

func (a allocation) spec() vim.ResourceAllocationInfo {
	level := vim.SharesLevel(a.level.ValueString())
	shares, ok := a.standard[level]
	if !ok {
		shares = a.shares.ValueInt64()
	}
	return vim.ResourceAllocationInfo{
		Reservation:           a.reservation.ValueInt64Pointer(),
		ExpandableReservation: a.expandable.ValueBoolPointer(),
		Limit:                 a.limit.ValueInt64Pointer(),
		Shares:                &vim.SharesInfo{Level: level, Shares: int32(shares)}, // within int32 by validation
	}
}

func (a allocation) flatten(info vim.ResourceAllocationInfo) {
	if info.Shares != nil {
		*a.level = types.StringValue(string(info.Shares.Level))
		*a.shares = types.Int64Value(int64(info.Shares.Shares))
	}
	*a.reservation = types.Int64PointerValue(info.Reservation)
	*a.expandable = types.BoolPointerValue(info.ExpandableReservation)
	*a.limit = types.Int64PointerValue(info.Limit)
}

// plan completes the shares of a: they are an argument of the level custom, and
// what vCenter makes of every other level. state is nil for a create.
func (a allocation) plan(config allocation, state *allocation, refuse func(where path.Path, summary, detail string)) {
	sharesName, levelName := a.name+"_shares", a.name+"_share_level"
	standard, fixed := a.standard[vim.SharesLevel(a.level.ValueString())]
	switch {
	case a.level.IsUnknown() || config.shares.IsUnknown():
	case !config.shares.IsNull():
		if fixed && config.shares.ValueInt64() != standard {
			refuse(path.Root(sharesName), "Shares without the level custom", fmt.Sprintf(
				"%s has an effect only when %s is \"custom\", but it is %q, which stands for %d shares.", sharesName, levelName, a.level.ValueString(), standard))
		}
	case state != nil && !state.shares.IsNull() && (!fixed || a.level.Equal(*state.level)):
		*a.shares = *state.shares
	case !fixed:
		refuse(path.Root(sharesName), "Level custom without shares", fmt.Sprintf("When %s is \"custom\", %s must be set.", levelName, sharesName))
	}
	a.checkLimit(refuse)
}

// checkLimit refuses to guarantee more than may be used.
func (a allocation) checkLimit(refuse func(where path.Path, summary, detail string)) {
	limit, reservation := a.limit.ValueInt64(), a.reservation.ValueInt64()
	if a.limit.IsUnknown() || a.reservation.IsUnknown() || limit < 0 || reservation <= limit {
		return
	}
	refuse(path.Root(a.name+"_reservation"), "Reservation above the limit", fmt.Sprintf(
		"%s_reservation is %d, which is more than the %s_limit of %d.", a.name, reservation, a.name, limit))
}
