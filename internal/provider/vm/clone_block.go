// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// cloneModel is the clone block.
type cloneModel struct {
	Template      types.String `tfsdk:"template_uuid"`
	Linked        types.Bool   `tfsdk:"linked_clone"`
	Snapshot      types.String `tfsdk:"snapshot_id"`
	Timeout       types.Int64  `tfsdk:"timeout"`
	OVFNetworkMap types.Map    `tfsdk:"ovf_network_map"`
	OVFStorageMap types.Map    `tfsdk:"ovf_storage_map"`
	Customize     types.List   `tfsdk:"customize"`
	Specification types.List   `tfsdk:"customization_spec"`
}

type storedSpecModel struct {
	ID      types.String `tfsdk:"id"`
	Timeout types.Int64  `tfsdk:"timeout"`
}

func optional(doc string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Validators: validators}
}

func secret(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Sensitive: true}
}

func optionalList(doc string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: doc, ElementType: types.StringType, Optional: true}
}

func optionalMap(doc string) schema.MapAttribute {
	return schema.MapAttribute{MarkdownDescription: doc, ElementType: types.StringType, Optional: true}
}

// single is a block of which there is at most one.
func single(doc string, attributes schemas.Attributes, blocks map[string]schema.Block) schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: doc,
		Validators:          []validator.List{schemas.AtMost(1)},
		NestedObject:        schema.NestedBlockObject{Attributes: attributes, Blocks: blocks},
	}
}

// sibling is the path of a member beside the attribute being validated.
func sibling(name string) path.Expression {
	return path.MatchRelative().AtParent().AtName(name)
}

func cloneBlock() schema.ListNestedBlock {
	return single("Makes the machine from a template or another machine. It matters only when the machine is made: a later change has no effect, unless `replace_on_change` is set.",
		schemas.Attributes{
			"template_uuid":   schemas.RequiredString("The UUID of the template or machine, or of an OVF or VM template in a content library. Networks of such an OVF are mapped by the `ovf_mapping` of `network_interface` blocks, and without that in their order; its disks take space as the first `disk` block says."),
			"linked_clone":    schema.BoolAttribute{MarkdownDescription: "Whether the disks share what they have in common with those of the template. A machine that is no template needs a snapshot for that: exactly one, or that of `snapshot_id`.", Optional: true},
			"snapshot_id":     optional("The snapshot that is cloned, rather than the machine as it is now: its managed object id, its name, or the names of those that it stands on and its own with slashes between them."),
			"timeout":         schemas.DefaultInt64("How many minutes the clone may take, at least 10. Defaults to `30`.", 30, int64validator.AtLeast(10)),
			"ovf_network_map": optionalMap("It has no effect; the networks of an OVF are mapped by `network_interface`."),
			"ovf_storage_map": optionalMap("It has no effect."),
		},
		map[string]schema.Block{"customize": customizeBlock(), "customization_spec": single("A customization specification stored in vCenter. It excludes `customize`.",
			schemas.Attributes{
				"id":      schemas.RequiredString("The name of the specification."),
				"timeout": schemas.DefaultInt64("How many minutes the customization may take; less than 1 does not wait. Defaults to `10`.", 10),
			}, nil)})
}
