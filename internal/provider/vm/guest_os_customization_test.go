// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const (
	custom       = "vsphere_guest_os_customization"
	customObject = custom + ".c"
)

func customSpec(arguments, spec string) string {
	return "resource \"" + custom + "\" \"c\" {\n" + arguments + "\nspec {\n" + spec + "\n}\n}\n"
}

func value(address string, check knownvalue.Check, name string, more ...any) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, at(name, more...), check)
}

func planned(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// specs is the manager of stored specifications, for a test's own meddling.
func (p *place) specs() *object.CustomizationSpecManager {
	p.t.Helper()
	c, err := p.Client(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return object.NewCustomizationSpecManager(c)
}

const linuxSpec = `
  dns_server_list = ["10.0.0.2", "10.0.0.3"]
  dns_suffix_list = ["example.com"]
  ipv4_gateway    = "10.0.0.1"
  ipv6_gateway    = "2001:DB8::1"
  linux_options {
    host_name    = "web"
    domain       = "example.com"
    hw_clock_utc = false
    time_zone    = "Europe/Vienna"
    script_text  = "#!/bin/sh"
  }
  network_interface {
    dns_domain = "mgmt.example.com"
  }
  network_interface {
    ipv4_address    = "10.0.0.7"
    ipv4_netmask    = 24
    ipv6_address    = "2001:db8:0::7"
    ipv6_netmask    = 64
    dns_server_list = ["10.0.0.4"]
  }
`

// TestGuestCustomizationLinux sets every argument for a Linux guest and changes
// each of them.
func TestGuestCustomizationLinux(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	change := func(pairs ...string) string {
		return strings.NewReplacer(pairs...).Replace(customSpec("name = \"linux\"\ntype = \"Linux\"\ndescription = \"for web\"\n", linuxSpec))
	}
	type want struct {
		check knownvalue.Check
		at    []any
	}
	step := func(config string, wants ...want) resource.TestStep {
		s := resource.TestStep{Config: config, ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate)}
		for _, w := range wants {
			s.ConfigStateChecks = append(s.ConfigStateChecks, value(customObject, w.check, "spec", append([]any{0}, w.at...)...))
		}
		return s
	}
	text, number := knownvalue.StringExact, knownvalue.Int64Exact
	list := func(s ...string) knownvalue.Check {
		var checks []knownvalue.Check
		for _, x := range s {
			checks = append(checks, text(x))
		}
		return knownvalue.ListExact(checks)
	}
	p.Test(t,
		resource.TestStep{Config: change(), ConfigStateChecks: []statecheck.StateCheck{
			value(customObject, text("linux"), "id"), value(customObject, text("Linux"), "type"), value(customObject, text("for web"), "description"),
			value(customObject, knownvalue.StringRegexp(regexp.MustCompile(`^\d+$`)), "change_version"),
			value(customObject, knownvalue.StringRegexp(regexp.MustCompile(` UTC$`)), "last_update_time"),
			value(customObject, list("10.0.0.2", "10.0.0.3"), "spec", 0, "dns_server_list"), value(customObject, list("example.com"), "spec", 0, "dns_suffix_list"),
			value(customObject, text("10.0.0.1"), "spec", 0, "ipv4_gateway"), value(customObject, text("2001:DB8::1"), "spec", 0, "ipv6_gateway"),
			value(customObject, knownvalue.Bool(false), "spec", 0, "linux_options", 0, "hw_clock_utc"),
			value(customObject, text("#!/bin/sh"), "spec", 0, "linux_options", 0, "script_text"),
			value(customObject, number(24), "spec", 0, "network_interface", 1, "ipv4_netmask"),
			value(customObject, text("mgmt.example.com"), "spec", 0, "network_interface", 0, "dns_domain"),
		}},
		resource.TestStep{ResourceName: customObject, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{
			"spec.0.ipv6_gateway", "spec.0.network_interface.1.ipv6_address", // other notations of the same
			"spec.0.windows_sysprep_text", "spec.0.network_interface.1.dns_domain", // "" rather than null
		}},
		resource.TestStep{ResourceName: customObject, ImportState: true, ImportStateId: "none", ExpectError: regexp.MustCompile(`non-existent`)},
		step(change(`"10.0.0.2", "10.0.0.3"`, `"10.0.0.5"`, `"example.com"]`, `"example.org"]`), want{list("10.0.0.5"), []any{"dns_server_list"}}, want{list("example.org"), []any{"dns_suffix_list"}}),
		step(change(`"10.0.0.1"`, `"10.0.0.254"`, "DB8::1", "db8::ffff"), want{text("10.0.0.254"), []any{"ipv4_gateway"}}, want{text("2001:db8::ffff"), []any{"ipv6_gateway"}}),
		step(change("false", "true", `= "web"`, `= "db"`, `= "example.com"`, `= "example.org"`, "Vienna", "Graz", "/sh", "/bash"),
			want{knownvalue.Bool(true), []any{"linux_options", 0, "hw_clock_utc"}}, want{text("db"), []any{"linux_options", 0, "host_name"}},
			want{text("example.org"), []any{"linux_options", 0, "domain"}}, want{text("Europe/Graz"), []any{"linux_options", 0, "time_zone"}},
			want{text("#!/bin/bash"), []any{"linux_options", 0, "script_text"}}),
		step(change("10.0.0.7", "10.0.0.8", "= 24", "= 16", "db8:0::7", "db8::8", "= 64", "= 48", "10.0.0.4", "10.0.0.6", "mgmt.", "ops."),
			want{text("10.0.0.8"), []any{"network_interface", 1, "ipv4_address"}}, want{number(16), []any{"network_interface", 1, "ipv4_netmask"}},
			want{text("2001:db8::8"), []any{"network_interface", 1, "ipv6_address"}}, want{number(48), []any{"network_interface", 1, "ipv6_netmask"}},
			want{list("10.0.0.6"), []any{"network_interface", 1, "dns_server_list"}}, want{text("ops.example.com"), []any{"network_interface", 0, "dns_domain"}}),
		// A gateway that no interface can reach is nowhere in vCenter, and yet no change.
		step(change(`"10.0.0.1"`, `"192.168.0.1"`), want{text("192.168.0.1"), []any{"ipv4_gateway"}}),
		resource.TestStep{Config: change("for web", "for all", "\"linux\"", "\"linux-2\""), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(customObject, text("linux-2"), "id"), value(customObject, text("linux-2"), "name"), value(customObject, text("for all"), "description"),
		}},
		resource.TestStep{Config: customSpec("name = \"linux-2\"\ntype = \"Linux\"\n", "linux_options {\nhost_name = \"h\"\ndomain = \"d\"\n}\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(customObject, knownvalue.ListSizeExact(0), "spec", 0, "network_interface"), value(customObject, text(""), "description"),
			value(customObject, knownvalue.Bool(true), "spec", 0, "linux_options", 0, "hw_clock_utc"),
		}},
	)
}

// TestGuestCustomizationWindows sets every argument for a Windows guest and
// changes each of them, then turns it into sysprep text.
func TestGuestCustomizationWindows(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const head = "name = \"win\"\ntype = \"Windows\"\n"
	full := `
  windows_options {
    computer_name         = "win"
    admin_password        = "first"
    auto_logon            = true
    auto_logon_count      = 3
    full_name             = "me"
    organization_name     = "us"
    product_key           = "AAAAA"
    run_once_command_list = ["a", "b"]
    time_zone             = 110
    join_domain           = "example.com"
    domain_admin_user     = "admin"
    domain_admin_password = "secret"
    domain_ou             = "OU=web"
  }
`
	other := strings.NewReplacer(`"win"`, `"win-2"`, "first", "second", "true", "false", "= 3", "= 4", `"me"`, `"you"`, `"us"`, `"them"`, "AAAAA", "BBBBB",
		`"a", "b"`, `"c"`, "110", "85", "example.com", "example.org", `"admin"`, `"root"`, "secret", "hidden", "OU=web", "OU=db").Replace(full)
	text := knownvalue.StringExact
	in := func(check knownvalue.Check, name string) statecheck.StateCheck {
		return value(customObject, check, "spec", 0, "windows_options", 0, name)
	}
	p.Test(t,
		resource.TestStep{Config: customSpec(head, full), ConfigStateChecks: []statecheck.StateCheck{
			in(text("win"), "computer_name"), in(text("first"), "admin_password"), in(knownvalue.Bool(true), "auto_logon"), in(knownvalue.Int64Exact(3), "auto_logon_count"),
			in(text("me"), "full_name"), in(text("us"), "organization_name"), in(text("AAAAA"), "product_key"), in(knownvalue.ListSizeExact(2), "run_once_command_list"),
			in(knownvalue.Int64Exact(110), "time_zone"), in(text("example.com"), "join_domain"), in(text("admin"), "domain_admin_user"),
			in(text("secret"), "domain_admin_password"), in(text("OU=web"), "domain_ou"), in(knownvalue.Null(), "workgroup"),
		}},
		resource.TestStep{ResourceName: customObject, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"spec.0.windows_sysprep_text", "spec.0.windows_options.0.workgroup"}}, // "" rather than null
		resource.TestStep{Config: customSpec(head, other), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			in(text("win-2"), "computer_name"), in(text("second"), "admin_password"), in(knownvalue.Bool(false), "auto_logon"), in(knownvalue.Int64Exact(4), "auto_logon_count"),
			in(text("you"), "full_name"), in(text("them"), "organization_name"), in(text("BBBBB"), "product_key"), in(knownvalue.ListSizeExact(1), "run_once_command_list"),
			in(knownvalue.Int64Exact(85), "time_zone"), in(text("example.org"), "join_domain"), in(text("root"), "domain_admin_user"),
			in(text("hidden"), "domain_admin_password"), in(text("OU=db"), "domain_ou"),
		}},
		// A server that keeps passwords encrypted does not tell them: they stay.
		resource.TestStep{PreConfig: func() { p.encrypt("win") }, Config: customSpec(head, other), PlanOnly: true},
		resource.TestStep{Config: customSpec(head, "windows_options {\ncomputer_name = \"win\"\nworkgroup = \"web\"\n}\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			in(text("web"), "workgroup"), in(text("Administrator"), "full_name"), in(text("Managed by Terraform"), "organization_name"), in(knownvalue.Int64Exact(1), "auto_logon_count"),
		}},
		resource.TestStep{Config: customSpec(head, "windows_options {\ncomputer_name = \"win\"\nworkgroup = \"db\"\n}\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: customSpec(head, "windows_sysprep_text = \"<unattend/>\"\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(customObject, text("<unattend/>"), "spec", 0, "windows_sysprep_text"), value(customObject, knownvalue.ListSizeExact(0), "spec", 0, "windows_options"),
		}},
		resource.TestStep{Config: customSpec(head, "windows_sysprep_text = \"<unattended/>\"\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: customSpec("name = \"win\"\ntype = \"Linux\"\n", "linux_options {\nhost_name = \"h\"\ndomain = \"d\"\n}\n"), ConfigPlanChecks: planned(customObject, plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			value(customObject, text("Linux"), "type"),
		}},
	)
}

// encrypt makes the passwords of a stored specification unreadable.
func (p *place) encrypt(name string) {
	p.t.Helper()
	item, err := p.specs().GetCustomizationSpec(context.Background(), name)
	if err != nil {
		p.t.Fatal(err)
	}
	prep := item.Spec.Identity.(*vim.CustomizationSysprep)
	for _, password := range []*vim.CustomizationPassword{prep.GuiUnattended.Password, prep.Identification.DomainAdminPassword} {
		*password = vim.CustomizationPassword{Value: "3Gs...=="}
	}
	if err := p.specs().OverwriteCustomizationSpec(context.Background(), *item); err != nil {
		p.t.Fatal(err)
	}
}

func TestGuestCustomizationBadInput(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const head = "name = \"x\"\ntype = \"Linux\"\n"
	linux := "linux_options {\nhost_name = \"h\"\ndomain = \"d\"\n}\n"
	fails := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile("(?s)" + want)}
	}
	windows := func(arguments string) string {
		return customSpec("name = \"x\"\ntype = \"Windows\"\n", "windows_options {\ncomputer_name = \"w\"\n"+arguments+"\n}\n")
	}
	p.Test(t,
		fails(customSpec("name = \"x\"\ntype = \"Plan9\"\n", linux), `type.*Plan9`),
		fails(customSpec("name = \"\"\ntype = \"Linux\"\n", linux), `name.*at\s+least\s+1`),
		fails(customSpec(head, ""), `Kind of guest not clear`),
		fails(customSpec(head, linux+"windows_sysprep_text = \"x\"\n"), `Kind of guest not clear`),
		fails("resource \""+custom+"\" \"c\" {\n"+head+"}\n", `(?i)spec`),
		fails(customSpec(head, linux+"ipv4_gateway = \"10.0.0.0/24\"\n"), `ipv4_gateway.*must\s+be\s+an\s+IPv4\s+address`),
		fails(customSpec(head, linux+"ipv6_gateway = \"10.0.0.1\"\n"), `ipv6_gateway.*must\s+be\s+an\s+IPv6\s+address`),
		fails(customSpec(head, linux+"network_interface {\nipv4_address = \"web\"\n}\n"), `ipv4_address.*must\s+be\s+an\s+IPv4\s+address`),
		fails(customSpec(head, linux+"network_interface {\nipv4_netmask = 33\n}\n"), `ipv4_netmask.*between\s+0\s+and\s+32`),
		fails(customSpec(head, linux+"network_interface {\nipv6_netmask = 129\n}\n"), `ipv6_netmask.*between\s+0\s+and\s+128`),
		fails(customSpec(head, "linux_options {\nhost_name = \"h\"\ndomain = \"d\"\ntime_zone = \"a b\"\n}\n"), `time_zone.*name\s+of\s+a\s+time\s+zone`),
		fails(windows("join_domain = \"d\""), `domain_admin_user`),
		fails(windows("workgroup = \"w\"\njoin_domain = \"d\"\ndomain_admin_user = \"u\"\ndomain_admin_password = \"p\""), `workgroup`),
		resource.TestStep{Config: customSpec("name = \"vcsim-linux\"\ntype = \"Linux\"\n", linux), ExpectError: regexp.MustCompile(`(?s)name.*exists\s+already|(?s)already\s+exists.*name`)},
		// What is not known at plan time is no error.
		resource.TestStep{Config: "resource \"terraform_data\" \"t\" {\n  input = \"10.0.0.9\"\n}\n" + customSpec(head, linux+"network_interface {\nipv4_address = terraform_data.t.output\nipv4_netmask = 24\n}\n")},
	)
}

func TestGuestCustomizationDisappears(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	config := customSpec("name = \"gone\"\ntype = \"Linux\"\n", linuxSpec)
	p.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if err := p.specs().DeleteCustomizationSpec(context.Background(), "gone"); err != nil {
					t.Fatal(err)
				}
			},
			Config: config, ConfigPlanChecks: planned(customObject, plancheck.ResourceActionCreate),
		},
	)
}

// TestGuestCustomizationHalfway: what was made before the failure is not lost.
func TestGuestCustomizationHalfway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	before := p.Inventory()
	remove := p.Inject(simulator.Fault{Method: "GetCustomizationSpec", SOAP: &vim.NoPermission{PrivilegeId: "VirtualMachine.Provisioning.ReadCustSpecs"}})
	config := acctest.Object{"name": "half", "type": "Linux", "spec": acctest.List{acctest.Object{"linux_options": acctest.List{acctest.Object{"host_name": "h", "domain": "d"}}}}}
	half := protocol.Apply(custom, nil, config)
	remove()
	if !half.Failed() || half.State["id"] != "half" {
		t.Fatalf("stored %v, said %+v", half.State, half.Diagnostics)
	}
	protocol.OK(protocol.Apply(custom, half, nil).Diagnostics)
	if after := p.Inventory(); len(after) != len(before) {
		t.Errorf("%d objects, were %d", len(after), len(before))
	}
}

// TestGuestCustomizationRename_refused: the specification of the state is the
// one that there is.
func TestGuestCustomizationRename_refused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	config := acctest.Object{"name": "mine", "type": "Linux", "description": "a", "spec": acctest.List{acctest.Object{"linux_options": acctest.List{acctest.Object{"host_name": "h", "domain": "d"}}}}}
	made := protocol.Apply(custom, nil, config)
	protocol.OK(made.Diagnostics)
	taken := maps.Clone(config)
	taken["name"], taken["description"] = "vcsim-linux", "b"
	failed := protocol.Apply(custom, made, taken)
	if !failed.Failed() || failed.State["id"] != "mine" || failed.State["name"] != "mine" || failed.State["description"] != "b" {
		t.Errorf("stored %v, said %+v", failed.State, failed.Diagnostics)
	}
	protocol.OK(protocol.Apply(custom, failed, nil).Diagnostics)
}

// TestGuestCustomizationSDKState: what the incumbent wrote plans empty, and so
// does what was imported.
func TestGuestCustomizationSDKState(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	config := acctest.Object{"name": "old", "type": "Linux", "spec": acctest.List{acctest.Object{
		"ipv4_gateway":      "10.0.0.1",
		"linux_options":     acctest.List{acctest.Object{"host_name": "h", "domain": "d"}},
		"network_interface": acctest.List{acctest.Object{"ipv4_address": "10.0.0.7", "ipv4_netmask": int64(24)}, acctest.Object{}},
	}}}
	made := protocol.Apply(custom, nil, config)
	protocol.OK(made.Diagnostics)
	old := maps.Clone(made.State)
	delete(old, "timeouts")
	old["description"] = ""
	old["spec"] = acctest.List{acctest.Object{
		"dns_server_list": acctest.List{}, "dns_suffix_list": acctest.List{}, "ipv4_gateway": "10.0.0.1", "ipv6_gateway": "", "windows_sysprep_text": "",
		"linux_options":   acctest.List{acctest.Object{"host_name": "h", "domain": "d", "hw_clock_utc": true, "script_text": "", "time_zone": ""}},
		"windows_options": acctest.List{},
		"network_interface": acctest.List{
			acctest.Object{"dns_domain": "", "dns_server_list": acctest.List{}, "ipv4_address": "10.0.0.7", "ipv4_netmask": 24, "ipv6_address": "", "ipv6_netmask": 0},
			acctest.Object{"dns_domain": "", "dns_server_list": acctest.List{}, "ipv4_address": "", "ipv4_netmask": 0, "ipv6_address": "", "ipv6_netmask": 0},
		},
	}}
	imported := protocol.Import(custom, "old")
	protocol.OK(imported.Diagnostics)
	for _, state := range []acctest.Object{old, imported.State} {
		for _, refresh := range []bool{true, false} {
			planned := protocol.PlanFrom(custom, 0, state, config, refresh)
			protocol.OK(planned.Diagnostics)
			for _, name := range planned.Changes() {
				t.Errorf("refresh %t: %s changes from %v to %v", refresh, name, planned.Prior[name], planned.Planned[name])
			}
		}
	}
	protocol.OK(protocol.Apply(custom, made, nil).Diagnostics)
}

func TestGuestCustomizationData(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	const data = "data." + custom + ".d"
	look := func(name string) string { return "data \"" + custom + "\" \"d\" {\n  name = " + name + "\n}\n" }
	win := customSpec("name = \"win\"\ntype = \"Windows\"\ndescription = \"w\"\n", "windows_options {\ncomputer_name = \"w\"\nadmin_password = \"x\"\nrun_once_command_list = [\"a\"]\n}\n"+
		"network_interface {\nipv4_address = \"10.0.0.7\"\nipv4_netmask = 24\ndns_server_list = [\"10.0.0.2\"]\n}\n")
	p.Test(t,
		resource.TestStep{Config: customSpec("name = \"linux\"\ntype = \"Linux\"\n", linuxSpec) + look(customObject+".name"), ConfigStateChecks: []statecheck.StateCheck{
			value(data, knownvalue.StringExact("linux"), "id"), value(data, knownvalue.StringExact("Linux"), "type"),
			value(data, knownvalue.StringExact("web"), "spec", 0, "linux_options", 0, "host_name"),
			value(data, knownvalue.StringExact("10.0.0.7"), "spec", 0, "network_interface", 1, "ipv4_address"),
			value(data, knownvalue.Int64Exact(64), "spec", 0, "network_interface", 1, "ipv6_netmask"),
			value(data, knownvalue.ListSizeExact(2), "spec", 0, "dns_server_list"),
		}, Check: resource.ComposeTestCheckFunc(
			resource.TestCheckResourceAttrPair(data, "change_version", customObject, "change_version"),
			resource.TestCheckResourceAttrPair(data, "last_update_time", customObject, "last_update_time"))},
		resource.TestStep{Config: win + look(customObject+".name"), ConfigStateChecks: []statecheck.StateCheck{
			value(data, knownvalue.StringExact("w"), "description"), value(data, knownvalue.StringExact("w"), "spec", 0, "windows_options", 0, "computer_name"),
			value(data, knownvalue.StringExact("x"), "spec", 0, "windows_options", 0, "admin_password"),
			value(data, knownvalue.ListSizeExact(1), "spec", 0, "windows_options", 0, "run_once_command_list"),
		}},
		resource.TestStep{Config: look(`"none"`), ExpectError: regexp.MustCompile(`(?s)customization\s+specification\s+none\s+was\s+not\s+found`)},
	)
}

func TestGuestCustomizationList(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	protocol := p.Connect(t)
	for _, test := range []struct {
		config acctest.Object
		want   int
	}{
		{acctest.Object{}, 4},
		{acctest.Object{"type": "Windows"}, 2},
		{acctest.Object{"name_regex": "static$"}, 2},
		{acctest.Object{"name_regex": "static$", "type": "Linux"}, 1},
	} {
		if found := protocol.List(custom, test.config, 100, false); len(found) != test.want {
			t.Errorf("%v: %d, not %d", test.config, len(found), test.want)
		}
	}
	for _, l := range protocol.List(custom, acctest.Object{}, 100, true) {
		if l.Resource["name"] != l.Name || l.Identity["id"] != l.Name || len(l.Resource["spec"].(acctest.List)) != 1 {
			t.Errorf("%s: %v, %v", l.Name, l.Identity, l.Resource)
		}
	}
}
