// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// Reconfigure starts the task that changes a machine. The members of the
// specification that empty names, such as "annotation" or
// "bootOptions.bootDelay", are sent even if they are zero, which empties them:
// a member that is not sent stays as it is, and govmomi sends no zero.
func (c *Client) Reconfigure(ctx context.Context, vm Ref, spec vim.VirtualMachineConfigSpec, empty ...string) (task Ref, err error) {
	if len(empty) == 0 {
		res, err := methods.ReconfigVM_Task(ctx, c, &vim.ReconfigVM_Task{This: vm, Spec: spec})
		if err != nil {
			return Ref{}, err
		}
		return res.Returnval, nil
	}
	var req ReconfigVM_TaskBody
	var res methods.ReconfigVM_TaskBody
	req.Req = &explicitReconfigure{This: vm, Spec: explicit(reflect.ValueOf(spec), empty).Interface()}
	if err := c.RoundTrip(ctx, &req, &res); err != nil {
		return Ref{}, err
	}
	return res.Res.Returnval, nil
}

// ReconfigVM_TaskBody is the request of govmomi's type of that name, with any
// struct for the specification. The name is that of the call in logs.
type ReconfigVM_TaskBody struct { //nolint:revive // named like govmomi's
	Req *explicitReconfigure `xml:"urn:vim25 ReconfigVM_Task,omitempty"`
}

// Fault implements soap.HasFault. A request has none.
func (*ReconfigVM_TaskBody) Fault() *soap.Fault { return nil }

type explicitReconfigure struct {
	This Ref `xml:"_this"`
	Spec any `xml:"spec"`
}

// explicit returns a copy of a struct of govmomi's, of a type with the same
// members in the same order, in which those that are named are never left out.
func explicit(v reflect.Value, names []string) reflect.Value {
	t := v.Type()
	fields, values := make([]reflect.StructField, t.NumField()), make([]reflect.Value, t.NumField())
	for i := range fields {
		fields[i], values[i] = t.Field(i), v.Field(i)
		element, _, _ := strings.Cut(fields[i].Tag.Get("xml"), ",")
		var inner []string
		for _, name := range names {
			switch first, rest, nested := strings.Cut(name, "."); {
			case first != element:
			case nested:
				inner = append(inner, rest)
			default:
				fields[i].Tag = reflect.StructTag(strings.Replace(string(fields[i].Tag), ",omitempty", "", 1))
			}
		}
		if len(inner) > 0 {
			values[i] = explicit(filled(values[i]), inner)
			fields[i].Type = values[i].Type()
		}
	}
	made := reflect.New(reflect.StructOf(fields)).Elem()
	for i := range fields {
		made.Field(i).Set(values[i])
	}
	return made
}

// filled is what a pointer to a struct points to, or an empty struct.
func filled(p reflect.Value) reflect.Value {
	if p.IsNil() {
		return reflect.Zero(p.Type().Elem())
	}
	return p.Elem()
}
