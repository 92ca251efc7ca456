// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"strings"
	"unicode"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { onFree((*VCenter).cancelTask) }

// taskMethods names the methods of vcsim's tasks, where they differ from
// the task's name plus _Task.
var taskMethods = map[string]string{
	"PowerOn": "PowerOnVM_Task", "PowerOff": "PowerOffVM_Task", "Suspend": "SuspendVM_Task",
	"Reset": "ResetVM_Task", "CloneVm": "CloneVM_Task", "ReconfigVm": "ReconfigVM_Task",
	"RelocateVm": "RelocateVM_Task", "CreateVm": "CreateVM_Task",
}

// taskIDs are the descriptions of methods, where they are not the method's name
// in lower camel case.
var taskIDs = map[string]string{
	"PowerOnVM_Task": "powerOn", "PowerOffVM_Task": "powerOff", "SuspendVM_Task": "suspend",
	"ResetVM_Task": "reset", "CloneVM_Task": "clone", "ReconfigVM_Task": "reconfigure",
	"RelocateVM_Task": "relocate", "CreateVM_Task": "createVm",
}

// describeTask fills in what vCenter tells about a task.
func (v *VCenter) describeTask(t *simulator.Task) {
	name := strings.TrimSuffix(t.Info.Name, "_Task")
	method := taskMethods[name]
	if method == "" {
		method = name + "_Task"
	}
	id := taskIDs[method]
	if id == "" {
		base := []rune(strings.TrimSuffix(method, "_Task"))
		base[0] = unicode.ToLower(base[0])
		id = string(base)
	}
	if t.Info.Name != method { // a task that runs already reads its name
		t.Info.Name = method
	}
	t.Info.DescriptionId = vimKind(t.Info.Entity.Type) + "." + id
	if e, ok := v.reg.Get(*t.Info.Entity).(mo.Entity); ok {
		t.Info.EntityName = entityName(e)
	}
}

// cancelTask cancels tasks that have not taken effect yet. As in vCenter the
// call only asks: the task ends in RequestCanceled, or does not.
func (v *VCenter) cancelTask(ctx *simulator.Context, t *simulator.Task, _ *vim.CancelTask) soap.HasFault {
	unlock := v.lock(ctx, t)
	state := t.Info.State
	unlock()
	if state == vim.TaskInfoStateSuccess || state == vim.TaskInfoStateError {
		return faultBody(new(vim.InvalidState))
	}
	v.tasks.mu.Lock()
	cancel, ok := v.tasks.cancel[t.Self]
	delete(v.tasks.cancel, t.Self)
	v.tasks.mu.Unlock()
	if !ok {
		return faultBody(new(vim.NotSupported))
	}
	close(cancel)
	v.reg.AtomicUpdate(ctx, t, []vim.PropertyChange{{Name: "info.cancelled", Val: true}})
	return reply[methods.CancelTaskBody](new(vim.CancelTaskResponse), nil)
}
