// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"slices"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// templateKey is the UUID of a template that was looked up: many machines are
// cloned from one.
type templateKey string

// findTemplate reads the machine or template that is cloned.
func findTemplate(ctx context.Context, c *vsphere.Client, uuid string) (*mo.VirtualMachine, error) {
	ref, err := vsphere.Remember(ctx, c, templateKey(uuid), func(ctx context.Context) (vsphere.Ref, error) { return byUUID(ctx, c, uuid) })
	if err != nil {
		return nil, lifecycle.At(templateAt, err)
	}
	paths := slices.Concat(configPaths, []string{"config.extraConfig", "snapshot"})
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, ref, paths...)
	if err == nil && vm.Config == nil {
		err = errNoConfig
	}
	return vm, lifecycle.At(templateAt, err)
}

// cloneSource reads what is cloned: a machine or template as it is, or, with the
// snapshot, as that has it.
func cloneSource(ctx context.Context, c *vsphere.Client, clone cloneModel) (*mo.VirtualMachine, *vim.ManagedObjectReference, error) {
	vm, err := findTemplate(ctx, c, clone.Template.ValueString())
	if err != nil {
		return nil, nil, err
	}
	base, err := clone.base(vm)
	if base == nil || err != nil {
		return vm, nil, err
	}
	snapshot, err := vsphere.Get[mo.VirtualMachineSnapshot](ctx, c, *base, "config")
	if err != nil {
		return nil, nil, err
	}
	then, config := *vm, snapshot.Config // what was read is shared
	config.Template = vm.Config.Template
	then.Config = &config
	return &then, base, nil
}

// base is the snapshot that is cloned, nil for the machine as it is.
func (m *cloneModel) base(vm *mo.VirtualMachine) (*vim.ManagedObjectReference, error) {
	if name := m.Snapshot.ValueString(); name != "" {
		found, err := snapshotNamed(vm, name)
		if err != nil {
			return nil, lifecycle.At(snapshotAt, err)
		}
		return &found.Snapshot, nil
	}
	if !m.Linked.ValueBool() {
		return nil, nil
	}
	base, err := baseSnapshot(vm)
	return base, lifecycle.At(linkedAt, err)
}

// baseSnapshot is what a linked clone shares with its source: nil for the disks
// of a template, else the one snapshot of a machine.
func baseSnapshot(vm *mo.VirtualMachine) (*vim.ManagedObjectReference, error) {
	if vm.Config.Template && vm.Snapshot == nil {
		return nil, nil
	}
	if vm.Snapshot == nil {
		return nil, errors.New("the source is no template and has no snapshot; a linked clone needs one")
	}
	roots := vm.Snapshot.RootSnapshotList
	if len(roots) != 1 || len(roots[0].ChildSnapshotList) > 0 || vm.Snapshot.CurrentSnapshot == nil {
		return nil, errors.New("the source has more than one snapshot, or one that is not current; say by snapshot_id which one the linked clone shares its disks with")
	}
	return vm.Snapshot.CurrentSnapshot, nil
}
