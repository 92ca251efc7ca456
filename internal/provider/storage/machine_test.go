// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

const machine = "vsphere_virtual_machine.m"

// onMachine is a machine that has the disk of diskConfig attached.
func onMachine(t *testing.T, vc *acctest.VCenter, arguments string) string {
	t.Helper()
	return fmt.Sprintf(`
resource "vsphere_virtual_machine" "m" {
  name                       = "m1"
  resource_pool_id           = %q
  datastore_id               = %q
  wait_for_guest_net_timeout = 0
  %s
  disk {
    label       = "system"
    unit_number = 0
    size        = 1
  }
  disk {
    label        = "data"
    unit_number  = 1
    attach       = true
    datastore_id = vsphere_virtual_disk.d.datastore_id
    path         = vsphere_virtual_disk.d.vmdk_path
  }
  network_interface {
    network_id = %q
  }
}
`, vc.ID(t, "/DC0/host/DC0_C0/Resources"), vc.ID(t, "/DC0/datastore/LocalDS_0"), arguments, vc.ID(t, "/DC0/network/DC0_DVPG0"))
}

// A disk of its own is attached to a machine, outlives it, and is deleted
// after it.
func TestVirtualDisk_attached(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	m := behind(t, vc)
	config := diskConfig("data/d.vmdk", 2, "create_directories = true", `type = "thin"`)
	uuid := ""
	same := func(*terraform.State) error {
		now, err := m.disks.QueryVirtualDiskUuid(context.Background(), "[LocalDS_0] data/d.vmdk", m.dc)
		if uuid == "" {
			uuid = now
		}
		if err == nil && now != uuid {
			err = fmt.Errorf("the disk is another: %s, not %s", now, uuid)
		}
		return err
	}
	vc.Test(t,
		resource.TestStep{Config: config, Check: same},
		resource.TestStep{Config: config + onMachine(t, vc, ""), ConfigPlanChecks: planned(machine, plancheck.ResourceActionCreate), Check: same},
		resource.TestStep{Config: config + onMachine(t, vc, `annotation = "new"`), ConfigPlanChecks: planned(machine, plancheck.ResourceActionUpdate), Check: same},
		resource.TestStep{ // a running machine holds it
			Config:      diskConfig("data/d.vmdk", 3, "create_directories = true", `type = "thin"`) + onMachine(t, vc, `annotation = "new"`),
			ExpectError: regexp.MustCompile(`(?s)Unable to update vsphere_virtual_disk.*size = 3.*attached\s+to\s+\["m1"\].*Take it off the machine`),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(machine, plancheck.ResourceActionDestroy), Check: same},
		resource.TestStep{Config: config + onMachine(t, vc, ""), Check: same}, // both are destroyed in the end
	)
}

// A disk that a machine of somebody else uses is not deleted.
func TestVirtualDisk_inUse(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	config := diskConfig("d.vmdk", 1)
	vc.Test(t,
		resource.TestStep{Config: config + onMachine(t, vc, "")},
		resource.TestStep{
			Config: config + `
removed {
  from = vsphere_virtual_machine.m
  lifecycle {
    destroy = false
  }
}
`},
		resource.TestStep{Config: "# nothing", ExpectError: regexp.MustCompile(`(?s)Unable to delete vsphere_virtual_disk "d.vmdk".*attached\s+to\s+\["m1"\]`)},
		resource.TestStep{ // taken over again, so that the inventory is as before
			Config: "import {\n  to = vsphere_virtual_machine.m\n  id = \"/DC0/vm/m1\"\n}\n" + config + onMachine(t, vc, ""),
		},
	)
}
