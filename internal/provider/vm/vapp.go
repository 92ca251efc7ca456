// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// vappModel is the vApp properties of the machine.
type vappModel struct {
	VApp types.List `tfsdk:"vapp"`
}

var propertiesAt = path.Root("vapp").AtListIndex(0).AtName("properties")

func vappBlock() schema.ListNestedBlock {
	return single("The vApp properties of a machine, by which appliances are configured. Only machines that were made from an OVF or OVA, or cloned from such a one, have some. With the block all properties that can be set are managed; without it they are left alone.", schemas.Attributes{
		"properties": optionalMap("The values of properties by key. Of a property that has a class or an instance the key may also be written `class.key.instance`. One that is left out has its default value. A change powers a running machine off and on again."),
	}, nil)
}

// vappProperties is the values in a vapp block; managed is false without a block.
func vappProperties(block types.List) (values map[string]attr.Value, managed bool) {
	for _, e := range block.Elements() {
		if o, ok := e.(types.Object); ok && !o.IsNull() {
			properties, _ := o.Attributes()["properties"].(types.Map)
			return properties.Elements(), true
		}
	}
	return nil, false
}

// propertiesOf are the properties that a machine declares.
func propertiesOf(config vim.BaseVmConfigInfo) []vim.VAppPropertyInfo {
	if config == nil {
		return nil
	}
	return deref(config.GetVmConfigInfo()).Property // nil in an interface is no machine that there can be
}

// propertyKey is how a map calls a property: by its full key if it does so, else
// by its short one.
func propertyKey(p *vim.VAppPropertyInfo, values map[string]attr.Value) string {
	parts := slices.DeleteFunc([]string{p.ClassId, p.Id, p.InstanceId}, func(s string) bool { return s == "" })
	if full := strings.Join(parts, "."); values[full] != nil {
		return full
	}
	return p.Id
}

// inForce is the value of a property. A blank one stands for an empty one, which
// the API cannot say.
func inForce(p *vim.VAppPropertyInfo) string {
	switch {
	case p.Value == "":
		return p.DefaultValue
	case strings.TrimSpace(p.Value) == "":
		return ""
	}
	return p.Value
}

// wanted is the value that a property is to have; ok is false if that is its own
// business. before are the values that state has.
func (m *vappModel) wanted(p *vim.VAppPropertyInfo, before map[string]attr.Value) (value string, ok bool) {
	values, managed := vappProperties(m.VApp)
	if v, is := values[propertyKey(p, values)].(types.String); is && !v.IsNull() {
		return v.ValueString(), !v.IsUnknown()
	}
	_, was := before[propertyKey(p, before)]
	return p.DefaultValue, deref(p.UserConfigurable) && (managed || was)
}

func (m *vappModel) expand(d *delta) {
	var changes []vim.VAppPropertySpec
	for _, p := range propertiesOf(d.have.VAppConfig) {
		value, ok := m.wanted(&p, d.vapp)
		if !ok || value == inForce(&p) {
			continue
		}
		if value == "" {
			value = " " // an empty value is one that does not change
		}
		changes = append(changes, vim.VAppPropertySpec{
			ArrayUpdateSpec: vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationEdit},
			Info:            &vim.VAppPropertyInfo{Key: p.Key, Id: p.Id, UserConfigurable: p.UserConfigurable, Value: value},
		})
	}
	if len(changes) > 0 {
		d.spec.VAppConfig = &vim.VmConfigSpec{Property: changes}
	}
}

// flatten updates what is known, and adds what has been set behind Terraform's
// back. A block for which nothing is found stays as it is.
func (m *vappModel) flatten(config *vim.VirtualMachineConfigInfo) {
	known, managed := vappProperties(m.VApp)
	found := map[string]attr.Value{}
	for _, p := range propertiesOf(config.VAppConfig) {
		key, value := propertyKey(&p, known), inForce(&p)
		was, isKnown := known[key]
		set := deref(p.UserConfigurable) && value != "" && value != p.DefaultValue
		switch {
		case isKnown && was.IsNull() && !set:
			found[key] = was
		case isKnown || set:
			found[key] = types.StringValue(value)
		}
	}
	if !managed || len(found) == 0 {
		return
	}
	block := vappBlock().NestedObject.Type().(types.ObjectType)
	m.VApp = types.ListValueMust(block, []attr.Value{
		types.ObjectValueMust(block.AttrTypes, map[string]attr.Value{"properties": types.MapValueMust(types.StringType, found)}),
	})
}

func (m *vappModel) offline(prior facet, _ abilities) []reason {
	now, _ := vappProperties(m.VApp)
	was, _ := vappProperties(prior.(*vappModel).VApp)
	changed := false
	for key := range maps.Keys(merge(now, was)) {
		n, o := now[key], was[key]
		switch {
		case n == nil || o == nil:
			changed = changed || n == nil || !n.IsUnknown()
		default:
			changed = changed || differs(n, o)
		}
	}
	var r reasons
	r.when(changed, "vapp", "its guest reads vApp properties when it starts")
	return r
}

func merge(a, b map[string]attr.Value) map[string]attr.Value {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]attr.Value{}
	}
	maps.Copy(all, b)
	return all
}

// checkVApp refuses values of properties that a machine does not have, or that are
// not for users to set.
func (m *vappModel) checkVApp(have []vim.VAppPropertyInfo) error {
	values, _ := vappProperties(m.VApp)
	if len(values) == 0 {
		return nil
	}
	if len(have) == 0 {
		return lifecycle.At(propertiesAt, errors.New("the machine has no vApp properties; only those made from an OVF or OVA, or cloned from such a machine, have some"))
	}
	settable, fixed := map[string]bool{}, map[string]bool{}
	var names []string
	for _, p := range have {
		key := propertyKey(&p, values)
		if deref(p.UserConfigurable) {
			settable[key] = true
			names = append(names, key)
		} else {
			fixed[key] = true
		}
	}
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch {
		case settable[key]:
		case fixed[key]:
			errs = append(errs, lifecycle.At(propertiesAt.AtMapKey(key), fmt.Errorf("the property %q is not for users to set; ovf_deploy has enable_hidden_properties for such", key)))
		default:
			errs = append(errs, lifecycle.At(propertiesAt.AtMapKey(key), fmt.Errorf("the machine has no property %q; those that can be set are: %s", key, strings.Join(names, ", "))))
		}
	}
	return errors.Join(errs...)
}
