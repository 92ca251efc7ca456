// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// placedSnapshot is a snapshot and the names of those that it stands on, with
// its own: "base/patched".
type placedSnapshot struct {
	tree *vim.VirtualMachineSnapshotTree
	path string
}

// snapshotsOf are the snapshots of a machine whose property snapshot was read,
// those below before those above.
func snapshotsOf(vm *mo.VirtualMachine) []placedSnapshot {
	if vm.Snapshot == nil {
		return nil
	}
	var all []placedSnapshot
	var walk func(list []vim.VirtualMachineSnapshotTree, under string)
	walk = func(list []vim.VirtualMachineSnapshotTree, under string) {
		for i := range list {
			at := under + list[i].Name
			all = append(all, placedSnapshot{&list[i], at})
			walk(list[i].ChildSnapshotList, at+"/")
		}
	}
	walk(vm.Snapshot.RootSnapshotList, "")
	return all
}

// snapshotNamed is the one snapshot of a machine with a managed object id, a
// path or a name; a path goes before a name.
func snapshotNamed(vm *mo.VirtualMachine, name string) (*vim.VirtualMachineSnapshotTree, error) {
	all := snapshotsOf(vm)
	for _, same := range []func(placedSnapshot) bool{
		func(s placedSnapshot) bool { return s.tree.Snapshot.Value == name },
		func(s placedSnapshot) bool { return s.path == name },
		func(s placedSnapshot) bool { return s.tree.Name == name },
	} {
		var found []placedSnapshot
		for _, s := range all {
			if same(s) {
				found = append(found, s)
			}
		}
		switch {
		case len(found) == 1:
			return found[0].tree, nil
		case len(found) > 1:
			return nil, ambiguousSnapshot(name, found)
		}
	}
	missing := &vsphere.NotFoundError{What: fmt.Sprintf("snapshot %q", name), Searched: "the snapshots of " + vm.Self.Value}
	for _, s := range all {
		missing.Nearest = append(missing.Nearest, s.path)
	}
	return nil, missing
}

func ambiguousSnapshot(name string, found []placedSnapshot) error {
	ambiguous := &vsphere.AmbiguousError{What: fmt.Sprintf("snapshot %q", name)}
	for _, s := range found {
		ambiguous.Candidates = append(ambiguous.Candidates, vsphere.Found{
			Ref: s.tree.Snapshot, Name: s.tree.Name, Path: fmt.Sprintf("%s (%s)", s.path, s.tree.Snapshot.Value),
		})
	}
	return ambiguous
}

// importSnapshot takes a managed object id, or a machine and a snapshot of it:
// "/dc-east/vm/web-1/before-upgrade", where the machine may also be a UUID or a
// managed object id, and the snapshot a path of names.
func importSnapshot(ctx context.Context, c *vsphere.Client, id string, m *snapshotModel) error {
	if !strings.Contains(id, "/") {
		m.ID = types.StringValue(id)
		return nil
	}
	machine, name, err := splitSnapshot(ctx, c, id)
	if err != nil {
		return err
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, machine, "snapshot")
	if err != nil {
		return err
	}
	found, err := snapshotNamed(vm, name)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(found.Snapshot.Value)
	return nil
}

// splitSnapshot finds out where in an import id the machine ends.
func splitSnapshot(ctx context.Context, c *vsphere.Client, id string) (vsphere.Ref, string, error) {
	if first, rest, _ := strings.Cut(id, "/"); first != "" && (uuidPattern.MatchString(first) || strings.HasPrefix(first, "vm-")) {
		ref, err := byAnyID(ctx, c, first)
		return ref, rest, err
	}
	parts := strings.Split(strings.Trim(id, "/"), "/")
	for n := 3; n < len(parts); n++ { // a machine is at least at /datacenter/vm/name
		ref, err := c.FindPath(ctx, "/"+strings.Join(parts[:n], "/"))
		switch {
		case err == nil && ref.Type == "VirtualMachine":
			return ref, strings.Join(parts[n:], "/"), nil
		case err != nil && !vsphere.Gone(err):
			return ref, "", err
		}
	}
	return vsphere.Ref{}, "", errors.New("no machine is at the beginning of " + id + "; give the managed object id of the snapshot, " +
		"or a machine (inventory path, UUID or managed object id), a slash and the name of the snapshot")
}
