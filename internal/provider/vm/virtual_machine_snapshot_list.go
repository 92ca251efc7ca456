// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"iter"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type snapshotQuery struct {
	Datacenter types.String `tfsdk:"datacenter_id"`
	Machine    types.String `tfsdk:"virtual_machine_uuid"`
	Name       types.String `tfsdk:"name_regex"`
}

// NewSnapshotList returns the list resource vsphere_virtual_machine_snapshot.
func NewSnapshotList() list.ListResource {
	return lifecycle.NewList(NewSnapshot(), lifecycle.Search[snapshotQuery]{
		Schema: func(context.Context) schema.Schema {
			name := lifecycle.StringFilter("Only snapshots whose name matches this regular expression, in the syntax of Go (RE2).")
			name.Validators = []validator.String{compiles{}}
			return schema.Schema{
				MarkdownDescription: "Lists the snapshots of virtual machines.",
				Attributes: map[string]schema.Attribute{
					"datacenter_id":        lifecycle.StringFilter("Only snapshots of machines in the datacenter with this managed object id."),
					"virtual_machine_uuid": lifecycle.StringFilter("Only snapshots of the machine with this BIOS UUID."),
					"name_regex":           name,
				},
			}
		},
		Find: searchSnapshots,
	})
}

// searchSnapshots yields the snapshots that match, in one call for all machines.
// They are shown as an import takes them.
func searchSnapshots(ctx context.Context, c *vsphere.Client, q snapshotQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		under, err := lifecycle.Within(ctx, c, q.Datacenter)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for vm, err := range vsphere.All[mo.VirtualMachine](ctx, c, under, "VirtualMachine", "config.uuid", "snapshot") {
			if err == nil && (vm.Snapshot == nil || !q.of(&vm)) {
				continue
			}
			var at string
			if err == nil {
				at, err = c.Path(ctx, vm.Self)
			}
			if err != nil {
				yield(lifecycle.Found{}, err)
				return
			}
			for _, s := range snapshotsOf(&vm) {
				if !q.named(s.tree.Name) {
					continue
				}
				if !yield(lifecycle.Found{Name: at + "/" + s.path, ID: s.tree.Snapshot.Value}, nil) {
					return
				}
			}
		}
	}
}

func (q snapshotQuery) of(vm *mo.VirtualMachine) bool {
	return q.Machine.IsNull() || vm.Config != nil && strings.EqualFold(vm.Config.Uuid, q.Machine.ValueString())
}

func (q snapshotQuery) named(name string) bool {
	return q.Name.IsNull() || regexp.MustCompile(q.Name.ValueString()).MatchString(name)
}
