// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// StringSet returns a set, empty when there is nothing in it.
func StringSet(list []string) types.Set {
	return types.SetValueMust(types.StringType, stringValues(list))
}

// StringList returns a list, empty when there is nothing in it.
func StringList(list []string) types.List {
	return types.ListValueMust(types.StringType, stringValues(list))
}

func stringValues(list []string) []attr.Value {
	values := make([]attr.Value, len(list))
	for i, s := range list {
		values[i] = types.StringValue(s)
	}
	return values
}
