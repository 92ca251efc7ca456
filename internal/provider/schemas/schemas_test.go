// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

var (
	exists = tfsdk.State{Raw: tftypes.NewValue(tftypes.String, "there is a state")}
	none   = tfsdk.State{Raw: tftypes.NewValue(tftypes.String, nil)}
)

func TestZeroWhenUnset_string(t *testing.T) {
	t.Parallel()
	null, empty, text := types.StringNull(), types.StringValue(""), types.StringValue("x")
	for name, c := range map[string]struct {
		config, state, plan, want types.String
		in                        tfsdk.State
	}{
		"new":                   {null, null, types.StringUnknown(), empty, none},
		"null in state stays":   {null, null, types.StringUnknown(), null, exists},
		"zero in state stays":   {null, empty, types.StringUnknown(), empty, exists},
		"a value becomes zero":  {null, text, text, empty, exists},
		"configured":            {text, null, text, text, exists},
		"configured as unknown": {types.StringUnknown(), empty, types.StringUnknown(), types.StringUnknown(), exists},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := planmodifier.StringResponse{PlanValue: c.plan}
			schemas.ZeroWhenUnset().PlanModifyString(t.Context(), planmodifier.StringRequest{ConfigValue: c.config, StateValue: c.state, State: c.in, PlanValue: c.plan}, &resp)
			if !resp.PlanValue.Equal(c.want) {
				t.Errorf("got %s, want %s", resp.PlanValue, c.want)
			}
		})
	}
}

func TestZeroWhenUnset_otherTypes(t *testing.T) {
	t.Parallel()
	number := planmodifier.Int64Response{PlanValue: types.Int64Unknown()}
	schemas.ZeroWhenUnset().PlanModifyInt64(t.Context(), planmodifier.Int64Request{ConfigValue: types.Int64Null(), StateValue: types.Int64Value(5), State: exists}, &number)
	if !number.PlanValue.Equal(types.Int64Value(0)) {
		t.Errorf("a number becomes %s", number.PlanValue)
	}
	flag := planmodifier.BoolResponse{PlanValue: types.BoolUnknown()}
	schemas.ZeroWhenUnset().PlanModifyBool(t.Context(), planmodifier.BoolRequest{ConfigValue: types.BoolNull(), StateValue: types.BoolNull(), State: exists}, &flag)
	if !flag.PlanValue.IsNull() {
		t.Errorf("a flag that is null becomes %s", flag.PlanValue)
	}
	full := types.SetValueMust(types.StringType, nil)
	set := planmodifier.SetResponse{PlanValue: types.SetUnknown(types.StringType)}
	schemas.ZeroWhenUnset().PlanModifySet(t.Context(), planmodifier.SetRequest{ConfigValue: types.SetNull(types.StringType), StateValue: full, State: exists, PlanValue: set.PlanValue}, &set)
	if !set.PlanValue.Equal(full) {
		t.Errorf("an empty set becomes %s", set.PlanValue)
	}
	m := planmodifier.MapResponse{PlanValue: types.MapUnknown(types.StringType)}
	schemas.ZeroWhenUnset().PlanModifyMap(t.Context(), planmodifier.MapRequest{ConfigValue: types.MapNull(types.StringType), State: none, PlanValue: m.PlanValue}, &m)
	if !m.PlanValue.IsNull() {
		t.Errorf("a new map becomes %s", m.PlanValue)
	}
}

func TestCleanPath(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "", "/": "", ".": "", "a/b": "a/b", "/a/b/": "a/b", "a//b": "a/b", "./a": "a", "../a": "a"} {
		if got := schemas.CleanPath(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
}

func TestKeepPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prior types.String
		found string
		want  types.String
	}{
		{types.StringValue("/a/b/"), "a/b", types.StringValue("/a/b/")},
		{types.StringValue("a"), "b", types.StringValue("b")},
		{types.StringNull(), "", types.StringNull()},
		{types.StringNull(), "b", types.StringValue("b")},
		{types.StringUnknown(), "", types.StringValue("")},
		{types.StringValue("/"), "", types.StringValue("/")},
	} {
		if got := schemas.KeepPath(c.prior, c.found); !got.Equal(c.want) {
			t.Errorf("%s and %q give %s, want %s", c.prior, c.found, got, c.want)
		}
	}
}

func TestSamePath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ config, state, want types.String }{
		{types.StringValue("/a/"), types.StringValue("a"), types.StringValue("a")},
		{types.StringValue("b"), types.StringValue("a"), types.StringValue("b")},
		{types.StringValue("a"), types.StringNull(), types.StringValue("a")},
	} {
		resp := planmodifier.StringResponse{PlanValue: c.config}
		schemas.SamePath().PlanModifyString(t.Context(), planmodifier.StringRequest{ConfigValue: c.config, StateValue: c.state}, &resp)
		if !resp.PlanValue.Equal(c.want) {
			t.Errorf("%s on %s plans %s", c.config, c.state, resp.PlanValue)
		}
	}
}

func TestAtMost(t *testing.T) {
	t.Parallel()
	list := types.ListValueMust(types.StringType, nil)
	for n, c := range map[int64]bool{0: true, 1: true} {
		var resp validator.ListResponse
		schemas.AtMost(n).ValidateList(t.Context(), validator.ListRequest{Path: path.Root("disk"), ConfigValue: list}, &resp)
		if resp.Diagnostics.HasError() == c {
			t.Errorf("none of at most %d: %v", n, resp.Diagnostics)
		}
	}
	two, _ := types.ListValueFrom(t.Context(), types.StringType, []string{"a", "b"})
	var resp validator.ListResponse
	schemas.AtMost(1).ValidateList(t.Context(), validator.ListRequest{Path: path.Root("disk"), ConfigValue: two}, &resp)
	if !resp.Diagnostics.HasError() {
		t.Error("two blocks pass where one may be")
	}
}

func TestMerge_refusesDuplicates(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a name that is declared twice passes")
		}
	}()
	schemas.Merge(schemas.Tags(), schemas.Tags())
}
