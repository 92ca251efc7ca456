// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// orUnknown is the configured value, else one that is known after apply.
func orUnknown(config types.String) types.String {
	if config.IsNull() {
		return types.StringUnknown()
	}
	return config
}

func flagOrUnknown(config types.Bool) types.Bool {
	if config.IsNull() {
		return types.BoolUnknown()
	}
	return config
}

// orElse is the configured value, else another.
func orElse(config, other types.String) types.String {
	if config.IsNull() {
		return other
	}
	return config
}

// orElseFlag is the configured flag, else false.
func orElseFlag(config types.Bool) types.Bool {
	if config.IsNull() {
		return types.BoolValue(false)
	}
	return config
}

// settledPrefix settles the elements of a list with those of a prior one at the
// same places; either list may be longer.
func settledPrefix(ctx context.Context, now, was types.List) types.List {
	elements, old := now.Elements(), was.Elements()
	for i := range min(len(elements), len(old)) {
		elements[i] = settled(ctx, elements[i], old[i])
	}
	return types.ListValueMust(now.ElementType(ctx), elements)
}
