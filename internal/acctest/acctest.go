// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package acctest runs the provider against a simulated vCenter: through a
// real CLI (Test), and over the protocol in this process for what the CLI at
// hand does not know (Protocol). Only tests import it.
package acctest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/server"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// VCenter is a simulated vCenter for one test.
type VCenter struct {
	*simulator.VCenter

	// Keeps is what a test leaves behind on purpose, in the words of Inventory:
	// Test insists that it is there, and nothing else.
	Keeps []string
}

// Start starts a simulated vCenter that ends with the test.
func Start(t *testing.T, options ...func(*simulator.Options)) *VCenter {
	t.Helper()
	var o simulator.Options
	for _, set := range options {
		set(&o)
	}
	vc, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(vc.Close)
	return &VCenter{VCenter: vc}
}

// Provider is the provider block that points at the simulator.
func (v *VCenter) Provider() string {
	return fmt.Sprintf("provider \"vsphere\" {\n  vsphere_server = %q\n  user           = %q\n  password       = %q\n  ca_pem         = <<-PEM\n%s\n  PEM\n}\n",
		v.Server(), v.User(), v.Password(), v.CAPEM())
}

// Test runs steps through the CLI, the provider block put before each
// configuration that has none. Afterwards no session may be left, and the inventory must be
// as it was before.
func (v *VCenter) Test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	v.Run(t, resource.TestCase{Steps: steps})
}

// Run is Test for a whole test case.
func (v *VCenter) Run(t *testing.T, test resource.TestCase) {
	t.Helper()
	before := slices.Compact(slices.Sorted(slices.Values(slices.Concat(v.Inventory(), v.Keeps)))) // what is to be kept may be there already
	for i := range test.Steps {
		if c := test.Steps[i].Config; c != "" && !strings.Contains(c, `provider "vsphere"`) {
			test.Steps[i].Config = v.Provider() + test.Steps[i].Config
		}
	}
	servers := &servers{}
	test.ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){"vsphere": servers.next}
	resource.UnitTest(t, test)
	servers.end(t)
	if n := v.Sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if after := v.Inventory(); !slices.Equal(before, after) {
		t.Errorf("destroy left another inventory.\nmore:    %q\nmissing: %q", without(after, before), without(before, after))
	}
}

// Factories serves the provider to a test that brings its own provider block.
// The last server ends with the test.
func Factories(t *testing.T) map[string]func() (tfprotov6.ProviderServer, error) {
	t.Helper()
	s := &servers{}
	t.Cleanup(func() { s.end(t) })
	return map[string]func() (tfprotov6.ProviderServer, error){"vsphere": s.next}
}

// servers hands a server to each command of a test, ending the one before: a
// CLI starts a plugin for every command.
type servers struct {
	mu      sync.Mutex
	current *server.Server
}

func (s *servers) next() (tfprotov6.ProviderServer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.close(); err != nil {
		return nil, err
	}
	s.current = provider.NewServer("test")
	return s.current, nil
}

func (s *servers) end(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

func (s *servers) close() error {
	if s.current == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	defer func() { s.current = nil }()
	return s.current.Close(ctx)
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}
