// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestStoragePolicyData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	const kind = "vsphere_storage_policy"
	vc.Test(t,
		acctest.FindsNot(kind, "", `"name" is required`),
		acctest.FindsNot(kind, `name = ""`, `at\s+least\s+1`),
		acctest.FindsNot(kind, `name = "vSAN Default Policy"`, `storage\s+policy\s+"vSAN\s+Default\s+Policy"\s+was\s+not\s+found.*"vSAN\s+Default\s+Storage\s+Policy"`),
		acctest.Finds(kind, `name = "vSAN Default Storage Policy"`, "aa6d5a82-1c88-45da-85d3-3d74b91a5bad", nil),
	)
}
