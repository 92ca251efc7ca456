// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"strings"
	"testing"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// connect starts a simulator and logs in to it.
func connect(t *testing.T) (*simulator.VCenter, *vsphere.Client) {
	t.Helper()
	v, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	endpoint, err := vsphere.NewEndpoint(vsphere.Config{Server: v.Server(), User: v.User(), Password: v.Password(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := endpoint.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = endpoint.Close(t.Context()) })
	return v, c
}

// TestWaitForGuestInfo looks again at every change of what a guest reports: a
// gateway that comes after the address counts too. A wait that ends says why.
func TestWaitForGuestInfo(t *testing.T) {
	t.Parallel()
	v, c := connect(t)
	ref, _ := v.Find("/DC0/vm/DC0_H0_VM0")
	up := func(guest *vim.GuestInfo) bool { return networkUp(guest, nil, true) }
	report := func(g simulator.GuestState) {
		t.Helper()
		if err := v.SetGuest(ref, g); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		guest simulator.GuestState
		want  string
	}{
		{simulator.GuestState{ToolsOff: true}, "VMware Tools do not run"},
		{simulator.GuestState{}, "report no address"},
		{simulator.GuestState{Addresses: [][]string{{"10.0.0.5/24"}}}, "10.0.0.5"},
		{simulator.GuestState{Addresses: [][]string{{"10.0.0.5/24"}}, Gateway: "10.1.0.1"}, "10.1.0.1"},
	} {
		report(test.guest)
		if err := waitForGuestInfo(t.Context(), c, ref, 300*time.Millisecond, up); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("the wait ends with %v, want %s", err, test.want)
		}
	}
	ended := make(chan error)
	go func() { ended <- waitForGuestInfo(t.Context(), c, ref, time.Minute, up) }()
	report(simulator.GuestState{Addresses: [][]string{{"10.0.0.5/24"}}})
	report(simulator.GuestState{Addresses: [][]string{{"10.0.0.5/24"}}, Gateway: "10.0.0.1"})
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
