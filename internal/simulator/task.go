// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// keepTasks is how many ended tasks can still be read; vCenter forgets them
// after some minutes.
const keepTasks = 2000

// execute is the work of a task.
type execute = func(*simulator.Task) (vim.AnyType, vim.BaseMethodFault)

// tasks follows the tasks of all methods, vcsim's own among them.
type tasks struct {
	mu     sync.Mutex
	inner  map[ref]*innerTask
	cancel map[ref]chan struct{} // running tasks that can be cancelled
	ended  []ref
	turn   sync.Mutex // held by the one task of ours that works
	locks  int
	fields int32 // custom attributes made so far
}

// innerTask is the place for a vcsim task that runs as part of another.
type innerTask struct {
	task *simulator.Task
	run  execute
}

func newTasks() *tasks {
	return &tasks{inner: map[ref]*innerTask{}, cancel: map[ref]chan struct{}{}}
}

// adoptTask is called when vcsim has made a task and not yet started it. It
// keeps a panic inside the task from ending the process, and takes tasks out
// that inner waits for.
func (v *VCenter) adoptTask(t *simulator.Task) {
	run := t.Execute
	if run == nil {
		return // made by a client with TaskManager.CreateTask
	}
	v.tasks.mu.Lock()
	slot := v.tasks.inner[*t.Info.Entity]
	if slot != nil {
		slot.task, slot.run = t, guarded(run)
		t.Execute = func(*simulator.Task) (vim.AnyType, vim.BaseMethodFault) { return nil, nil }
	}
	v.tasks.mu.Unlock()
	if slot == nil {
		v.describeTask(t)
		t.Execute = guarded(run)
	}
}

func guarded(run execute) execute {
	return func(t *simulator.Task) (res vim.AnyType, fault vim.BaseMethodFault) {
		defer func() {
			if r := recover(); r != nil {
				res, fault = nil, panicFault(t.Info.Name, r)
			}
		}()
		return run(t)
	}
}

// inner calls a vcsim method that makes a task on the entity and does the
// task's work here and now. The caller holds the entity's lock.
func (v *VCenter) inner(entity ref, call func() soap.HasFault) (vim.AnyType, vim.BaseMethodFault) {
	slot := new(innerTask)
	v.tasks.mu.Lock()
	v.tasks.inner[entity] = slot
	v.tasks.mu.Unlock()
	body := func() soap.HasFault {
		// Left behind by a panic, the place would swallow the entity's next task.
		defer func() {
			v.tasks.mu.Lock()
			delete(v.tasks.inner, entity)
			v.tasks.mu.Unlock()
		}()
		return call()
	}()
	if f := body.Fault(); f != nil {
		if fault, ok := f.VimFault().(vim.BaseMethodFault); ok {
			return nil, fault
		}
		return nil, &vim.SystemError{Reason: f.String}
	}
	if slot.task == nil {
		return nil, nil
	}
	v.reg.Remove(v.context(), slot.task.Self)
	return slot.run(slot.task)
}

// run starts a task on an entity. The work runs without any object's lock and
// takes the locks it needs; ctx is the task's own. One works at a time: vcsim
// reads datastores whole, without their locks, while it changes them elsewhere.
// Whoever waits for the turn holds no lock that another might want.
func (v *VCenter) run(ctx *simulator.Context, entity mo.Reference, method string, work func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault)) ref {
	c := *ctx
	var fault *Fault
	if in := v.inflightOf(ctx); in != nil {
		fault = in.fault
	}
	ready, cancel := make(chan struct{}), make(chan struct{})
	t := simulator.CreateTask(v.taskLock(), method, func(*simulator.Task) (vim.AnyType, vim.BaseMethodFault) {
		<-ready
		if fault != nil && !v.sleepTask(fault.TaskDelay, cancel) {
			return nil, new(vim.RequestCanceled)
		}
		if fault := v.question(entity, method, cancel); fault != nil {
			return nil, fault
		}
		v.tasks.turn.Lock()
		defer v.tasks.turn.Unlock()
		return work(&c)
	})
	t.Info.Cancelable = true
	t.Info.ActivationId = ctx.Header.ID
	id := t.Run(&c)
	v.tasks.mu.Lock()
	v.tasks.cancel[id] = cancel
	v.tasks.mu.Unlock()
	unlock := v.lock(v.context(), t)
	target := entity.Reference()
	t.Info.Entity = &target
	v.describeTask(t)
	if ctx.Session != nil {
		t.Info.Reason = &vim.TaskReasonUser{UserName: ctx.Session.UserName}
	}
	unlock()
	close(ready)
	return id
}

// taskLock is something for vcsim to lock while a task runs, in place of the
// entity: our tasks lock by themselves, and only while they change things.
func (v *VCenter) taskLock() ref {
	v.tasks.mu.Lock()
	defer v.tasks.mu.Unlock()
	v.tasks.locks++
	return ref{Type: "SimulatorTask", Value: fmt.Sprint("lock-", v.tasks.locks)}
}

// sleepTask reports whether d has passed before the task was cancelled.
func (v *VCenter) sleepTask(d time.Duration, cancel <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-cancel:
		return false
	case <-v.ctx.Done():
		return false
	}
}

// taskChanged is called with a task's lock held, after vcsim has changed it.
func (v *VCenter) taskChanged(t *mo.Task) {
	if t.Info.State != vim.TaskInfoStateSuccess && t.Info.State != vim.TaskInfoStateError {
		return
	}
	if e := t.Info.Error; e != nil && (e.LocalizedMessage == "" || e.LocalizedMessage[0] == '*') {
		e.LocalizedMessage = faultText(e.Fault)
	}
	if t.Info.State == vim.TaskInfoStateSuccess {
		t.Info.Progress = 100
	}
	if t.Info.Entity != nil {
		v.touched(*t.Info.Entity)
	}
	v.forgetTasks(t.Self)
}

// forgetTasks removes the oldest ended tasks.
func (v *VCenter) forgetTasks(ended ref) {
	v.tasks.mu.Lock()
	delete(v.tasks.cancel, ended)
	v.tasks.ended = append(v.tasks.ended, ended)
	var old []ref
	if n := len(v.tasks.ended) - keepTasks; n > 0 {
		old, v.tasks.ended = v.tasks.ended[:n], v.tasks.ended[n:]
	}
	v.tasks.mu.Unlock()
	if len(old) == 0 {
		return
	}
	go func() { // not under this task's lock
		for _, id := range old {
			v.reg.Remove(v.context(), id)
		}
	}()
}
