// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// diskPlan is the disks of one plan, each list in the order of its source.
type diskPlan struct {
	config, planned, state []diskModel // planned is config with defaults
	pairs                  []int       // for each planned disk that of state, or -1
}

// planDisks decides what becomes of each disk. Disks are told apart by label,
// and the plan has them in the order of state, so that blocks which only traded
// places show no change; a disk that goes is shown under a marker as its label.
func (w planning) planDisks(ctx context.Context) error {
	m := w.Planned
	if m.Disks.IsUnknown() {
		return nil
	}
	d, err := w.readDiskPlan(ctx)
	if err != nil {
		return err
	}
	if len(d.config) == 0 && w.State != nil {
		m.Disks = w.State.Disks // without a block the disks are left alone
		return nil
	}
	decided := !slices.ContainsFunc(d.config, diskModel.undecided)
	if decided {
		d.pairs = device.PairDisks(plainDisks(d.state), plainDisks(d.planned))
	} else {
		d.pairs = slices.Repeat([]int{-1}, len(d.planned))
	}
	for i := range d.planned {
		w.completeDisk(&d, i)
	}
	if decided {
		w.checkDisks(&d)
		if err := w.warnOfChains(ctx, &d); err != nil {
			return err
		}
	}
	all := d.planned
	if w.State != nil && decided {
		all = w.inOrder(&d)
	} else if decided {
		all = sorted(d.planned)
	}
	if m.Disks, err = encode(ctx, diskType, all); err != nil {
		return err
	}
	if w.State != nil {
		m.Disks = settledPrefix(ctx, m.Disks, w.State.Disks)
	}
	return nil
}

func (w planning) readDiskPlan(ctx context.Context) (d diskPlan, err error) {
	if d.config, err = decode[diskModel](ctx, w.Config.Disks); err != nil {
		return d, err
	}
	if d.planned, err = decode[diskModel](ctx, w.Planned.Disks); err != nil {
		return d, err
	}
	if w.State == nil {
		return d, nil
	}
	if d.state, err = decode[diskModel](ctx, w.State.Disks); err != nil {
		return d, err
	}
	d.state, err = w.comeUpon(ctx, d.state)
	return d, err
}

// undecided reports whether values that tell a disk apart, or judge it, are not
// known yet.
func (m diskModel) undecided() bool {
	return m.Label.IsUnknown() || m.Unit.IsUnknown() || m.ControllerType.IsUnknown() || m.Size.IsUnknown() ||
		m.Attach.IsUnknown() || m.Path.IsUnknown() || m.Datastore.IsUnknown() || m.Keep.IsUnknown()
}

// completeDisk fills in the computed values of one disk: those of state where it
// is known there, unknown ones for a disk that is to be made.
func (w planning) completeDisk(d *diskPlan, i int) {
	p, config := &d.planned[i], d.config[i]
	if config.Size.IsNull() {
		p.Size = types.Int64Value(0)
	}
	if d.pairs[i] < 0 {
		p.Key, p.Address, p.UUID = types.Int64Unknown(), types.StringUnknown(), types.StringUnknown()
		p.Path, p.Datastore, p.StoragePolicy = orUnknown(config.Path), config.Datastore, orUnknown(config.StoragePolicy)
		if unset(config.Datastore) {
			p.Datastore = w.beside()
		}
		if w.State == nil && (len(w.Planned.Clone.Elements()) > 0 || w.Planned.deployed()) {
			p.Thin, p.Eager = flagOrUnknown(config.Thin), flagOrUnknown(config.Eager)
		}
		return
	}
	was := d.state[d.pairs[i]]
	p.Key, p.Address, p.UUID = was.Key, was.Address, was.UUID
	if !p.Unit.Equal(was.Unit) || !p.ControllerType.Equal(was.ControllerType) {
		p.Address = types.StringUnknown()
	}
	p.Path, p.StoragePolicy = orElse(config.Path, was.Path), config.StoragePolicy
	if !p.Attach.ValueBool() {
		p.Path = was.Path // a snapshot or a migration changes it, nobody else can
	}
	if unset(config.StoragePolicy) {
		p.StoragePolicy = was.StoragePolicy
	}
	p.Datastore = config.Datastore
	if unset(config.Datastore) {
		p.Datastore = w.followed(was)
	}
	if !p.Datastore.Equal(was.Datastore) && !p.Attach.ValueBool() {
		p.Path = types.StringUnknown()
	}
	if config.Thin.IsNull() {
		p.Thin = was.Thin
	}
	if config.Eager.IsNull() {
		p.Eager = was.Eager
	}
	if config.Size.IsNull() {
		p.Size = was.Size
	}
	if config.IOShareCount.IsNull() && p.IOShareLevel.ValueString() != "custom" {
		p.IOShareCount = was.IOShareCount
	}
}

// followed is the datastore of a disk that names none: it moves along with the
// machine.
func (w planning) followed(was diskModel) types.String {
	to := w.Planned.Datastore
	if (to.IsUnknown() || differs(to, w.State.Datastore)) && !was.Attach.ValueBool() {
		return to
	}
	return was.Datastore
}

// checkDisks refuses what cannot be, on the block that is at fault.
func (w planning) checkDisks(d *diskPlan) {
	options := device.DiskOptions{Counts: w.Planned.counts()}
	for _, f := range device.Errors(device.CheckDisks(plainDisks(d.state), plainDisks(d.planned), options)) {
		w.Error(findingPath(f), "Disk cannot be so", f.Error())
	}
	if w.State == nil && !w.Planned.deployed() && len(d.planned) > 0 && !slices.ContainsFunc(d.planned, diskModel.first) {
		w.Error(path.Root("disk"), "No disk to boot from", "One disk of a new machine must be at unit_number 0, or at 1 of IDE.")
	}
}

func (m diskModel) first() bool {
	if m.ControllerType.ValueString() == device.IDE {
		return m.Unit.ValueInt64() == 1
	}
	return m.Unit.ValueInt64() == 0
}

// inOrder puts the planned disks in the order of state, a marker where one goes,
// or it is left alone, and new disks last.
func (w planning) inOrder(d *diskPlan) []diskModel {
	var all []diskModel
	for n, was := range d.state {
		i := slices.Index(d.pairs, n)
		if i >= 0 {
			all = append(all, d.planned[i])
			continue
		}
		switch {
		case w.ignoresUndeclared(was):
			was.Label = types.StringValue(leftLabel)
		case w.State.Imported.ValueBool() || was.Keep.ValueBool() || was.Attach.ValueBool():
			was.Label = types.StringValue(keptLabel)
		default:
			was.Label = types.StringValue(deletedLabel)
		}
		all = append(all, was)
	}
	var added []diskModel
	for i, n := range d.pairs {
		if n < 0 {
			added = append(added, d.planned[i])
		}
	}
	return append(all, sorted(added)...)
}

// sorted puts disks in the order in which they are read.
func sorted(disks []diskModel) []diskModel {
	order := device.PlanOrder(nil, plainDisks(disks))
	all := make([]diskModel, len(disks))
	for to, from := range order {
		all[to] = disks[from]
	}
	return all
}

// planNICs decides what becomes of each network interface. They are recognised
// by what they are, not by position.
func (w planning) planNICs(ctx context.Context) error {
	m := w.Planned
	if m.NICs.IsUnknown() {
		return nil
	}
	config, err := decode[nicModel](ctx, w.Config.NICs)
	if err != nil {
		return err
	}
	planned, err := decode[nicModel](ctx, m.NICs)
	if err != nil {
		return err
	}
	var state []nicModel
	if w.State != nil {
		if state, err = decode[nicModel](ctx, w.State.NICs); err != nil {
			return err
		}
	}
	for i := range planned {
		planned[i].clearComputed(config[i])
	}
	decided := !slices.ContainsFunc(planned, nicModel.undecided)
	pairs := slices.Repeat([]int{-1}, len(planned))
	if decided {
		pairs = device.PairNICs(plainNICs(state), plainNICs(planned))
		w.checkNICs(config, planned, state, pairs)
	}
	for i, n := range pairs {
		if n >= 0 {
			planned[i].take(config[i], state[n])
		}
	}
	m.NICs, err = encode(ctx, nicType, planned)
	return err
}

func (m nicModel) undecided() bool {
	return m.Network.IsUnknown() || m.AdapterType.IsUnknown() || m.StaticMAC.IsUnknown()
}

// clearComputed makes a planned interface a new one.
func (m *nicModel) clearComputed(config nicModel) {
	m.Key, m.Address = types.Int64Unknown(), types.StringUnknown()
	m.MAC, m.ExternalPort = orUnknown(config.MAC), orUnknown(config.ExternalPort)
	m.ShareCount = config.ShareCount
	if config.ShareCount.IsNull() {
		m.ShareCount = types.Int64Unknown()
	}
	m.StaticMAC = orElseFlag(config.StaticMAC)
	m.PhysicalFunction, m.OVFMapping = orElse(config.PhysicalFunction, types.StringValue("")), orElse(config.OVFMapping, types.StringValue(""))
}

// take fills in what an interface has in state. One of another type is new.
func (m *nicModel) take(config, was nicModel) {
	if !m.AdapterType.Equal(was.AdapterType) {
		return
	}
	m.Key, m.Address = was.Key, was.Address
	if config.MAC.IsNull() && m.StaticMAC.Equal(was.StaticMAC) {
		m.MAC = was.MAC
	}
	m.ExternalPort = orElse(config.ExternalPort, was.ExternalPort)
	m.PhysicalFunction = orElse(config.PhysicalFunction, was.PhysicalFunction)
	if config.ShareCount.IsNull() && m.ShareLevel.Equal(was.ShareLevel) {
		m.ShareCount = was.ShareCount
	}
}

func (w planning) checkNICs(config, planned, state []nicModel, pairs []int) {
	for _, f := range device.Errors(device.CheckNICs(plainNICs(state), plainNICs(planned))) {
		if f.Attribute != "mac_address" || !config[f.Index].MAC.IsUnknown() {
			w.Error(findingPath(f), "Network interface cannot be so", f.Error())
		}
	}
	for i, n := range config {
		is := pairs[i] >= 0 && n.MAC.Equal(state[pairs[i]].MAC)
		if n.MAC.ValueString() != "" && !planned[i].StaticMAC.ValueBool() && !is {
			w.Error(path.Root("network_interface").AtListIndex(i).AtName("mac_address"), "Network interface cannot be so", "mac_address is chosen by vSphere unless use_static_mac = true.")
		}
	}
}

// offlineDevices says which changes of disks and network interfaces need the
// machine off.
func (m *model) offlineDevices(ctx context.Context, was *model) []reason {
	now, err := decode[diskModel](ctx, m.Disks)
	if err != nil {
		return nil
	}
	before, err := decode[diskModel](ctx, was.Disks)
	if err != nil {
		return nil
	}
	var all []reason
	for i, n := range device.PairDisks(plainDisks(before), plainDisks(now)) {
		if n < 0 || isMarker(now[i].Label) {
			continue
		}
		for _, attribute := range now[i].offline(before[n]) {
			all = append(all, reason{path.Root("disk").AtListIndex(i).AtName(attribute), onlyOff})
		}
	}
	return all
}

// offline names the settings of a disk that changed and need the machine off.
func (m diskModel) offline(was diskModel) []string {
	change := device.DiskChange{}
	for _, c := range []struct {
		attribute string
		changed   bool
	}{
		{"unit_number", differs(m.Unit, was.Unit)},
		{"controller_type", differs(m.ControllerType, was.ControllerType)},
		{"disk_mode", differs(m.Mode, was.Mode)},
		{"write_through", differs(m.WriteThrough, was.WriteThrough)},
		{"disk_sharing", differs(m.Sharing, was.Sharing)},
	} {
		if c.changed {
			change.Attributes = append(change.Attributes, c.attribute)
		}
	}
	return change.Offline()
}
