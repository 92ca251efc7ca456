// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestPages(t *testing.T) {
	t.Parallel()
	v, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	e, err := NewEndpoint(Config{Server: v.Server(), User: v.User(), Password: v.Password(), CAPEM: string(v.CAPEM())})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(t.Context())
	c, err := e.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root := c.ServiceContent.RootFolder
	specs := []vim.PropertyFilterSpec{{
		ObjectSet: []vim.ObjectSpec{{Obj: root, Skip: vim.NewBool(true), SelectSet: downwards(root, []string{"HostSystem"})}},
		PropSet:   []vim.PropertySpec{{Type: "HostSystem", PathSet: []string{"name"}}},
	}}
	v.ResetCalls()
	seen := map[Ref]bool{}
	for page, err := range c.pages(t.Context(), specs, 3) {
		if err != nil || len(page) > 3 {
			t.Errorf("%d objects on a page of at most 3, %v", len(page), err)
		}
		for _, o := range page {
			// A server may report what it passed on the way as well.
			if o.Obj.Type == "HostSystem" {
				seen[o.Obj] = true
			}
		}
	}
	if n := v.Calls(); len(seen) != 4 || n.Count("ContinueRetrievePropertiesEx") < 1 || n.Count("RetrievePropertiesEx") != 1 {
		t.Errorf("%d hosts, want 4, by %v", len(seen), n.ByName)
	}
	v.ResetCalls()
	for range c.pages(t.Context(), specs, 3) {
		break
	}
	if n := v.Calls(); n.Count("CancelRetrievePropertiesEx") != 1 || n.Total != 2 {
		t.Errorf("a loop that is broken off: %v", n.ByName)
	}
}
