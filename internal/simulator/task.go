// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// failTask answers a method with a task that ends in an injected error. A
// method that returns no task fails at once.
func (v *VCenter) failTask(ctx *simulator.Context, method string, obj mo.Reference, f *Fault) soap.HasFault {
	body, ok := taskBody(method)
	if !ok {
		return &faultAnswer{Reason: soapFault(f.Task, f.Message)}
	}
	name := strings.TrimSuffix(method, "_Task") + "Task"
	task := simulator.CreateTask(obj, name, func(*simulator.Task) (vim.AnyType, vim.BaseMethodFault) {
		return nil, f.Task
	})
	ref := task.Run(ctx)
	res := reflect.ValueOf(body).Elem().FieldByName("Res")
	res.Set(reflect.New(res.Type().Elem()))
	res.Elem().FieldByName("Returnval").Set(reflect.ValueOf(ref))
	return body
}
