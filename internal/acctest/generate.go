// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Generate returns the configuration that Terraform writes for an object that
// was imported, in the notation of tests. The provider has to take it for valid.
func (p *Protocol) Generate(typeName string, of *Applied) Object {
	p.t.Helper()
	s := p.resource(typeName)
	generated, err := p.Server.GenerateResourceConfig(p.t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: typeName, State: p.dynamic(of.raw)})
	if err != nil {
		p.t.Fatal(err)
	}
	p.OK(generated.Diagnostics)
	valid, err := p.Server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: generated.Config})
	if err != nil {
		p.t.Fatal(err)
	}
	p.OK(valid.Diagnostics)
	config, _ := decode(p.value(s.ValueType(), generated.Config)).(Object)
	return config
}

// Plan plans config on what there is.
func (p *Protocol) Plan(typeName string, of *Applied, config Object) Planned {
	p.t.Helper()
	return p.plan(typeName, of.raw, p.config(typeName, config))
}
