// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// withBlocks adds to config an empty list for every kind of block that it
// leaves out, all the way down, as Terraform does.
func withBlocks(block *tfprotov6.SchemaBlock, config Object) Object {
	out := maps.Clone(config)
	if out == nil {
		out = Object{}
	}
	for _, nested := range block.BlockTypes {
		if nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeSingle {
			continue // null when left out
		}
		given, _ := out[nested.TypeName].(List)
		filled := List{}
		for _, e := range given {
			filled = append(filled, withBlocks(nested.Block, e.(Object)))
		}
		out[nested.TypeName] = filled
	}
	return out
}

// propose makes the proposed new state: the configuration, and the prior value
// of computed attributes that it leaves out. Blocks are paired by position.
func propose(block *tfprotov6.SchemaBlock, prior, config tftypes.Value) (tftypes.Value, error) {
	if prior.IsNull() || config.IsNull() || !config.IsKnown() {
		return config, nil
	}
	var was, want map[string]tftypes.Value
	if err := prior.As(&was); err != nil {
		return config, err
	}
	if err := config.As(&want); err != nil {
		return config, err
	}
	out := maps.Clone(want)
	for _, a := range block.Attributes {
		if a.Computed && want[a.Name].IsNull() {
			out[a.Name] = was[a.Name]
		}
	}
	for _, nested := range block.BlockTypes {
		v, err := proposeBlocks(nested, was[nested.TypeName], want[nested.TypeName])
		if err != nil {
			return config, err
		}
		out[nested.TypeName] = v
	}
	return tftypes.NewValue(config.Type(), out), nil
}

func proposeBlocks(nested *tfprotov6.SchemaNestedBlock, was, want tftypes.Value) (tftypes.Value, error) {
	if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeList || want.IsNull() || !want.IsKnown() || was.IsNull() {
		return want, nil
	}
	var before, after []tftypes.Value
	if err := was.As(&before); err != nil {
		return want, err
	}
	if err := want.As(&after); err != nil {
		return want, err
	}
	after = slices.Clone(after) // As hands out the elements of the value itself
	for i := range min(len(before), len(after)) {
		v, err := propose(nested.Block, before[i], after[i])
		if err != nil {
			return want, err
		}
		after[i] = v
	}
	return tftypes.NewValue(want.Type(), after), nil
}
