// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	vim "github.com/vmware/govmomi/vim25/types"
)

// Wait blocks until a task has ended and returns its final info, or the fault
// that ended it. progress, which may be nil, is told the percentage and what is
// being done. When ctx ends first the task is cancelled and the error unwraps
// to ctx.Err().
func (c *Client) Wait(ctx context.Context, task Ref, progress func(percent int32, what string)) (*vim.TaskInfo, error) {
	t := object.NewTask(c.Client, task)
	info, err := t.WaitForResultEx(ctx)
	if ctx.Err() != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = t.Cancel(stop)
		return nil, fmt.Errorf("task %s: %w", task.Value, ctx.Err())
	}
	return info, err
}

// WaitFor blocks until done, called with the properties of ref now and after
// every change, returns true or an error.
func (c *Client) WaitFor(ctx context.Context, ref Ref, props []string, done func(vim.ObjectContent) (bool, error)) error {
	var failed error
	err := property.Wait(ctx, property.DefaultCollector(c.Client), ref, props, func(changes []vim.PropertyChange) bool {
		content := vim.ObjectContent{Obj: ref}
		for _, p := range changes {
			content.PropSet = append(content.PropSet, vim.DynamicProperty{Name: p.Name, Val: p.Val})
		}
		ok, err := done(content)
		failed = err
		return ok || err != nil
	})
	if err != nil {
		return err
	}
	return failed
}
