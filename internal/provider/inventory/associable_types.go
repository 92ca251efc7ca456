// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// associableTypes are the types of objects that can bear tags.
var associableTypes = []string{
	"ClusterComputeResource",
	"Datacenter",
	"Datastore",
	"DistributedVirtualPortgroup",
	"DistributedVirtualSwitch",
	"Folder",
	"HostNetwork",
	"HostSystem",
	"Network",
	"OpaqueNetwork",
	"ResourcePool",
	"StoragePod",
	"VirtualApp",
	"VirtualMachine",
	"VmwareDistributedVirtualSwitch",
	"com.vmware.content.Library",
	"com.vmware.content.library.Item",
}

// vimPrefix is what the tagging API puts before the types of the SOAP API; the
// types of content libraries have none. vCenter takes both forms and gives back
// either, depending on its version.
const vimPrefix = "urn:vim25:"

// plainType is the name of a type without the prefix.
func plainType(name string) string { return strings.TrimPrefix(name, vimPrefix) }

// wireTypes returns types as the API wants them.
func wireTypes(names []string) []string {
	wire := make([]string, len(names))
	for i, name := range names {
		wire[i] = plainType(name)
		if !strings.Contains(wire[i], ".") {
			wire[i] = vimPrefix + wire[i]
		}
	}
	return wire
}

// withTypes returns the types that a category has, as vCenter spells them, and
// after them those that it lacks. No types, which means any type, stays so.
func withTypes(has, wanted []string) []string {
	if len(wanted) == 0 {
		return []string{}
	}
	all := slices.Clone(has)
	for _, name := range wanted {
		if !slices.ContainsFunc(has, func(h string) bool { return plainType(h) == plainType(name) }) {
			all = append(all, wireTypes([]string{name})...)
		}
	}
	return all
}

// keepTypes returns what vCenter has, in the spelling of prior where that
// means the same types.
func keepTypes(prior types.Set, found []string) types.Set {
	plain := plainTypes(found)
	if slices.Equal(plainTypes(stringsOf(prior)), plain) && !prior.IsNull() && !prior.IsUnknown() {
		return prior
	}
	return schemas.StringSet(plain)
}

// plainTypes returns the types without prefixes, sorted and each once.
func plainTypes(names []string) []string {
	plain := make([]string, len(names))
	for i, name := range names {
		plain[i] = plainType(name)
	}
	slices.Sort(plain)
	return slices.Compact(plain)
}

// planTagCategory refuses what vSphere cannot change, and keeps the spelling of
// the state where only that differs.
func planTagCategory(_ context.Context, p *lifecycle.Plan[tagCategoryModel]) error {
	if p.State == nil {
		return nil
	}
	if p.State.Cardinality.ValueString() == multiple && p.Config.Cardinality.ValueString() == single {
		p.Error(path.Root("cardinality"), "Cardinality cannot change",
			"vSphere does not let a category go from MULTIPLE to SINGLE. Keep MULTIPLE, or make a new category under another name.")
	}
	if !fullyKnown(p.Config.AssociableTypes) {
		return nil
	}
	has, wanted := plainTypes(stringsOf(p.State.AssociableTypes)), plainTypes(stringsOf(p.Config.AssociableTypes))
	switch removed := missingFrom(wanted, has); {
	case slices.Equal(has, wanted):
		p.Planned.AssociableTypes = p.State.AssociableTypes
	case len(has) == 0:
		p.Error(path.Root("associable_types"), "Types cannot be removed",
			"The category is for objects of any type, which vSphere cannot narrow. Leave the set empty, or make a new category under another name.")
	case len(wanted) > 0 && len(removed) > 0:
		p.Error(path.Root("associable_types"), "Types cannot be removed",
			fmt.Sprintf("vSphere cannot take types away from a category. Add %s again, or make a new category under another name.", strings.Join(removed, ", ")))
	}
	return nil
}

// missingFrom returns the elements of all that are not in list.
func missingFrom(list, all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(list, s) })
}

func fullyKnown(set types.Set) bool {
	if set.IsUnknown() {
		return false
	}
	return !slices.ContainsFunc(set.Elements(), func(e attr.Value) bool { return e.IsUnknown() })
}

// knownType is the validator of the names of types, with or without prefix.
type knownType struct{}

// Description implements validator.Describer.
func (knownType) Description(ctx context.Context) string {
	return stringvalidator.OneOf(associableTypes...).Description(ctx)
}

// MarkdownDescription implements validator.Describer.
func (v knownType) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v knownType) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsUnknown() || req.ConfigValue.IsNull() || slices.Contains(associableTypes, plainType(req.ConfigValue.ValueString())) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Unknown object type", fmt.Sprintf("%q: %s", req.ConfigValue.ValueString(), v.Description(ctx)))
}
