// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	vim "github.com/vmware/govmomi/vim25/types"
)

// GuestState is what VMware Tools in a guest report.
type GuestState struct {
	HostName  string
	ToolsOff  bool       // tools are not running: everything else is cleared
	Addresses [][]string // per NIC in device order, each address as "10.0.0.5/24" or without prefix length
	Gateway   string     // default gateway; "" for none
	DNS       []string
	IPAddress string // the primary address, by default the first of Addresses
}

// GuestAddresses says what a machine's guest reports after boot; nil: nothing.
type GuestAddresses func(vm vim.ManagedObjectReference, name string, nics int) *GuestState

type guests struct {
	mu     sync.Mutex
	after  time.Duration
	state  GuestAddresses
	custom string // why customizations fail, "" if they do not
}

// GuestBoots makes guests report by themselves: after each power-on, once that
// much time has passed, state is asked what to report. A nil state ends it.
func (v *VCenter) GuestBoots(after time.Duration, state GuestAddresses) {
	v.guests.mu.Lock()
	defer v.guests.mu.Unlock()
	v.guests.after, v.guests.state = after, state
}

// SetGuest sets what a machine's guest reports and wakes those who wait for it.
func (v *VCenter) SetGuest(ref vim.ManagedObjectReference, g GuestState) error {
	v.index.resolve(&ref)
	vm, ok := v.reg.Get(ref).(*simulator.VirtualMachine)
	if !ok {
		return fmt.Errorf("%s: no such virtual machine", ref)
	}
	ctx := v.context()
	unlock := v.lock(ctx, vm)
	defer unlock()
	v.reg.Update(ctx, vm, guestChanges(vm, g))
	return nil
}
