// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is a value in the notation of tests: attributes that are left out are
// null, and so are collections; blocks that are left out are empty.
type Object = map[string]any

// List is a list, set or tuple in the notation of tests.
type List = []any

// Unknown is a value that is known after apply.
var Unknown = unknown{}

type unknown struct{}

// encode builds the value of a type. Blocks names the members of the outermost
// object that are blocks.
func encode(kind tftypes.Type, v any) (tftypes.Value, error) {
	switch v.(type) {
	case nil:
		return tftypes.NewValue(kind, nil), nil
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue), nil
	}
	switch kind := kind.(type) {
	case tftypes.Object:
		return encodeObject(kind, v)
	case tftypes.List:
		values, err := encodeAll(kind.ElementType, v)
		return tftypes.NewValue(kind, values), err
	case tftypes.Set:
		values, err := encodeAll(kind.ElementType, v)
		return tftypes.NewValue(kind, values), err
	case tftypes.Map:
		return encodeMap(kind, v)
	}
	if err := tftypes.ValidateValue(kind, v); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(kind, v), nil
}

func encodeObject(kind tftypes.Object, v any) (tftypes.Value, error) {
	in, ok := v.(Object)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%T is not an object", v)
	}
	for name := range in {
		if _, ok := kind.AttributeTypes[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("there is no attribute %q", name)
		}
	}
	out := map[string]tftypes.Value{}
	for name, t := range kind.AttributeTypes {
		value, err := encode(t, in[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = value
	}
	return tftypes.NewValue(kind, out), nil
}

func encodeAll(element tftypes.Type, v any) ([]tftypes.Value, error) {
	in, ok := v.(List)
	if !ok {
		return nil, fmt.Errorf("%T is not a list", v)
	}
	out := make([]tftypes.Value, len(in))
	for i, e := range in {
		value, err := encode(element, e)
		if err != nil {
			return nil, err
		}
		out[i] = value
	}
	return out, nil
}

func encodeMap(kind tftypes.Map, v any) (tftypes.Value, error) {
	in, ok := v.(Object)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%T is not a map", v)
	}
	out := map[string]tftypes.Value{}
	for name, e := range in {
		value, err := encode(kind.ElementType, e)
		if err != nil {
			return tftypes.Value{}, err
		}
		out[name] = value
	}
	return tftypes.NewValue(kind, out), nil
}

// decode is the inverse of encode; numbers become int64 or float64.
func decode(v tftypes.Value) any {
	switch {
	case v.IsNull():
		return nil
	case !v.IsKnown():
		return Unknown
	}
	switch v.Type().(type) {
	case tftypes.Object, tftypes.Map:
		var members map[string]tftypes.Value
		must(v.As(&members))
		out := Object{}
		for name, m := range members {
			out[name] = decode(m)
		}
		return out
	case tftypes.List, tftypes.Set, tftypes.Tuple:
		var elements []tftypes.Value
		must(v.As(&elements))
		out := List{}
		for _, e := range elements {
			out = append(out, decode(e))
		}
		return out
	}
	return decodePrimitive(v)
}
