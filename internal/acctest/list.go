// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ListFailure runs a list block that fails and returns its diagnostics, each
// with the attribute that it is on.
func (p *Protocol) ListFailure(typeName string, config Object) string {
	p.t.Helper()
	kind := p.Schemas.ListResourceSchemas[typeName].ValueType()
	stream, err := p.Server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{TypeName: typeName, Config: p.wire(kind, config), Limit: 10})
	if err != nil {
		p.t.Fatal(err)
	}
	text := ""
	for result := range stream.Results {
		for _, d := range result.Diagnostics {
			text += fmt.Sprintf("%s %s: %s\n", d.Attribute, d.Summary, d.Detail)
		}
	}
	return text
}
