// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// evcHardware is the first hardware version with an EVC mode of its own.
const evcHardware = 14

// onlyOffEVC is why a change of the EVC mode needs the machine off.
const onlyOffEVC = "the processor that a guest sees can only be changed while the machine is powered off"

// evcModes are the EVC modes that vCenter knows.
type evcModes struct{}

// supportedEVC returns the EVC modes that vCenter knows.
func supportedEVC(ctx context.Context, c *vsphere.Client) ([]vim.EVCMode, error) {
	return vsphere.Remember(ctx, c, evcModes{}, func(ctx context.Context) ([]vim.EVCMode, error) {
		si, err := vsphere.Get[mo.ServiceInstance](ctx, c, vsphere.NewRef("ServiceInstance", "ServiceInstance"), "capability")
		if err != nil {
			return nil, err
		}
		return si.Capability.SupportedEVCMode, nil
	})
}

// evcMasks returns what makes a processor look like that of an EVC mode; nothing
// for no mode.
func evcMasks(ctx context.Context, c *vsphere.Client, mode string) ([]vim.HostFeatureMask, error) {
	if mode == "" {
		return nil, nil
	}
	modes, err := supportedEVC(ctx, c)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(modes, func(m vim.EVCMode) bool { return m.Key == mode }); i >= 0 {
		return modes[i].FeatureMask, nil
	}
	keys := make([]string, len(modes))
	for i, m := range modes {
		keys[i] = m.Key
	}
	return nil, fmt.Errorf("vCenter knows no EVC mode %q, only %s", mode, strings.Join(keys, ", "))
}

// applyEVC gives a machine that is off its EVC mode; "" takes it away.
func applyEVC(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, mode string) error {
	masks, err := evcMasks(ctx, c, mode)
	if err != nil {
		return lifecycle.Attr("evc_mode", err)
	}
	res, err := methods.ApplyEvcModeVM_Task(ctx, c, &vim.ApplyEvcModeVM_Task{This: vm, Mask: masks, CompleteMasks: ptr(true)})
	return lifecycle.Attr("evc_mode", await(ctx, c, vm, deref(res).Returnval, err))
}

// checkEVC wants a mode that vCenter knows, and hardware that can have one.
func (w planning) checkEVC(ctx context.Context) error {
	mode, hardware := w.Planned.EVCMode, w.Planned.HardwareVersion
	if mode.ValueString() == "" || w.State != nil && !differs(mode, w.State.EVCMode) {
		return nil
	}
	at := path.Root("evc_mode")
	if n := hardware.ValueInt64(); n > 0 && n < evcHardware {
		w.Error(at, "EVC mode of old hardware", fmt.Sprintf("A machine can have an EVC mode of its own from hardware_version %d on.", evcHardware))
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return err
	}
	if !c.IsVCenter() {
		w.Error(at, "EVC mode without vCenter", "Only vCenter can give a machine an EVC mode, and the server is an ESXi host.")
		return nil
	}
	if _, err := evcMasks(ctx, c, mode.ValueString()); err != nil {
		return lifecycle.At(at, err)
	}
	return nil
}
