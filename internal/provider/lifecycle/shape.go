// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// keepShape returns now with every value that means the same as in prior
// written as prior wrote it: null and zero ("", 0, false, an empty collection)
// are one to vSphere, but not to Terraform, and states written by SDKv2 hold
// either. Values that are not in prior at the same place stay as they are.
func keepShape(now, prior tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(now, func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		was, ok := valueAt(prior, at)
		if ok && was.IsNull() != value.IsNull() && isZero(was) && isZero(value) {
			return was, nil
		}
		return value, nil
	})
}

// settle returns v with every unknown value as null: after an operation
// nothing may stay unknown, and what no read has filled does not exist.
func settle(v tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(v, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		return tftypes.NewValue(value.Type(), nil), nil
	})
}

// undoIfSame returns prior when planned differs from it in nothing but
// unknowns: the framework marks every computed attribute as unknown as soon as
// anything differs, and does not take that back when a plan modifier has
// removed the difference. What the configuration itself does not know yet, such
// as an attribute of a resource that is about to change, is a difference.
func undoIfSame(planned, prior, config tftypes.Value) (tftypes.Value, error) {
	if planned.IsNull() || prior.IsNull() {
		return planned, nil
	}
	filled, err := tftypes.Transform(planned, func(at *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		if configured, ok := valueAt(config, at); ok && !configured.IsKnown() {
			return value, nil
		}
		if was, ok := valueAt(prior, at); ok {
			return was, nil
		}
		return value, nil
	})
	if err != nil || !filled.Equal(prior) {
		return planned, err
	}
	return prior, nil
}

// valueAt returns the value of v at a path, and whether there is one.
func valueAt(v tftypes.Value, at *tftypes.AttributePath) (tftypes.Value, bool) {
	found, rest, err := tftypes.WalkAttributePath(v, at)
	if err != nil || len(rest.Steps()) > 0 {
		return tftypes.Value{}, false
	}
	value, ok := found.(tftypes.Value)
	return value, ok
}

// isZero reports whether v is null, "", 0, false or an empty collection. An
// object is zero only when it is null.
func isZero(v tftypes.Value) bool {
	if v.IsNull() {
		return true
	}
	if !v.IsKnown() {
		return false
	}
	switch v.Type().(type) {
	case tftypes.List, tftypes.Set:
		var elements []tftypes.Value
		return v.As(&elements) == nil && len(elements) == 0
	case tftypes.Map:
		var elements map[string]tftypes.Value
		return v.As(&elements) == nil && len(elements) == 0
	}
	switch {
	case v.Type().Is(tftypes.String):
		var s string
		return v.As(&s) == nil && s == ""
	case v.Type().Is(tftypes.Bool):
		var b bool
		return v.As(&b) == nil && !b
	case v.Type().Is(tftypes.Number):
		var n big.Float
		return v.As(&n) == nil && n.Sign() == 0
	}
	return false
}
