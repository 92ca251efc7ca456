// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

var shareLevels = []vim.SharesLevel{vim.SharesLevelLow, vim.SharesLevelNormal, vim.SharesLevelHigh, vim.SharesLevelCustom}

// allocationAttributes are <prefix>_share_level and its siblings.
func allocationAttributes(prefix, what, unit string) schemas.Attributes {
	return schemas.Attributes{
		prefix + "_share_level": schemas.DefaultString("How much "+what+" the machine gets relative to others when there is not enough for all."+schemas.OneOf(shareLevels...), "normal", schemas.Enum(shareLevels...)),
		prefix + "_share_count": schema.Int64Attribute{
			MarkdownDescription: "The number of " + what + " shares. It counts with share level `custom`; otherwise vSphere sets it.",
			Optional:            true, Computed: true,
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		prefix + "_limit":       schemas.DefaultInt64("The most "+what+" that the machine may use, in "+unit+". `-1`, the default, is no limit.", -1, int64validator.AtLeast(-1)),
		prefix + "_reservation": schemas.OptionalInt64("The "+what+" that is set aside for the machine, in "+unit+".", int64validator.AtLeast(0)),
	}
}

// allocate returns what has to change of an allocation, nil for nothing.
func (d *delta) allocate(have *vim.ResourceAllocationInfo, level types.String, count, limit, reservation types.Int64) *vim.ResourceAllocationInfo {
	if have == nil {
		have = new(vim.ResourceAllocationInfo)
	}
	var want vim.ResourceAllocationInfo
	if l := limit.ValueInt64(); !limit.IsNull() && !limit.IsUnknown() && (have.Limit == nil || *have.Limit != l) {
		want.Limit = ptr(l)
	}
	if r := reservation.ValueInt64(); !reservation.IsUnknown() && (d.fresh || deref(have.Reservation) != r) {
		want.Reservation = ptr(r)
	}
	is := deref(have.Shares)
	l := vim.SharesLevel(level.ValueString())
	custom := l == vim.SharesLevelCustom
	if l != "" && (l != is.Level || custom && int64(is.Shares) != count.ValueInt64()) {
		want.Shares = &vim.SharesInfo{Level: l}
		if custom {
			want.Shares.Shares = int32(count.ValueInt64())
		}
	}
	if want == (vim.ResourceAllocationInfo{}) {
		return nil
	}
	return &want
}

// readAllocation fills the attributes of an allocation.
func readAllocation(a *vim.ResourceAllocationInfo, level *types.String, count, limit, reservation *types.Int64) {
	if a == nil {
		a = new(vim.ResourceAllocationInfo)
	}
	shares := deref(a.Shares)
	if shares.Level == "" {
		shares.Level = vim.SharesLevelNormal
	}
	*level = types.StringValue(string(shares.Level))
	*count = numberValue(shares.Shares)
	*limit = types.Int64Value(-1)
	if a.Limit != nil {
		*limit = numberValue(*a.Limit)
	}
	*reservation = numberValue(deref(a.Reservation))
}
