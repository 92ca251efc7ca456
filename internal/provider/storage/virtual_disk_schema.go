// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

const defaultAdapter = string(vim.VirtualDiskAdapterTypeLsiLogic)

func virtualDiskSchema(context.Context) schema.Schema {
	vmdk := schemas.RequiredString("The path of the disk on the datastore, which ends in `.vmdk`. Slashes around it do not matter. Changing it makes a new disk.",
		schemas.SamePath(), stringplanmodifier.RequiresReplace())
	vmdk.Validators = append(vmdk.Validators, stringvalidator.RegexMatches(regexp.MustCompile(`\.vmdk$`), "must end in .vmdk"))
	kind := schemas.DefaultString("How the space of the disk is taken: `thin` as it is needed, `eagerZeroedThick` at once and zeroed at once, `lazy` at once and zeroed as it is needed. "+
		"Changing it makes a new disk. What becomes of a disk by a migration is not a change.",
		"eagerZeroedThick", stringvalidator.OneOf("thin", "eagerZeroedThick", "lazy"))
	kind.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	adapter := schemas.DefaultString("The type of controller that is written into a new disk. It has no effect on the controller that a machine attaches the disk to, and changing it changes nothing.",
		defaultAdapter, stringvalidator.OneOf("ide", "busLogic", defaultAdapter))
	adapter.DeprecationMessage = "The disk works with every controller. Choose the controller where the disk is attached to a virtual machine."
	return schema.Schema{
		MarkdownDescription: "A virtual disk that belongs to no virtual machine. A machine uses it by a `disk` block with `attach = true`, " +
			"`datastore_id` and `path`, and leaves it where it is when the machine is destroyed.\n\n" +
			"A disk that a running machine uses is neither deleted nor grown: vCenter refuses it.",
		Attributes: schemas.Merge(placeAttributes("Another datastore makes a new disk; a new name of the same datastore changes nothing."), schemas.Attributes{
			"id":        schemas.ID("The path of the disk, as in `vmdk_path`."),
			"vmdk_path": vmdk,
			"size": schema.Int64Attribute{
				MarkdownDescription: "The size of the disk in GiB. A larger one grows the disk in place; it cannot shrink.",
				Required:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1<<16)},
			},
			"type":               kind,
			"adapter_type":       adapter,
			"create_directories": schemas.OptionalBool("Whether to make the folders that the disk is in. They stay when the disk is destroyed."),
		}),
	}
}
