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
	resources map[string]resource.Resource
	close     func(context.Context) error
}

// Wrap returns the layer round a server of the framework. Close is what has to
// happen when serving has ended.
func Wrap(inner tfprotov6.ProviderServer, resources func(context.Context) []func() resource.Resource, close func(context.Context) error) *Server {
	s := &Server{framework: inner.(framework), resources: map[string]resource.Resource{}, close: close}
	ctx := context.Background() // nothing is awaited: this only names the resources
	for _, construct := range resources(ctx) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "vsphere"}, &meta)
		s.resources[meta.TypeName] = r
	}
	return s
}

// Close ends what the provider still has open.
func (s *Server) Close(ctx context.Context) error { return s.close(ctx) }

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
