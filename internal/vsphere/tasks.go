// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

// TaskError is the fault that ended a task. It is found by IsFault and FaultAs.
type TaskError struct {
	// Name is what the task was for, such as "CloneVM_Task", Entity the name of
	// the object it worked on.
	Name, Entity string
	Cause        *vim.LocalizedMethodFault
}

// Error implements error. vCenter's own words are the best there are.
func (e *TaskError) Error() string { return e.Cause.LocalizedMessage }

// Fault returns the fault itself, as govmomi's fault package looks for it.
func (e *TaskError) Fault() vim.BaseMethodFault { return e.Cause.Fault }

// cancelTime bounds the call that cancels a task. Terraform leaves about two
// seconds after Ctrl-C.
const cancelTime = 2 * time.Second

// Wait blocks until a task has ended and returns its final info, or a
// *TaskError with the fault that ended it. progress, which may be nil, is told
// the percentage and what is being done. When ctx ends first the task is
// cancelled and the error unwraps to ctx.Err(). Any number of waits share one
// long poll.
func (c *Client) Wait(ctx context.Context, task Ref, progress func(percent int32, what string)) (*vim.TaskInfo, error) {
	var info vim.TaskInfo
	err := c.watches.wait(ctx, task, []string{"info"}, func(values map[string]any) (bool, error) {
		now, ok := values["info"].(vim.TaskInfo)
		if !ok {
			return false, nil
		}
		info = now
		if progress != nil && info.State == vim.TaskInfoStateRunning {
			progress(info.Progress, info.DescriptionId)
		}
		return info.State == vim.TaskInfoStateSuccess || info.State == vim.TaskInfoStateError, nil
	})
	switch {
	case ctx.Err() != nil:
		c.cancelTask(ctx, task)
		return nil, fmt.Errorf("task %s (%s of %s) was given up: %w", task.Value, info.DescriptionId, info.EntityName, ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("waiting for task %s: %w", task.Value, err)
	case info.State == vim.TaskInfoStateError:
		return &info, &TaskError{Name: info.Name, Entity: info.EntityName, Cause: causeOf(info)}
	}
	return &info, nil
}

// causeOf returns the fault of a task that failed; a task may fail without one.
func causeOf(info vim.TaskInfo) *vim.LocalizedMethodFault {
	if info.Error != nil {
		return info.Error
	}
	return &vim.LocalizedMethodFault{Fault: &vim.SystemError{}, LocalizedMessage: "the task failed without saying why"}
}

// cancelTask asks vCenter to stop a task that nobody waits for any more. Some
// tasks cannot be stopped; then it ends by itself.
func (c *Client) cancelTask(ctx context.Context, task Ref) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer cancel()
	if _, err := methods.CancelTask(ctx, c, &vim.CancelTask{This: task}); err != nil {
		c.config.Log.Debug(ctx, "a task could not be cancelled", map[string]any{"task": task.Value, "error": err.Error()})
	}
}

// WaitFor blocks until done, called with the properties of ref now and after
// every change, returns true or an error. It shares the poll of Wait.
func (c *Client) WaitFor(ctx context.Context, ref Ref, props []string, done func(vim.ObjectContent) (bool, error)) error {
	return c.watches.wait(ctx, ref, props, func(values map[string]any) (bool, error) {
		content := vim.ObjectContent{Obj: ref}
		for name, value := range values {
			if value != nil {
				content.PropSet = append(content.PropSet, vim.DynamicProperty{Name: name, Val: value})
			}
		}
		return done(content)
	})
}

func gone(ref Ref) error { return fmt.Errorf("%s %q: %w", ref.Type, ref.Value, ErrNotFound) }
