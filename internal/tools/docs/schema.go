// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The types below are the output of `terraform providers schema -json`, as far as a
// provider fills it: https://developer.hashicorp.com/terraform/cli/commands/providers/schema.
// They are spelled out here because the released terraform-json does not know list
// resources yet, and because a CLI that prints them may not be at hand.

type document struct {
	FormatVersion string                     `json:"format_version"`
	Schemas       map[string]*providerSchema `json:"provider_schemas"`
}

type providerSchema struct {
	Provider    *schema              `json:"provider,omitempty"`
	Resources   map[string]*schema   `json:"resource_schemas,omitempty"`
	DataSources map[string]*schema   `json:"data_source_schemas,omitempty"`
	Ephemerals  map[string]*schema   `json:"ephemeral_resource_schemas,omitempty"`
	Lists       map[string]*schema   `json:"list_resource_schemas,omitempty"`
	Actions     map[string]*schema   `json:"action_schemas,omitempty"`
	Functions   map[string]*function `json:"functions,omitempty"`
	Identities  map[string]*identity `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64  `json:"version"`
	Block   *block `json:"block"`
}

type block struct {
	Attributes      map[string]*attribute   `json:"attributes,omitempty"`
	BlockTypes      map[string]*nestedBlock `json:"block_types,omitempty"`
	Description     string                  `json:"description,omitempty"`
	DescriptionKind string                  `json:"description_kind,omitempty"`
	Deprecated      bool                    `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	NestingMode string `json:"nesting_mode"`
	Block       *block `json:"block"`
	MinItems    int64  `json:"min_items,omitempty"`
	MaxItems    int64  `json:"max_items,omitempty"`
}

// attribute has either a Type or a NestedType.
type attribute struct {
	Type            json.RawMessage `json:"type,omitempty"`
	NestedType      *nestedType     `json:"nested_type,omitempty"`
	Description     string          `json:"description,omitempty"`
	DescriptionKind string          `json:"description_kind,omitempty"`
	Deprecated      bool            `json:"deprecated,omitempty"`
	Required        bool            `json:"required,omitempty"`
	Optional        bool            `json:"optional,omitempty"`
	Computed        bool            `json:"computed,omitempty"`
	Sensitive       bool            `json:"sensitive,omitempty"`
	WriteOnly       bool            `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes  map[string]*attribute `json:"attributes"`
	NestingMode string                `json:"nesting_mode"`
}

type function struct {
	Description       string          `json:"description,omitempty"`
	Summary           string          `json:"summary,omitempty"`
	DeprecationNotice string          `json:"deprecation_message,omitempty"`
	ReturnType        json.RawMessage `json:"return_type"`
	Parameters        []*parameter    `json:"parameters,omitempty"`
	Variadic          *parameter      `json:"variadic_parameter,omitempty"`
}

type parameter struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	IsNullable  bool            `json:"is_nullable,omitempty"`
	Type        json.RawMessage `json:"type"`
}

type identity struct {
	Version    int64                         `json:"version"`
	Attributes map[string]*identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              json.RawMessage `json:"type"`
	Description       string          `json:"description,omitempty"`
	RequiredForImport bool            `json:"required_for_import,omitempty"`
	OptionalForImport bool            `json:"optional_for_import,omitempty"`
}

// newDocument writes what a provider called name answered as the CLI would.
func newDocument(name string, p *tfprotov6.GetProviderSchemaResponse, ids *tfprotov6.GetResourceIdentitySchemasResponse) *document {
	return &document{
		FormatVersion: "1.0",
		Schemas: map[string]*providerSchema{name: {
			Provider:    newSchema(p.Provider),
			Resources:   convert(p.ResourceSchemas, newSchema),
			DataSources: convert(p.DataSourceSchemas, newSchema),
			Ephemerals:  convert(p.EphemeralResourceSchemas, newSchema),
			Lists:       convert(p.ListResourceSchemas, newSchema),
			Actions:     convert(p.ActionSchemas, func(a *tfprotov6.ActionSchema) *schema { return newSchema(a.Schema) }),
			Functions:   convert(p.Functions, newFunction),
			Identities:  convert(ids.IdentitySchemas, newIdentity),
		}},
	}
}

func convert[In, Out any](in map[string]In, f func(In) Out) map[string]Out {
	out := make(map[string]Out, len(in))
	for name, v := range in {
		out[name] = f(v)
	}
	return out
}

func newSchema(s *tfprotov6.Schema) *schema {
	return &schema{Version: s.Version, Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) *block {
	out := &block{
		Attributes:      newAttributes(b.Attributes),
		BlockTypes:      make(map[string]*nestedBlock, len(b.BlockTypes)),
		Description:     b.Description,
		DescriptionKind: kind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
	for _, n := range b.BlockTypes {
		out.BlockTypes[n.TypeName] = &nestedBlock{
			NestingMode: strings.ToLower(n.Nesting.String()),
			Block:       newBlock(n.Block),
			MinItems:    n.MinItems,
			MaxItems:    n.MaxItems,
		}
	}
	return out
}

func newAttributes(in []*tfprotov6.SchemaAttribute) map[string]*attribute {
	out := make(map[string]*attribute, len(in))
	for _, a := range in {
		converted := &attribute{
			Description:     a.Description,
			DescriptionKind: kind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			converted.NestedType = &nestedType{
				Attributes:  newAttributes(a.NestedType.Attributes),
				NestingMode: strings.ToLower(a.NestedType.Nesting.String()),
			}
		} else {
			converted.Type = newType(a.Type)
		}
		out[a.Name] = converted
	}
	return out
}

func newFunction(f *tfprotov6.Function) *function {
	out := &function{
		Description:       f.Description,
		Summary:           f.Summary,
		DeprecationNotice: f.DeprecationMessage,
		ReturnType:        newType(f.Return.Type),
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, newParameter(p))
	}
	if f.VariadicParameter != nil {
		out.Variadic = newParameter(f.VariadicParameter)
	}
	return out
}

func newParameter(p *tfprotov6.FunctionParameter) *parameter {
	return &parameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: newType(p.Type)}
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) *identity {
	out := &identity{Version: s.Version, Attributes: make(map[string]*identityAttribute, len(s.IdentityAttributes))}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = &identityAttribute{
			Type:              newType(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

// newType spells a type as both the protocol and the CLI do: "string", ["list","string"], ...
func newType(t tftypes.Type) json.RawMessage {
	out, err := t.MarshalJSON() //nolint:staticcheck // Deprecated for providers, which have no use for it; this is the protocol's own spelling.
	if err != nil {
		panic(fmt.Sprintf("type %s in the provider's schema: %v", t, err)) // A type that cannot be written cannot be served either.
	}
	return out
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
