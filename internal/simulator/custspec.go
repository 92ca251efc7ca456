// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strconv"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).specExists)
	on((*VCenter).getSpec)
	on((*VCenter).createSpec)
	on((*VCenter).overwriteSpec)
	on((*VCenter).renameSpec)
	on((*VCenter).duplicateSpec)
	on((*VCenter).deleteSpec)
}

// specManager keeps the customization specifications of one simulator. vcsim's
// own hides its list, which all simulators of a process share, and has neither
// versions nor a way to remove anything.
type specManager struct {
	mo.CustomizationSpecManager
	specs   map[string]vim.CustomizationSpec // by name; Info has the order and the rest
	version int
}

// isolateSpecs puts a manager of this simulator's own in the place of vcsim's.
func (v *VCenter) isolateSpecs() {
	old, ok := v.reg.Get(*v.model.ServiceContent.CustomizationSpecManager).(*simulator.CustomizationSpecManager)
	if !ok {
		return
	}
	m := &specManager{CustomizationSpecManager: old.CustomizationSpecManager, specs: map[string]vim.CustomizationSpec{}}
	for _, item := range copyOf(simulator.DefaultCustomizationSpec) {
		m.Info = append(m.Info, item.Info)
		m.specs[item.Info.Name] = item.Spec
	}
	m.version = int(time.Now().Unix())
	v.reg.Put(m)
}

func (m *specManager) find(name string) int {
	return slices.IndexFunc(m.Info, func(i vim.CustomizationSpecInfo) bool { return i.Name == name })
}

// stamp gives a specification its version and the time of its change.
func (m *specManager) stamp(info *vim.CustomizationSpecInfo) {
	m.version++
	info.ChangeVersion = strconv.Itoa(m.version)
	info.LastUpdateTime = vim.NewTime(time.Now().UTC().Truncate(time.Second))
}

// checkSpecItem refuses what vCenter refuses.
func checkSpecItem(item *vim.CustomizationSpecItem) vim.BaseMethodFault {
	if item.Info.Name == "" {
		return &vim.InvalidArgument{InvalidProperty: "item.info.name"}
	}
	if item.Info.Type != "Linux" && item.Info.Type != "Windows" {
		return &vim.InvalidArgument{InvalidProperty: "item.info.type"}
	}
	if item.Spec.Identity == nil {
		return &vim.InvalidArgument{InvalidProperty: "item.spec.identity"}
	}
	return nil
}

func (v *VCenter) specExists(_ *simulator.Context, m *specManager, req *vim.DoesCustomizationSpecExist) soap.HasFault {
	return reply[methods.DoesCustomizationSpecExistBody](&vim.DoesCustomizationSpecExistResponse{Returnval: m.find(req.Name) >= 0}, nil)
}

func (v *VCenter) getSpec(_ *simulator.Context, m *specManager, req *vim.GetCustomizationSpec) soap.HasFault {
	i := m.find(req.Name)
	if i < 0 {
		return faultBody(new(vim.NotFound))
	}
	item := copyOf(vim.CustomizationSpecItem{Info: m.Info[i], Spec: m.specs[req.Name]})
	return reply[methods.GetCustomizationSpecBody](&vim.GetCustomizationSpecResponse{Returnval: item}, nil)
}

func (v *VCenter) createSpec(ctx *simulator.Context, m *specManager, req *vim.CreateCustomizationSpec) soap.HasFault {
	fault := checkSpecItem(&req.Item)
	if fault == nil && m.find(req.Item.Info.Name) >= 0 {
		fault = &vim.AlreadyExists{Name: req.Item.Info.Name}
	}
	if fault == nil {
		v.addSpec(ctx, m, req.Item)
	}
	return reply[methods.CreateCustomizationSpecBody](new(vim.CreateCustomizationSpecResponse), fault)
}

func (v *VCenter) addSpec(ctx *simulator.Context, m *specManager, item vim.CustomizationSpecItem) {
	item = copyOf(item)
	m.stamp(&item.Info)
	m.specs[item.Info.Name] = item.Spec
	v.setSpecs(ctx, m, append(slices.Clone(m.Info), item.Info))
}

func (v *VCenter) setSpecs(ctx *simulator.Context, m *specManager, infos []vim.CustomizationSpecInfo) {
	v.reg.Update(ctx, m, []vim.PropertyChange{{Name: "info", Val: infos}})
}

// overwriteSpec replaces a specification; a version that it names has to be
// the one there is.
func (v *VCenter) overwriteSpec(ctx *simulator.Context, m *specManager, req *vim.OverwriteCustomizationSpec) soap.HasFault {
	item := copyOf(req.Item)
	i := m.find(item.Info.Name)
	fault := checkSpecItem(&item)
	switch {
	case fault != nil:
	case i < 0:
		fault = new(vim.NotFound)
	case item.Info.ChangeVersion != "" && item.Info.ChangeVersion != m.Info[i].ChangeVersion:
		fault = new(vim.ConcurrentAccess)
	default:
		m.stamp(&item.Info)
		m.specs[item.Info.Name] = item.Spec
		infos := slices.Clone(m.Info)
		infos[i] = item.Info
		v.setSpecs(ctx, m, infos)
	}
	return reply[methods.OverwriteCustomizationSpecBody](new(vim.OverwriteCustomizationSpecResponse), fault)
}

func (v *VCenter) renameSpec(ctx *simulator.Context, m *specManager, req *vim.RenameCustomizationSpec) soap.HasFault {
	i := m.find(req.Name)
	var fault vim.BaseMethodFault
	switch {
	case i < 0:
		fault = new(vim.NotFound)
	case req.NewName == "":
		fault = &vim.InvalidArgument{InvalidProperty: "newName"}
	case m.find(req.NewName) >= 0:
		fault = &vim.AlreadyExists{Name: req.NewName}
	default:
		infos := slices.Clone(m.Info)
		infos[i].Name = req.NewName
		m.stamp(&infos[i])
		m.specs[req.NewName] = m.specs[req.Name]
		delete(m.specs, req.Name)
		v.setSpecs(ctx, m, infos)
	}
	return reply[methods.RenameCustomizationSpecBody](new(vim.RenameCustomizationSpecResponse), fault)
}

func (v *VCenter) duplicateSpec(ctx *simulator.Context, m *specManager, req *vim.DuplicateCustomizationSpec) soap.HasFault {
	i := m.find(req.Name)
	var fault vim.BaseMethodFault
	switch {
	case i < 0:
		fault = new(vim.NotFound)
	case m.find(req.NewName) >= 0:
		fault = &vim.AlreadyExists{Name: req.NewName}
	default:
		item := vim.CustomizationSpecItem{Info: m.Info[i], Spec: m.specs[req.Name]}
		item.Info.Name = req.NewName
		v.addSpec(ctx, m, item)
	}
	return reply[methods.DuplicateCustomizationSpecBody](new(vim.DuplicateCustomizationSpecResponse), fault)
}

func (v *VCenter) deleteSpec(ctx *simulator.Context, m *specManager, req *vim.DeleteCustomizationSpec) soap.HasFault {
	i := m.find(req.Name)
	if i < 0 {
		return faultBody(new(vim.NotFound))
	}
	delete(m.specs, req.Name)
	v.setSpecs(ctx, m, slices.Delete(slices.Clone(m.Info), i, i+1))
	return reply[methods.DeleteCustomizationSpecBody](new(vim.DeleteCustomizationSpecResponse), nil)
}

// specLines are the names of the specifications, for Inventory.
func (v *VCenter) specLines() []string {
	m, ok := v.reg.Get(*v.model.ServiceContent.CustomizationSpecManager).(*specManager)
	if !ok {
		return nil
	}
	unlock := v.lock(v.context(), m)
	defer unlock()
	var lines []string
	for _, info := range m.Info {
		lines = append(lines, "CustomizationSpec "+info.Name)
	}
	return lines
}
