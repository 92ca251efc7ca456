// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"go.uber.org/goleak"
)

// Main runs the tests of a package and fails when they leave a goroutine.
func Main(m *testing.M) {
	// plugin-testing serves the provider with go-plugin, which copies what the
	// process prints for as long as the process lives.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan"))
}
