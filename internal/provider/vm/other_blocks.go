// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

var timeZone = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`)

var renderers = []vim.VirtualMachineVideoCardUse3dRenderer{vim.VirtualMachineVideoCardUse3dRendererHardware, vim.VirtualMachineVideoCardUse3dRendererSoftware, vim.VirtualMachineVideoCardUse3dRendererAutomatic}

// notYet ends the description of what the plan refuses; see unsupported.
const notYet = " Not supported yet: configuring it is an error."

// blocks is every block of the resource but timeouts.
func blocks() map[string]schema.Block {
	return map[string]schema.Block{
		"clone":             cloneBlock(),
		"ovf_deploy":        ovfBlock(),
		"disk":              diskBlock(),
		"network_interface": nicBlock(),
		"cdrom":             cdromBlock(),
		"video_card":        videoBlock(),
		"vtpm": single("A virtual Trusted Platform Module. It needs `firmware` to be `efi`."+notYet, schemas.Attributes{
			"version": schemas.DefaultString("The version of the module. It is not sent to vSphere, which makes 2.0."+schemas.OneOf("1.2", "2.0"), "2.0", stringvalidator.OneOf("1.2", "2.0")),
		}, nil),
		"vapp": single("The vApp of a machine that has one."+notYet, schemas.Attributes{
			"properties": optionalMap("The values of vApp properties by key."),
		}, nil),
	}
}

func ovfBlock() schema.ListNestedBlock {
	return single("Makes the machine from an OVF or OVA."+notYet, schemas.Attributes{
		"allow_unverified_ssl_cert": schemas.DefaultBool("Whether the certificate of the server of `remote_ovf_url` goes unverified. Defaults to `false`.", false),
		"deployment_option":         optional("The deployment option of the OVF. Left out it is the OVF's default."),
		"disk_provisioning":         optional("How the disks take space, such as `thin`."),
		"enable_hidden_properties":  schemas.DefaultBool("Whether properties that the OVF hides can be set. Defaults to `false`.", false),
		"ip_allocation_policy":      optional("How addresses are allocated."),
		"ip_protocol":               optional("The IP protocol, `IPv4` or `IPv6`."),
		"local_ovf_path":            optional("The path of the OVF or OVA on this computer.", stringvalidator.ConflictsWith(sibling("remote_ovf_url"))),
		"ovf_network_map":           optionalMap("The managed object ids of networks by the name of the network in the OVF."),
		"remote_ovf_url":            optional("The URL of the OVF or OVA."),
	}, nil)
}

func cdromBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "The CD-ROM drives. Drives of the machine that have no block are left alone." + notYet,
		Validators:          []validator.List{schemas.AtMost(2)},
		NestedObject: schema.NestedBlockObject{Attributes: schemas.Attributes{
			"client_device":  schema.BoolAttribute{MarkdownDescription: "Whether the drive is that of the client's computer. It excludes `datastore_id` and `path`.", Optional: true},
			"datastore_id":   optional("The managed object id of the datastore of the image."),
			"path":           optional("The path of the image on its datastore."),
			"key":            schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
			"device_address": schema.StringAttribute{MarkdownDescription: "Where the drive sits, such as `ide:0:0`.", Computed: true},
		}},
	}
}

func videoBlock() schema.ListNestedBlock {
	return single("The video card, which every machine has. Without the block it is left alone."+notYet, schemas.Attributes{
		"num_displays":       schema.Int64Attribute{MarkdownDescription: "The number of displays, 1 to 10.", Required: true, Validators: []validator.Int64{int64validator.Between(1, 10)}},
		"total_video_memory": schema.Int64Attribute{MarkdownDescription: "The video memory in MB, 2 to 256.", Required: true, Validators: []validator.Int64{int64validator.Between(2, 256)}},
		"key":                schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
		"device_address":     schema.StringAttribute{MarkdownDescription: "Where the card sits.", Computed: true},
	}, map[string]schema.Block{
		"graphics_3d": schema.ListNestedBlock{
			MarkdownDescription: "3D graphics. Without the block they are off.",
			NestedObject: schema.NestedBlockObject{Attributes: schemas.Attributes{
				"memory":   schema.Int64Attribute{MarkdownDescription: "The graphics memory in MB, 2 to 4096.", Optional: true, Validators: []validator.Int64{int64validator.Between(2, 4096)}},
				"renderer": optional("What draws."+schemas.OneOf(renderers...), schemas.Enum(renderers...)),
			}},
		},
	})
}

// otherAttributes are the arguments that belong to no group.
func otherAttributes() schemas.Attributes {
	return schemas.Attributes{
		"evc_mode": schemas.OptionalString("The EVC mode of the machine itself, such as `intel-broadwell`: its guest sees no newer processor, wherever it runs. It takes hardware version 14, and the machine has to be off for a change. Left out or empty it has none. It is not read back."),
		"pci_device_id": schema.SetAttribute{
			MarkdownDescription: "The PCI addresses of the host's devices that are passed through. It needs `host_system_id`." + notYet,
			ElementType:         types.StringType,
			Optional:            true,
		},
	}
}
