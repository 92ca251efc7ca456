// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type guestCustomizationData struct {
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	Type           types.String `tfsdk:"type"`
	Description    types.String `tfsdk:"description"`
	ChangeVersion  types.String `tfsdk:"change_version"`
	LastUpdateTime types.String `tfsdk:"last_update_time"`
	Spec           types.List   `tfsdk:"spec"`
}

// NewGuestCustomizationData returns the data source vsphere_guest_os_customization:
// a customization specification of vCenter.
func NewGuestCustomizationData() datasource.DataSource {
	return lifecycle.NewDataSource("guest_os_customization", lifecycle.Lookup[guestCustomizationData]{
		Schema: guestCustomizationDataSchema, Read: readGuestCustomizationData,
	})
}

func readGuestCustomizationData(ctx context.Context, c *vsphere.Client, m *guestCustomizationData) error {
	item, err := storedSpec(ctx, c, m.Name.ValueString())
	if err != nil {
		return lifecycle.Attr("name", err)
	}
	m.ID, m.Type, m.Description = m.Name, types.StringValue(item.Info.Type), types.StringValue(item.Info.Description)
	m.ChangeVersion, m.LastUpdateTime = types.StringValue(item.Info.ChangeVersion), updateTime(item.Info)
	spec := make([]customModel, 1)
	if err := spec[0].flatten(ctx, &item.Spec); err != nil {
		return err
	}
	m.Spec, err = encode(ctx, dataSpec().Type(), spec)
	return err
}

func guestCustomizationDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Finds a customization specification of vCenter: what the guest operating system of a new machine is to be changed to.",
		Attributes: map[string]schema.Attribute{
			"id": schemas.DataID("The name of the specification."),
			"name": schema.StringAttribute{
				MarkdownDescription: "The name of the specification to look up.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"type":             found("Whether the guests are `Linux` or `Windows`."),
			"description":      found("What the specification is for."),
			"change_version":   found("The version of the specification, which every change raises."),
			"last_update_time": found("When the specification was changed last."),
			"spec":             foundList("What the guest operating system is to be changed to.", dataSpec()),
		},
	}
}

func found(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Computed: true}
}

func foundSecret(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Computed: true, Sensitive: true}
}

func foundStrings(doc string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: doc, ElementType: types.StringType, Computed: true}
}

func foundList(doc string, of schema.NestedAttributeObject) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{MarkdownDescription: doc, Computed: true, NestedObject: of}
}

func dataSpec() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"dns_server_list":      foundStrings("The DNS servers of a Linux guest."),
		"dns_suffix_list":      foundStrings("The DNS search domains."),
		"windows_sysprep_text": foundSecret("The answers for sysprep, as text."),
		"linux_options":        foundList("The settings of a Linux guest.", dataLinux()),
		"windows_options":      foundList("The settings of a Windows guest.", dataWindows()),
		"network_interface":    foundList("The addresses of the network interfaces, in their order. One without an address is DHCP.", dataCustomNIC()),
	}}
}

func dataLinux() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"domain":       found("The DNS domain of the guest."),
		"host_name":    found("The host name of the guest; empty where vCenter makes one up."),
		"hw_clock_utc": schema.BoolAttribute{MarkdownDescription: "Whether the hardware clock is in UTC.", Computed: true},
		"script_text":  foundSecret("A script that runs before and after the customization."),
		"time_zone":    found("The time zone, such as `Europe/Vienna`."),
	}}
}

func dataWindows() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"admin_password":        foundSecret("The password of the local administrator, if vCenter tells it."),
		"auto_logon":            schema.BoolAttribute{MarkdownDescription: "Whether the administrator is logged on after a start.", Computed: true},
		"auto_logon_count":      schema.Int64Attribute{MarkdownDescription: "How many times the administrator is logged on.", Computed: true},
		"computer_name":         found("The name of the computer; empty where vCenter makes one up."),
		"domain_admin_password": foundSecret("The password of `domain_admin_user`, if vCenter tells it."),
		"domain_admin_user":     found("The user who joins the computer to the domain."),
		"domain_ou":             found("The organizational unit of the computer in the domain."),
		"full_name":             found("The name of the user."),
		"join_domain":           found("The domain that the computer joins."),
		"organization_name":     found("The organization of the user."),
		"product_key":           foundSecret("The product key."),
		"run_once_command_list": foundStrings("Commands that run at the first logon."),
		"time_zone":             schema.Int64Attribute{MarkdownDescription: "The index of the time zone as Windows counts them.", Computed: true},
		"workgroup":             found("The workgroup of a computer that joins no domain."),
	}}
}

func dataCustomNIC() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"dns_domain":      found("The DNS domain of the interface."),
		"dns_server_list": foundStrings("The DNS servers of the interface of a Windows guest."),
		"ipv4_address":    found("The IPv4 address."),
		"ipv4_netmask":    schema.Int64Attribute{MarkdownDescription: "The prefix length of the IPv4 subnet.", Computed: true},
		"ipv6_address":    found("The IPv6 address."),
		"ipv6_netmask":    schema.Int64Attribute{MarkdownDescription: "The prefix length of the IPv6 subnet.", Computed: true},
	}}
}
