// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// unescape is what of vsphere.StoredPath people do not write: a slash in a name
// stays escaped, since it is told from that of a path by nothing else.
var unescape = strings.NewReplacer("%25", "%", "%5c", `\`, "%5C", `\`)

// keepPath returns prior when it means the same path as found, which is as
// vCenter stores it; else found as people write it.
func keepPath(prior types.String, found string) types.String {
	if schemas.CleanPath(vsphere.StoredPath(prior.ValueString())) == schemas.CleanPath(found) {
		return schemas.KeepPath(prior, prior.ValueString())
	}
	return schemas.KeepPath(prior, unescape.Replace(found))
}

// keepName is keepPath for a single name.
func keepName(prior types.String, found string) types.String {
	if strings.ReplaceAll(vsphere.StoredPath(prior.ValueString()), "/", "%2f") == found && !prior.IsNull() && !prior.IsUnknown() {
		return prior
	}
	return types.StringValue(unescape.Replace(found))
}
