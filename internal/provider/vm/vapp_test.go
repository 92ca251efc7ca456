// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// vapp is a block with these properties; nil is no block.
func vapp(values map[string]attr.Value) vappModel {
	block := vappBlock().NestedObject.Type().(types.ObjectType)
	if values == nil {
		return vappModel{types.ListValueMust(block, nil)}
	}
	properties := types.MapValueMust(types.StringType, values)
	return vappModel{types.ListValueMust(block, []attr.Value{types.ObjectValueMust(block.AttrTypes, map[string]attr.Value{"properties": properties})})}
}

type values = map[string]attr.Value

func str(s string) attr.Value { return types.StringValue(s) }

// propertied is a machine with a property of each kind.
func propertied() *vim.VirtualMachineConfigInfo {
	property := func(key int32, id, def, value string, settable bool) vim.VAppPropertyInfo {
		return vim.VAppPropertyInfo{Key: key, Id: id, DefaultValue: def, Value: value, UserConfigurable: ptr(settable)}
	}
	two := property(4, "address", "", "10.0.0.1", true)
	two.ClassId, two.InstanceId = "net", "0"
	return &vim.VirtualMachineConfigInfo{VAppConfig: &vim.VmConfigInfo{Property: []vim.VAppPropertyInfo{
		property(0, "host", "localhost", "", true), property(1, "motd", "", "hello", true), property(2, "key", "", " ", true),
		property(3, "build", "1", "", false), two,
	}}}
}

// TestPropertiesSendOnlyChanges holds what is sent for each kind of block, by the
// keys of properties.
func TestPropertiesSendOnlyChanges(t *testing.T) {
	rest := values{"motd": str("hello"), "address": str("10.0.0.1")} // as it is
	with := func(more values) values { return merge(rest, more) }
	for name, test := range map[string]struct {
		now, was values
		want     map[int32]string
	}{
		"no block":                {},
		"all as it is":            {now: rest, was: rest},
		"default said":            {now: with(values{"host": str("localhost")})},
		"empty said":              {now: with(values{"key": str("")})},
		"new value":               {now: with(values{"host": str("web")}), want: map[int32]string{0: "web"}},
		"full key":                {now: values{"motd": str("hello"), "net.address.0": str("10.0.0.2")}, want: map[int32]string{4: "10.0.0.2"}},
		"left out goes to empty":  {now: values{"address": str("10.0.0.1")}, want: map[int32]string{1: " "}},
		"emptied against default": {now: with(values{"host": str("")}), want: map[int32]string{0: " "}},
		"block removed":           {was: values{"motd": str("hello")}, want: map[int32]string{1: " "}},
		"unknown":                 {now: with(values{"host": types.StringUnknown()})},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDelta(propertied())
			d.vapp = test.was
			m := vapp(test.now)
			m.expand(d)
			var got map[int32]string
			if d.spec.VAppConfig != nil {
				got = map[int32]string{}
				for _, p := range d.spec.VAppConfig.GetVmConfigSpec().Property {
					got[p.Info.Key] = p.Info.Value
				}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("sent %v, want %v", got, test.want)
			}
		})
	}
}

func TestPropertiesRead(t *testing.T) {
	for name, test := range map[string]struct{ known, want values }{
		"no block":      {},
		"not known":     {known: values{}, want: values{"motd": str("hello"), "address": str("10.0.0.1")}},
		"known default": {known: values{"host": str("web"), "key": str("k")}, want: values{"host": str("localhost"), "key": str(""), "motd": str("hello"), "address": str("10.0.0.1")}},
		"full key":      {known: values{"net.address.0": str("x")}, want: values{"net.address.0": str("10.0.0.1"), "motd": str("hello")}},
		"gone":          {known: values{"gone": str("x")}, want: values{"motd": str("hello"), "address": str("10.0.0.1")}},
	} {
		t.Run(name, func(t *testing.T) {
			m := vapp(test.known)
			m.flatten(propertied())
			if want := vapp(test.want); !m.VApp.Equal(want.VApp) {
				t.Errorf("read %v, want %v", m.VApp, want.VApp)
			}
			kept := vapp(test.known)
			kept.flatten(new(vim.VirtualMachineConfigInfo))
			if was := vapp(test.known); !kept.VApp.Equal(was.VApp) {
				t.Errorf("a machine without properties changes the block to %v", kept.VApp)
			}
		})
	}
}

func TestPropertiesRefused(t *testing.T) {
	have := propertiesOf(propertied().VAppConfig)
	for name, test := range map[string]struct {
		want values
		of   []vim.VAppPropertyInfo
		err  string
	}{
		"no block":      {of: nil},
		"empty block":   {want: values{}},
		"fine":          {want: values{"host": str("x"), "net.address.0": str("y")}, of: have},
		"none declared": {want: values{"host": str("x")}, err: "no vApp properties"},
		"unknown key":   {want: values{"hostname": str("x")}, of: have, err: `no property "hostname"; those that can be set are: host, motd, key, address`},
		"fixed":         {want: values{"build": str("x")}, of: have, err: "not for users to set"},
	} {
		m := vapp(test.want)
		err := m.checkVApp(test.of)
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
