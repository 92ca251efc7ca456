// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vapi/library"
	vapi "github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// templateKey is the UUID of a template that was looked up: many machines are
// cloned from one.
type templateKey string

// templateSource is what template_uuid means: a machine, or an item of a content
// library.
type templateSource struct {
	ref  vsphere.Ref
	item *library.Item
}

// findSource looks up what template_uuid means: first as a machine.
func findSource(ctx context.Context, c *vsphere.Client, uuid string) (templateSource, error) {
	source, err := vsphere.Remember(ctx, c, templateKey(uuid), func(ctx context.Context) (templateSource, error) {
		ref, err := byUUID(ctx, c, uuid)
		if !vsphere.Gone(err) || !c.IsVCenter() {
			return templateSource{ref: ref}, err
		}
		item, err := findItem(ctx, c, uuid)
		return templateSource{item: item}, err
	})
	return source, lifecycle.At(templateAt, err)
}

// findItem returns the item of a content library with an id.
func findItem(ctx context.Context, c *vsphere.Client, id string) (*library.Item, error) {
	r, err := c.REST(ctx)
	if err != nil {
		return nil, err
	}
	item, err := library.NewManager(r).GetLibraryItem(ctx, strings.ToLower(id))
	switch {
	case vapi.IsStatusError(err, http.StatusNotFound):
		return nil, &vsphere.NotFoundError{What: "virtual machine, or item of a content library, with UUID " + id, Searched: "the whole inventory and all content libraries"}
	case err != nil:
		return nil, fmt.Errorf("no virtual machine has the UUID %s, and looking for it in the content libraries: %w", id, err)
	case item.Type != library.ItemTypeOVF && item.Type != library.ItemTypeVMTX:
		return nil, &vsphere.NotFoundError{
			What:     "virtual machine, or OVF or VM template in a content library, with UUID " + id,
			Searched: fmt.Sprintf("the whole inventory and all content libraries, where it is %q of the type %q", item.Name, item.Type),
		}
	}
	return item, nil
}

// libraryItem is the item of a content library that the machine is made from;
// nil if it is cloned.
func libraryItem(ctx context.Context, c *vsphere.Client, clone cloneModel) (*library.Item, error) {
	source, err := findSource(ctx, c, clone.Template.ValueString())
	return source.item, err
}

// findTemplate reads the machine or template that is cloned.
func findTemplate(ctx context.Context, c *vsphere.Client, uuid string) (*mo.VirtualMachine, error) {
	source, err := findSource(ctx, c, uuid)
	if err != nil {
		return nil, err
	}
	ref := source.ref
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
