// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// extraModel is the free-form settings of the machine.
type extraModel struct {
	ExtraConfig       types.Map  `tfsdk:"extra_config"`
	ExtraConfigReboot types.Bool `tfsdk:"extra_config_reboot_required"`
}

// guestinfo starts the keys that only the guest reads, whenever it likes.
const guestinfo = "guestinfo."

func extraAttributes() schemas.Attributes {
	return schemas.Attributes{
		"extra_config": schema.MapAttribute{
			MarkdownDescription: "Further settings of the machine's configuration by key. Keys that are not listed are left alone; one that is taken out of the list is removed from the machine.",
			ElementType:         types.StringType,
			Optional:            true, Computed: true,
			PlanModifiers: []planmodifier.Map{schemas.ZeroWhenUnset()},
		},
		"extra_config_reboot_required": schemas.DefaultBool("Whether a change of `extra_config` powers a running machine off and on again. Keys that start with `guestinfo.` never do. Defaults to `true`.", true),
	}
}

// expand sends new and changed keys, and an empty value, which removes a key,
// for those that state knows and the configuration no longer has.
func (m *extraModel) expand(d *delta) {
	have := extraConfig(d.have)
	want := m.ExtraConfig.Elements()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, _ := want[key].(types.String)
		if is, ok := have[key]; !value.IsUnknown() && is != value.ValueString() || !ok && value.ValueString() != "" {
			d.spec.ExtraConfig = append(d.spec.ExtraConfig, &vim.OptionValue{Key: key, Value: value.ValueString()})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.managed)) {
		if _, wanted := want[key]; !wanted && have[key] != "" {
			d.spec.ExtraConfig = append(d.spec.ExtraConfig, &vim.OptionValue{Key: key, Value: ""})
		}
	}
}

// flatten updates the keys that are known and drops those that are gone. A key
// with an empty value does not exist for vSphere; it stays.
func (m *extraModel) flatten(config *vim.VirtualMachineConfigInfo) {
	known := m.ExtraConfig.Elements()
	if len(known) == 0 {
		return
	}
	have := extraConfig(config)
	found := map[string]attr.Value{}
	for key, was := range known {
		value, ok := have[key]
		if ok || was.Equal(types.StringValue("")) {
			found[key] = types.StringValue(value)
		}
	}
	m.ExtraConfig = types.MapValueMust(types.StringType, found)
}

func (m *extraModel) offline(prior facet, _ abilities) []reason {
	was := prior.(*extraModel)
	if !m.ExtraConfigReboot.ValueBool() || m.ExtraConfig.IsUnknown() {
		return nil
	}
	var r reasons
	r.when(len(changedKeys(was.ExtraConfig.Elements(), m.ExtraConfig.Elements())) > 0, "extra_config",
		"extra_config_reboot_required says that the machine has to start again for it")
	return r
}

// changedKeys lists the keys that differ, but for those of the guest.
func changedKeys(was, now map[string]attr.Value) []string {
	var keys []string
	for key, value := range now {
		if old, ok := was[key]; !value.IsUnknown() && (!ok || !old.Equal(value)) {
			keys = append(keys, key)
		}
	}
	for key := range was {
		if _, ok := now[key]; !ok {
			keys = append(keys, key)
		}
	}
	return slices.DeleteFunc(keys, func(key string) bool { return strings.HasPrefix(key, guestinfo) })
}

func extraConfig(config *vim.VirtualMachineConfigInfo) map[string]string {
	all := make(map[string]string, len(config.ExtraConfig))
	for _, option := range config.ExtraConfig {
		if option == nil {
			continue
		}
		if o := option.GetOptionValue(); o != nil {
			if s, ok := o.Value.(string); ok {
				all[o.Key] = s
			}
		}
	}
	return all
}
