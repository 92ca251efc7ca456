// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	onFree((*VCenter).waitForUpdatesEx)
	onFree((*VCenter).waitForUpdates)
	onFree((*VCenter).checkForUpdates)
	onFree((*VCenter).cancelWait)
}

func (v *VCenter) waitForUpdatesEx(ctx *simulator.Context, pc *simulator.PropertyCollector, req *vim.WaitForUpdatesEx) soap.HasFault {
	w := waiter{version: req.Version, limit: -1}
	if o := req.Options; o != nil {
		w.max = int(o.MaxObjectUpdates)
		if o.MaxWaitSeconds != nil {
			w.limit = time.Duration(*o.MaxWaitSeconds) * time.Second
		}
	}
	set, fault := v.wait(ctx, pc, w)
	return reply[methods.WaitForUpdatesExBody](&vim.WaitForUpdatesExResponse{Returnval: set}, fault)
}

func (v *VCenter) waitForUpdates(ctx *simulator.Context, pc *simulator.PropertyCollector, req *vim.WaitForUpdates) soap.HasFault {
	set, fault := v.wait(ctx, pc, waiter{version: req.Version, limit: -1})
	if fault != nil {
		return faultBody(fault)
	}
	return reply[methods.WaitForUpdatesBody](&vim.WaitForUpdatesResponse{Returnval: *set}, nil)
}

func (v *VCenter) checkForUpdates(ctx *simulator.Context, pc *simulator.PropertyCollector, req *vim.CheckForUpdates) soap.HasFault {
	set, fault := v.wait(ctx, pc, waiter{version: req.Version})
	return reply[methods.CheckForUpdatesBody](&vim.CheckForUpdatesResponse{Returnval: set}, fault)
}

func (v *VCenter) cancelWait(ctx *simulator.Context, pc *simulator.PropertyCollector, _ *vim.CancelWaitForUpdates) soap.HasFault {
	v.collector(ctx, pc.Self).cancel()
	return reply[methods.CancelWaitForUpdatesBody](new(vim.CancelWaitForUpdatesResponse), nil)
}

// waiter is one call that waits.
type waiter struct {
	version string
	max     int           // object updates per answer; 0: no limit
	limit   time.Duration // how long to wait; negative: for ever
}

// wait answers with what is new since w.version; nil after w.limit.
func (v *VCenter) wait(ctx *simulator.Context, pc *simulator.PropertyCollector, w waiter) (*vim.UpdateSet, vim.BaseMethodFault) {
	c := v.collector(ctx, pc.Self)
	session := v.hub.session(ctx)
	client := v.callContext(ctx)
	var timeout <-chan time.Time
	if w.limit >= 0 {
		t := time.NewTimer(w.limit)
		defer t.Stop()
		timeout = t.C
	}
	c.mu.Lock()
	cancelled := c.cancelled
	c.mu.Unlock()
	for {
		c.mu.Lock()
		changes := c.changes
		c.mu.Unlock()
		set, fault := c.updates(w)
		if set != nil || fault != nil {
			return set, fault
		}
		select {
		case <-changes:
		case <-timeout:
			return nil, nil
		case <-cancelled:
			return nil, new(vim.RequestCanceled)
		case <-session.ended:
			return nil, new(vim.NotAuthenticated)
		case <-c.gone:
			return nil, new(vim.RequestCanceled)
		case <-client.Done():
			return nil, new(vim.RequestCanceled)
		case <-v.ctx.Done():
			return nil, new(vim.RequestCanceled)
		}
	}
}

// callContext ends when the caller has gone.
func (v *VCenter) callContext(ctx *simulator.Context) context.Context {
	if in := v.inflightOf(ctx); in != nil {
		return in.ctx
	}
	return ctx.Context
}
