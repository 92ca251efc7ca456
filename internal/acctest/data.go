// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// Data validates the configuration of a data source and reads it. There is no
// state when one of the two fails.
func (p *Protocol) Data(typeName string, config Object) (state Object, diags []*tfprotov6.Diagnostic) {
	p.t.Helper()
	s := p.Schemas.DataSourceSchemas[typeName]
	if s == nil {
		p.t.Fatalf("there is no data source %s", typeName)
	}
	wire := p.wire(s.ValueType(), withBlocks(s.Block, config))
	valid, err := p.Server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: wire})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return nil, valid.Diagnostics
	}
	read, err := p.Server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: wire})
	if err != nil {
		p.t.Fatal(err)
	}
	state, _ = decode(p.value(s.ValueType(), read.State)).(Object)
	return state, read.Diagnostics
}
