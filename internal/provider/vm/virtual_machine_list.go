// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"iter"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// query is a list block of virtual machines.
type query struct {
	Datacenter types.String `tfsdk:"datacenter_id"`
	Folder     types.String `tfsdk:"folder"`
	Pool       types.String `tfsdk:"resource_pool_id"`
	Host       types.String `tfsdk:"host_system_id"`
	Cluster    types.String `tfsdk:"compute_cluster_id"`
	Tags       types.List   `tfsdk:"tags"`
	Name       types.String `tfsdk:"name_regex"`
	PowerState types.String `tfsdk:"power_state"`
	Template   types.String `tfsdk:"template"`
}

// What the template filter does with templates. They cannot be managed as
// virtual machines, so that they are left out unless asked for.
const (
	templatesExcluded = "exclude"
	templatesIncluded = "include"
	templatesOnly     = "only"
)

// NewVirtualMachineList returns the list resource vsphere_virtual_machine.
func NewVirtualMachineList() list.ListResource {
	all := verbs()
	all.Import = adoptAny
	return lifecycle.NewList(lifecycle.NewResource("virtual_machine", all), lifecycle.Search[query]{Schema: listSchema, Find: search})
}

func listSchema(context.Context) schema.Schema {
	name := lifecycle.StringFilter("Only machines whose name matches this regular expression, in the syntax of Go (RE2).")
	name.Validators = []validator.String{compiles{}}
	power := lifecycle.StringFilter("Only machines that are `on`, `off` or `suspended`.")
	power.Validators = []validator.String{stringvalidator.OneOf("on", "off", "suspended")}
	template := lifecycle.StringFilter("Whether templates are left out (`exclude`, the default), listed as well (`include`) or alone (`only`).")
	template.Validators = []validator.String{stringvalidator.OneOf(templatesExcluded, templatesIncluded, templatesOnly)}
	return schema.Schema{
		MarkdownDescription: "Lists virtual machines.",
		Attributes: map[string]schema.Attribute{
			"datacenter_id":      lifecycle.StringFilter("Only machines in the datacenter with this managed object id."),
			"folder":             lifecycle.StringFilter("Only machines in the folder at this inventory path, or in folders below it."),
			"resource_pool_id":   lifecycle.StringFilter("Only machines in the resource pool or vApp with this managed object id."),
			"host_system_id":     lifecycle.StringFilter("Only machines on the host with this managed object id."),
			"compute_cluster_id": lifecycle.StringFilter("Only machines on the hosts of the cluster with this managed object id."),
			"tags":               schema.ListAttribute{MarkdownDescription: "Only machines that have all of the tags with these ids.", ElementType: types.StringType, Optional: true},
			"name_regex":         name,
			"power_state":        power,
			"template":           template,
		},
	}
}

// search yields the machines that match, in one call for all of them.
func search(ctx context.Context, c *vsphere.Client, q query) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		under, err := q.under(ctx, c)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		tagged, err := q.tagged(ctx, c)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		paths := []string{"name", "resourcePool", "runtime.host", "runtime.powerState", "config.template"}
		for vm, err := range vsphere.All[mo.VirtualMachine](ctx, c, under, "VirtualMachine", paths...) {
			if err == nil && !(q.matches(&vm) && (tagged == nil || tagged[vm.Self.Value])) {
				continue
			}
			var at string
			in := err == nil
			if in {
				in, err = q.inCluster(ctx, c, &vm)
			}
			if err == nil && !in {
				continue
			}
			if err == nil {
				at, err = c.Path(ctx, vm.Self)
			}
			if !yield(lifecycle.Found{Name: at, ID: vm.Self.Value}, err) || err != nil {
				return
			}
		}
	}
}

func (q query) under(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	if folder := q.Folder.ValueString(); folder != "" {
		ref, err := c.FindPath(ctx, folder)
		return ref, lifecycle.Attr("folder", err)
	}
	return lifecycle.Within(ctx, c, q.Datacenter)
}

// tagged returns the managed object ids of the machines that have all tags of
// the filter, nil where there is no such filter.
func (q query) tagged(ctx context.Context, c *vsphere.Client) (map[string]bool, error) {
	if q.Tags.IsNull() {
		return nil, nil
	}
	var tags []string
	for _, t := range q.Tags.Elements() {
		tags = append(tags, t.(types.String).ValueString())
	}
	all, err := c.TaggedObjects(ctx, tags)
	if err != nil {
		return nil, lifecycle.Attr("tags", err)
	}
	have := map[string]bool{}
	for _, ref := range all {
		have[ref.Value] = true
	}
	return have, nil
}

// inCluster reports whether the host of a machine belongs to the cluster of the
// filter.
func (q query) inCluster(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine) (bool, error) {
	if q.Cluster.IsNull() {
		return true, nil
	}
	if vm.Runtime.Host == nil {
		return false, nil
	}
	owner, err := c.ComputeResource(ctx, *vm.Runtime.Host)
	return owner.Value == q.Cluster.ValueString(), err
}

func (q query) matches(vm *mo.VirtualMachine) bool {
	template := vm.Config != nil && vm.Config.Template
	switch q.Template.ValueString() {
	case templatesIncluded:
	case templatesOnly:
		if !template {
			return false
		}
	default:
		if template {
			return false
		}
	}
	return lifecycle.Matches(q.Pool, deref(vm.ResourcePool).Value) &&
		lifecycle.Matches(q.Host, deref(vm.Runtime.Host).Value) &&
		lifecycle.Matches(q.PowerState, powerState(vm.Runtime.PowerState)) &&
		(q.Name.IsNull() || regexp.MustCompile(q.Name.ValueString()).MatchString(vm.Name))
}

// compiles is the validator of regular expressions.
type compiles struct{}

func (compiles) Description(context.Context) string { return "must be a regular expression" }

func (v compiles) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (compiles) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", err.Error())
	}
}
