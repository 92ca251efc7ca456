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

// cancelTime bounds what is done about a task that nobody waits for any more.
// Terraform leaves about two seconds after Ctrl-C.
const cancelTime = 2 * time.Second

// Wait blocks until a task has ended and returns its final info, or a
// *TaskError with the fault that ended it. progress, which may be nil, is told
// the percentage and what is being done. Any number of waits share one long
// poll.
//
// When ctx ends first the task is cancelled and the error unwraps to ctx.Err().
// A task that succeeds nevertheless is a success: what it has made must not be
// lost.
func (c *Client) Wait(ctx context.Context, task Ref, progress func(percent int32, what string)) (*vim.TaskInfo, error) {
	var info vim.TaskInfo
	err := c.follow(ctx, task, &info, progress)
	interrupted := err != nil && ctx.Err() != nil
	if interrupted {
		err = c.giveUp(ctx, task, &info)
	}
	failed := info.State == vim.TaskInfoStateError
	switch {
	case info.State == vim.TaskInfoStateSuccess:
		return &info, nil
	case interrupted && (!failed || IsFault[vim.RequestCanceled](taskError(info))):
		return nil, fmt.Errorf("task %s was given up: %w", describeTask(task, info), ctx.Err())
	case failed:
		return &info, taskError(info)
	}
	return nil, fmt.Errorf("waiting for task %s: %w", describeTask(task, info), err)
}

// follow keeps info up to date until the task has ended.
func (c *Client) follow(ctx context.Context, task Ref, info *vim.TaskInfo, progress func(percent int32, what string)) error {
	return c.watches.wait(ctx, task, []string{"info"}, func(values map[string]any) (bool, error) {
		now, ok := values["info"].(vim.TaskInfo)
		if !ok {
			return false, nil
		}
		*info = now
		if progress != nil && info.State == vim.TaskInfoStateRunning {
			progress(info.Progress, info.DescriptionId)
		}
		return info.State == vim.TaskInfoStateSuccess || info.State == vim.TaskInfoStateError, nil
	})
}

// giveUp cancels a task that nobody waits for any more and looks what becomes
// of it. Some tasks cannot be cancelled; then they end by themselves.
func (c *Client) giveUp(ctx context.Context, task Ref, info *vim.TaskInfo) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer cancel()
	if _, err := methods.CancelTask(ctx, c, &vim.CancelTask{This: task}); err != nil {
		c.config.Log.Debug(ctx, "a task could not be cancelled", map[string]any{"task": task.Value, "error": err.Error()})
	}
	return c.follow(ctx, task, info, nil)
}

func describeTask(task Ref, info vim.TaskInfo) string {
	if info.DescriptionId == "" {
		return task.Value
	}
	return fmt.Sprintf("%s (%s of %q)", task.Value, info.DescriptionId, info.EntityName)
}

func taskError(info vim.TaskInfo) *TaskError {
	return &TaskError{Name: info.Name, Entity: info.EntityName, Cause: causeOf(info)}
}

// causeOf returns the fault of a task that failed; a task may fail without one.
func causeOf(info vim.TaskInfo) *vim.LocalizedMethodFault {
	if info.Error != nil {
		return info.Error
	}
	return &vim.LocalizedMethodFault{Fault: &vim.SystemError{}, LocalizedMessage: "the task failed without saying why"}
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
