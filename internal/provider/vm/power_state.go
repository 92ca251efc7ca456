// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The values of power_state.
const (
	stateOn        = "on"
	stateOff       = "off"
	stateSuspended = "suspended"
)

var powerStates = []string{stateOn, stateOff, stateSuspended}

// powerPath is how a machine gets from one power state to another, with the
// changes that are made on the way. Steps happen in the order of the fields.
type powerPath struct {
	resume  bool // it is suspended, and changes are made while it runs
	stop    bool // changes are made while it is off
	start   bool
	suspend bool
}

// pathBetween returns the way from one power state to another; off says that the
// changes can only be made while the machine is off.
func pathBetween(from, to string, off bool) powerPath {
	p := powerPath{
		resume:  from == stateSuspended && to == stateOn && !off,
		stop:    from != stateOff && (to == stateOff || off),
		suspend: to == stateSuspended && from != stateSuspended,
	}
	p.start = to != stateOff && (from == stateOff || p.stop)
	return p
}

// cycles reports whether the machine is stopped only to start again.
func (p powerPath) cycles() bool { return p.stop && p.start }

// wantedPower is the power state that a plan brings the machine to: the found
// one if none is planned. A suspended machine that has to be off runs afterwards.
func wantedPower(planned types.String, found string, off bool) string {
	if to := planned.ValueString(); to != "" {
		return to
	}
	if found == stateSuspended && off {
		return stateOn
	}
	return found
}

// staysOff reports whether a new machine is not to be started.
func (m *powerModel) staysOff() bool { return m.PowerState.ValueString() == stateOff }

// checkPower judges the configured power state.
func (w planning) checkPower(offline bool) {
	const summary = "Power state cannot be reached"
	at := path.Root("power_state")
	if w.Config.PowerState.ValueString() != stateSuspended {
		return
	}
	from := ""
	if w.State != nil {
		from = w.State.PowerState.ValueString()
	}
	switch {
	case w.State == nil:
		w.Error(at, summary, "A new machine can be on or off. It can be suspended once it runs.")
	case from == stateOff:
		w.Error(at, summary, "The machine is off, and only one that runs can be suspended. Set power_state to on first, or to off.")
	case from == stateSuspended && offline:
		w.Error(at, summary, "The change needs the machine to be off, which discards what its memory holds. Set power_state to on or off for it.")
	}
}
