// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// decode returns the blocks of a list; none of one that is null or unknown.
func decode[T any](ctx context.Context, list types.List) ([]T, error) {
	if list.IsNull() || list.IsUnknown() {
		return nil, nil
	}
	var blocks []T
	return blocks, problem(list.ElementsAs(ctx, &blocks, false))
}

// encode makes the list of blocks.
func encode[T any](ctx context.Context, kind attr.Type, blocks []T) (types.List, error) {
	if blocks == nil {
		blocks = []T{} // blocks are never null
	}
	list, diags := types.ListValueFrom(ctx, kind, blocks)
	return list, problem(diags)
}

// problem returns what diagnostics say as an error: in this package they come
// only from models that do not fit their schema.
func problem(diags diag.Diagnostics) error {
	var errs []error
	for _, d := range diags.Errors() {
		errs = append(errs, fmt.Errorf("%s: %s", d.Summary(), d.Detail()))
	}
	return errors.Join(errs...)
}

// stringsOf returns the known strings of a list.
func stringsOf(list types.List) []string {
	var all []string
	for _, e := range list.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			all = append(all, s.ValueString())
		}
	}
	return all
}

// stringList makes a list of strings.
func stringList(all []string) types.List {
	values := make([]attr.Value, len(all))
	for i, s := range all {
		values[i] = types.StringValue(s)
	}
	return types.ListValueMust(types.StringType, values)
}

// settled returns now written as was has it wherever both mean the same: null
// and zero are one to vSphere, and a state of SDKv2 holds zero in blocks where
// a configuration has null.
func settled(ctx context.Context, now, was attr.Value) attr.Value {
	if was == nil || now.IsUnknown() {
		return now
	}
	if isZero(now) && isZero(was) {
		return was
	}
	switch n := now.(type) {
	case types.Object:
		w, ok := was.(types.Object)
		if !ok || n.IsNull() || w.IsNull() {
			return now
		}
		members, old := n.Attributes(), w.Attributes()
		for name, value := range members {
			members[name] = settled(ctx, value, old[name])
		}
		return types.ObjectValueMust(n.AttributeTypes(ctx), members)
	case types.List:
		w, ok := was.(types.List)
		if !ok || len(w.Elements()) != len(n.Elements()) {
			return now
		}
		elements, old := n.Elements(), w.Elements()
		for i, value := range elements {
			elements[i] = settled(ctx, value, old[i])
		}
		return types.ListValueMust(n.ElementType(ctx), elements)
	}
	return now
}
