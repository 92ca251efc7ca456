// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

// facet is one aspect of a virtual machine: some attributes, and the part of
// the machine's configuration that they stand for. Devices are not facets, since
// each kind of them depends on the ones before; see devices.go.
type facet interface {
	// expand adds to the specification what has to change.
	expand(d *delta)
	// flatten fills the attributes from the machine's configuration.
	flatten(config *vim.VirtualMachineConfigInfo)
	// offline says which changes since prior, a facet of the same type, can only
	// be made while the machine is off. Unknown values are no change.
	offline(prior facet, can abilities) []reason
}

// reason says why a machine has to be powered off.
type reason struct {
	at  path.Path
	why string
}

// onlyOff is the reason of settings that vSphere reads when a machine starts.
const onlyOff = "it can only be changed while the machine is powered off"

// reasons collects the arguments that changed and need the machine off.
type reasons []reason

func (r *reasons) when(changed bool, attribute, why string) {
	r.at(changed, path.Root(attribute), why)
}

func (r *reasons) at(changed bool, p path.Path, why string) {
	if changed {
		*r = append(*r, reason{p, why})
	}
}

// delta collects what has to change of a machine.
type delta struct {
	spec *vim.VirtualMachineConfigSpec
	have *vim.VirtualMachineConfigInfo
	// managed are the keys of extra_config that state knows.
	managed map[string]attr.Value
	// vapp are the values of vApp properties that state knows.
	vapp map[string]attr.Value
	// fresh is true of a machine that is made from nothing. Then have is empty,
	// and a flag that is to be false is said so: the server may default to true.
	fresh bool
}

// newDelta returns the delta to what a machine has; nil means a new machine.
func newDelta(have *vim.VirtualMachineConfigInfo) *delta {
	d := &delta{spec: new(vim.VirtualMachineConfigSpec), have: have}
	if have == nil {
		d.fresh, d.have = true, new(vim.VirtualMachineConfigInfo)
	}
	return d
}

// flag sets a flag that differs. vSphere means false by a missing one.
func (d *delta) flag(to **bool, have *bool, want types.Bool) {
	if want.IsUnknown() || !d.fresh && deref(have) == want.ValueBool() {
		return
	}
	*to = ptr(want.ValueBool())
}

// text sets a string that differs; an empty one leaves the setting to vSphere.
func (d *delta) text(to *string, have string, want types.String) {
	if w := want.ValueString(); w != "" && w != have {
		*to = w
	}
}

// implied is what a setting that a machine does not have means. A new machine
// is told: its guest may default to something else.
func (d *delta) implied(have, means string) string {
	if d.fresh {
		return have
	}
	return cmp.Or(have, means)
}

// number sets a positive number that differs; zero leaves the setting alone.
func number[N int32 | int64](to *N, have N, want types.Int64) {
	if w := N(want.ValueInt64()); w > 0 && w != have {
		*to = w
	}
}

// part sets a member of the specification if anything in value is set.
func part[T any](to **T, value T) {
	if !reflect.ValueOf(value).IsZero() {
		*to = &value
	}
}

// empty reports whether a specification says nothing.
func empty(spec *vim.VirtualMachineConfigSpec) bool { return reflect.ValueOf(*spec).IsZero() }

// differs reports whether a planned value is another than the prior one. Null
// and zero are one, and what is unknown is not known to differ.
func differs(now, was attr.Value) bool {
	if now.IsUnknown() || isZero(now) && isZero(was) {
		return false
	}
	return !now.Equal(was)
}

func isZero(v attr.Value) bool {
	switch v := v.(type) {
	case types.String:
		return v.ValueString() == "" && !v.IsUnknown()
	case types.Int64:
		return v.ValueInt64() == 0 && !v.IsUnknown()
	case types.Bool:
		return !v.ValueBool() && !v.IsUnknown()
	case types.List:
		return len(v.Elements()) == 0 && !v.IsUnknown()
	case types.Set:
		return len(v.Elements()) == 0 && !v.IsUnknown()
	case types.Map:
		return len(v.Elements()) == 0 && !v.IsUnknown()
	}
	return v.IsNull()
}

// grows and shrinks compare two known numbers.
func grows(now, was types.Int64) bool {
	return differs(now, was) && now.ValueInt64() > was.ValueInt64()
}

func shrinks(now, was types.Int64) bool {
	return differs(now, was) && now.ValueInt64() < was.ValueInt64()
}

func ptr[T any](v T) *T { return &v }

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func flagValue(b *bool) types.Bool { return types.BoolValue(deref(b)) }

func numberValue[N int | int32 | int64](n N) types.Int64 { return types.Int64Value(int64(n)) }
