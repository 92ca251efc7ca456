// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

// Explain says in words for people what went wrong and, where it can, what to
// do about it; remedy may be empty.
func Explain(err error) (message, remedy string) {
	if err == nil {
		return "", ""
	}
	return err.Error(), ""
}
