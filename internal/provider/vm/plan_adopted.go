// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// What becomes of disks of the machine that the configuration does not declare.
const (
	unmanagedIgnored  = "ignore"
	unmanagedDetached = "detach"
)

// leftLabel is what a plan calls a disk that stays on the machine and goes out
// of the state, since the configuration does not declare it.
const leftLabel = "<not managed, left alone>"

// ignoresUndeclared reports whether a disk of the state without a block is left
// alone rather than removed: one that an import found, or that the incumbent
// listed because it is on the machine. Nobody has ever asked for it.
func (w planning) ignoresUndeclared(was diskModel) bool {
	if w.Planned.UnmanagedDisks.ValueString() == unmanagedDetached {
		return false
	}
	return w.State.Imported.ValueBool() || isOrphan(was)
}

// remembered are the disks of a state that a read looks for: not those which the
// incumbent listed though nobody had declared them, unless that is asked for.
func (m *model) remembered(known []diskModel) []diskModel {
	if m.UnmanagedDisks.ValueString() == unmanagedDetached {
		return without(known)
	}
	return slices.DeleteFunc(without(known), isOrphan)
}

// comeUpon adds to the disks of the state those that the machine has besides,
// in a plan from which on they are to be detached. A state that was made so has
// them already.
func (w planning) comeUpon(ctx context.Context, state []diskModel) ([]diskModel, error) {
	mode := func(m *model) string { return m.UnmanagedDisks.ValueString() }
	if mode(w.Planned) != unmanagedDetached || mode(w.State) == unmanagedDetached {
		return state, nil
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return state, err
	}
	vm, err := find(ctx, c, w.State)
	if err != nil {
		return nil, err
	}
	match := device.MatchDisks(plainDisks(without(state)), device.ReadDisks(vm.Config.Hardware.Device))
	return append(state, diskModels(device.NameOrphans(match.Unmanaged, match.Disks, w.State.counts()))...), nil
}

func isOrphan(d diskModel) bool { return strings.HasPrefix(d.Label.ValueString(), device.OrphanPrefix) }

// planAdopted ends the plan of an update. Where nothing changes but what disks
// are called, nothing changes: vSphere does not store the labels, and an import
// took those that vSphere shows. The first update that does change something
// writes down what the configuration calls them, and makes the machine one that
// was as good as made here.
func (w planning) planAdopted() {
	m, s := w.Planned, w.State
	adopted := s.Imported.ValueBool()
	if !w.Known || m.Disks.IsUnknown() {
		return
	}
	if !m.inPod() && sameModel(m, s, "disk") && sameDisks(m.Disks, s.Disks, adopted) {
		m.Disks = s.Disks
		return
	}
	if adopted {
		m.Imported = types.BoolValue(false)
	}
}

// sameDisks reports whether planned disks are those of the state: in everything
// but the label where labels do not count, and in all cases for a disk that is
// left alone.
func sameDisks(planned, state types.List, anyLabel bool) bool {
	now, was := planned.Elements(), state.Elements()
	if len(now) != len(was) {
		return false
	}
	for i := range now {
		n, ok := now[i].(types.Object)
		w, alsoOK := was[i].(types.Object)
		if !ok || !alsoOK {
			return false
		}
		for name, value := range n.Attributes() {
			label := name == "label" && (anyLabel || value.Equal(types.StringValue(leftLabel))) && !isMarkerOf(value)
			if !label && differs(value, w.Attributes()[name]) {
				return false
			}
		}
	}
	return true
}

func isMarkerOf(label attr.Value) bool {
	s, ok := label.(types.String)
	return ok && isMarker(s) && s.ValueString() != leftLabel
}

// sameModel reports whether two models differ in no field but those named. Null
// and zero are one, and what is unknown is not known to differ.
func sameModel(a, b *model, but ...string) bool {
	now, was := fieldsOf(a), fieldsOf(b)
	for name := range now {
		if !slices.Contains(but, name) && differs(now[name], was[name]) {
			return false
		}
	}
	return true
}

// alters reports whether an update changes one of the arguments of a rule. What
// a machine has against the rule, because somebody else made it so, it may keep.
func (w planning) alters(arguments ...string) bool {
	if w.State == nil {
		return true
	}
	now, was := fieldsOf(w.Planned), fieldsOf(w.State)
	return slices.ContainsFunc(arguments, func(name string) bool { return differs(now[name], was[name]) })
}

// fieldsOf returns the values of a model by the name of the attribute.
func fieldsOf(m *model) map[string]attr.Value {
	all := map[string]attr.Value{}
	collectFields(reflect.ValueOf(m).Elem(), all)
	return all
}

func collectFields(v reflect.Value, into map[string]attr.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if name := field.Tag.Get("tfsdk"); name != "" {
			into[name] = v.Field(i).Interface().(attr.Value)
		} else if field.Type.Kind() == reflect.Struct {
			collectFields(v.Field(i), into)
		}
	}
}

// checkControllers refuses kinds of controllers that can be kept but not made.
func (w planning) checkControllers(s *model) {
	const summary = "Controllers cannot be so"
	m := w.Planned
	if kind := m.SCSIType; !kind.IsUnknown() && !device.CanMakeSCSI(kind.ValueString()) && (!kind.Equal(s.SCSIType) || grows(m.SCSICount, s.SCSICount)) {
		w.Error(path.Root("scsi_type"), summary, "Controllers can be made of the types "+strings.Join(scsiTypes, ", ")+". Only a machine that has others keeps them.")
	}
	sharing := m.SCSISharing
	if s := s.SCSISharing; !sharing.IsUnknown() && !sharing.Equal(s) && (sharing.ValueString() == device.Mixed || sharing.ValueString() == device.Unknown) {
		w.Error(path.Root("scsi_bus_sharing"), summary, "Only a machine that has controllers of several kinds keeps them so.")
	}
}
