// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// TestMachineBadInput: each mistake is an error of the plan, or of the apply
// where only vCenter knows, that names the argument.
func TestMachineBadInput(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	disks := func(disks string) string { return p.named("m", "m1", disks+p.nic()) }
	nics := func(nics string) string { return p.named("m", "m1", p.disk("disk0", 0, 1)+nics) }
	tests := []struct {
		config, want string
		apply        bool
	}{
		{config: p.config("memory = -5"), want: `memory`},
		{config: p.config("num_cpus = 3\nnum_cores_per_socket = 2"), want: `multiple of\s+num_cores_per_socket`},
		{config: p.config("firmware = \"uefi\""), want: `(?s)firmware.*uefi`},
		{config: p.config("efi_secure_boot_enabled = true"), want: `needs firmware to\s+be efi`},
		{config: p.config("memory_reservation = 2000"), want: `may not exceed\s+memory`},
		{config: p.config("cpu_share_level = \"custom\""), want: `needs\s+cpu_share_count`},
		{config: p.config("ignored_guest_ips = [\"10.0.0.300\"]"), want: `(?s)ignored_guest_ips.*10.0.0.300`},
		{config: p.config("shutdown_wait_timeout = 11"), want: `shutdown_wait_timeout`},
		{config: disks(""), want: `at least one disk`},
		{config: nics(""), want: `at least one\s+network_interface`},
		{config: disks(p.disk("a", 1, 1)), want: `No disk to boot from`},
		{config: disks(p.disk("a", 0, 1) + p.disk("a", 1, 1)), want: `another disk has this\s+label`},
		{config: disks(p.disk("a", 0, 1) + p.disk("b", 0, 1)), want: `unit_number`},
		{config: disks(p.disk("orphaned_disk_0", 0, 1)), want: `orphaned_disk_`},
		{config: disks(p.disk("a", 15, 1)), want: `unit_number`},
		{config: disks(p.disk("a", 0, 1, "path = \"x.iso\"")), want: `\.vmdk`},
		{config: disks(p.disk("a", 0, 1, "eagerly_scrub = true")), want: `thin\s+provisioned`},
		{config: nics("network_interface {\n network_id = \"network-1\"\n mac_address = \"00:50:56:00:00:01\"\n}"), want: `use_static_mac`},
		{config: nics("network_interface {\n network_id = \"network-1\"\n adapter_type = \"ne2000\"\n}"), want: `(?s)adapter_type.*ne2000`},
		{config: nics("network_interface {\n network_id = \"network-none\"\n}"), want: `(?s)network_id.*network-none`, apply: true},
		{config: strings.ReplaceAll(p.config(""), p.pool, "resgroup-none"), want: `(?s)resource_pool_id.*resgroup-none`, apply: true},
		{config: strings.ReplaceAll(p.config(""), p.datastore, "datastore-none"), want: `(?s)datastore_id.*datastore-none`, apply: true},
		{config: p.config("folder = \"none\""), want: `(?s)folder.*none`, apply: true},
		{config: strings.ReplaceAll(p.config(""), `"m1"`, `"DC0_C0_RP0_VM0"`), want: `(?s)name.*exists`, apply: true},
	}
	var steps []resource.TestStep
	for _, test := range tests {
		steps = append(steps, resource.TestStep{Config: test.config, PlanOnly: !test.apply, ExpectError: regexp.MustCompile(test.want)})
	}
	steps = append(steps,
		resource.TestStep{Config: p.config("annotation = \"note\"")},
		resource.TestStep{Config: p.named("m", "m1", p.disk("disk0", 0, 9)+p.nic()), PlanOnly: true, ExpectError: regexp.MustCompile(`cannot\s+shrink`)},
		resource.TestStep{Config: p.config("hardware_version = 4"), PlanOnly: true, ExpectError: regexp.MustCompile(`not\s+downgraded`)},
	)
	p.Test(t, steps...)
}
