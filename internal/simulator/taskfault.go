// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// failTask answers a method with a task that ends in an injected error. A
// method that returns no task fails at once.
func (v *VCenter) failTask(ctx *simulator.Context, method string, obj mo.Reference, f *Fault) soap.HasFault {
	if _, ok := taskBody(method); !ok {
		return &faultAnswer{Reason: soapFault(f.Task, f.Message)}
	}
	return v.taskReply(method, v.run(ctx, obj, method, func(*simulator.Context) (vim.AnyType, vim.BaseMethodFault) {
		return nil, f.Task
	}))
}

// task answers a method that returns a task with the task that does the work.
func (v *VCenter) task(ctx *simulator.Context, obj mo.Reference, method string, work func(ctx *simulator.Context) (vim.AnyType, vim.BaseMethodFault)) soap.HasFault {
	return v.taskReply(method, v.run(ctx, obj, method, work))
}

func (v *VCenter) taskReply(method string, task ref) soap.HasFault {
	body, ok := taskBody(method)
	if !ok {
		return faultBody(&vim.MethodNotFound{Method: method})
	}
	res := reflect.ValueOf(body).Elem().FieldByName("Res")
	res.Set(reflect.New(res.Type().Elem()))
	res.Elem().FieldByName("Returnval").Set(reflect.ValueOf(task))
	return body
}
