// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server

import (
	"context"
	"iter"

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
			limit(wire.Block, schemaOf(ctx, r).Blocks)
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
func limit(wire *tfprotov6.SchemaBlock, blocks map[string]schema.Block) {
	for _, nested := range wire.BlockTypes {
		block, ok := blocks[nested.TypeName]
		if !ok {
			continue
		}
		for v := range validatorsOf(block) {
			if size, ok := v.(sized); ok {
				nested.MinItems, nested.MaxItems = size.Size()
			}
		}
		limit(nested.Block, blocksOf(block))
	}
}

func validatorsOf(block schema.Block) iter.Seq[any] {
	return func(yield func(any) bool) {
		switch b := block.(type) {
		case schema.ListNestedBlock:
			for _, v := range b.Validators {
				if !yield(v) {
					return
				}
			}
		case schema.SetNestedBlock:
			for _, v := range b.Validators {
				if !yield(v) {
					return
				}
			}
		}
	}
}

func blocksOf(block schema.Block) map[string]schema.Block {
	switch b := block.(type) {
	case schema.ListNestedBlock:
		return b.NestedObject.Blocks
	case schema.SetNestedBlock:
		return b.NestedObject.Blocks
	}
	return nil
}
