// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

var timeZone = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`)

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
		"vtpm":              tpmBlock(),
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

// otherAttributes are the arguments that belong to no group.
func otherAttributes() schemas.Attributes {
	return schemas.Attributes{
		"evc_mode":      schemas.OptionalString("The EVC mode of the machine itself, such as `intel-broadwell`: its guest sees no newer processor, wherever it runs. It takes hardware version 14, and the machine has to be off for a change. Left out or empty it has none. It is not read back."),
		"pci_device_id": pciAttribute(),
	}
}
