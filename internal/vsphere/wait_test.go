// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func powerOff(t *testing.T, c *vsphere.Client, vm vsphere.Ref) vsphere.Ref {
	t.Helper()
	res, err := methods.PowerOffVM_Task(t.Context(), c, &vim.PowerOffVM_Task{This: vm})
	if err != nil {
		t.Fatal(err)
	}
	return res.Returnval
}

// slowTask starts a task that takes its time and then fails as told.
func slowTask(t *testing.T, v *simulator.VCenter, c *vsphere.Client, takes time.Duration) vsphere.Ref {
	t.Helper()
	v.Inject(simulator.Fault{Method: "PowerOffVM_Task", TaskDelay: takes, Task: &vim.InvalidPowerState{ExistingState: "suspended"}})
	return powerOff(t, c, ref(t, v, "/DC0/vm/DC0_H0_VM0"))
}

func TestWaitsShareThePoll(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 25})
	c := connect(t, v, configFor(v))
	var running []vsphere.Ref
	for m, err := range vsphere.All[mo.VirtualMachine](t.Context(), c, vsphere.Ref{}, "VirtualMachine", "runtime.powerState") {
		if err != nil {
			t.Fatal(err)
		}
		if m.Runtime.PowerState == vim.VirtualMachinePowerStatePoweredOn {
			running = append(running, m.Self)
		}
	}
	if len(running) < 50 {
		t.Fatalf("%d running machines", len(running))
	}
	v.Inject(simulator.Fault{Method: "PowerOffVM_Task", At: 7, Task: &vim.TaskInProgress{}})
	v.ResetCalls()
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed int
	)
	for _, vm := range running {
		wg.Go(func() {
			info, err := c.Wait(t.Context(), powerOff(t, c, vm), nil)
			mu.Lock()
			defer mu.Unlock()
			var task *vsphere.TaskError
			switch {
			case errors.As(err, &task):
				failed++
				if !vsphere.IsFault[vim.TaskInProgress](err) || task.Entity == "" || task.Error() == "" {
					t.Errorf("%+v", task)
				}
			case err != nil || info.State != vim.TaskInfoStateSuccess || *info.Entity != vm:
				t.Errorf("%+v %v", info, err)
			}
		})
	}
	wg.Wait()
	if failed != 1 {
		t.Errorf("%d tasks failed, want 1", failed)
	}
	calls := v.Calls()
	if own := calls.Total - calls.Count("PowerOffVM_Task"); own > len(running)*3/10 {
		t.Errorf("%d calls to wait for %d tasks, want at most 0.3 each: %v", own, len(running), calls.ByName)
	}
}

func TestWaitCancelsTheTask(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	task := slowTask(t, v, c, time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := c.Wait(ctx, task, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "powerOff") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begun); took > 1500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	now, err := vsphere.Get[mo.Task](t.Context(), c, task, "info")
	if err != nil || now.Info.State != vim.TaskInfoStateError {
		t.Errorf("the task goes on: %+v %v", now, err)
	}
}

// What a task has made must not be lost because its end came late.
func TestWaitTakesALateSuccess(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	task := powerOff(t, c, ref(t, v, "/DC0/vm/DC0_H0_VM0"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if info, err := c.Wait(ctx, task, nil); err != nil || info.State != vim.TaskInfoStateSuccess {
		t.Errorf("%+v %v", info, err)
	}
}

func TestWaitSurvives(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(*simulator.VCenter){
		"an expired session": func(v *simulator.VCenter) { v.ExpireSessions() },
		"a server in trouble": func(v *simulator.VCenter) {
			v.Inject(simulator.Fault{Method: "WaitForUpdatesEx", Status: 503, MaxCount: 5})
			v.ExpireSessions()
		},
		"a lost collector": func(v *simulator.VCenter) {
			v.Inject(simulator.Fault{Method: "WaitForUpdatesEx", SOAP: &vim.ManagedObjectNotFound{}, MaxCount: 1})
			v.ExpireSessions()
		},
		"a filter in the lost": func(v *simulator.VCenter) {
			v.Inject(simulator.Fault{Method: "CreateFilter", Expire: true, MaxCount: 1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := start(t, simulator.Options{})
			c := connect(t, v, configFor(v))
			task := slowTask(t, v, c, 600*time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			// The poll is under way before the disturbance.
			earlier := make(chan error, 1)
			go func() {
				_, err := c.Wait(ctx, task, nil)
				earlier <- err
			}()
			for v.Calls().Count("WaitForUpdatesEx") < 2 {
				time.Sleep(5 * time.Millisecond)
			}
			disturb(v)
			_, err := c.Wait(ctx, task, nil)
			for _, err := range []error{err, <-earlier} {
				if !vsphere.IsFault[vim.InvalidPowerState](err) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

func TestWaitForGuest(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	vm := ref(t, v, "/DC0/vm/DC0_H0_VM0")
	v.ResetCalls()
	time.AfterFunc(200*time.Millisecond, func() {
		if err := v.SetGuest(vm, simulator.GuestState{HostName: "x", Addresses: [][]string{{"10.1.2.3/24"}}}); err != nil {
			t.Error(err)
		}
	})
	looks := 0
	err := c.WaitFor(t.Context(), vm, []string{"guest.net", "guest.ipAddress"}, func(o vim.ObjectContent) (bool, error) {
		looks++
		return slices.ContainsFunc(o.PropSet, func(p vim.DynamicProperty) bool { return p.Name == "guest.ipAddress" && p.Val == "10.1.2.3" }), nil
	})
	if err != nil || looks < 2 {
		t.Errorf("%d looks, %v", looks, err)
	}
	if n := v.Calls().Total; n > 6 {
		t.Errorf("%d calls: %v", n, v.Calls().ByName)
	}
	enough := errors.New("enough")
	if err := c.WaitFor(t.Context(), vm, []string{"name"}, func(vim.ObjectContent) (bool, error) { return false, enough }); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
	if err := c.WaitFor(t.Context(), vsphere.NewRef("VirtualMachine", "vm-99999"), []string{"name"}, func(vim.ObjectContent) (bool, error) { return false, nil }); !vsphere.Gone(err) {
		t.Errorf("what is not there: %v", err)
	}
}

func TestManyWaitsInTurn(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	vm := ref(t, v, "/DC0/vm/DC0_H0_VM0")
	done := func(vim.ObjectContent) (bool, error) { return true, nil }
	for range 300 {
		if err := c.WaitFor(t.Context(), vm, []string{"name"}, done); err != nil {
			t.Fatal(err)
		}
	}
	if n := v.Calls(); n.Count("DestroyPropertyCollector") != 1 || n.Count("CreatePropertyCollector") != 2 {
		t.Errorf("the collector with all the old filters stays: %v", n.ByName)
	}
}

func TestCloseEndsWaits(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	e, err := vsphere.NewEndpoint(configFor(v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	task := slowTask(t, v, c, time.Minute)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Wait(t.Context(), task, nil)
		ended <- err
	}()
	for v.Calls().Count("WaitForUpdatesEx") < 2 {
		time.Sleep(5 * time.Millisecond)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the wait goes on")
	}
}
