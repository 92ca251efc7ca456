// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import "strings"

// escaped has what is escaped already first, so that it stays.
var escaped = strings.NewReplacer("%25", "%25", "%2f", "%2f", "%2F", "%2f", "%5c", "%5c", "%5C", "%5c", "%", "%25", `\`, "%5c")

// StoredPath returns a path as vCenter stores the names in it: "%", "/" and "\"
// of a name as "%25", "%2f" and "%5c" (ManagedEntity.name in the API
// reference). It takes them either way, but for the slash.
func StoredPath(path string) string { return escaped.Replace(path) }
