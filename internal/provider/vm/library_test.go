// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const (
	deployOVF      = "POST /rest/com/vmware/vcenter/ovf/library-item/{id}?~action=deploy"
	deployTemplate = "POST /rest/vcenter/vm-template/library-items/{id}?action=deploy"
)

// items are the ids of items in a content library.
type items struct{ ovf, template, iso string }

func (p *place) items() (made items) {
	p.t.Helper()
	p.Library(p.t, p.datastore2, func(l *acctest.Library) {
		made.ovf = l.OVF(&acctest.Appliance{Name: "photon", DisksGB: []int{2}, Networks: []string{"lan", "dmz"}, Properties: []acctest.Property{{Key: "motd", Type: "string"}}})
		made.template = l.Template("golden", p.id("/DC0/vm/templates/template-linux"), p.id("/DC0/vm/templates"), p.pool)
		made.iso = l.File("iso", acctest.PackageFile{Name: "image.iso", Data: []byte("CD001")})
	})
	return made
}

// from is the clone block of an item.
func from(item string, arguments ...string) string {
	return fmt.Sprintf("\n  clone {\n    template_uuid = %q\n    %s\n  }\n", item, strings.Join(arguments, "\n    "))
}

func card(network, arguments string) string {
	return fmt.Sprintf("\n  network_interface {\n    network_id = %q\n    %s\n  }\n", network, arguments)
}

// TestMachineFromLibraryOVF: the first network interface names its network of
// the OVF, the other one gets what is left.
func TestMachineFromLibraryOVF(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	in := p.items()
	config := func(arguments, mapping string) string {
		return p.named("m", "m1", arguments+"vapp {\n properties = { motd = \"hi\" }\n }\n"+from(in.ovf, `ovf_network_map = { lan = "x" }`, `ovf_storage_map = { a = "b" }`)+
			p.disk("root", 0, 4)+p.disk("data", 1, 1)+card(p.dvpg, fmt.Sprintf("ovf_mapping = %q", mapping))+card(p.network, ""))
	}
	p.Test(t,
		resource.TestStep{
			Config: config("num_cpus = 4\nextra_config = { a = \"b\" }\n", "dmz"),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.StringExact("other5xLinux64Guest"), "guest_id"),
				has(knownvalue.Int64Exact(4), "num_cpus"),
				has(knownvalue.Int64Exact(4), "disk", 0, "size"),
				has(knownvalue.Int64Exact(1), "disk", 1, "size"),
				has(knownvalue.Bool(true), "disk", 0, "thin_provisioned"),
				has(knownvalue.StringExact(p.dvpg), "network_interface", 0, "network_id"),
				has(knownvalue.StringExact("dmz"), "network_interface", 0, "ovf_mapping"),
				has(knownvalue.StringExact(p.network), "network_interface", 1, "network_id"),
			},
			Check: resource.ComposeTestCheckFunc(p.properties(map[string]string{"motd": "hi"}), func(*terraform.State) error {
				if n := p.Calls().Count(deployOVF); n != 1 {
					return fmt.Errorf("%d deployments", n)
				}
				return nil
			}),
		},
		resource.TestStep{
			Config:           config("num_cpus = 2\nextra_config = { a = \"c\" }\n", "lan"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}},
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.Int64Exact(2), "num_cpus"),
				has(knownvalue.StringExact("lan"), "network_interface", 0, "ovf_mapping"),
			},
		},
	)
}

// TestMachineFromLibraryTemplate: what a library cannot do, such as linked
// clones, has no effect.
func TestMachineFromLibraryTemplate(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	in, host := p.items(), p.id("/DC0/host/DC0_C0/DC0_C0_H1")
	config := func(arguments string) string {
		return p.named("m", "m1", arguments+from(in.template, "timeout = 20", "linked_clone = true", `snapshot_id = "none"`, "customize {\n linux_options {\n host_name = \"web\"\n domain = \"example.test\"\n }\n network_interface {}\n timeout = 0\n }")+
			p.disk("root", 0, 20)+card(p.network, ""))
	}
	p.Test(t,
		resource.TestStep{
			Config: config("memory = 2048\nhost_system_id = \"" + host + "\"\n"),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.StringExact("ubuntu64Guest"), "guest_id"),
				has(knownvalue.StringExact(host), "host_system_id"),
				has(knownvalue.StringExact(p.datastore), "datastore_id"),
				has(knownvalue.Int64Exact(2048), "memory"),
				has(knownvalue.Int64Exact(20), "disk", 0, "size"),
				has(knownvalue.StringExact(p.network), "network_interface", 0, "network_id"),
			},
			Check: func(*terraform.State) error {
				if n, m := p.Calls().Count(deployTemplate), p.Calls().Count("CustomizeVM_Task"); n != 1 || m != 1 {
					return fmt.Errorf("%d deployments, %d customizations", n, m)
				}
				return nil
			},
		},
		resource.TestStep{Config: config("memory = 1024\n"), ConfigStateChecks: []statecheck.StateCheck{has(knownvalue.Int64Exact(1024), "memory")}},
	)
}

// TestMachineFromLibraryRefused: what is known to be wrong is an error of the
// plan or of the deployment, and nothing is left behind.
func TestMachineFromLibraryRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t, func(o *simulator.Options) { o.Pods = 1 }))
	in := p.items()
	inPod := func(config string) string {
		return strings.Replace(config, fmt.Sprintf("datastore_id               = %q", p.datastore), fmt.Sprintf("datastore_cluster_id = %q", p.id("/DC0/datastore/DC0_POD0")), 1)
	}
	fails := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)}
	}
	disk := p.disk("root", 0, 20)
	p.Test(t,
		fails(inPod(p.named("m", "m1", from(in.ovf)+disk+p.nic())), `(?s)datastore_cluster_id.*configure\s+datastore_id`),
		fails(p.named("m", "m1", from("00000000-0000-0000-0000-000000000000")+disk+p.nic()), `(?s)template_uuid.*content\s+library.*not\s+found`),
		fails(p.named("m", "m1", from(in.iso)+disk+p.nic()), `(?s)template_uuid.*of\s+the\s+type\s+"iso"`),
		fails(p.named("m", "m1", from(in.template)+p.disk("root", 0, 5)+p.nic()), `(?s)size\s+=.*cannot\s+shrink`),
		fails(p.named("m", "m1", from(in.template)+p.disk("root", 0, 8, "thin_provisioned = false")+p.nic()), `(?s)thin_provisioned.*another\s+way`),
		fails(p.named("m", "m1", from(in.ovf)+disk+card(p.network, `ovf_mapping = "wan"`)), `(?s)ovf_mapping.*no\s+network\s+"wan"`),
		fails(p.named("m", "DC0_C0_RP0_VM0", from(in.template)+disk+p.nic()), `(?s)deploying.*400`),
		fails(p.named("m", "DC0_C0_RP0_VM0", from(in.ovf)+disk+p.nic()), `(?s)deploying.*exists`),
	)
	p.empty()
}

// TestMachineFromLibraryFails: a machine that cannot be finished is removed, and
// one whose answer was lost is named.
func TestMachineFromLibraryFails(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	in := p.items()
	config := p.named("m", "m1", from(in.template)+p.disk("root", 0, 20)+p.nic())
	inject := func(f simulator.Fault) func() {
		return func() { f.MaxCount = 1; p.Inject(f) }
	}
	p.Test(t,
		resource.TestStep{
			PreConfig: inject(simulator.Fault{Method: "ReconfigVM_Task", Task: new(vim.InvalidState)}),
			Config:    config, ExpectError: regexp.MustCompile(`(?s)Unable to create`),
		},
		resource.TestStep{
			PreConfig: inject(simulator.Fault{Method: deployTemplate, Cut: simulator.CutBefore}),
			Config:    config, ExpectError: regexp.MustCompile(`(?s)may\s+still\s+be\s+making\s+/DC0/vm/m1`),
		},
		resource.TestStep{
			PreConfig: inject(simulator.Fault{Method: deployTemplate, Cut: simulator.CutAfter}),
			Config:    config, ExpectError: regexp.MustCompile(`(?s)import\s+it\s+by\s+its\s+UUID`),
		},
		resource.TestStep{
			PreConfig: func() { p.task("/DC0/vm/m1", destroyed) },
			Config:    config,
		},
	)
}

func destroyed(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) {
	return vm.Destroy(ctx)
}

// TestMachineFromLibraryTainted: a machine that can be neither read nor removed
// again stays in the state, and goes with the next apply; so does one that may
// have taken a disk of others, which is left.
func TestMachineFromLibraryTainted(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	in := p.items()
	p.vmdk("[LocalDS_0] kept.vmdk")
	config := p.named("m", "m1", from(in.template)+p.disk("root", 0, 20)+p.nic())
	attached := p.named("m", "m1", from(in.template, "customize {\n linux_options {\n host_name = \"web\"\n domain = \"example.test\"\n }\n network_interface {}\n timeout = 0\n }")+
		p.disk("root", 0, 20)+"  disk {\n label = \"kept\"\n unit_number = 1\n attach = true\n path = \"kept.vmdk\"\n datastore_id = \""+p.datastore+"\"\n }\n"+p.nic())
	var made atomic.Bool
	var remove []func()
	p.Test(t,
		resource.TestStep{
			PreConfig: func() {
				after := func(simulator.Call) bool { return made.Load() }
				remove = []func(){
					p.Inject(simulator.Fault{Match: func(c simulator.Call) bool {
						made.Store(made.Load() || c.Name == deployTemplate)
						return false
					}}),
					p.Inject(simulator.Fault{Method: "RetrievePropertiesEx", Match: after, SOAP: new(vim.SystemError)}),
					p.Inject(simulator.Fault{Method: "Destroy_Task", SOAP: new(vim.SystemError)}),
				}
			},
			Config: config, ExpectError: regexp.MustCompile(`(?s)removing\s+the\s+unfinished\s+machine`),
		},
		resource.TestStep{
			PreConfig: func() {
				for _, end := range remove {
					end()
				}
			},
			Config: config, ConfigPlanChecks: replaced,
		},
		resource.TestStep{Config: "locals {}"},
		resource.TestStep{
			PreConfig: func() {
				p.Inject(simulator.Fault{Method: "CustomizeVM_Task", SOAP: new(vim.InvalidState), MaxCount: 1})
			},
			Config: attached, ExpectError: regexp.MustCompile(`(?s)Unable to create`),
		},
		resource.TestStep{Config: attached, ConfigPlanChecks: replaced},
	)
	if _, err := os.Stat(filepath.Join(p.directory(), "kept.vmdk")); err != nil {
		t.Errorf("the attached disk is gone: %v", err)
	}
}
