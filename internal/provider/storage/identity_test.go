// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"fmt"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// The identity of a file is where it is now.
func TestFile_identity(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	config := acctest.Object{"datastore": "LocalDS_0", "source_file": local(t, "a.iso", "hello"), "destination_file": "a.iso"}
	made := p.Apply("vsphere_file", nil, config)
	p.OK(made.Diagnostics)
	if made.Identity["id"] != "/DC0/[LocalDS_0] a.iso" {
		t.Errorf("identity %v", made.Identity)
	}
	moved := p.Apply("vsphere_file", made, with(config, acctest.Object{"destination_file": "b.iso"}))
	p.OK(moved.Diagnostics)
	if moved.Identity["id"] != "/DC0/[LocalDS_0] b.iso" || moved.State["id"] != made.State["id"] {
		t.Errorf("identity %v, id %v", moved.Identity, moved.State["id"])
	}
	again := p.Refresh("vsphere_file", moved)
	p.OK(again.Diagnostics)
	taken := p.Import("vsphere_file", fmt.Sprint(moved.Identity["id"]))
	p.OK(taken.Diagnostics)
	if taken.State["destination_file"] != "b.iso" {
		t.Errorf("imported %v", taken.State)
	}
	p.OK(p.Apply("vsphere_file", again, nil).Diagnostics)
}
