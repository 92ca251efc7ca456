// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// What on_wait_failure makes of a guest that does not come up.
const (
	waitError = "error"
	waitWarn  = "warn"
)

// waitForGuest waits, as configured, for an address of the guest and for its
// network. It follows what the guest reports; nothing is polled.
func waitForGuest(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, m *waitModel) error {
	ignored := ignoredPrefixes(m.IgnoredIPs)
	if minutes := m.GuestIPTimeout.ValueInt64(); minutes > 0 {
		err := waitForGuestInfo(ctx, c, vm, time.Duration(minutes)*time.Minute, func(guest *vim.GuestInfo) bool {
			a, err := netip.ParseAddr(guest.IpAddress)
			return err == nil && len(usable([]netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, ignored)) > 0
		})
		if err != nil {
			return lifecycle.Attr("wait_for_guest_ip_timeout", err)
		}
	}
	if minutes := m.GuestNetTimeout.ValueInt64(); minutes > 0 {
		err := waitForGuestInfo(ctx, c, vm, time.Duration(minutes)*time.Minute, func(guest *vim.GuestInfo) bool {
			return networkUp(guest, ignored, m.GuestNetRouted.ValueBool())
		})
		if err != nil {
			return lifecycle.Attr("wait_for_guest_net_timeout", err)
		}
	}
	return nil
}

// networkUp reports whether the guest has a usable address, in the subnet of a
// default gateway if it has to be routed.
func networkUp(guest *vim.GuestInfo, ignored []netip.Prefix, routed bool) bool {
	all, gateways := guestAddresses(guest)
	for _, a := range usable(all, ignored) {
		if !routed {
			return true
		}
		for _, gateway := range gateways {
			if a.Masked().Contains(gateway.Addr()) {
				return true
			}
		}
	}
	return false
}

// waitForGuestInfo waits until what the guest reports satisfies up.
func waitForGuestInfo(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, limit time.Duration, up func(*vim.GuestInfo) bool) error {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var guest vim.GuestInfo
	paths := []string{"guest.toolsRunningStatus", "guest.ipAddress", "guest.net", "guest.ipStack"}
	err := c.WaitFor(waiting, vm, paths, func(content vim.ObjectContent) (bool, error) {
		for _, p := range content.PropSet {
			remember(&guest, p)
		}
		return up(&guest), nil
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fmt.Errorf("after %s the network of the guest was not up: %s", limit, report(&guest))
	}
	return err
}

// remember takes over one changed property of the guest.
func remember(guest *vim.GuestInfo, p vim.DynamicProperty) {
	switch p.Name {
	case "guest.toolsRunningStatus":
		guest.ToolsRunningStatus, _ = p.Val.(string)
	case "guest.ipAddress":
		guest.IpAddress, _ = p.Val.(string)
	case "guest.net":
		nics, _ := p.Val.(vim.ArrayOfGuestNicInfo)
		guest.Net = nics.GuestNicInfo
	case "guest.ipStack":
		stacks, _ := p.Val.(vim.ArrayOfGuestStackInfo)
		guest.IpStack = stacks.GuestStackInfo
	}
}

// report says in a few words what is known of a guest.
func report(guest *vim.GuestInfo) string {
	if !toolsRun(guest) {
		return "VMware Tools do not run in it, so it reports no address. Set the timeout to 0 for a guest without them"
	}
	found, gateways := guestAddresses(guest)
	if len(found) == 0 {
		return "VMware Tools run but report no address"
	}
	return fmt.Sprintf("it reports the addresses %v and the default gateways %v", found, gateways)
}
