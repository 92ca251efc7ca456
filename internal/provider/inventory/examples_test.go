// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// TestExamples applies what the documentation shows; the plan after it must be
// empty.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.kind, func(t *testing.T) {
			t.Parallel()
			example, err := os.ReadFile(filepath.Join("../../../examples/resources", s.kind, "resource.tf"))
			if err != nil {
				t.Fatal(err)
			}
			acctest.Start(t).Test(t, resource.TestStep{Config: string(example)})
		})
	}
}
