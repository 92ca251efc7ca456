// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

func TestMachineClone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	labels := `
resource "vsphere_tag_category" "env" {
  name             = "env"
  cardinality      = "SINGLE"
  associable_types = ["VirtualMachine"]
}
resource "vsphere_tag" "prod" {
  name        = "prod"
  category_id = vsphere_tag_category.env.id
}
resource "vsphere_custom_attribute" "owner" {
  name = "owner"
}
`
	config := func(arguments, clone string) string {
		return labels + p.named("m", "m1", `
  tags              = [vsphere_tag.prod.id]
  custom_attributes = { (vsphere_custom_attribute.owner.id) = "me" }
  num_cpus          = 2
  enable_disk_uuid  = true
`+arguments+clone+p.disk("root", 0, 20)+p.disk("data", 1, 5)+p.nic()+p.nic())
	}
	longer := strings.Replace(p.clone(), "}", "  timeout = 45\n  }", 1)
	other := strings.Replace(p.clone(), "}", "  linked_clone = true\n  }", 1)
	onlyClone := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
	p.Test(t,
		resource.TestStep{
			Config: config("", p.clone()),
			ConfigStateChecks: []statecheck.StateCheck{
				has(knownvalue.StringExact("on"), "power_state"),
				has(knownvalue.Int64Exact(2), "num_cpus"),
				has(knownvalue.Bool(true), "enable_disk_uuid"),
				has(knownvalue.Int64Exact(20), "disk", 0, "size"),
				has(knownvalue.StringExact("data"), "disk", 1, "label"),
				has(knownvalue.StringExact("vmxnet3"), "network_interface", 0, "adapter_type"),
				has(knownvalue.ListSizeExact(2), "network_interface"),
				has(knownvalue.SetSizeExact(1), "tags"),
				has(knownvalue.MapSizeExact(1), "custom_attributes"),
			},
			Check: func(*terraform.State) error {
				if n := p.Calls().Count("ReconfigVM_Task", "PowerOnVM_Task"); n != 0 {
					return fmt.Errorf("the clone took %d further tasks", n)
				}
				return nil
			},
		},
		resource.TestStep{Config: config("", longer), ConfigPlanChecks: onlyClone},
		resource.TestStep{Config: config("", other), ConfigPlanChecks: onlyClone},
		resource.TestStep{
			Config:           config("replace_on_change = true\n", p.clone()),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
		},
	)
}

func TestMachineCloneRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	clone := func(arguments, devices string) string { return p.named("m", "m1", arguments+devices) }
	with := func(extra string) string { return strings.Replace(p.clone(), "}", extra+"\n  }", 1) }
	fails := func(config, want string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(want)}
	}
	disk, nic := p.disk("root", 0, 10), p.nic()
	none := strings.ReplaceAll(p.clone(), p.template, "00000000-0000-0000-0000-000000000000")
	p.Test(t,
		fails(clone(none, disk+nic), `(?s)template_uuid.*not\s+found`),
		fails(clone(p.clone(), p.disk("root", 0, 5)+nic), `(?s)size\s+=.*cannot\s+shrink`),
		fails(clone(with("linked_clone = true"), disk+nic), `(?s)size\s+=.*as\s+large`),
		fails(clone(with("customize {\n}"), disk+nic), `Kind of guest`),
	)
}

// TestMachinesAtOnce makes many machines at the same time.
func TestMachinesAtOnce(t *testing.T) {
	t.Parallel()
	for _, parallel := range []int{10, 50} {
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, acctest.Start(t))
			p.SetLatency(20 * time.Millisecond)
			protocol := p.Connect(t)
			made := make([]*acctest.Applied, parallel)
			var group sync.WaitGroup
			before := p.Calls().Total
			for i := range made {
				group.Go(func() { made[i] = protocol.Apply("vsphere_virtual_machine", nil, p.object(fmt.Sprintf("m%d", i))) })
			}
			group.Wait()
			t.Logf("%.2f calls per machine cloned: %v", float64(p.Calls().Total-before)/float64(parallel), p.Calls().ByName)
			seen := map[any]bool{}
			for i, m := range made {
				protocol.OK(m.Diagnostics)
				if seen[m.State["id"]] || m.State["power_state"] != "on" {
					t.Errorf("machine %d: id %v, power state %v", i, m.State["id"], m.State["power_state"])
				}
				seen[m.State["id"]] = true
				p.id(fmt.Sprintf("/DC0/vm/m%d", i))
			}
			p.budget(parallel, "clone", before, 3, 12)
			p.measure(protocol, made)
		})
	}
}

// measure refreshes, changes and destroys machines, ten at a time, and holds
// each against its budget of calls.
func (p *place) measure(protocol *acctest.Protocol, made []*acctest.Applied) {
	p.t.Helper()
	const kind = "vsphere_virtual_machine"
	n := len(made)
	tenAtATime := func(do func(i int)) int {
		before := p.Calls().Total
		var group sync.WaitGroup
		slots := make(chan struct{}, 10)
		for i := range made {
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				do(i)
			})
		}
		group.Wait()
		return before
	}
	before := tenAtATime(func(i int) { made[i] = protocol.Refresh(kind, made[i]) })
	p.budget(n, "refresh", before, 0.5, 10)
	before = tenAtATime(func(i int) {
		config := p.object(fmt.Sprintf("m%d", i))
		config["annotation"] = "changed"
		made[i] = protocol.Apply(kind, made[i], config)
		protocol.OK(made[i].Diagnostics)
	})
	// Two reads, the change and its wait: 3 calls when operations run in step, more
	// on a busy computer, where they do not meet in the same batches.
	p.budget(n, "change", before, 4, 10)
	before = tenAtATime(func(i int) { protocol.OK(protocol.Apply(kind, made[i], nil).Diagnostics) })
	p.budget(n, "destroy", before, 3.5, 10)
}

// budget holds the calls made since before against so many for each of n
// objects and a fixed part.
func (p *place) budget(n int, what string, before int, each, fixed float64) {
	p.t.Helper()
	calls := p.Calls().Total - before
	p.t.Logf("%s: %d calls, %.2f per machine", what, calls, float64(calls)/float64(n))
	if most := each*float64(n) + fixed; float64(calls) > most {
		p.t.Errorf("%s of %d machines took %d calls, more than %.0f: %v", what, n, calls, most, p.Calls().ByName)
	}
}

// object is the configuration of a clone in the notation of the protocol.
func (p *place) object(name string) acctest.Object {
	return acctest.Object{
		"name": name, "resource_pool_id": p.pool, "datastore_id": p.datastore, "wait_for_guest_net_timeout": int64(0),
		"clone":             acctest.List{acctest.Object{"template_uuid": p.template}},
		"disk":              acctest.List{acctest.Object{"label": "root", "size": int64(10)}, acctest.Object{"label": "data", "unit_number": int64(1), "size": int64(2)}},
		"network_interface": acctest.List{acctest.Object{"network_id": p.dvpg}},
	}
}

// A clone has the guest of its template, and is customized as one of its kind.
func TestCloneChecksGuest(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	windows := p.look("/DC0/vm/templates/template-windows").Config.Uuid
	linuxOptions := "linux_options {\n host_name = \"a\"\n domain = \"example.com\"\n}"
	windowsOptions := "windows_options {\n computer_name = \"a\"\n}"
	clone := func(template, options, arguments string) string {
		block := "\n  clone {\n    template_uuid = \"" + template + "\"\n    customize {\n      network_interface {}\n" + options + "\n    }\n  }\n"
		return p.named("m", "m1", arguments+block+p.disk("root", 0, 40)+p.nic())
	}
	p.Test(t,
		resource.TestStep{Config: clone(p.template, linuxOptions, "guest_id = \"rhel9_64Guest\"\n"), ExpectError: regexp.MustCompile(`(?s)Another guest than the template's.*guest_id`)},
		resource.TestStep{Config: clone(p.template, windowsOptions, ""), ExpectError: regexp.MustCompile(`(?s)"ubuntu64Guest" is a Linux, which takes\s+linux_options`)},
		resource.TestStep{Config: clone(windows, linuxOptions, ""), ExpectError: regexp.MustCompile(`(?s)is a\s+Windows, which takes\s+windows_options`)},
		resource.TestStep{Config: clone(windows, windowsOptions, "firmware = \"efi\"\n")},
	)
}
