// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/vm"
)

// coverage says which test sets attributes to something that is no default and
// reads it back, and which one changes them. It stands for all attributes of its
// list, below the block that it names.
type coverage struct {
	block      string
	set        string
	change     string // a test, or after a dash why there is nothing to change
	attributes string
}

const computed = "- only vCenter and the provider say what it is"

var covered = []coverage{
	{"", "TestMachineEveryArgument", "TestMachineEveryArgument", `
		num_cpus num_cores_per_socket cpu_hot_add_enabled cpu_hot_remove_enabled cpu_performance_counters_enabled cpu_share_level cpu_share_count
		cpu_limit cpu_reservation memory memory_hot_add_enabled memory_share_level memory_limit memory_reservation memory_reservation_locked_to_max
		nested_hv_enabled enable_disk_uuid enable_logging hv_mode ept_rvi_mode vbs_enabled vvtd_enabled swap_placement_policy latency_sensitivity
		firmware boot_delay boot_retry_enabled boot_retry_delay efi_secure_boot_enabled run_tools_scripts_after_power_on
		run_tools_scripts_after_resume run_tools_scripts_before_guest_reboot run_tools_scripts_before_guest_shutdown
		run_tools_scripts_before_guest_standby sync_time_with_host sync_time_with_host_periodically tools_upgrade_policy guest_id extra_config`},
	{"", "TestMachineEveryArgument", "TestMachineChanges", "annotation"},
	{"", "TestMachinePlaceArguments", "TestMachinePlaceArguments", `
		name folder scsi_type scsi_bus_sharing scsi_controller_count ide_controller_count sata_controller_count nvme_controller_count
		num_cores_per_numa_node hardware_version alternate_guest_name memory_share_count tags custom_attributes replace_trigger datastore_path`},
	{"", "TestMachineMoves", "TestMachineMoves", "resource_pool_id host_system_id datastore_id"},
	{"", "TestMachineLocalArguments", "TestMachineLocalArguments", `
		wait_for_guest_ip_timeout wait_for_guest_net_timeout wait_for_guest_net_routable ignored_guest_ips shutdown_wait_timeout force_power_off
		poweron_timeout migrate_wait_timeout on_wait_failure extra_config_reboot_required replace_on_change`},
	{"", "TestMachineInDatastoreCluster", "TestMachineInDatastoreCluster", "datastore_cluster_id"},
	{"", "TestMachinePolicies", "TestMachinePolicies", "storage_policy_id"},
	{"disk", "TestMachinePolicies", "TestMachinePolicies", "storage_policy_id"},
	{"timeouts", "TestMachineLocalArguments", "TestMachineLocalArguments", "create read update delete"},
	{"", "TestMachinePowerState", "TestMachinePowerState", "power_state"},
	{"", "TestMachineEVC", "TestMachineEVC", "evc_mode"},
	{"", "TestMachineUnmanagedDisks", "TestMachineUnmanagedDisks", "unmanaged_disks"},
	{"", "TestMachinePlaceArguments", computed, "id uuid moid change_version vmx_path"},
	{"", "TestMachineImportOwnLabels", computed, "imported"},
	{"", "TestMachinePowerCycle", computed, "reboot_required"},
	{"", "TestMachineWaits", computed, "default_ip_address guest_ip_addresses vmware_tools_status"},

	{"disk", "TestMachineDiskArguments", "TestMachineDiskArguments", `
		label controller_type unit_number size datastore_id keep_on_remove disk_mode disk_sharing write_through io_share_level io_share_count
		io_limit io_reservation`},
	{"disk", "TestMachineDiskArguments", "TestMachineDiskArguments", "attach path"}, // changed by attaching and detaching
	{"disk", "TestMachineDiskArguments", "- vSphere sets it when a disk is made; a clone converts it", "thin_provisioned eagerly_scrub"},
	{"disk", "TestMachineDiskArguments", computed, "key device_address uuid"},

	{"network_interface", "TestMachineNICArguments", "TestMachineNICArguments", `
		network_id adapter_type mac_address use_static_mac bandwidth_share_level bandwidth_share_count bandwidth_limit bandwidth_reservation
		external_port_id`},
	{"network_interface", "TestMachineFromLibraryOVF", "TestMachineFromLibraryOVF", "ovf_mapping"},
	{"vapp", "TestMachineProperties", "TestMachineProperties", "properties"},
	{"network_interface", "TestMachineSRIOV", "TestMachineSRIOV", "physical_function"},
	{"network_interface", "TestMachineNICArguments", computed, "key device_address"},

	{"cdrom", "TestMachineCDROM", "TestMachineCDROM", "client_device datastore_id path"},
	{"cdrom", "TestMachineCDROM", computed, "key device_address"},
	{"video_card", "TestMachineVideoCard", "TestMachineVideoCard", "num_displays total_video_memory"},
	{"video_card", "TestMachineVideoCard", computed, "key device_address"},
	{"video_card.graphics_3d", "TestMachineVideoCard", "TestMachineVideoCard", "memory renderer"},
	{"vtpm", "TestMachineTPM", "TestMachineTPM", "version"},
	{"", "TestMachinePCI", "TestMachinePCI", "pci_device_id"},

	{"clone", "TestMachineCustomizeArguments", "TestMachineCustomizeArguments", "template_uuid timeout ovf_network_map ovf_storage_map"},
	{"clone", "TestMachineClone", "TestMachineClone", "linked_clone"},
	{"clone", "TestMachineLinked", "TestMachineLinked", "snapshot_id"},
	{"clone.customization_spec", "TestMachineCustomizedBySpecification", "TestMachineCustomizedBySpecification", "id timeout"},
	{"clone.customize", "TestMachineCustomizeArguments", "TestMachineCustomizeArguments", "dns_server_list dns_suffix_list ipv4_gateway ipv6_gateway timeout windows_sysprep_text"},
	{"clone.customize.linux_options", "TestMachineCustomizeArguments", "TestMachineCustomizeArguments", "domain host_name hw_clock_utc script_text time_zone"},
	{"clone.customize.windows_options", "TestMachineCustomizeArguments", "TestMachineCustomizeArguments", `
		admin_password auto_logon auto_logon_count computer_name domain_admin_password domain_admin_user domain_ou full_name join_domain
		organization_name product_key run_once_command_list time_zone workgroup`},
	{"clone.customize.network_interface", "TestMachineCustomizeArguments", "TestMachineCustomizeArguments", `
		dns_domain dns_server_list ipv4_address ipv4_netmask ipv6_address ipv6_netmask`},
	{"", "TestMachineFromOVF", "- it says where a machine is made", "datacenter_id"},
	{"", "TestMachineFromOVF", computed, "vapp_transport"},
	{"ovf_deploy", "TestMachineFromOVF", "TestMachineFromOVFAdjusted", "allow_unverified_ssl_cert local_ovf_path ovf_network_map remote_ovf_url"},
	{"ovf_deploy", "TestMachineFromOVFAdjusted", "TestMachineFromOVFAdjusted", `
		deployment_option disk_provisioning enable_hidden_properties ip_allocation_policy ip_protocol`},
}

// paths are the attributes that a line is about.
func (c coverage) paths() []string {
	var all []string
	for _, name := range strings.Fields(c.attributes) {
		all = append(all, strings.TrimPrefix(c.block+"."+name, "."))
	}
	return all
}

// TestMachineCoverage: every attribute of the machine is in the table, once, and
// the tests that the table names exist and speak of the attribute.
func TestMachineCoverage(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	tests := parseTests(t)
	for _, c := range covered {
		for _, at := range c.paths() {
			if seen[at] {
				t.Errorf("%s is in the table twice", at)
			}
			seen[at] = true
			for _, name := range []string{c.set, c.change} {
				if name == "" || strings.HasPrefix(name, "- ") {
					continue
				}
				if text := tests.reach(name); text == "" {
					t.Errorf("%s: there is no test %s", at, name)
				} else if last := at[strings.LastIndex(at, ".")+1:]; !mentions(text, last) {
					t.Errorf("%s: the test %s says nothing about it", at, name)
				}
			}
		}
	}
	for _, at := range machineAttributes(t) {
		if !seen[at] {
			t.Errorf("%s is not in the table", at)
		}
		delete(seen, at)
	}
	for at := range seen {
		t.Errorf("%s is in the table but not in the schema", at)
	}
}

// mentions reports whether a text has a name, which may follow a line feed that
// is written as in Go.
func mentions(text, name string) bool {
	return regexp.MustCompile(`(\b|\\n)` + name + `\b`).MatchString(text)
}

// machineAttributes returns the path of every attribute of the resource.
func machineAttributes(t *testing.T) []string {
	t.Helper()
	var resp resource.SchemaResponse
	vm.NewVirtualMachine().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	var all []string
	var walk func(at string, attributes map[string]schema.Attribute, blocks map[string]schema.Block)
	walk = func(at string, attributes map[string]schema.Attribute, blocks map[string]schema.Block) {
		for name := range attributes {
			all = append(all, at+name)
		}
		for name, b := range blocks {
			switch b := b.(type) {
			case schema.ListNestedBlock:
				walk(at+name+".", b.NestedObject.Attributes, b.NestedObject.Blocks)
			case schema.SetNestedBlock:
				walk(at+name+".", b.NestedObject.Attributes, b.NestedObject.Blocks)
			case schema.SingleNestedBlock:
				walk(at+name+".", b.Attributes, b.Blocks)
			default:
				t.Fatalf("%s%s is a %T", at, name, b)
			}
		}
	}
	walk("", resp.Schema.Attributes, resp.Schema.Blocks)
	return all
}

// sources are the declarations of this package's tests by name, as text, and the
// names that each of them uses.
type sources struct {
	text map[string]string
	uses map[string][]string
}

// parseTests reads the tests of this package.
func parseTests(t *testing.T) sources {
	t.Helper()
	s := sources{map[string]string{}, map[string][]string{}}
	set := token.NewFileSet()
	here := os.DirFS(".")
	files, err := fs.Glob(here, "*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if path.Base(name) == "coverage_test.go" { // the table itself proves nothing
			continue
		}
		text, err := fs.ReadFile(here, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			for _, declared := range namesOf(d) {
				from, to := set.Position(d.Pos()).Offset, set.Position(d.End()).Offset
				s.text[declared] += string(text[from:to])
				s.uses[declared] = append(s.uses[declared], usedBy(d)...)
			}
		}
	}
	return s
}

func namesOf(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []string{d.Name.Name}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					names = append(names, n.Name)
				}
			}
		}
		return names
	}
	return nil
}

func usedBy(d ast.Decl) []string {
	used := map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	return slices.Sorted(maps.Keys(used))
}

// reach returns the text of a test and of what it calls and uses, "" when there
// is no such test.
func (s sources) reach(test string) string {
	if s.text[test] == "" {
		return ""
	}
	var all strings.Builder
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if done[name] || s.text[name] == "" {
			return
		}
		done[name] = true
		fmt.Fprintln(&all, s.text[name])
		for _, used := range s.uses[name] {
			if !strings.HasPrefix(used, "Test") {
				visit(used)
			}
		}
	}
	visit(test)
	return all.String()
}
