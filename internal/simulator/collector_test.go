// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

func mustFind(t testing.TB, v *VCenter, path string) ref {
	t.Helper()
	id, ok := v.Find(path)
	if !ok {
		t.Fatalf("%s: not found", path)
	}
	return id
}

// watchName makes a filter on the annotation of machines.
func watchAnnotation(t testing.TB, c *vim25.Client, pc ref, vms ...ref) ref {
	t.Helper()
	spec := vim.PropertyFilterSpec{PropSet: []vim.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"config.annotation"}}}}
	for _, vm := range vms {
		spec.ObjectSet = append(spec.ObjectSet, vim.ObjectSpec{Obj: vm})
	}
	res, err := methods.CreateFilter(context.Background(), c, &vim.CreateFilter{This: pc, Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	return res.Returnval
}

func waitUpdates(ctx context.Context, c *vim25.Client, pc ref, version string, opts *vim.WaitOptions) (*vim.UpdateSet, error) {
	res, err := methods.WaitForUpdatesEx(ctx, c, &vim.WaitForUpdatesEx{This: pc, Version: version, Options: opts})
	if err != nil {
		return nil, err
	}
	return res.Returnval, nil
}

func annotate(t testing.TB, v *VCenter, vm ref, text string) {
	t.Helper()
	if err := v.Update(vm, vim.PropertyChange{Name: "config.annotation", Val: text}); err != nil {
		t.Fatal(err)
	}
}

// Every caller is told what is new since the version that it names, however
// many wait on the collector at once.
func TestWaitManyCallersOneCollector(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := context.Background()
	pc := c.ServiceContent.PropertyCollector
	vm := mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	watchAnnotation(t, c.Client, pc, vm)
	first, err := waitUpdates(ctx, c.Client, pc, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	const callers, steps = 20, 10
	var wg sync.WaitGroup
	errs := make(chan error, callers)
	for range callers {
		wg.Go(func() {
			version, got := first.Version, ""
			for got != fmt.Sprint(steps) {
				set, err := waitUpdates(ctx, c.Client, pc, version, nil)
				if err != nil {
					errs <- err
					return
				}
				got = set.FilterSet[0].ObjectSet[0].ChangeSet[0].Val.(string)
				version = set.Version
			}
		})
	}
	for i := range steps {
		annotate(t, v, vm, fmt.Sprint(i+1))
	}
	wg.Wait()
	select {
	case err := <-errs:
		t.Fatal(err)
	default:
	}
	again, err := waitUpdates(ctx, c.Client, pc, first.Version, nil)
	if err != nil || len(again.FilterSet) != 1 {
		t.Fatalf("an old version is answered with the changes since: %v %v", again, err)
	}
	if _, err := waitUpdates(ctx, c.Client, pc, "4711", nil); !fault.Is(err, &vim.InvalidCollectorVersion{}) {
		t.Errorf("unknown version: %v", err)
	}
}

func TestWaitOptions(t *testing.T) {
	v := start(t, Options{Machines: 4})
	c := login(t, v)
	ctx := context.Background()
	pc := c.ServiceContent.PropertyCollector
	var vms []ref
	for i := range 4 {
		vms = append(vms, mustFind(t, v, fmt.Sprintf("/DC0/vm/DC0_C0_RP0_VM%d", i)))
	}
	watchAnnotation(t, c.Client, pc, vms...)
	version, seen := "", map[ref]bool{}
	var changed ref
	for page := 1; ; page++ {
		set, err := waitUpdates(ctx, c.Client, pc, version, &vim.WaitOptions{MaxObjectUpdates: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range set.FilterSet[0].ObjectSet {
			again := page == 2 && o.Obj == changed
			if seen[o.Obj] || (o.Kind == vim.ObjectUpdateKindEnter) == again {
				t.Errorf("page %d: %v %s", page, o.Obj, o.Kind)
			}
			seen[o.Obj] = true
		}
		version = set.Version
		if page == 1 {
			changed = set.FilterSet[0].ObjectSet[0].Obj
			annotate(t, v, changed, "changed between pages")
		}
		if set.Truncated == nil || !*set.Truncated {
			if page != 2 {
				t.Errorf("%d pages", page)
			}
			break
		}
		if page > 3 {
			t.Fatal("no end")
		}
		delete(seen, changed) // changed since it was sent: comes again
	}
	if len(seen) != 4 {
		t.Errorf("%d of 4 objects", len(seen))
	}
	set, err := waitUpdates(ctx, c.Client, pc, version, &vim.WaitOptions{MaxWaitSeconds: vim.NewInt32(0)})
	if err != nil || set != nil {
		t.Errorf("nothing new: %v %v", set, err)
	}
}

func TestWaitEnds(t *testing.T) {
	for name, end := range map[string]struct {
		do   func(v *VCenter, c *vim25.Client, pc ref, cancel func())
		want vim.BaseMethodFault
	}{
		"cancelled": {func(v *VCenter, c *vim25.Client, pc ref, _ func()) {
			_, _ = methods.CancelWaitForUpdates(context.Background(), c, &vim.CancelWaitForUpdates{This: pc})
		}, new(vim.RequestCanceled)},
		"collector destroyed": {func(v *VCenter, c *vim25.Client, pc ref, _ func()) {
			_, _ = methods.DestroyPropertyCollector(context.Background(), c, &vim.DestroyPropertyCollector{This: pc})
		}, new(vim.RequestCanceled)},
		"session expired": {func(v *VCenter, _ *vim25.Client, _ ref, _ func()) {
			v.ExpireSessions()
		}, new(vim.NotAuthenticated)},
		"client gone": {func(_ *VCenter, _ *vim25.Client, _ ref, cancel func()) { cancel() }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			v := start(t, Options{NoTemplates: true})
			c := login(t, v)
			p, err := property.DefaultCollector(c.Client).Create(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			pc := p.Reference()
			watchAnnotation(t, c.Client, pc, mustFind(t, v, "/DC0/vm/DC0_H0_VM0"))
			set, err := waitUpdates(context.Background(), c.Client, pc, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			done := make(chan error)
			go func() {
				_, err := waitUpdates(ctx, c.Client, pc, set.Version, nil)
				done <- err
			}()
			waitFor(t, func() bool { return v.Calls().Count("WaitForUpdatesEx") == 2 })
			end.do(v, c.Client, pc, cancel)
			select {
			case err := <-done:
				switch {
				case end.want == nil && !errors.Is(err, context.Canceled):
					t.Errorf("ended with %v", err)
				case end.want != nil && !fault.Is(err, end.want):
					t.Errorf("ended with %v, want %T", err, end.want)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("still waiting")
			}
		})
	}
}

func waitFor(t testing.TB, cond func() bool) {
	t.Helper()
	for range 500 {
		if cond() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("condition not met in time")
}

// A wait under way reports filters and list view members that come later.
func TestWaitSeesNewFiltersAndMembers(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := context.Background()
	a, b := mustFind(t, v, "/DC0/vm/DC0_H0_VM0"), mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0")
	pc := c.ServiceContent.PropertyCollector
	list, err := view.NewManager(c.Client).CreateListView(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan ref, 10)
	go func() {
		version := ""
		for {
			set, err := waitUpdates(ctx, c.Client, pc, version, nil)
			if err != nil {
				close(found)
				return
			}
			version = set.Version
			for _, f := range set.FilterSet {
				for _, o := range f.ObjectSet {
					if o.Kind == vim.ObjectUpdateKindEnter {
						found <- o.Obj
					}
				}
			}
		}
	}()
	waitFor(t, func() bool { return v.Calls().Count("WaitForUpdatesEx") == 1 })
	watchAnnotation(t, c.Client, pc, a)
	if got := <-found; got != a {
		t.Errorf("new filter: %v", got)
	}
	_, err = methods.CreateFilter(ctx, c.Client, &vim.CreateFilter{This: pc, Spec: vim.PropertyFilterSpec{
		ObjectSet: []vim.ObjectSpec{{Obj: list.Reference(), Skip: vim.NewBool(true), SelectSet: []vim.BaseSelectionSpec{
			&vim.TraversalSpec{Type: "ListView", Path: "view"},
		}}},
		PropSet: []vim.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := list.Add(ctx, []ref{b}); err != nil {
		t.Fatal(err)
	}
	if got := <-found; got != b {
		t.Errorf("new member: %v", got)
	}
	if err := c.Logout(ctx); err != nil {
		t.Fatal(err)
	}
	if _, open := <-found; open {
		t.Error("logout leaves the wait")
	}
}

func TestRetrievePagesOmitUnset(t *testing.T) {
	v := start(t, Options{Machines: 3})
	c := login(t, v)
	ctx := context.Background()
	spec := vim.PropertyFilterSpec{PropSet: []vim.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name", "snapshot"}}}}
	for i := range 3 {
		spec.ObjectSet = append(spec.ObjectSet, vim.ObjectSpec{Obj: mustFind(t, v, fmt.Sprintf("/DC0/vm/DC0_C0_RP0_VM%d", i))})
	}
	pc := c.ServiceContent.PropertyCollector
	res, err := methods.RetrievePropertiesEx(ctx, c.Client, &vim.RetrievePropertiesEx{This: pc, SpecSet: []vim.PropertyFilterSpec{spec}, Options: vim.RetrieveOptions{MaxObjects: 2}})
	if err != nil || len(res.Returnval.Objects) != 2 {
		t.Fatal(res, err)
	}
	next, err := methods.ContinueRetrievePropertiesEx(ctx, c.Client, &vim.ContinueRetrievePropertiesEx{This: pc, Token: res.Returnval.Token})
	if err != nil {
		t.Fatal(err)
	}
	o := next.Returnval.Objects
	if len(o) != 1 || len(o[0].PropSet) != 1 || next.Returnval.Token != "" {
		t.Errorf("page 2: %+v", next.Returnval)
	}
}

func TestRetrieveMissingObjects(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	ctx := context.Background()
	vm := mustFind(t, v, "/DC0/vm/DC0_H0_VM0")
	spec := vim.PropertyFilterSpec{
		ObjectSet: []vim.ObjectSpec{{Obj: ref{Type: "VirtualMachine", Value: "vm-4711"}}, {Obj: vm}},
		PropSet:   []vim.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name"}}},
	}
	req := &vim.RetrievePropertiesEx{This: c.ServiceContent.PropertyCollector, SpecSet: []vim.PropertyFilterSpec{spec}}
	if _, err := methods.RetrievePropertiesEx(ctx, c.Client, req); !fault.Is(err, &vim.ManagedObjectNotFound{}) {
		t.Errorf("missing object: %v", err)
	}
	req.SpecSet[0].ReportMissingObjectsInResults = vim.NewBool(true)
	res, err := methods.RetrievePropertiesEx(ctx, c.Client, req)
	if err != nil || len(res.Returnval.Objects) != 1 {
		t.Errorf("tolerated: %v %v", res, err)
	}
	v.ExpireSessions()
	if _, err := methods.RetrievePropertiesEx(ctx, c.Client, req); !fault.Is(err, &vim.NotAuthenticated{}) {
		t.Errorf("without a session: %v", err)
	}
}

func TestReferencesByValue(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	dvs := mustFind(t, v, "/DC0/network/DVS0")
	var got struct{ Name string }
	id := ref{Type: "VmwareDistributedVirtualSwitch", Value: dvs.Value}
	var content []vim.ObjectContent
	err := property.DefaultCollector(c.Client).Retrieve(context.Background(), []ref{id}, []string{"name"}, &content)
	if err != nil || len(content) != 1 || content[0].Obj != id || content[0].PropSet[0].Val != "DVS0" {
		t.Errorf("%v %+v %v", got, content, err)
	}
	cluster := mustFind(t, v, "/DC0/host/DC0_C0")
	cluster.Type = "ComputeResource"
	content = nil
	err = property.DefaultCollector(c.Client).Retrieve(context.Background(), []ref{cluster}, []string{"name"}, &content)
	if err != nil || len(content) != 1 {
		t.Errorf("cluster as ComputeResource: %+v %v", content, err)
	}
}

// An answer's version must not cover what the answer leaves out: filters that
// come while many calls wait are news to each of them.
func TestWaitLosesNoNewFilter(t *testing.T) {
	v := start(t, Options{Machines: 40})
	c := login(t, v)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	pc := c.ServiceContent.PropertyCollector
	vms := v.reg.AllReference("VirtualMachine")
	const callers = 12
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			seen, version := map[ref]bool{}, ""
			for len(seen) < len(vms) {
				set, err := waitUpdates(ctx, c.Client, pc, version, nil)
				if err != nil {
					t.Errorf("%d of %d objects seen: %v", len(seen), len(vms), err)
					return
				}
				version = set.Version
				for _, f := range set.FilterSet {
					for _, o := range f.ObjectSet {
						seen[o.Obj] = true
					}
				}
			}
		})
	}
	for _, vm := range vms {
		watchAnnotation(t, c.Client, pc, vm.Reference())
	}
	wg.Wait()
}
