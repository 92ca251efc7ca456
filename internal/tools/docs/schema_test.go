// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeProvider answers only what docs asks.
type fakeProvider struct {
	tfprotov6.ProviderServer
	schemas    tfprotov6.GetProviderSchemaResponse
	identities tfprotov6.GetResourceIdentitySchemasResponse
}

func (f fakeProvider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &f.schemas, nil
}

func (f fakeProvider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &f.identities, nil
}

func oneAttribute(a *tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{a}}}
}

// everything uses each part of the protocol's schema once.
func everything() fakeProvider {
	str := func(name string) *tfprotov6.SchemaAttribute {
		return &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.String, Required: true}
	}
	vm := &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{
		Description:     "A *machine*.",
		DescriptionKind: tfprotov6.StringKindMarkdown,
		Deprecated:      true,
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "tags", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true, Computed: true, Description: "Ids."},
			{Name: "key", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true, Deprecated: true},
			{Name: "guest", Computed: true, NestedType: &tfprotov6.SchemaObject{
				Nesting:    tfprotov6.SchemaObjectNestingModeMap,
				Attributes: []*tfprotov6.SchemaAttribute{{Name: "ip", Type: tftypes.String, Computed: true}},
			}},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "disk", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 60,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{str("label")}},
		}},
	}}
	return fakeProvider{
		schemas: tfprotov6.GetProviderSchemaResponse{
			Provider:                 oneAttribute(str("user")),
			ResourceSchemas:          map[string]*tfprotov6.Schema{"vsphere_vm": vm},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"vsphere_host": oneAttribute(str("name"))},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"vsphere_ticket": oneAttribute(str("vm"))},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"vsphere_vm": oneAttribute(str("folder"))},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"vsphere_power": {Schema: oneAttribute(str("state"))}},
			Functions: map[string]*tfprotov6.Function{"join": {
				Summary: "Joins.", Description: "Joins parts.", DeprecationMessage: "use path",
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.List{ElementType: tftypes.Number}},
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "sep", Type: tftypes.String, AllowNullValue: true}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "parts", Type: tftypes.Bool, Description: "Parts."},
			}},
		},
		identities: tfprotov6.GetResourceIdentitySchemasResponse{
			IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"vsphere_vm": {
				Version: 1,
				IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
					{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "UUID."},
					{Name: "vcenter_uuid", Type: tftypes.String, OptionalForImport: true},
				},
			}},
		},
	}
}

func TestSchemaIsTheCLIs(t *testing.T) {
	doc, err := readSchema(t.Context(), everything())
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("schema differs from testdata/schema.json:\n%s", got)
	}
}

func TestSchemaErrorsAreNotSwallowed(t *testing.T) {
	p := everything()
	p.identities.Diagnostics = []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "old"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "no schema", Detail: "of vm"},
	}
	_, err := readSchema(t.Context(), p)
	if err == nil || err.Error() != "no schema: of vm" {
		t.Errorf("got %v", err)
	}
}

func TestPagesNameObjectsInOrder(t *testing.T) {
	got := names(map[string]*schema{"vsphere_tag": nil, "vsphere_folder": nil})
	if strings.Join(got, " ") != "folder tag" {
		t.Errorf("got %v", got)
	}
}
