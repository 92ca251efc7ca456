// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// These tests set each argument of a machine to something that is no default,
// and change it; see coverage_test.go. That the plan after an apply is empty
// proves that what is read back is what was set.

var replaced = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
	plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace),
}}

// vmdk makes a virtual disk that is on no machine.
func (p *place) vmdk(path string) {
	p.t.Helper()
	ctx := context.Background()
	c, err := p.Client(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	ref, _ := p.Find("/DC0")
	task, err := object.NewVirtualDiskManager(c).CreateVirtualDisk(ctx, path, object.NewDatacenter(c, ref), &vim.FileBackedVirtualDiskSpec{
		VirtualDiskSpec: vim.VirtualDiskSpec{DiskType: "thin", AdapterType: "lsiLogic"}, CapacityKb: 1 << 20,
	})
	if err == nil {
		err = task.WaitEx(ctx)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// TestMachineDiskArguments: every argument of a disk, on each type of
// controller, and then another value of all that can change.
func TestMachineDiskArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.vmdk("[LocalDS_1] shared.vmdk")
	p.Keeps = []string{"File /DC0/datastore/LocalDS_1 shared.vmdk"} // attached disks outlive the machine
	controllers := "sata_controller_count = 1\nnvme_controller_count = 1\n"
	attached := func(label string) string {
		return fmt.Sprintf("\n  disk {\n    label        = %q\n    unit_number  = 5\n    attach       = true\n    path         = \"shared.vmdk\"\n    datastore_id = %q\n  }\n", label, p.datastore2)
	}
	config := func(devices ...string) string {
		return p.named("m", "m1", controllers+strings.Join(devices, "")+p.nic())
	}
	p.Test(t,
		resource.TestStep{
			Config: config(
				p.disk("root", 0, 4, "thin_provisioned = false", "eagerly_scrub = true", "disk_mode = \"independent_persistent\"", "disk_sharing = \"sharingMultiWriter\"", "write_through = true"),
				p.disk("io", 1, 5, "io_share_level = \"custom\"", "io_share_count = 1500", "io_limit = 3000", "io_reservation = 20"),
				p.disk("sata", 2, 1, "controller_type = \"sata\""), p.disk("nvme", 3, 1, "controller_type = \"nvme\""),
				p.disk("kept", 4, 2, "keep_on_remove = true", fmt.Sprintf("datastore_id = %q", p.datastore2)), attached("shared"),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Bool(true), "disk", 0, "eagerly_scrub"),
				has(knownvalue.StringExact("scsi:0:1"), "disk", 1, "device_address"),
				has(knownvalue.StringExact("sata:0:2"), "disk", 2, "device_address"),
				has(knownvalue.StringExact("nvme:0:3"), "disk", 3, "device_address"),
				has(knownvalue.NotNull(), "disk", 3, "key"),
				has(knownvalue.NotNull(), "disk", 3, "uuid"),
				has(knownvalue.StringExact(p.datastore2), "disk", 4, "datastore_id"),
				has(knownvalue.StringExact("shared.vmdk"), "disk", 5, "path"),
			},
		},
		resource.TestStep{
			Config: config(
				p.disk("boot", 0, 6, "thin_provisioned = false", "eagerly_scrub = true"),
				p.disk("io", 8, 5, "io_share_level = \"high\"", "io_limit = 2000", "io_reservation = 10"),
				p.disk("sata", 3, 1), p.disk("nvme", 3, 2, "controller_type = \"sata\""),
				p.disk("kept", 4, 2, fmt.Sprintf("datastore_id = %q", p.datastore)),
			),
			ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.ListSizeExact(5), "disk"),
				has(knownvalue.StringExact("boot"), "disk", 0, "label"),
				has(knownvalue.Int64Exact(6), "disk", 0, "size"),
				has(knownvalue.StringExact("persistent"), "disk", 0, "disk_mode"),
				has(knownvalue.StringExact("sharingNone"), "disk", 0, "disk_sharing"),
				has(knownvalue.Bool(false), "disk", 0, "write_through"),
			},
		},
	)
}

// TestMachineNICArguments: every argument of a network interface that vSphere
// has for a paravirtual one, and then another value of each.
func TestMachineNICArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	card := func(network, arguments string) string {
		return fmt.Sprintf("\n  network_interface {\n    network_id = %q\n%s\n  }\n", network, arguments)
	}
	config := func(cards ...string) string { return p.named("m", "m1", p.disk("root", 0, 1)+strings.Join(cards, "")) }
	p.Test(t,
		resource.TestStep{
			Config: config(card(p.network, "use_static_mac = true\nmac_address = \"00:50:56:00:aa:01\"\nadapter_type = \"e1000e\""),
				card(p.dvpg, "bandwidth_share_level = \"custom\"\nbandwidth_share_count = 33\nbandwidth_limit = 100\nbandwidth_reservation = 10\nexternal_port_id = \"port-a\"")),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.NotNull(), "network_interface", 0, "key"),
				has(knownvalue.NotNull(), "network_interface", 0, "device_address"),
				has(knownvalue.StringExact("port-a"), "network_interface", 1, "external_port_id"),
			},
		},
		resource.TestStep{
			Config: config(card(p.dvpg, "use_static_mac = true\nmac_address = \"00:50:56:00:aa:02\"\nadapter_type = \"vmxnet3\""),
				card(p.dvpg, "bandwidth_share_level = \"high\"\nbandwidth_limit = 200\nbandwidth_reservation = 20\nexternal_port_id = \"port-b\"")),
			ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("vmxnet3"), "network_interface", 0, "adapter_type"),
				has(knownvalue.StringExact("high"), "network_interface", 1, "bandwidth_share_level"),
			},
		},
		resource.TestStep{
			Config:           config(card(p.dvpg, ""), card(p.dvpg, "bandwidth_share_level = \"custom\"\nbandwidth_share_count = 44")),
			ConfigPlanChecks: updated,
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Bool(false), "network_interface", 0, "use_static_mac"),
				has(knownvalue.Int64Exact(44), "network_interface", 1, "bandwidth_share_count"),
			},
		},
	)
}

// TestMachineLocalArguments: what only the provider itself goes by is stored and
// changed without a task of vCenter.
func TestMachineLocalArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	local := func(n int, flag bool, wait string) string {
		return p.named("m", "m1", fmt.Sprintf(`
  wait_for_guest_ip_timeout    = -%[1]d
  wait_for_guest_net_routable  = %[2]t
  ignored_guest_ips            = ["10.%[1]d.0.0/16"]
  shutdown_wait_timeout        = %[1]d
  force_power_off              = %[2]t
  poweron_timeout              = 30%[1]d
  migrate_wait_timeout         = 2%[1]d
  on_wait_failure              = %[3]q
  extra_config_reboot_required = %[2]t
  replace_on_change            = %[4]t
  timeouts {
    create = "5%[1]dm"
    read   = "4%[1]dm"
    update = "3%[1]dm"
    delete = "2%[1]dm"
  }
`, n, flag, wait, !flag)+p.disk("root", 0, 1)+p.nic())
	}
	checks := func(n int64, flag bool) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			has(knownvalue.Int64Exact(-n), "wait_for_guest_ip_timeout"), has(knownvalue.Bool(flag), "wait_for_guest_net_routable"),
			has(knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(fmt.Sprintf("10.%d.0.0/16", n))}), "ignored_guest_ips"),
			has(knownvalue.Int64Exact(n), "shutdown_wait_timeout"), has(knownvalue.Bool(flag), "force_power_off"),
			has(knownvalue.Int64Exact(300+n), "poweron_timeout"), has(knownvalue.Int64Exact(20+n), "migrate_wait_timeout"),
			has(knownvalue.Bool(flag), "extra_config_reboot_required"), has(knownvalue.Bool(!flag), "replace_on_change"),
			has(knownvalue.StringExact(fmt.Sprintf("4%dm", n)), "timeouts", "read"),
		}
	}
	waiting := strings.Replace(local(5, true, "error"), "wait_for_guest_net_timeout = 0", "wait_for_guest_net_timeout = -1", 1)
	p.Test(t,
		resource.TestStep{Config: local(2, false, "warn"), ConfigStateChecks: checks(2, false)},
		resource.TestStep{
			PreConfig: p.ResetCalls, Config: waiting, ConfigPlanChecks: updated,
			ConfigStateChecks: append(checks(5, true), has(knownvalue.Int64Exact(-1), "wait_for_guest_net_timeout")),
			Check:             p.counts(map[string]int{"ReconfigVM_Task": 0, "RelocateVM_Task": 0, "PowerOffVM_Task": 0}),
		},
	)
}

// TestMachinePlaceArguments: what the machine is called, where it is, and what
// hangs on it.
func TestMachinePlaceArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	around := fmt.Sprintf(`
resource "vsphere_folder" "f" {
  path          = "f"
  type          = "vm"
  datacenter_id = %q
}
resource "vsphere_tag_category" "c" {
  name             = "c"
  cardinality      = "MULTIPLE"
  associable_types = ["VirtualMachine"]
}
resource "vsphere_tag" "t" {
  count       = 2
  name        = "t${count.index}"
  category_id = vsphere_tag_category.c.id
}
resource "vsphere_custom_attribute" "a" {
  name = "a"
}
`, p.id("/DC0"))
	config := func(name string, tag int, arguments string) string {
		return around + p.named("m", name, fmt.Sprintf(`
  tags              = [vsphere_tag.t[%d].id]
  custom_attributes = { (vsphere_custom_attribute.a.id) = %q }
  scsi_type         = "lsilogic-sas"
%s`, tag, name, arguments)+p.disk("root", 0, 1)+p.nic())
	}
	label := func(key string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			has(knownvalue.StringExact(key), "name"), has(knownvalue.NotNull(), "moid"), has(knownvalue.NotNull(), "uuid"), has(knownvalue.NotNull(), "id"),
			has(knownvalue.NotNull(), "change_version"), has(knownvalue.NotNull(), "vmx_path"), has(knownvalue.Bool(false), "imported"),
		}
	}
	p.Test(t,
		resource.TestStep{
			Config: config("m1", 0, "folder = vsphere_folder.f.path\nreplace_trigger = \"1\"\nscsi_bus_sharing = \"physicalSharing\"\nscsi_controller_count = 2\nide_controller_count = 1\nnum_cores_per_numa_node = 2\nnum_cpus = 4\nhardware_version = 20\n"),
			ConfigStateChecks: append(label("m1"), has(knownvalue.StringExact("lsilogic-sas"), "scsi_type"), has(knownvalue.StringExact("physicalSharing"), "scsi_bus_sharing"),
				has(knownvalue.Int64Exact(20), "hardware_version"), has(knownvalue.Int64Exact(2), "num_cores_per_numa_node")),
		},
		resource.TestStep{
			Config:           strings.Replace(config("m2", 1, "replace_trigger = \"1\"\nscsi_bus_sharing = \"virtualSharing\"\nscsi_controller_count = 3\nsata_controller_count = 1\nnvme_controller_count = 2\nide_controller_count = 2\nnum_cores_per_numa_node = 1\nnum_cpus = 4\nhardware_version = 21\nalternate_guest_name = \"other\"\nmemory_share_level = \"custom\"\nmemory_share_count = 77\n"), "lsilogic-sas", "pvscsi", 1),
			ConfigPlanChecks: updated,
			ConfigStateChecks: append(label("m2"), has(knownvalue.StringExact("pvscsi"), "scsi_type"), has(knownvalue.StringExact("virtualSharing"), "scsi_bus_sharing"),
				has(knownvalue.Int64Exact(21), "hardware_version"), has(knownvalue.Int64Exact(1), "num_cores_per_numa_node"), has(knownvalue.Int64Exact(77), "memory_share_count")),
		},
		resource.TestStep{
			Config:            config("m2", 1, "datastore_path = \"elsewhere\"\nreplace_trigger = \"2\"\nalternate_guest_name = \"another\"\nmemory_share_level = \"custom\"\nmemory_share_count = 88\n"),
			ConfigPlanChecks:  replaced,
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.StringExact("elsewhere"), "datastore_path")},
			Check: func(*terraform.State) error {
				if file := p.look("/DC0/vm/m2").Config.Files.VmPathName; !strings.Contains(file, "elsewhere/") {
					return fmt.Errorf("the machine's file is %s", file)
				}
				return nil
			},
		},
		resource.TestStep{
			Config:           config("m2", 1, "datastore_path = \"elsewhere\"\nreplace_trigger = \"2\"\nalternate_guest_name = \"third\"\nmemory_share_level = \"custom\"\nmemory_share_count = 99\n"),
			ConfigPlanChecks: updated,
		},
	)
}

// customizations are the two kinds of guests with all that can be said of them.
func linuxGuest(n int) string {
	return fmt.Sprintf(`
      dns_server_list = ["10.0.0.%[1]d"]
      dns_suffix_list = ["example%[1]d.com"]
      ipv4_gateway    = "10.0.0.1%[1]d"
      ipv6_gateway    = "fd00::%[1]d"
      timeout         = 1%[1]d
      linux_options {
        host_name    = "web%[1]d"
        domain       = "example%[1]d.com"
        hw_clock_utc = %[2]t
        time_zone    = "Etc/GMT%[1]d"
        script_text  = "#!/bin/sh # %[1]d"
      }
      network_interface {
        dns_domain      = "lan%[1]d"
        dns_server_list = ["10.0.1.%[1]d"]
        ipv4_address    = "10.0.0.2%[1]d"
        ipv4_netmask    = 2%[1]d
        ipv6_address    = "fd00::2%[1]d"
        ipv6_netmask    = 6%[1]d
      }
`, n, n == 5)
}

func windowsGuest(n int) string {
	return fmt.Sprintf(`
      windows_options {
        computer_name         = "win%[1]d"
        admin_password        = "secret%[1]d"
        auto_logon            = %[2]t
        auto_logon_count      = %[1]d
        domain_admin_user     = "admin%[1]d"
        domain_admin_password = "hidden%[1]d"
        domain_ou             = "OU=%[1]d"
        join_domain           = "corp%[1]d"
        full_name             = "Name %[1]d"
        organization_name     = "Company %[1]d"
        product_key           = "AAAAA-%[1]d"
        run_once_command_list = ["cmd%[1]d"]
        time_zone             = 11%[1]d
      }
      network_interface {}
`, n, n == 4)
}

// TestMachineCustomizeArguments: everything that a clone block can say reaches
// the state; a change of it is stored, with a warning, and does nothing.
func TestMachineCustomizeArguments(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	windows := p.look("/DC0/vm/templates/template-windows").Config.Uuid
	config := func(template string, size int, guest string, n int) string {
		return p.named("m", "m1", fmt.Sprintf(`
  clone {
    template_uuid   = %q
    timeout         = 3%[3]d
    ovf_network_map = { a = "%[3]d" }
    ovf_storage_map = { b = "%[3]d" }
    customize {
%[2]s
    }
  }
`, template, guest, n)+p.disk("root", 0, size)+p.nic())
	}
	options := func(n int64, name string, more ...any) statecheck.StateCheck {
		return has(knownvalue.StringExact(fmt.Sprintf("%s%d", name, n)), "clone", append([]any{0, "customize", 0}, more...)...)
	}
	stored := resource.TestStep{
		PreConfig: p.ResetCalls, Config: config(p.template, 8, linuxGuest(5), 5), ConfigPlanChecks: updated,
		ConfigStateChecks: []statecheck.StateCheck{options(5, "web", "linux_options", 0, "host_name"), has(knownvalue.Int64Exact(35), "clone", 0, "timeout")},
		Check:             p.counts(map[string]int{"ReconfigVM_Task": 0, "CustomizeVM_Task": 0, "PowerOffVM_Task": 0}),
	}
	workgroup := "\n      windows_options {\n        computer_name = \"w\"\n        workgroup     = \"%s\"\n      }\n      network_interface {}\n"
	sysprep := "\n      windows_sysprep_text = \"<unattend>%s</unattend>\"\n      network_interface {}\n"
	again := "replace_on_change = true\n"
	other := func(guest string) string {
		return strings.Replace(config(windows, 40, guest, 4), "  clone {", "  "+again+"  clone {", 1)
	}
	p.Test(t,
		resource.TestStep{Config: config(p.template, 8, linuxGuest(4), 4), ConfigStateChecks: []statecheck.StateCheck{options(4, "web", "linux_options", 0, "host_name")}},
		stored,
		resource.TestStep{Config: other(windowsGuest(4)), ConfigPlanChecks: replaced, ConfigStateChecks: []statecheck.StateCheck{options(4, "win", "windows_options", 0, "computer_name")}},
		resource.TestStep{Config: strings.Replace(other(windowsGuest(5)), again, "", 1), ConfigPlanChecks: updated, ConfigStateChecks: []statecheck.StateCheck{options(5, "corp", "windows_options", 0, "join_domain")}},
		resource.TestStep{Config: other(fmt.Sprintf(workgroup, "one")), ConfigPlanChecks: replaced},
		resource.TestStep{Config: other(fmt.Sprintf(workgroup, "two")), ConfigPlanChecks: replaced},
		resource.TestStep{Config: other(fmt.Sprintf(sysprep, "one")), ConfigPlanChecks: replaced},
		resource.TestStep{Config: strings.Replace(other(fmt.Sprintf(sysprep, "two")), again, "", 1), ConfigPlanChecks: updated},
	)
}
