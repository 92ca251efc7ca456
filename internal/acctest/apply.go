// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Applied is what a provider answers to an operation on one object. State is
// nil when there is no object (any more).
type Applied struct {
	State       Object
	Identity    Object
	Diagnostics []*tfprotov6.Diagnostic

	raw     tftypes.Value
	private []byte
}

// Failed reports whether a diagnostic is an error.
func (a *Applied) Failed() bool {
	for _, d := range a.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Apply plans config on what there is and applies the plan. A nil prior makes
// a new object, a nil config destroys it.
func (p *Protocol) Apply(typeName string, prior *Applied, config Object) *Applied {
	p.t.Helper()
	kind := p.resource(typeName).ValueType()
	was, want := tftypes.NewValue(kind, nil), tftypes.NewValue(kind, nil)
	if prior != nil {
		was = prior.raw
	}
	if config != nil {
		want = p.config(typeName, config)
	}
	proposed, err := propose(p.resource(typeName).Block, was, want)
	if err != nil {
		p.t.Fatal(err)
	}
	plan, err := p.Server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: p.dynamic(was), Config: p.dynamic(want), ProposedNewState: p.dynamic(proposed),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.OK(plan.Diagnostics)
	apply, err := p.Server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeName, PriorState: p.dynamic(was), Config: p.dynamic(want), PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.applied(typeName, apply.NewState, apply.NewIdentity, apply.Private, apply.Diagnostics)
}

// Refresh reads an object.
func (p *Protocol) Refresh(typeName string, of *Applied) *Applied {
	p.t.Helper()
	resp, err := p.Server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: p.dynamic(of.raw), Private: of.private})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.applied(typeName, resp.NewState, resp.NewIdentity, resp.Private, resp.Diagnostics)
}

// Import imports an object by its import id and reads it.
func (p *Protocol) Import(typeName, id string) *Applied {
	p.t.Helper()
	return p.imported(&tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
}

// ImportIdentity is Import by identity.
func (p *Protocol) ImportIdentity(typeName string, identity Object) *Applied {
	p.t.Helper()
	data := p.wire(p.identities[typeName].ValueType(), identity)
	return p.imported(&tfprotov6.ImportResourceStateRequest{TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: data}})
}

func (p *Protocol) imported(req *tfprotov6.ImportResourceStateRequest) *Applied {
	p.t.Helper()
	typeName := req.TypeName
	resp, err := p.Server.ImportResourceState(p.t.Context(), req)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(resp.ImportedResources) == 0 {
		return &Applied{Diagnostics: resp.Diagnostics}
	}
	imported := resp.ImportedResources[0]
	a := p.applied(typeName, imported.State, imported.Identity, imported.Private, resp.Diagnostics)
	if a.Failed() {
		return a
	}
	return p.Refresh(typeName, a)
}

func (p *Protocol) applied(typeName string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte, diags []*tfprotov6.Diagnostic) *Applied {
	p.t.Helper()
	a := &Applied{Diagnostics: diags, private: private, raw: tftypes.NewValue(p.resource(typeName).ValueType(), nil)}
	if state != nil {
		a.raw = p.value(p.resource(typeName).ValueType(), state)
		a.State, _ = decode(a.raw).(Object)
	}
	if identity != nil && identity.IdentityData != nil {
		a.Identity, _ = decode(p.value(p.identities[typeName].ValueType(), identity.IdentityData)).(Object)
	}
	return a
}
