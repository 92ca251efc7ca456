// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func decodePrimitive(v tftypes.Value) any {
	switch {
	case v.Type().Is(tftypes.String):
		var s string
		must(v.As(&s))
		return s
	case v.Type().Is(tftypes.Bool):
		var b bool
		must(v.As(&b))
		return b
	}
	var n big.Float
	must(v.As(&n))
	if whole, accuracy := n.Int64(); accuracy == big.Exact {
		return whole
	}
	f, _ := n.Float64()
	return f
}

// must stops on what cannot be: a value that is not of its own type.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
