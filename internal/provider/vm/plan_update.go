// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// planBlocks plans the blocks that matter only when a machine is made. A change
// of one replaces the machine only if that is asked for.
func (w planning) planBlocks(ctx context.Context) {
	m, s := w.Planned, w.State
	m.VApp = settled(ctx, m.VApp, s.VApp).(types.List)
	m.CDROMs = settled(ctx, m.CDROMs, s.CDROMs).(types.List)
	for _, block := range []struct {
		name string
		now  *types.List
		was  types.List
	}{{"clone", &m.Clone, s.Clone}, {"ovf_deploy", &m.OVFDeploy, s.OVFDeploy}} {
		*block.now = settled(ctx, *block.now, block.was).(types.List)
		if len(block.now.Elements()) == 0 || !w.creationDiffers(ctx, *block.now, block.was) {
			continue
		}
		switch {
		case m.Replace.ValueBool():
			w.Replace(path.Root(block.name))
		case !s.Imported.ValueBool():
			w.Warn(path.Root(block.name), "No effect on a machine that exists",
				"The "+block.name+" block matters only when a machine is made. The change is written to the state and nothing else. Set replace_on_change = true to have the machine replaced by it.")
		}
	}
}

// creationDiffers compares two creation blocks but for the timeouts, which are
// the provider's own business.
func (w planning) creationDiffers(ctx context.Context, now, was types.List) bool {
	return !dropTimeouts(ctx, now).Equal(dropTimeouts(ctx, was))
}

// dropTimeouts returns a value with every member called timeout null.
func dropTimeouts(ctx context.Context, v attr.Value) attr.Value {
	switch v := v.(type) {
	case types.List:
		elements := v.Elements()
		for i, e := range elements {
			elements[i] = dropTimeouts(ctx, e)
		}
		if v.IsNull() || v.IsUnknown() {
			return v
		}
		return types.ListValueMust(v.ElementType(ctx), elements)
	case types.Object:
		if v.IsNull() || v.IsUnknown() {
			return v
		}
		members := v.Attributes()
		for name, member := range members {
			members[name] = dropTimeouts(ctx, member)
		}
		if _, ok := members["timeout"]; ok {
			members["timeout"] = types.Int64Null()
		}
		return types.ObjectValueMust(v.AttributeTypes(ctx), members)
	}
	return v
}

// planUpdate keeps what an update leaves as it is, and announces a power cycle.
func (w planning) planUpdate(ctx context.Context) error {
	m, s := w.Planned, w.State
	if !differs(m.ResourcePool, s.ResourcePool) && !m.ResourcePool.IsUnknown() {
		keep(&m.Host, w.Config.Host, s.Host)
	}
	keep(&m.StoragePolicy, w.Config.StoragePolicy, s.StoragePolicy)
	if !differs(m.Datastore, s.Datastore) && !m.Datastore.IsUnknown() {
		keep(&m.VMXPath, types.StringNull(), s.VMXPath)
	}
	if m.VAppTransport.IsUnknown() {
		m.VAppTransport = s.VAppTransport
	}
	if w.Known && !differs(m.CPUs, s.CPUs) && !differs(m.CPUShareLevel, s.CPUShareLevel) {
		keepNumber(&m.CPUShareCount, w.Config.CPUShareCount, s.CPUShareCount)
	}
	if w.Known && !differs(m.Memory, s.Memory) && !differs(m.MemoryShareLevel, s.MemoryShareLevel) {
		keepNumber(&m.MemoryShareCount, w.Config.MemoryShareCount, s.MemoryShareCount)
	}
	m.Imported = s.Imported
	can, err := w.abilities(ctx)
	if err != nil {
		return err
	}
	why := m.offline(ctx, s, can)
	w.checkPower(len(why) > 0)
	return w.announce(ctx, why)
}

// abilities asks the machine what can be changed while it runs if the plan
// depends on that. What state knows already has been read just now.
func (w planning) abilities(ctx context.Context) (abilities, error) {
	if w.State.PowerState.ValueString() == stateOff || !w.Planned.growsHot(&w.State.configModel) {
		return abilities{}, nil
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return abilities{}, err
	}
	return readAbilities(ctx, c, w.State.MOID.ValueString())
}

// announce plans the power state, and warns of a power cycle that an update
// takes. What the guest reports is kept in the plan unless it starts or stops.
func (w planning) announce(ctx context.Context, why []reason) error {
	m, s := w.Planned, w.State
	from, to := s.PowerState.ValueString(), w.Config.PowerState
	way := pathBetween(from, wantedPower(to, from, len(why) > 0), len(why) > 0)
	var err error
	switch {
	case to.IsUnknown(), !w.Known && from != stateOff && to.ValueString() != stateOff && !way.cycles():
		m.RebootRequired = types.BoolUnknown() // and what the guest reports stays unknown
		return w.warnOfCycle(ctx, nil)
	case way.cycles():
		m.RebootRequired = types.BoolValue(true)
		err = w.warnOfCycle(ctx, why)
	case s.RebootRequired.ValueBool():
		m.RebootRequired = types.BoolValue(false)
	default:
		m.RebootRequired = s.RebootRequired
	}
	if to.IsNull() && !(way.cycles() && from == stateSuspended) {
		m.PowerState = s.PowerState
	}
	if way == (powerPath{}) {
		m.ToolsStatus, m.DefaultIP, m.GuestIPs = s.ToolsStatus, s.DefaultIP, s.GuestIPs
	}
	return err
}

// warnOfCycle says of each reason of a power cycle, or of one that may turn out
// to be needed if there is none yet, what the policy of the provider makes of it.
func (w planning) warnOfCycle(ctx context.Context, why []reason) error {
	policy := vsphere.RebootWarn
	c, err := w.Client(ctx)
	if err != nil {
		return err
	}
	if c != nil {
		policy = c.RebootPolicy()
	}
	if policy == vsphere.RebootAllow {
		return nil
	}
	for _, r := range why {
		detail := "Its " + r.at.String() + " changes: " + r.why + "."
		if policy == vsphere.RebootDeny {
			w.Error(r.at, "The machine would have to be powered off and on again", detail+" "+denied)
			continue
		}
		w.Warn(r.at, "The machine is going to be powered off and on again", detail)
	}
	if len(why) > 0 {
		return nil
	}
	detail := "Some of its arguments are known only when the change is applied. If one of them can only be changed while the machine is off, "
	if policy == vsphere.RebootDeny {
		w.Warn(path.Empty(), "The change may be refused", detail+"it is refused then. "+denied)
		return nil
	}
	w.Warn(path.Empty(), "The machine may be powered off and on again", detail+"it is powered off for that.")
	return nil
}

// denied is what is said where reboot_policy is deny.
const denied = "The provider's reboot_policy is deny. Set it to warn or allow, or make the change while the machine is off."

// offline says why the machine has to be off for an update.
func (m *model) offline(ctx context.Context, was *model, can abilities) []reason {
	var all []reason
	prior := was.facets()
	for i, f := range m.facets() {
		all = append(all, f.offline(prior[i], can)...)
	}
	all = append(all, m.controllerModel.offline(&was.controllerModel)...)
	if differs(m.EVCMode, was.EVCMode) {
		all = append(all, reason{path.Root("evc_mode"), onlyOffEVC})
	}
	all = append(all, m.offlineNICs(ctx, was)...)
	all = append(all, m.offlineDevices(ctx, was)...)
	return append(all, m.offlineOthers(ctx, was)...)
}

// keep takes over the state's value of an argument that is not configured.
func keep(planned *types.String, config, state types.String) {
	if unset(config) && !given(*planned) {
		*planned = state
	}
}

func keepNumber(planned *types.Int64, config, state types.Int64) {
	if config.IsNull() && planned.IsUnknown() {
		*planned = state
	}
}
