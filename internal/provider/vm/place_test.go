// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// address is the resource that most tests are about.
const address = "vsphere_virtual_machine.m"

// place is where the tests put machines: managed object ids of a simulator.
type place struct {
	*acctest.VCenter
	t                                          *testing.T
	pool, datastore, datastore2, network, dvpg string
	template                                   string // UUID of a template
}

func newPlace(t *testing.T, vc *acctest.VCenter) *place {
	t.Helper()
	p := &place{VCenter: vc, t: t}
	p.pool = p.id("/DC0/host/DC0_C0/Resources")
	p.datastore, p.datastore2 = p.id("/DC0/datastore/LocalDS_0"), p.id("/DC0/datastore/LocalDS_1")
	p.network, p.dvpg = p.id("/DC0/network/VM Network"), p.id("/DC0/network/DC0_DVPG0")
	p.template = p.look("/DC0/vm/templates/template-linux").Config.Uuid
	return p
}

func (p *place) id(path string) string {
	p.t.Helper()
	ref, ok := p.Find(path)
	if !ok {
		p.t.Fatalf("the simulator has no %s", path)
	}
	return ref.Value
}

// look reads a machine as vCenter has it, uncounted.
func (p *place) look(path string) *mo.VirtualMachine {
	p.t.Helper()
	ref, ok := p.Find(path)
	if !ok {
		p.t.Fatalf("the simulator has no %s", path)
	}
	return p.machine(ref)
}

func (p *place) machine(ref vim.ManagedObjectReference) *mo.VirtualMachine {
	p.t.Helper()
	ctx := context.Background() // also used while a test ends
	c, err := p.Client(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	var vm mo.VirtualMachine
	if err := property.DefaultCollector(c).RetrieveOne(ctx, ref, nil, &vm); err != nil {
		p.t.Fatal(err)
	}
	return &vm
}

// config is a machine with one disk and one network interface. The arguments
// are added to it; the guests of the simulator report no address.
func (p *place) config(arguments string) string {
	return p.named("m", "m1", arguments+p.disk("disk0", 0, 10)+p.nic())
}

// named is a machine without devices.
func (p *place) named(resource, name, arguments string) string {
	return fmt.Sprintf(`
resource "vsphere_virtual_machine" %q {
  name                       = %q
  resource_pool_id           = %q
  datastore_id               = %q
  wait_for_guest_net_timeout = 0
%s
}
`, resource, name, p.pool, p.datastore, arguments)
}

func (p *place) disk(label string, unit, size int, arguments ...string) string {
	all := ""
	for _, a := range arguments {
		all += "    " + a + "\n"
	}
	return fmt.Sprintf(`
  disk {
    label       = %q
    unit_number = %d
    size        = %d
%s  }
`, label, unit, size, all)
}

func (p *place) nic() string {
	return fmt.Sprintf("\n  network_interface {\n    network_id = %q\n  }\n", p.dvpg)
}

// clone is the block that clones the template.
func (p *place) clone() string {
	return fmt.Sprintf("\n  clone {\n    template_uuid = %q\n  }\n", p.template)
}

// stopped powers a machine off behind the provider's back.
func (p *place) stopped(path string) {
	p.t.Helper()
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) { return vm.PowerOff(ctx) })
}

// destroy removes a machine behind the provider's back.
func (p *place) destroy(path string) {
	p.t.Helper()
	p.stopped(path)
	p.task(path, func(ctx context.Context, vm *object.VirtualMachine) (*object.Task, error) { return vm.Destroy(ctx) })
}

func (p *place) task(path string, start func(context.Context, *object.VirtualMachine) (*object.Task, error)) {
	p.t.Helper()
	ctx := context.Background()
	c, err := p.Client(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	ref, _ := p.Find(path)
	task, err := start(ctx, object.NewVirtualMachine(c, ref))
	if err == nil {
		err = task.WaitEx(ctx)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}
