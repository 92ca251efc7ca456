// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package server is a thin layer round the framework's protocol 6 server. It
// puts on the wire what the framework cannot express, and is the one place that
// sees every call.
package server

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// framework is every group of calls that the framework's server answers. Were
// one left out, Terraform would not see it.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// Server is the protocol 6 server of the provider.
type Server struct {
	framework
	resources   map[string]resource.Resource
	dataSources map[string]datasource.DataSource
	end         func(context.Context) error
}

// Provider is what the layer asks of the provider itself.
type Provider interface {
	provider.Provider
	// Close ends what the provider still has open when serving has ended.
	Close(ctx context.Context) error
}

// Wrap returns the layer round the framework's server of a provider.
func Wrap(ctx context.Context, inner tfprotov6.ProviderServer, of Provider) *Server {
	s := &Server{framework: inner.(framework), resources: map[string]resource.Resource{}, dataSources: map[string]datasource.DataSource{}, end: of.Close}
	for _, construct := range of.Resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "vsphere"}, &meta)
		s.resources[meta.TypeName] = r
	}
	for _, construct := range of.DataSources(ctx) {
		d := construct()
		var meta datasource.MetadataResponse
		d.Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "vsphere"}, &meta)
		s.dataSources[meta.TypeName] = d
	}
	return s
}

// Close ends what the provider still has open.
func (s *Server) Close(ctx context.Context) error { return s.end(ctx) }

// rescue turns a panic of a call into a diagnostic, so that one odd object
// does not end the process and with it every other operation.
func rescue(call string, diags *[]*tfprotov6.Diagnostic) {
	if p := recover(); p != nil {
		*diags = append(*diags, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  "The provider panicked in " + call,
			Detail:   fmt.Sprintf("%v\n\nThis is a bug of the provider. Please report it with the text below.\n\n%s", p, debug.Stack()),
		})
	}
}
