// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"fmt"
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestVAppContainerData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.Datacenters, o.Clusters, o.Apps = 2, 2, 1 })
	const kind = "vsphere_vapp_container"
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	id := vc.ID(t, "/DC0/host/DC0_C0/Resources/DC0_C0_APP0")
	other, _ := vc.Find("/DC0/host/DC0_C1/Resources/DC0_C1_APP0")
	if err := vc.Update(other, vim.PropertyChange{Name: "name", Val: "DC0_C0_APP0"}); err != nil {
		t.Fatal(err)
	}
	vc.Test(t,
		acctest.FindsNot(kind, `name = "DC0_C0_APP0"`, `"datacenter_id" is required`),
		acctest.FindsNot(kind, datacenter+`name = "DC0_C0_APP0"`, `name = "DC0_C0_APP0".*is\s+the\s+name\s+of\s+2.*/DC0_C0/Resources.*/DC0_C1/Resources`),
		acctest.Finds(kind, datacenter+`name = "DC0_C0/Resources/DC0_C0_APP0"`, id, nil),
		acctest.Finds(kind, datacenter+`name = "/DC0/host/DC0_C0/Resources/DC0_C0_APP0"`, id, nil),
		acctest.Finds(kind, datacenter+fmt.Sprintf("name = %q", id), id, nil),
		acctest.FindsNot(kind, datacenter+`name = "DC0_C0_APP1"`, `Unable to find `+kind+` "DC0_C0_APP1".*not\s+found\s+in\s+/DC0.*"DC0_C0_APP0"`),
		acctest.FindsNot(kind, datacenter+`name = "DC0_C0/Resources"`, `not\s+found`),
	)
}
