// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"sync"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// bootTime is how long a guest takes from power-on to its address.
const bootTime = 300 * time.Millisecond

// leases gives each machine an address and the same one after every boot, as a
// DHCP server does.
type leases struct {
	mu sync.Mutex
	of map[vim.ManagedObjectReference]string
}

// boot is what VMware Tools report once a guest runs.
func (l *leases) boot(vm vim.ManagedObjectReference, name string, nics int) *simulator.GuestState {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[vim.ManagedObjectReference]string{}
	}
	address, ok := l.of[vm]
	if !ok {
		address = fmt.Sprintf("10.0.0.%d", 11+len(l.of))
		l.of[vm] = address
	}
	addresses := make([][]string, nics)
	if nics > 0 {
		addresses[0] = []string{address + "/24"}
	}
	return &simulator.GuestState{HostName: name, Addresses: addresses, Gateway: "10.0.0.1", DNS: []string{"10.0.0.1"}}
}
