// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

var timeZone = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`)

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
		"vapp":              vappBlock(),
	}
}

// otherAttributes are the arguments that belong to no group.
func otherAttributes() schemas.Attributes {
	return schemas.Attributes{
		"evc_mode":      schemas.OptionalString("The EVC mode of the machine itself, such as `intel-broadwell`: its guest sees no newer processor, wherever it runs. It takes hardware version 14, and the machine has to be off for a change. Left out or empty it has none. It is not read back."),
		"pci_device_id": pciAttribute(),
	}
}
