// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-vsphere is the Terraform provider for VMware
// vSphere.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
)

// version is set by the release.
var version = "dev"

// logoutTime is how long logging out may take: Terraform waits about two
// seconds for a plugin to end before it kills it.
const logoutTime = 1500 * time.Millisecond

func main() {
	debug := flag.Bool("debug", false, "run so that a debugger can attach")
	flag.Parse()

	s := provider.NewServer(version)
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return s }, options...)

	ctx, cancel := context.WithTimeout(context.Background(), logoutTime)
	defer cancel()
	if failed := s.Close(ctx); failed != nil {
		log.Printf("[WARN] logging out of vCenter: %s", failed)
	}
	if err != nil {
		log.Fatal(err) //nolint:gocritic // the deferred cancel frees nothing that outlives the process
	}
}
