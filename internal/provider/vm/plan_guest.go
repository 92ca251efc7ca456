// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// checkGuest wants the guest of the template, and its kind of customization.
func (w planning) checkGuest(ctx context.Context, c *vsphere.Client, clone cloneModel, guest string) error {
	if id := w.Config.GuestID.ValueString(); id != "" && id != guest {
		w.Error(path.Root("guest_id"), "Another guest than the template's", fmt.Sprintf("The template has the guest %q, which a clone takes over. Set guest_id to that, or leave it out.", guest))
	}
	custom, err := decode[customizeModel](ctx, clone.Customize)
	pool := w.Planned.ResourcePool
	if err != nil || len(custom) == 0 || pool.IsUnknown() {
		return err
	}
	descriptor, err := guestIn(ctx, c, pool.ValueString(), guest)
	if err != nil || descriptor == nil {
		return err
	}
	at := cloneAt.AtName("customize").AtListIndex(0)
	linux := len(custom[0].Linux.Elements()) > 0
	switch vim.VirtualMachineGuestOsFamily(descriptor.Family) {
	case vim.VirtualMachineGuestOsFamilyLinuxGuest:
		if !linux && !custom[0].Linux.IsUnknown() {
			w.Error(at, "Customization of another kind of guest", fmt.Sprintf("The guest %q is a Linux, which takes linux_options.", guest))
		}
	case vim.VirtualMachineGuestOsFamilyWindowsGuest:
		if linux {
			w.Error(at.AtName("linux_options"), "Customization of another kind of guest", fmt.Sprintf("The guest %q is a Windows, which takes windows_options or windows_sysprep_text.", guest))
		}
	}
	return nil
}

// browserKey is a resource pool whose environment was looked up.
type browserKey string

// guestIn describes a guest where a resource pool runs machines; nil if it is
// not known there.
func guestIn(ctx context.Context, c *vsphere.Client, pool, guest string) (*vim.GuestOsDescriptor, error) {
	browser, err := vsphere.Remember(ctx, c, browserKey(pool), func(ctx context.Context) (vsphere.Ref, error) {
		is, err := vsphere.Get[mo.ResourcePool](ctx, c, poolRef(pool), "owner")
		if err != nil {
			return vsphere.Ref{}, lifecycle.Attr("resource_pool_id", err)
		}
		owner, err := vsphere.Get[mo.ComputeResource](ctx, c, is.Owner, "environmentBrowser")
		if err != nil || owner.EnvironmentBrowser == nil {
			return vsphere.Ref{}, err
		}
		return *owner.EnvironmentBrowser, nil
	})
	if err != nil || browser.Value == "" {
		return nil, err
	}
	return guestDescriptor(ctx, c, browser, "", guest)
}
