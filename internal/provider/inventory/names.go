// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// vCenter stores the names of entities with "%", "/" and "\" as "%25", "%2f" and
// "%5c" (ManagedEntity.name in the API reference) and takes them either way,
// but for the slash in a path. The argument order matters: what is escaped
// already stays.
var (
	escape   = strings.NewReplacer("%25", "%25", "%2f", "%2f", "%2F", "%2f", "%5c", "%5c", "%5C", "%5c", "%", "%25", `\`, "%5c")
	unescape = strings.NewReplacer("%25", "%", "%5c", `\`, "%5C", `\`)
)

// stored returns a path as vCenter stores the names in it.
func stored(path string) string { return escape.Replace(path) }

// keepPath returns prior when it means the same path as found, which is as
// vCenter stores it; else found as people write it.
func keepPath(prior types.String, found string) types.String {
	if schemas.CleanPath(stored(prior.ValueString())) == schemas.CleanPath(found) {
		return schemas.KeepPath(prior, prior.ValueString())
	}
	return schemas.KeepPath(prior, unescape.Replace(found))
}

// keepName is keepPath for a single name.
func keepName(prior types.String, found string) types.String {
	if strings.ReplaceAll(stored(prior.ValueString()), "/", "%2f") == found && !prior.IsNull() && !prior.IsUnknown() {
		return prior
	}
	return types.StringValue(unescape.Replace(found))
}
