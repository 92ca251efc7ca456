// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// addGroups makes groups in a cluster behind Terraform's back.
func addGroups(t *testing.T, vc *acctest.VCenter, cluster string, groups ...vim.BaseClusterGroupInfo) {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ref, ok := vc.Find(cluster)
	if !ok {
		t.Fatalf("there is no %s", cluster)
	}
	spec := &vim.ClusterConfigSpecEx{}
	for _, g := range groups {
		spec.GroupSpec = append(spec.GroupSpec, vim.ClusterGroupSpec{ArrayUpdateSpec: vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationAdd}, Info: g})
	}
	task, err := object.NewClusterComputeResource(c, ref).Reconfigure(t.Context(), spec, true)
	if err == nil {
		err = task.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestComputeClusterHostGroupData(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t, twoDatacenters)
	const kind = "vsphere_compute_cluster_host_group"
	cluster, other := vc.ID(t, "/DC0/host/DC0_C0"), vc.ID(t, "/DC1/host/DC1_C0")
	in := func(cluster, name string) string {
		return fmt.Sprintf("name = %q\ncompute_cluster_id = %q", name, cluster)
	}
	var hosts []vim.ManagedObjectReference
	var ids []knownvalue.Check
	for _, path := range []string{"/DC0/host/DC0_C0/DC0_C0_H0", "/DC0/host/DC0_C0/DC0_C0_H2"} {
		host, ok := vc.Find(path)
		if !ok {
			t.Fatalf("there is no %s", path)
		}
		hosts, ids = append(hosts, host), append(ids, knownvalue.StringExact(host.Value))
	}
	group := func(name string, hosts ...vim.ManagedObjectReference) *vim.ClusterHostGroup {
		return &vim.ClusterHostGroup{ClusterGroupInfo: vim.ClusterGroupInfo{Name: name}, Host: hosts}
	}
	addGroups(t, vc, "/DC0/host/DC0_C0", group("fast", hosts...), group("empty"),
		&vim.ClusterVmGroup{ClusterGroupInfo: vim.ClusterGroupInfo{Name: "machines"}})
	has := func(name string, ids ...knownvalue.Check) resource.TestStep {
		step := acctest.Finds(kind, in(cluster, name), name, map[string]string{"name": name, "compute_cluster_id": cluster})
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectKnownValue("data."+kind+".test", tfjsonpath.New("host_system_ids"), knownvalue.SetExact(ids)))
		return step
	}
	vc.Test(t,
		acctest.FindsNot(kind, in(cluster, "slow"), `name = "slow".*host\s+group\s+"slow"\s+was\s+not\s+found\s+in\s+cluster\s+/DC0/host/DC0_C0,\s+which\s+has\s+"fast",\s+"empty"`),
		acctest.FindsNot(kind, in(cluster, "machines"), `name = "machines".*not\s+found`),
		acctest.FindsNot(kind, in(other, "fast"), `name = "fast".*/DC1/host/DC1_C0,\s+which\s+has\s+none`),
		acctest.FindsNot(kind, in("domain-c999", "fast"), `compute_cluster_id = "domain-c999".*"domain-c999"\s+is\s+not\s+the\s+managed\s+object\s+id\s+of\s+a\s+cluster`),
		acctest.FindsNot(kind, in("/DC0/host/DC0_C0", "fast"), `compute_cluster_id = .*is\s+not\s+the\s+managed\s+object\s+id\s+of\s+a\s+cluster`),
		acctest.FindsNot(kind, in("", "fast"), `compute_cluster_id = "".*at least 1`),
		acctest.FindsNot(kind, in(cluster, ""), `name = "".*at least 1`),
		has("empty"),
		has("fast", ids...), // last: what does not validate cannot be destroyed either
	)
}
