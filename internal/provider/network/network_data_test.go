// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package network_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

const (
	kind     = "vsphere_network"
	networks = "/DC0/network"
	standard = "/DC0/network/VM Network"
	group    = "/DC0/network/DC0_DVPG0"
)

func twoDatacenters(o *simulator.Options) { o.Datacenters = 2 }

func ofType(name string) map[string]string { return map[string]string{"type": name} }

// rename changes the name of a network behind Terraform's back.
func rename(t *testing.T, vc *acctest.VCenter, id, name string) {
	t.Helper()
	ref, _ := vc.Ref(id)
	if err := vc.Update(ref, vim.PropertyChange{Name: "name", Val: name}); err != nil {
		t.Fatal(err)
	}
}

func switchUUID(t *testing.T, vc *acctest.VCenter, path string) string {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var dvs mo.DistributedVirtualSwitch
	ref, _ := vc.Find(path)
	if err := property.DefaultCollector(c).RetrieveOne(t.Context(), ref, []string{"uuid"}, &dvs); err != nil {
		t.Fatal(err)
	}
	return dvs.Uuid
}

func TestNetworkData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	datacenter := fmt.Sprintf("datacenter_id = %q\n", vc.ID(t, "/DC0"))
	network, portGroup := vc.ID(t, standard), vc.ID(t, group)
	vc.Test(t,
		acctest.FindsNot(kind, "name = \"x\"\nretry_timeout = -1", `retry_timeout = -1.*at least 0`),
		acctest.FindsNot(kind, "name = \"x\"\nfilter {\n  network_type = \"Net\"\n}", `network_type value must be.*got: "Net"`),
		acctest.Finds(kind, datacenter+`name = "VM Network"`, network, ofType("Network")),
		acctest.Finds(kind, `name = "/DC0/network/VM Network"`, network, ofType("Network")),
		acctest.Finds(kind, fmt.Sprintf("name = %q", network), network, ofType("Network")),
		acctest.Finds(kind, `name = "DC0_DVPG0"`, portGroup, ofType("DistributedVirtualPortgroup")),
		acctest.Finds(kind, fmt.Sprintf("name = %q", portGroup), portGroup, ofType("DistributedVirtualPortgroup")),
		acctest.FindsNot(kind, `name = "VM Network"`, `name = "VM Network".*more than one.*/DC0/network/VM\s+Network.*/DC1/network/VM\s+Network`),
		acctest.FindsNot(kind, datacenter+`name = "VM Net"`, `Unable to find vsphere_network "VM Net".*name = "VM Net".*not\s+found`),
		acctest.FindsNot(kind, "name = \"VM Network\"\ndatacenter_id = \"DC0\"", `datacenter_id = "DC0".*"DC0" is not the managed object id of a datacenter`),
	)
}

// Networks of one name are told apart by kind and switch.
func TestNetworkData_duplicates(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	network, portGroup := vc.ID(t, standard), vc.ID(t, group)
	rename(t, vc, portGroup, "VM Network")
	filters := func(types ...string) string {
		blocks := "name = \"VM Network\"\n"
		for _, name := range types {
			blocks += fmt.Sprintf("filter {\n  network_type = %q\n}\n", name)
		}
		return blocks
	}
	uuid := switchUUID(t, vc, "/DC0/network/DVS0")
	spaced := strings.Join(strings.Split(strings.ReplaceAll(strings.ToUpper(uuid), "-", ""), ""), " ")
	onSwitch := func(uuid string) string {
		return fmt.Sprintf("name = \"VM Network\"\ndistributed_virtual_switch_uuid = %q", uuid)
	}
	vc.Test(t,
		acctest.FindsNot(kind, filters(), `name = "VM Network".*more than one.*VM\s+Network\s+\(DistributedVirtualPortgroup.*VM\s+Network\s+\(Network`),
		acctest.Finds(kind, filters("Network"), network, nil),
		acctest.Finds(kind, filters("DistributedVirtualPortgroup"), portGroup, nil),
		acctest.Finds(kind, filters("Network", "OpaqueNetwork"), network, nil),
		acctest.FindsNot(kind, filters("Network", "DistributedVirtualPortgroup"), `more than one`),
		acctest.FindsNot(kind, filters("OpaqueNetwork"), `name = "VM Network".*not\s+found.*\(Network\s+network-`),
		acctest.Finds(kind, onSwitch(uuid), portGroup, nil),
		acctest.Finds(kind, onSwitch(spaced), portGroup, nil),
		acctest.FindsNot(kind, onSwitch("50 1e 00"), `name = "VM Network".*not\s+found.*does\s+not\s+match\s+the\s+other\s+arguments`),
	)
}

// A network that comes up while the data source waits is found.
func TestNetworkData_retry(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	network := vc.ID(t, standard)
	late := acctest.Finds(kind, "name = \"late\"\nretry_timeout = 30\nretry_interval = 100", network, nil)
	late.PreConfig = func() {
		vc.ResetCalls()
		go func() {
			for vc.Calls().Count("RetrievePropertiesEx") < 3 && t.Context().Err() == nil {
				time.Sleep(10 * time.Millisecond)
			}
			ref, _ := vc.Ref(network)
			_ = vc.Update(ref, vim.PropertyChange{Name: "name", Val: "late"}) // the step fails without
		}()
	}
	vc.Test(t,
		acctest.FindsNot(kind, `name = "late"`, `name = "late".*not\s+found`),
		acctest.FindsNot(kind, "name = \"late\"\nretry_timeout = 1\nretry_interval = 100", `name = "late".*not\s+found`),
		late,
		resource.TestStep{Config: "# nothing", PreConfig: func() { rename(t, vc, network, "VM Network") }},
	)
}

// NSX keeps the subnets of virtual private clouds in folders of their own.
func TestNetworkData_vpc(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, func(o *simulator.Options) { o.PortGroups = 3 })
	const clouds = "/DC0/network/Virtual Private Clouds"
	for path, network := range map[string]string{
		clouds + "/shop": "DC0_DVPG0", clouds + "/blue/shop": "DC0_DVPG1", clouds + "/red/bank": "DC0_DVPG2",
	} {
		file(t, vc, path, network)
	}
	first, second, third := vc.ID(t, clouds+"/shop/DC0_DVPG0"), vc.ID(t, clouds+"/blue/shop/DC0_DVPG1"), vc.ID(t, clouds+"/red/bank/DC0_DVPG2")
	for _, id := range []string{first, second, third} {
		rename(t, vc, id, "web")
	}
	vc.Test(t,
		acctest.FindsNot(kind, "name = \"web\"\nvpc_id = \"shop\"", `more than one.*Clouds/blue/shop/web.*Clouds/shop/web`),
		acctest.Finds(kind, "name = \"web\"\nvpc_id = \"shop\"\nvpc_project_id = \"blue\"", second, nil),
		acctest.Finds(kind, "name = \"web\"\nvpc_id = \"bank\"", third, nil),
		acctest.Finds(kind, "name = \"web\"\nvpc_project_id = \"red\"", third, nil),
		acctest.Finds(kind, fmt.Sprintf("name = %q\nvpc_id = \"shop\"", clouds+"/shop/web"), first, nil),
		acctest.FindsNot(kind, "name = \"web\"\nvpc_id = \"none\"", `not\s+found.*does\s+not\s+match`),
	)
}

// file moves a network into a folder that is made where it is missing. vCenter
// moves no port group from its switch, but NSX makes them where it wants.
func file(t *testing.T, vc *acctest.VCenter, path, network string) {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := networks
	for _, name := range strings.Split(strings.TrimPrefix(path, at+"/"), "/") {
		parent, _ := vc.Find(at)
		if at += "/" + name; !exists(vc, at) {
			if _, err := object.NewFolder(c, parent).CreateFolder(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	folder, _ := vc.Find(path)
	from, _ := vc.Find(networks)
	ref, _ := vc.Find(networks + "/" + network)
	change := func(ref vim.ManagedObjectReference, property string, value any) {
		if err := vc.Update(ref, vim.PropertyChange{Name: property, Val: value}); err != nil {
			t.Fatal(err)
		}
	}
	var f mo.Folder
	if err := property.DefaultCollector(c).RetrieveOne(t.Context(), from, []string{"childEntity"}, &f); err != nil {
		t.Fatal(err)
	}
	change(from, "childEntity", slices.DeleteFunc(f.ChildEntity, func(r vim.ManagedObjectReference) bool { return r == ref }))
	change(folder, "childEntity", []vim.ManagedObjectReference{ref})
	change(ref, "parent", folder)
}

func exists(vc *acctest.VCenter, path string) bool {
	_, ok := vc.Find(path)
	return ok
}
