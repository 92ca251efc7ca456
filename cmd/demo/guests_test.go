// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"testing"

	vim "github.com/vmware/govmomi/vim25/types"
)

func TestLeases(t *testing.T) {
	t.Parallel()
	var l leases
	first := vim.ManagedObjectReference{Type: "VirtualMachine", Value: "vm-1"}
	other := vim.ManagedObjectReference{Type: "VirtualMachine", Value: "vm-2"}
	was, is := l.boot(first, "a", 2), l.boot(other, "b", 1)
	if len(was.Addresses) != 2 || len(was.Addresses[0]) != 1 || len(was.Addresses[1]) != 0 || was.HostName != "a" {
		t.Errorf("a guest with 2 network cards reports %+v", was)
	}
	if was.Addresses[0][0] == is.Addresses[0][0] {
		t.Errorf("two guests have %s", is.Addresses[0][0])
	}
	if again := l.boot(first, "a", 2); again.Addresses[0][0] != was.Addresses[0][0] {
		t.Errorf("after a boot, %s has become %s", was.Addresses[0][0], again.Addresses[0][0])
	}
	if none := l.boot(first, "a", 0); len(none.Addresses) != 0 {
		t.Errorf("without a network card: %q", none.Addresses)
	}
}
