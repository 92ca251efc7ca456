// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// guestModel is what the machine says about itself and its guest.
type guestModel struct {
	Annotation      types.String `tfsdk:"annotation"`
	GuestID         types.String `tfsdk:"guest_id"`
	AlternateName   types.String `tfsdk:"alternate_guest_name"`
	HardwareVersion types.Int64  `tfsdk:"hardware_version"`
}

// defaultGuestID is the guest of a new machine that names none.
const defaultGuestID = "otherGuest64"

func guestAttributes() schemas.Attributes {
	return schemas.Attributes{
		"annotation":           schemas.ServerString("Notes about the machine."),
		"guest_id":             schemas.ServerString("The guest operating system, for example `ubuntu64Guest`. A clone takes it from its template, another machine without it is `otherGuest64`."),
		"alternate_guest_name": schemas.OptionalString("The name of the guest operating system, for a `guest_id` that stands for others."),
		"hardware_version": schema.Int64Attribute{
			MarkdownDescription: "The version of the virtual hardware. It can be raised, which powers the machine off, but not lowered. The server chooses for a new machine that names none.",
			Optional:            true, Computed: true,
			Validators:    []validator.Int64{int64validator.OneOf(4, 7, 8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21, 22)},
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
	}
}

func (m *guestModel) expand(d *delta) {
	d.text(&d.spec.Annotation, d.have.Annotation, m.Annotation)
	d.text(&d.spec.GuestId, d.have.GuestId, m.GuestID)
	d.text(&d.spec.AlternateGuestName, d.have.AlternateGuestName, m.AlternateName)
	if d.fresh {
		if d.spec.GuestId == "" {
			d.spec.GuestId = defaultGuestID
		}
		d.spec.Version = hardwareName(m.HardwareVersion)
	}
}

func (m *guestModel) flatten(config *vim.VirtualMachineConfigInfo) {
	m.Annotation = types.StringValue(config.Annotation)
	m.GuestID = types.StringValue(config.GuestId)
	m.AlternateName = types.StringValue(config.AlternateGuestName)
	m.HardwareVersion = types.Int64Value(int64(hardwareNumber(config.Version)))
}

func (m *guestModel) offline(prior facet, _ abilities) []reason {
	was := prior.(*guestModel)
	var r reasons
	r.when(differs(m.GuestID, was.GuestID), "guest_id", onlyOff)
	r.when(differs(m.AlternateName, was.AlternateName), "alternate_guest_name", onlyOff)
	r.when(grows(m.HardwareVersion, was.HardwareVersion), "hardware_version", "virtual hardware is upgraded while the machine is powered off")
	return r
}

// hardwareName is "vmx-19" for 19, "" for an unset version.
func hardwareName(version types.Int64) string {
	if version.ValueInt64() == 0 {
		return ""
	}
	return fmt.Sprintf("vmx-%02d", version.ValueInt64())
}

// hardwareNumber is 19 for "vmx-19", 0 for what is no hardware version.
func hardwareNumber(version string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(version, "vmx-"))
	return n
}
