// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package network_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestDistributedVirtualSwitchData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	const kind = "vsphere_distributed_virtual_switch"
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	ref, _ := vc.Find("/DC0/network/DVS0")
	uuid := switchUUID(t, vc, "/DC0/network/DVS0")
	names := &vim.DVSNameArrayUplinkPortPolicy{UplinkPortName: []string{"up-b", "up-a"}}
	if err := vc.Update(ref, vim.PropertyChange{Name: "config", Val: &vim.VMwareDVSConfigInfo{DVSConfigInfo: vim.DVSConfigInfo{Uuid: uuid, Name: "DVS0", UplinkPortPolicy: names}}}); err != nil {
		t.Fatal(err)
	}
	byName := acctest.Finds(kind, datacenter+`name = "DVS0"`, uuid, nil)
	byName.ConfigStateChecks = append(byName.ConfigStateChecks, statecheck.ExpectKnownValue("data."+kind+".test", tfjsonpath.New("uplinks"),
		knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("up-b"), knownvalue.StringExact("up-a")})))
	vc.Test(t,
		byName,
		acctest.Finds(kind, `name = "/DC0/network/DVS0"`, uuid, nil),
		acctest.Finds(kind, fmt.Sprintf("name = %q", ref.Value), uuid, nil),
		acctest.FindsNot(kind, `name = "DVS0"`, `name = "DVS0".*is\s+the\s+name\s+of\s+2.*/DC0/network/DVS0.*/DC1/network/DVS0`),
		acctest.FindsNot(kind, datacenter+`name = "DVS1"`, `Unable to find `+kind+` "DVS1".*not\s+found\s+in\s+/DC0.*"DVS0"`),
	)
}
