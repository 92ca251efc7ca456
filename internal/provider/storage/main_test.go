// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
