// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).addField)
	on((*VCenter).renameField)
	onFree((*VCenter).setField)
	onFree((*VCenter).setCustomValue)
}

// firstField is the key of the first custom attribute; vcsim would take 0,
// which is also what clients see where there is none.
const firstField = 101

func (v *VCenter) addField(ctx *simulator.Context, m *simulator.CustomFieldsManager, req *vim.AddCustomFieldDef) soap.HasFault {
	if req.Name == "" {
		return faultBody(&vim.InvalidName{Name: req.Name})
	}
	def := vim.CustomFieldDef{
		Key: firstField, Name: req.Name, ManagedObjectType: req.MoType, Type: "string",
		FieldDefPrivileges: req.FieldDefPolicy, FieldInstancePrivileges: req.FieldPolicy,
	}
	for _, f := range m.Field {
		if f.Name == req.Name && (f.ManagedObjectType == req.MoType || f.ManagedObjectType == "" || req.MoType == "") {
			return faultBody(&vim.DuplicateName{Name: req.Name, Object: m.Self})
		}
	}
	v.tasks.mu.Lock()
	def.Key += v.tasks.fields
	v.tasks.fields++
	v.tasks.mu.Unlock()
	v.reg.Update(ctx, m, []vim.PropertyChange{{Name: "field", Val: append(slices.Clone(m.Field), def)}})
	for _, e := range v.reg.All(req.MoType) {
		unlock := v.lock(ctx, e)
		e.Entity().AvailableField = append(slices.Clone(e.Entity().AvailableField), def)
		unlock()
	}
	return reply[methods.AddCustomFieldDefBody](&vim.AddCustomFieldDefResponse{Returnval: def}, nil)
}

func (v *VCenter) renameField(ctx *simulator.Context, m *simulator.CustomFieldsManager, req *vim.RenameCustomFieldDef) soap.HasFault {
	for _, f := range m.Field {
		if f.Name == req.Name && f.Key != req.Key {
			return faultBody(&vim.DuplicateName{Name: req.Name, Object: m.Self})
		}
	}
	return m.RenameCustomFieldDef(ctx, req)
}

func (v *VCenter) setField(ctx *simulator.Context, m *simulator.CustomFieldsManager, req *vim.SetField) soap.HasFault {
	fault := v.setValue(ctx, m, req.Entity, req.Key, req.Value)
	return reply[methods.SetFieldBody](new(vim.SetFieldResponse), fault)
}

// setCustomValue names the attribute where setField has its key.
func (v *VCenter) setCustomValue(ctx *simulator.Context, e mo.Entity, req *vim.SetCustomValue) soap.HasFault {
	m := v.reg.CustomFieldsManager()
	for _, f := range m.Field {
		if f.Name == req.Key && (f.ManagedObjectType == "" || f.ManagedObjectType == e.Reference().Type) {
			fault := v.setValue(ctx, m, e.Reference(), f.Key, req.Value)
			return reply[methods.SetCustomValueBody](new(vim.SetCustomValueResponse), fault)
		}
	}
	return faultBody(&vim.InvalidArgument{InvalidProperty: "key"})
}

// setValue sets an entity's value of an attribute; "" removes it.
func (v *VCenter) setValue(ctx *simulator.Context, m *simulator.CustomFieldsManager, id ref, key int32, value string) vim.BaseMethodFault {
	e, ok := v.reg.Get(id).(mo.Entity)
	if !ok {
		return &vim.ManagedObjectNotFound{Obj: id}
	}
	i := slices.IndexFunc(m.Field, func(f vim.CustomFieldDef) bool { return f.Key == key })
	if i < 0 || m.Field[i].ManagedObjectType != "" && m.Field[i].ManagedObjectType != vimKind(id.Type) && m.Field[i].ManagedObjectType != id.Type {
		return &vim.InvalidArgument{InvalidProperty: "key"}
	}
	unlock := v.lock(ctx, e)
	defer unlock()
	values := slices.DeleteFunc(slices.Clone(e.Entity().CustomValue), func(x vim.BaseCustomFieldValue) bool {
		return x.GetCustomFieldValue().Key == key
	})
	if value != "" {
		values = append(values, &vim.CustomFieldStringValue{CustomFieldValue: vim.CustomFieldValue{Key: key}, Value: value})
	}
	v.reg.Update(ctx, e, []vim.PropertyChange{{Name: "customValue", Val: values}, {Name: "value", Val: slices.Clone(values)}})
	return nil
}
