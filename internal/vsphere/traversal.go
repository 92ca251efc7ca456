// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"iter"
	"slices"

	vim "github.com/vmware/govmomi/vim25/types"
)

// subtypes of the kinds that people ask for by their general name.
var subtypes = map[string][]string{
	"Folder":                   {"StoragePod"},
	"ComputeResource":          {"ClusterComputeResource"},
	"ResourcePool":             {"VirtualApp"},
	"Network":                  {"DistributedVirtualPortgroup", "OpaqueNetwork"},
	"DistributedVirtualSwitch": {"VmwareDistributedVirtualSwitch"},
}

// isKind reports whether an object of type have answers to one of kinds.
func isKind(have string, kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool {
		return k == have || k == "ManagedEntity" || slices.Contains(subtypes[k], have)
	})
}

// upwards selects the ancestors of an object. A machine in a vApp has no
// parent but a parentVApp.
func upwards() []vim.BaseSelectionSpec {
	again := []vim.BaseSelectionSpec{&vim.SelectionSpec{Name: "parent"}, &vim.SelectionSpec{Name: "vapp"}}
	return []vim.BaseSelectionSpec{
		&vim.TraversalSpec{SelectionSpec: vim.SelectionSpec{Name: "parent"}, Type: "ManagedEntity", Path: "parent", Skip: vim.NewBool(false), SelectSet: again},
		&vim.TraversalSpec{SelectionSpec: vim.SelectionSpec{Name: "vapp"}, Type: "VirtualMachine", Path: "parentVApp", Skip: vim.NewBool(false), SelectSet: again},
	}
}

// ancestorProps are read of every ancestor of an object of the given kind.
func ancestorProps(kind string) []vim.PropertySpec {
	if kind == "ManagedEntity" {
		return nil
	}
	return []vim.PropertySpec{{Type: "ManagedEntity", PathSet: []string{"name", "parent"}}}
}

// rootFolders are the folders of a datacenter in which objects of a kind are.
func rootFolders(kind string) []string {
	switch kind {
	case "VirtualMachine":
		return []string{"vmFolder", "hostFolder"} // machines in vApps are below a pool only
	case "HostSystem", "ComputeResource", "ClusterComputeResource", "ResourcePool", "VirtualApp":
		return []string{"hostFolder"}
	case "Datastore", "StoragePod":
		return []string{"datastoreFolder"}
	case "Network", "DistributedVirtualPortgroup", "OpaqueNetwork", "DistributedVirtualSwitch", "VmwareDistributedVirtualSwitch":
		return []string{"networkFolder"}
	case "Datacenter":
		return nil
	}
	return []string{"vmFolder", "hostFolder", "datastoreFolder", "networkFolder"}
}

// downwards selects what is below an object as far as kinds need it.
func downwards(under Ref, kinds []string) []vim.BaseSelectionSpec {
	var specs []*vim.TraversalSpec
	add := func(name, kind, path string) {
		specs = append(specs, &vim.TraversalSpec{
			SelectionSpec: vim.SelectionSpec{Name: name}, Type: kind, Path: path, Skip: vim.NewBool(false),
		})
	}
	add("folder", "Folder", "childEntity")
	roots := map[string]bool{}
	for _, k := range kinds {
		for _, f := range rootFolders(k) {
			if !roots[f] {
				roots[f] = true
				add(f, "Datacenter", f)
			}
		}
	}
	all := slices.Contains(kinds, "ManagedEntity")
	if all || slices.Contains(kinds, "HostSystem") {
		add("host", "ComputeResource", "host")
	}
	machines := all || slices.Contains(kinds, "VirtualMachine")
	if machines || isAny(kinds, "ResourcePool", "VirtualApp") {
		add("root", "ComputeResource", "resourcePool")
		add("pool", "ResourcePool", "resourcePool")
	}
	if machines {
		// Below a folder only vApps hold machines that the folder does not.
		switch under.Type {
		case "ResourcePool", "VirtualApp", "ComputeResource", "ClusterComputeResource":
			add("vm", "ResourcePool", "vm")
		case "HostSystem":
			add("vm", "HostSystem", "vm")
		default:
			add("vm", "VirtualApp", "vm")
		}
	}
	var names []vim.BaseSelectionSpec
	for _, s := range specs {
		names = append(names, &vim.SelectionSpec{Name: s.Name})
	}
	out := make([]vim.BaseSelectionSpec, len(specs))
	for i, s := range specs {
		s.SelectSet = names
		out[i] = s
	}
	return out
}

func isAny(kinds []string, of ...string) bool {
	return slices.ContainsFunc(of, func(k string) bool { return slices.Contains(kinds, k) })
}

// pageSize is the number of objects that All reads at a time.
const pageSize = 500

// All yields the named properties of every managed object of one kind under a
// container: a folder, datacenter, cluster or resource pool; everywhere when
// under is zero. Pages are read as the loop goes on. Breaking off is free.
func All[M any](ctx context.Context, c *Client, under Ref, kind string, props ...string) iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		var none M
		if under == (Ref{}) {
			under = c.ServiceContent.RootFolder
		}
		specs := []vim.PropertyFilterSpec{{
			ObjectSet: []vim.ObjectSpec{{Obj: under, Skip: vim.NewBool(true), SelectSet: downwards(under, []string{kind})}},
			PropSet:   []vim.PropertySpec{{Type: kind, PathSet: props}},
		}}
		seen := map[Ref]bool{}
		for page, err := range c.pages(ctx, specs, pageSize) {
			if err != nil {
				yield(none, fmt.Errorf("listing %s objects: %w", kind, err))
				return
			}
			for _, o := range page {
				if seen[o.Obj] || !isKind(o.Obj.Type, []string{kind}) {
					continue
				}
				seen[o.Obj] = true
				m := new(M)
				if err := decode(pick(o, props), m); err != nil {
					yield(none, readError(o.Obj, err))
					return
				}
				if !yield(*m, nil) {
					return
				}
			}
		}
	}
}
