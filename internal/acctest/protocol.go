// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/server"
)

// Protocol speaks to a configured provider in this process, as a CLI would.
type Protocol struct {
	Server  *server.Server
	Schemas *tfprotov6.GetProviderSchemaResponse

	t          *testing.T
	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// Connect configures a provider for the simulator. It is closed with the test,
// or by Close.
func (v *VCenter) Connect(t *testing.T) *Protocol {
	t.Helper()
	return v.ConnectTo(t, provider.NewServer("test"))
}

// ConnectTo is Connect for a provider of the test's own, which has the provider
// block of this one.
func (v *VCenter) ConnectTo(t *testing.T, s *server.Server) *Protocol {
	t.Helper()
	p := &Protocol{t: t, Server: s}
	t.Cleanup(p.Close)
	var err error
	if p.Schemas, err = p.Server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	p.OK(p.Schemas.Diagnostics)
	identities, err := p.Server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p.identities = identities.IdentitySchemas
	resp, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.wire(p.Schemas.Provider.ValueType(), Object{
		"vsphere_server": v.Server(), "user": v.User(), "password": v.Password(), "ca_pem": string(v.CAPEM()),
	})})
	if err != nil {
		t.Fatal(err)
	}
	p.OK(resp.Diagnostics)
	return p
}

// Configure returns what a new provider says of a provider block.
func Configure(t *testing.T, config Object) []*tfprotov6.Diagnostic {
	t.Helper()
	p := &Protocol{t: t, Server: provider.NewServer("test")}
	t.Cleanup(p.Close)
	schemas, err := p.Server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.wire(schemas.Provider.ValueType(), config)})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// Close logs the provider out.
func (p *Protocol) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := p.Server.Close(ctx); err != nil {
		p.t.Error(err)
	}
}

// OK ends the test when a diagnostic is an error.
func (p *Protocol) OK(diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			p.t.Fatalf("%s: %s (%s)", d.Summary, d.Detail, d.Attribute)
		}
	}
}

// Planned is the answer to a plan.
type Planned struct {
	Prior, Planned Object
	Replace        []string
	Diagnostics    []*tfprotov6.Diagnostic
}

// Changes returns the names of the top-level attributes that a plan changes.
func (p Planned) Changes() []string {
	var names []string
	for name := range p.Planned {
		if fmt.Sprint(p.Planned[name]) != fmt.Sprint(p.Prior[name]) || (p.Planned[name] == nil) != (p.Prior[name] == nil) {
			names = append(names, name)
		}
	}
	return names
}

// PlanFrom plans config on a state as a provider wrote it to a state file,
// with the schema version it had: upgraded, refreshed if asked, and planned.
func (p *Protocol) PlanFrom(typeName string, version int64, state, config Object, refresh bool) Planned {
	p.t.Helper()
	ctx, kind := p.t.Context(), p.resource(typeName).ValueType()
	raw, err := json.Marshal(state)
	if err != nil {
		p.t.Fatal(err)
	}
	up, err := p.Server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: typeName, Version: version, RawState: &tfprotov6.RawState{JSON: raw}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.OK(up.Diagnostics)
	prior := up.UpgradedState
	if refresh {
		read, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: prior})
		if err != nil {
			p.t.Fatal(err)
		}
		p.OK(read.Diagnostics)
		prior = read.NewState
	}
	return p.plan(typeName, p.value(kind, prior), p.config(typeName, config))
}

// plan is PlanResourceChange with the proposal that Terraform would make.
func (p *Protocol) plan(typeName string, prior, config tftypes.Value) Planned {
	p.t.Helper()
	s := p.resource(typeName)
	proposed, err := propose(s.Block, prior, config)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.dynamic(prior), Config: p.dynamic(config), ProposedNewState: p.dynamic(proposed),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	out := Planned{Diagnostics: resp.Diagnostics}
	out.Prior, _ = decode(prior).(Object)
	if resp.PlannedState != nil {
		out.Planned, _ = decode(p.value(s.ValueType(), resp.PlannedState)).(Object)
	}
	for _, at := range resp.RequiresReplace {
		out.Replace = append(out.Replace, at.String())
	}
	return out
}

// Listed is one result of a list block.
type Listed struct {
	Name     string
	Identity Object
	Resource Object
}

// ListProblems runs a list block and returns what the provider has against it.
func (p *Protocol) ListProblems(typeName string, config Object) []*tfprotov6.Diagnostic {
	p.t.Helper()
	var all []*tfprotov6.Diagnostic
	for result := range p.list(typeName, config, 0, false).Results {
		all = append(all, result.Diagnostics...)
	}
	return all
}

func (p *Protocol) list(typeName string, config Object, limit int64, include bool) *tfprotov6.ListResourceServerStream {
	p.t.Helper()
	kind := p.Schemas.ListResourceSchemas[typeName].ValueType()
	stream, err := p.Server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{TypeName: typeName, Config: p.wire(kind, config), Limit: limit, IncludeResource: include})
	if err != nil {
		p.t.Fatal(err)
	}
	return stream
}

// List runs a list block.
func (p *Protocol) List(typeName string, config Object, limit int64, include bool) []Listed {
	p.t.Helper()
	stream := p.list(typeName, config, limit, include)
	var all []Listed
	for result := range stream.Results {
		p.OK(result.Diagnostics)
		listed := Listed{Name: result.DisplayName}
		listed.Identity, _ = decode(p.value(p.identities[typeName].ValueType(), result.Identity.IdentityData)).(Object)
		if include {
			listed.Resource, _ = decode(p.value(p.resource(typeName).ValueType(), result.Resource)).(Object)
		}
		all = append(all, listed)
	}
	return all
}

// Invoke runs an action and returns its progress messages and diagnostics.
func (p *Protocol) Invoke(typeName string, config Object) (messages []string, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	kind := p.Schemas.ActionSchemas[typeName].Schema.ValueType()
	resp, err := p.Server.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typeName, Config: p.wire(kind, config)})
	if err != nil {
		p.t.Fatal(err)
	}
	for event := range resp.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, e.Diagnostics...)
		}
	}
	return messages, diags
}

func (p *Protocol) resource(typeName string) *tfprotov6.Schema {
	p.t.Helper()
	s := p.Schemas.ResourceSchemas[typeName]
	if s == nil {
		p.t.Fatalf("there is no resource %s", typeName)
	}
	return s
}

// config encodes a configuration: blocks that are left out are empty.
func (p *Protocol) config(typeName string, config Object) tftypes.Value {
	p.t.Helper()
	s := p.resource(typeName)
	v, err := encode(s.ValueType(), withBlocks(s.Block, config))
	if err != nil {
		p.t.Fatalf("%s: %s", typeName, err)
	}
	return v
}

func (p *Protocol) wire(kind tftypes.Type, v any) *tfprotov6.DynamicValue {
	p.t.Helper()
	value, err := encode(kind, v)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.dynamic(value)
}

func (p *Protocol) dynamic(v tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	d, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		p.t.Fatal(err)
	}
	return &d
}

func (p *Protocol) value(kind tftypes.Type, d *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	v, err := d.Unmarshal(kind)
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}
