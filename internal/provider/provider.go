// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider: the provider block, the one
// vCenter that it configures, and the registry of all objects. It has no object
// of its own.
package provider

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/server"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Address is where the provider is published.
const Address = "registry.terraform.io/seed-294f9461/vsphere"

// Provider implements provider.Provider.
type Provider struct {
	version string

	mu        sync.Mutex
	endpoints []*vsphere.Endpoint
}

// New returns the provider. Version is that of the release, "dev" outside one.
func New(version string) *Provider { return &Provider{version: version} }

// NewServer returns the protocol 6 server of a new provider. Its Close logs
// out of every vCenter that the provider was configured for.
func NewServer(version string) *server.Server {
	p := New(version)
	return server.Wrap(context.Background(), providerserver.NewProtocol6(p)(), p) //nolint:forbidigo // it belongs to no operation
}

// Metadata implements provider.Provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "vsphere"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages VMware vSphere: virtual machines and all that they need, through vCenter or an ESXi host.",
		Attributes:          providerAttributes(),
	}
}

// Configure implements provider.Provider. It checks the arguments and does not
// use the network: the login happens when something needs vCenter.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		return // at plan time; objects that need vCenter then say so
	}
	settings := gather(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	settings.UserAgent = "terraform-provider-vsphere/" + p.version
	settings.Log = logger{}
	endpoint, err := vsphere.NewEndpoint(settings)
	if err != nil {
		refuse(err, &resp.Diagnostics)
		return
	}
	p.mu.Lock()
	p.endpoints = append(p.endpoints, endpoint)
	p.mu.Unlock()
	resp.ResourceData = endpoint
	resp.DataSourceData = endpoint
	resp.ListResourceData = endpoint
	resp.ActionData = endpoint
	resp.EphemeralResourceData = endpoint
}

// Close logs out of every vCenter.
func (p *Provider) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	errs := make([]error, len(p.endpoints))
	var group sync.WaitGroup
	for i, endpoint := range p.endpoints {
		group.Go(func() { errs[i] = endpoint.Close(ctx) })
	}
	group.Wait()
	p.endpoints = nil
	return errors.Join(errs...)
}
