// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	vim "github.com/vmware/govmomi/vim25/types"
)

// crowd puts copies of a machine into the inventory, without files: making
// machines one by one takes vcsim a minute.
func crowd(t *testing.T, v *VCenter, n int) (folder ref, machines []ref) {
	t.Helper()
	folder = mustFind(t, v, "/DC0/vm")
	like := v.reg.Get(mustFind(t, v, "/DC0/vm/DC0_H0_VM0")).(*simulator.VirtualMachine)
	for i := range n {
		vm := &simulator.VirtualMachine{VirtualMachine: copyOf(like.VirtualMachine)}
		vm.Name, vm.Self.Value = fmt.Sprintf("crowd-%d", i), fmt.Sprintf("vm-crowd-%d", i)
		v.reg.PutEntity(v.reg.Get(folder).(*simulator.Folder), vm)
		machines = append(machines, vm.Self)
	}
	v.editRefs(v.context(), folder, "childEntity", func(l []ref) []ref { return append(l, machines...) })
	return folder, machines
}

// annotations follows the annotations of all machines in a view until the last
// one of wanted has come.
func annotations(ctx context.Context, t *testing.T, c *vim25.Client, all *view.ContainerView, wanted map[ref]string) error {
	p, err := property.DefaultCollector(c).Create(ctx)
	if err != nil {
		return err
	}
	if _, err := p.CreateFilter(ctx, vim.CreateFilter{Spec: vim.PropertyFilterSpec{
		PropSet: []vim.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"config.annotation"}}},
		ObjectSet: []vim.ObjectSpec{{Obj: all.Reference(), Skip: vim.NewBool(true), SelectSet: []vim.BaseSelectionSpec{
			&vim.TraversalSpec{Type: "ContainerView", Path: "view"},
		}}},
	}}); err != nil {
		return err
	}
	seen, got := map[ref]bool{}, map[ref]string{}
	for version := ""; len(got) < len(wanted); {
		set, err := waitUpdates(ctx, c, p.Reference(), version, nil)
		if err != nil {
			return err
		}
		version = set.Version
		for _, f := range set.FilterSet {
			for _, o := range f.ObjectSet {
				seen[o.Obj] = true
				for _, change := range o.ChangeSet {
					if s, ok := change.Val.(string); ok && s != "" && s == wanted[o.Obj] {
						got[o.Obj] = s
					}
				}
			}
		}
	}
	if len(seen) < 1000 {
		t.Errorf("a wait has seen %d machines", len(seen))
	}
	return nil
}

// Fifty clients follow a thousand machines at the same time; none misses one of
// the changes, and it does not take long.
func TestThousandMachinesFiftyWaits(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	v := start(t, Options{NoTemplates: true})
	folder, machines := crowd(t, v, 1000)
	c := login(t, v)
	c.DefaultTransport().MaxIdleConnsPerHost = 60
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	all, err := view.NewManager(c.Client).CreateContainerView(ctx, folder, []string{"VirtualMachine"}, true)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[ref]string{}
	for i := 0; i < len(machines); i += 50 {
		wanted[machines[i]] = fmt.Sprint("note ", i)
	}
	const waits = 50
	errs := make([]error, waits)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range waits {
		wg.Go(func() { errs[i] = annotations(ctx, t, c.Client, all, wanted) })
	}
	waitFor(t, func() bool { return v.Calls().Count("WaitForUpdatesEx") >= waits/2 })
	for vm, text := range wanted {
		annotate(t, v, vm, text)
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("wait %d: %v", i, err)
		}
	}
	t.Logf("%d waits on %d machines: %s, %d calls", waits, len(machines), time.Since(begin), v.Calls().Total)
}
