// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func appliance() *acctest.Appliance {
	return &acctest.Appliance{
		Name: "photon", DisksGB: []int{1, 2}, Networks: []string{"lan", "dmz"}, Options: []string{"small", "large"},
		Properties: []acctest.Property{
			{Key: "guestinfo.hostname", Type: "string", Default: "localhost"},
			{Key: "guestinfo.motd", Type: "string"},
			{Key: "guestinfo.port", Type: "int", Default: "22"},
			{Key: "guestinfo.build", Type: "string", Default: "1", Hidden: true},
		},
	}
}

// ovf is the ovf_deploy block with both networks mapped.
func (p *place) ovf(arguments ...string) string {
	return fmt.Sprintf(`
  ovf_deploy {
    ovf_network_map = { lan = %q, dmz = %q }
    %s
  }
`, p.network, p.dvpg, strings.Join(arguments, "\n    "))
}

func local(path string) string { return fmt.Sprintf("local_ovf_path = %q", path) }

// applianceHardware are arguments that agree with the appliance.
const applianceHardware = "  num_cpus = 2\n  memory = 1536\n"

// ofFile matches uploads of files.
func ofFile(call simulator.Call) bool { return strings.HasPrefix(call.Path, "/nfc/") }

// directory is where the first datastore is on this computer.
func (p *place) directory() string {
	p.t.Helper()
	c, err := p.Client(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	var store mo.Datastore
	if err := property.DefaultCollector(c).RetrieveOne(context.Background(), vim.ManagedObjectReference{Type: "Datastore", Value: p.datastore}, []string{"info"}, &store); err != nil {
		p.t.Fatal(err)
	}
	return store.Info.GetDatastoreInfo().Url
}

// same checks that the disks of the machine m1 hold what the package held.
func (p *place) same(a *acctest.Appliance) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, f := range a.Files(p.t) {
			if filepath.Ext(f.Name) != ".vmdk" {
				continue
			}
			if !p.holds(f.Data) {
				return fmt.Errorf("no file of the datastore holds %s", f.Name)
			}
		}
		return nil
	}
}

// holds reports whether a file on the first datastore has this content.
func (p *place) holds(data []byte) bool {
	p.t.Helper()
	found := false
	err := filepath.WalkDir(p.directory(), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		have, err := os.ReadFile(path)
		found = found || bytes.Equal(have, data)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return found
}

// empty checks that nothing of the machine m1 is left on the datastore.
func (p *place) empty() {
	p.t.Helper()
	if left, _ := filepath.Glob(filepath.Join(p.directory(), "m1*")); len(left) > 0 {
		p.t.Errorf("left on the datastore: %q", left)
	}
}

// TestMachineFromOVF deploys the same package from a file and from a server, as
// an OVF and as an OVA, without disk and network_interface blocks.
func TestMachineFromOVF(t *testing.T) {
	t.Parallel()
	dir, a := t.TempDir(), appliance()
	path, ova := a.Write(t, dir), a.WriteOVA(t, dir)
	web := httptest.NewTLSServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(web.Close)
	remote := func(name string) string {
		return fmt.Sprintf("remote_ovf_url = %q\n    allow_unverified_ssl_cert = true", web.URL+"/"+name)
	}
	for name, from := range map[string]string{"local OVF": local(path), "local OVA": local(ova), "remote OVF": remote("photon.ovf"), "remote OVA": remote("photon.ova")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, acctest.Start(t))
			p.Test(t, resource.TestStep{
				Config: p.named("m", "m1", applianceHardware+"  datacenter_id = \""+p.id("/DC0")+"\"\n"+p.ovf(from, `deployment_option = "large"`)),
				ConfigStateChecks: []statecheck.StateCheck{
					has(knownvalue.StringExact("on"), "power_state"),
					has(knownvalue.StringExact("other5xLinux64Guest"), "guest_id"),
					has(knownvalue.StringExact("An appliance for tests"), "annotation"),
					has(knownvalue.Int64Exact(19), "hardware_version"),
					has(knownvalue.Int64Exact(1536), "memory"),
					has(knownvalue.ListSizeExact(0), "disk"),
					has(knownvalue.ListSizeExact(0), "network_interface"),
					has(knownvalue.StringExact("com.vmware.guestInfo"), "vapp_transport", 0),
					has(knownvalue.StringExact(p.id("/DC0")), "datacenter_id"),
				},
				Check: p.same(a),
			})
			p.empty()
		})
	}
}

// TestMachineFromOVFAdjusted gives every kind of argument another value than the
// package has, and changes what can be changed afterwards.
func TestMachineFromOVFAdjusted(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	path := appliance().Write(t, t.TempDir())
	nics := fmt.Sprintf(`
  network_interface {
    network_id  = %q
    ovf_mapping = "dmz"
  }
  network_interface {
    network_id  = %q
    ovf_mapping = "lan"
  }
`, p.network, p.dvpg)
	block := fmt.Sprintf(`
  ovf_deploy {
    local_ovf_path           = %q
    deployment_option        = "small"
    disk_provisioning        = "thick"
    ip_allocation_policy     = "fixedPolicy"
    ip_protocol              = "IPv4"
    enable_hidden_properties = true
  }
`, path)
	vapp := func(properties string) string {
		return "\n  vapp {\n    properties = {\n" + properties + "\n    }\n  }\n"
	}
	first := vapp(`"guestinfo.hostname" = "web"` + "\n" + `"guestinfo.build" = "7"`)
	config := func(arguments string) string {
		return p.named("m", "m1", "  num_cpus = 4\n  memory = 2048\n  annotation = \"mine\"\n  enable_logging = true\n  guest_id = \"ubuntu64Guest\"\n"+block+nics+arguments)
	}
	disks := p.disk("root", 0, 5) + p.disk("data", 1, 2, "thin_provisioned = true") + p.disk("more", 2, 3)
	p.Test(t,
		resource.TestStep{
			Config: config(disks + first),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.StringExact("mine"), "annotation"),
				has(knownvalue.StringExact("ubuntu64Guest"), "guest_id"),
				has(knownvalue.Bool(true), "enable_logging"),
				has(knownvalue.Int64Exact(5), "disk", 0, "size"),
				has(knownvalue.Bool(false), "disk", 0, "thin_provisioned"),
				has(knownvalue.Bool(true), "disk", 1, "thin_provisioned"),
				has(knownvalue.StringExact("more"), "disk", 2, "label"),
				has(knownvalue.StringExact("dmz"), "network_interface", 0, "ovf_mapping"),
				has(knownvalue.StringExact(p.network), "network_interface", 0, "network_id"),
				has(knownvalue.StringExact(p.dvpg), "network_interface", 1, "network_id"),
				has(knownvalue.StringExact("web"), "vapp", 0, "properties", "guestinfo.hostname"),
			},
			Check: func(*terraform.State) error {
				config := p.look("/DC0/vm/m1").Config.VAppConfig.GetVmConfigInfo()
				if a := config.IpAssignment; a.IpAllocationPolicy != "fixedPolicy" || a.IpProtocol != "IPv4" {
					return fmt.Errorf("IP assignment %+v", a)
				}
				if v := config.Property[3].Value; v != "7" {
					return fmt.Errorf("the hidden property is %q", v)
				}
				if n := p.Calls().Count("ReconfigVM_Task"); n != 1 {
					return fmt.Errorf("%d changes of the new machine", n)
				}
				return nil
			},
		},
		resource.TestStep{ // of the package only what is known is managed
			Config:            config(p.disk("root", 0, 5) + p.disk("data", 1, 2, "thin_provisioned = true") + first),
			ConfigPlanChecks:  updated,
			ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.ListSizeExact(2), "disk")},
		},
		resource.TestStep{ // what the machine was made from is stored, and has no effect any more
			Config: strings.Replace(config(p.disk("root", 0, 5)+p.disk("data", 1, 2, "thin_provisioned = true")+vapp(`"guestinfo.hostname" = "web"`)), block, `
  ovf_deploy {
    remote_ovf_url            = "https://appliances.invalid/other.ova"
    allow_unverified_ssl_cert = true
    deployment_option         = "large"
    disk_provisioning         = "thin"
    ip_allocation_policy      = "dhcpPolicy"
    ip_protocol               = "IPv6"
    ovf_network_map           = { lan = "`+p.dvpg+`" }
  }
`, 1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}},
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Null(), "ovf_deploy", 0, "local_ovf_path"),
				has(knownvalue.StringExact("https://appliances.invalid/other.ova"), "ovf_deploy", 0, "remote_ovf_url"),
				has(knownvalue.Bool(true), "ovf_deploy", 0, "allow_unverified_ssl_cert"),
				has(knownvalue.Bool(false), "ovf_deploy", 0, "enable_hidden_properties"),
				has(knownvalue.StringExact("large"), "ovf_deploy", 0, "deployment_option"),
				has(knownvalue.StringExact("thin"), "ovf_deploy", 0, "disk_provisioning"),
				has(knownvalue.StringExact("dhcpPolicy"), "ovf_deploy", 0, "ip_allocation_policy"),
				has(knownvalue.StringExact("IPv6"), "ovf_deploy", 0, "ip_protocol"),
				has(knownvalue.StringExact(p.dvpg), "ovf_deploy", 0, "ovf_network_map", "lan"),
			},
		},
		resource.TestStep{
			Config:           strings.Replace(config("  replace_on_change = true\n"+disks+first), "thick", "thin", 1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
		},
	)
	p.empty()
}

// TestMachineFromOVFRefused finds what is wrong before anything is made.
func TestMachineFromOVFRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t, func(o *simulator.Options) { o.Datacenters = 2 }))
	dir := t.TempDir()
	path := appliance().Write(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "bad.ovf"), []byte("<Envelope"), 0o600); err != nil {
		t.Fatal(err)
	}
	fails := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: p.named("m", "m1", config), PlanOnly: true, ExpectError: regexp.MustCompile(want)}
	}
	p.Test(t,
		fails(p.ovf(), `(?s)One\s+of\s+local_ovf_path\s+and\s+remote_ovf_url`),
		fails(p.ovf(local(path), `remote_ovf_url = "https://x/y.ova"`), `(?s)remote_ovf_url.*cannot\s+be\s+specified`),
		fails(p.ovf(local(filepath.Join(dir, "none.ova"))), `(?s)local_ovf_path.*no\s+such\s+file`),
		fails(p.ovf(local(filepath.Join(dir, "bad.ovf"))), `(?s)local_ovf_path.*not\s+valid\s+XML`),
		fails(p.ovf(`remote_ovf_url = "ftp://x/y.ova"`, ``), `(?s)must\s+begin\s+with\s+http`),
		fails(p.ovf(local(path), `deployment_option = "huge"`), `(?s)deployment_option.*no\s+deployment\s+option\s+"huge";\s+it\s+has:\s+small,\s+large`),
		fails(p.ovf(local(path), `disk_provisioning = "foamy"`), `(?s)local_ovf_path.*foamy`),
		fails(p.ovf(local(path), `ip_allocation_policy = "luck"`), `(?s)local_ovf_path.*luck`),
		fails(p.ovf(local(path), `ip_protocol = "IPX"`), `(?s)local_ovf_path.*IPX`),
		fails(strings.Replace(p.ovf(local(path)), "lan", "wan", 1), `(?s)ovf_network_map.*no\s+network\s+"wan";\s+it\s+has:\s+lan,\s+dmz`),
		fails(p.ovf(local(path))+"\n  network_interface {\n    network_id = \""+p.network+"\"\n    ovf_mapping = \"wan\"\n  }\n", `(?s)ovf_mapping.*no\s+network\s+"wan"`),
		fails(p.ovf(local(path))+p.disk("root", 0, 1)+p.disk("data", 1, 1), `(?s)size\s+=.*cannot\s+shrink`),
		fails(p.ovf(local(path))+p.clone(), `(?s)exclude\s+each\s+other`),
		fails(p.ovf(local(path))+"  datacenter_id = \""+p.id("/DC1")+"\"\n", `(?s)datacenter_id.*is\s+in\s+the\s+datacenter`),
		fails("  datacenter_id = \""+p.id("/DC0")+"\"\n"+p.disk("root", 0, 1)+p.nic(), `(?s)datacenter_id.*only\s+with\s+ovf_deploy`),
		fails(p.ovf(local(path))+"  vapp {\n    properties = { \"guestinfo.host\" = \"x\" }\n  }\n", `(?s)no\s+property\s+"guestinfo.host"`),
		fails(p.ovf(local(path))+"  vapp {\n    properties = { \"guestinfo.build\" = \"x\" }\n  }\n", `(?s)not\s+for\s+users\s+to\s+set`),
	)
	if n := p.Calls().Count("ImportVApp"); n != 0 {
		t.Errorf("%d imports began", n)
	}
}

// TestMachineFromOVFFails leaves nothing behind, whatever goes wrong.
func TestMachineFromOVFFails(t *testing.T) {
	t.Parallel()
	damage := func(t *testing.T, dir string) {
		data := []byte("KDMV and something else")
		if err := os.WriteFile(filepath.Join(dir, "photon-disk2.vmdk"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string)
		fault   simulator.Fault
		want    string
	}{
		"damaged file":   {prepare: damage, want: `(?s)photon-disk2.vmdk\s+is\s+damaged`},
		"missing file":   {prepare: func(_ *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, "photon-disk2.vmdk")) }, want: `(?s)photon-disk2.vmdk.*no\s+such\s+file`},
		"refused upload": {fault: simulator.Fault{Match: ofFile, At: 2, Status: http.StatusInsufficientStorage}, want: `(?s)uploading\s+photon-disk2.vmdk.*507`},
		"cut upload":     {fault: simulator.Fault{Match: ofFile, At: 2, Cut: simulator.CutBefore}, want: `(?s)uploading\s+photon-disk2.vmdk`},
		"refused import": {fault: simulator.Fault{Method: "ImportVApp", SOAP: &vim.NoDiskSpace{Datastore: "LocalDS_0"}}, want: `(?s)is\s+full`},
		"lost lease":     {fault: simulator.Fault{Method: "HttpNfcLeaseComplete", SOAP: new(vim.InvalidState)}, want: `(?s)not\s+allowed\s+in\s+the\s+current\s+state`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, acctest.Start(t))
			dir := t.TempDir()
			path := appliance().Write(t, dir)
			if test.prepare != nil {
				test.prepare(t, dir)
			}
			if test.want != "" && test.prepare == nil {
				p.Inject(test.fault)
			}
			p.Test(t, resource.TestStep{Config: p.named("m", "m1", applianceHardware+p.ovf(local(path))), ExpectError: regexp.MustCompile(test.want)})
			p.empty()
		})
	}
}

// TestMachineFromOVFInterrupted ends the operation while a disk is uploaded.
func TestMachineFromOVFInterrupted(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	path := appliance().Write(t, t.TempDir())
	p.Inject(simulator.Fault{Match: ofFile, Delay: 8 * time.Second})
	config := p.named("m", "m1", applianceHardware+p.ovf(local(path))+"\n  timeouts {\n    create = \"3s\"\n  }\n")
	p.Test(t, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`(?s)uploading\s+photon-disk1.vmdk`)})
	p.empty()
}

// TestMachineFromOVFSlow uploads for longer than the lease lives without being
// told of progress.
func TestMachineFromOVFSlow(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	p.SetLeaseTimeout(time.Second)
	path := appliance().Write(t, t.TempDir())
	p.Inject(simulator.Fault{Match: ofFile, At: 1, Delay: 3 * time.Second})
	p.Test(t, resource.TestStep{
		Config: p.named("m", "m1", applianceHardware+p.ovf(local(path))),
		Check: func(*terraform.State) error {
			if n := p.Calls().Count("HttpNfcLeaseProgress"); n < 4 {
				return fmt.Errorf("progress was reported %d times", n)
			}
			return nil
		},
	})
}

// TestMachineFromOVFTainted keeps a machine that was deployed and could not be
// changed: it is in state, and goes with the next apply.
func TestMachineFromOVFTainted(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	path := appliance().Write(t, t.TempDir())
	config := p.named("m", "m1", "  num_cpus = 4\n"+p.ovf(local(path)))
	p.Inject(simulator.Fault{Method: "ReconfigVM_Task", Task: new(vim.InvalidState), MaxCount: 1})
	p.Test(t,
		resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`not\s+allowed`)},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
		},
	)
	p.empty()
}
