// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// sized is implemented by the validator that limits how many blocks there may
// be. Zero means no limit.
type sized interface {
	Size() (atLeast, atMost int64)
}

// GetProviderSchema implements tfprotov6.ProviderServer. It adds how many
// blocks there may be, which the framework only validates, and the capability
// to generate configuration, which the framework has but does not announce.
func (s *Server) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.framework.GetProviderSchema(ctx, req)
	if err != nil {
		return nil, err
	}
	resp.ServerCapabilities.GenerateResourceConfig = true
	for name, r := range s.resources {
		if wire := resp.ResourceSchemas[name]; wire != nil {
			limit(wire.Block, anyBlocks(schemaOf(ctx, r).Blocks))
		}
	}
	for name, d := range s.dataSources {
		if wire := resp.DataSourceSchemas[name]; wire != nil {
			var of datasource.SchemaResponse
			d.Schema(ctx, datasource.SchemaRequest{}, &of)
			limit(wire.Block, anyBlocks(of.Schema.Blocks))
		}
	}
	return resp, nil
}

func schemaOf(ctx context.Context, r resource.Resource) schema.Schema {
	var resp resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &resp)
	return resp.Schema
}

// limit copies the sizes of blocks to their wire form, all the way down.
func limit(wire *tfprotov6.SchemaBlock, blocks map[string]any) {
	for _, nested := range wire.BlockTypes {
		validators, inner := inspect(blocks[nested.TypeName])
		for _, v := range validators {
			if size, ok := v.(sized); ok {
				nested.MinItems, nested.MaxItems = size.Size()
			}
		}
		limit(nested.Block, inner)
	}
}

// inspect returns the validators of a block and the blocks in it. Resources and
// data sources have types of their own for the same thing.
func inspect(block any) (validators []any, inner map[string]any) {
	switch b := block.(type) {
	case schema.ListNestedBlock:
		return anySlice(b.Validators), anyBlocks(b.NestedObject.Blocks)
	case schema.SetNestedBlock:
		return anySlice(b.Validators), anyBlocks(b.NestedObject.Blocks)
	case dataschema.ListNestedBlock:
		return anySlice(b.Validators), anyBlocks(b.NestedObject.Blocks)
	case dataschema.SetNestedBlock:
		return anySlice(b.Validators), anyBlocks(b.NestedObject.Blocks)
	}
	return nil, nil
}

func anySlice[T any](of []T) []any {
	all := make([]any, len(of))
	for i, v := range of {
		all[i] = v
	}
	return all
}

func anyBlocks[T any](of map[string]T) map[string]any {
	all := make(map[string]any, len(of))
	for name, block := range of {
		all[name] = block
	}
	return all
}
