// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// customModel is what a guest operating system is to be changed to.
type customModel struct {
	DNSServers  types.List   `tfsdk:"dns_server_list"`
	DNSSuffixes types.List   `tfsdk:"dns_suffix_list"`
	Sysprep     types.String `tfsdk:"windows_sysprep_text"`
	Linux       types.List   `tfsdk:"linux_options"`
	Windows     types.List   `tfsdk:"windows_options"`
	NICs        types.List   `tfsdk:"network_interface"`
}

// gatewayModel is the default gateways, which vSphere keeps with the first
// interface that can reach them.
type gatewayModel struct {
	Gateway4 types.String `tfsdk:"ipv4_gateway"`
	Gateway6 types.String `tfsdk:"ipv6_gateway"`
}

// customizeModel is the customize block of a clone.
type customizeModel struct {
	customModel
	gatewayModel
	Timeout types.Int64 `tfsdk:"timeout"`
}

type linuxModel struct {
	Domain   types.String `tfsdk:"domain"`
	HostName types.String `tfsdk:"host_name"`
	ClockUTC types.Bool   `tfsdk:"hw_clock_utc"`
	Script   types.String `tfsdk:"script_text"`
	TimeZone types.String `tfsdk:"time_zone"`
}

type windowsModel struct {
	AdminPassword  types.String `tfsdk:"admin_password"`
	AutoLogon      types.Bool   `tfsdk:"auto_logon"`
	AutoLogonCount types.Int64  `tfsdk:"auto_logon_count"`
	ComputerName   types.String `tfsdk:"computer_name"`
	DomainPassword types.String `tfsdk:"domain_admin_password"`
	DomainUser     types.String `tfsdk:"domain_admin_user"`
	DomainOU       types.String `tfsdk:"domain_ou"`
	FullName       types.String `tfsdk:"full_name"`
	JoinDomain     types.String `tfsdk:"join_domain"`
	Organization   types.String `tfsdk:"organization_name"`
	ProductKey     types.String `tfsdk:"product_key"`
	RunOnce        types.List   `tfsdk:"run_once_command_list"`
	TimeZone       types.Int64  `tfsdk:"time_zone"`
	Workgroup      types.String `tfsdk:"workgroup"`
}

type customNICModel struct {
	DNSDomain  types.String `tfsdk:"dns_domain"`
	DNSServers types.List   `tfsdk:"dns_server_list"`
	Address4   types.String `tfsdk:"ipv4_address"`
	Netmask4   types.Int64  `tfsdk:"ipv4_netmask"`
	Address6   types.String `tfsdk:"ipv6_address"`
	Netmask6   types.Int64  `tfsdk:"ipv6_netmask"`
}

// The types of the blocks, for those who write them.
var (
	linuxType     = schema.NestedBlockObject{Attributes: linuxAttributes()}.Type()
	windowsType   = schema.NestedBlockObject{Attributes: windowsAttributes()}.Type()
	customNICType = schema.NestedBlockObject{Attributes: customNICAttributes()}.Type()
)

// customizeBlock is the customize block of a clone.
func customizeBlock() schema.ListNestedBlock {
	attributes := customAttributes()
	attributes["timeout"] = schemas.DefaultInt64("How many minutes the customization may take; less than 1 does not wait. Defaults to `10`.", 10)
	return single("What the guest operating system of the clone is to be changed to.", attributes, customBlocks())
}

func customAttributes() schemas.Attributes {
	return schemas.Attributes{
		"dns_server_list":      optionalList("The DNS servers of a Linux guest."),
		"dns_suffix_list":      optionalList("The DNS search domains."),
		"ipv4_gateway":         optional("The IPv4 default gateway. The first interface in its subnet gets it.", ipv4{}),
		"ipv6_gateway":         optional("The IPv6 default gateway. The first interface in its subnet gets it.", ipv6{}),
		"windows_sysprep_text": secret("The answers for sysprep, as text. It excludes the other options."),
	}
}

func customBlocks() map[string]schema.Block {
	return map[string]schema.Block{
		"linux_options":   single("The settings of a Linux guest.", linuxAttributes(), nil),
		"windows_options": single("The settings of a Windows guest.", windowsAttributes(), nil),
		"network_interface": schema.ListNestedBlock{
			MarkdownDescription: "The addresses of the network interfaces, in their order. An empty block is DHCP.",
			NestedObject:        schema.NestedBlockObject{Attributes: customNICAttributes()},
		},
	}
}

func linuxAttributes() schemas.Attributes {
	return schemas.Attributes{
		"domain":       schemas.RequiredString("The DNS domain of the guest."),
		"host_name":    schemas.RequiredString("The host name of the guest."),
		"hw_clock_utc": schemas.DefaultBool("Whether the hardware clock is in UTC. Defaults to `true`.", true),
		"script_text":  secret("A script that runs before and after the customization."),
		"time_zone":    optional("The time zone, such as `Europe/Vienna`.", stringvalidator.RegexMatches(timeZone, "must be the name of a time zone, such as Europe/Vienna")),
	}
}

func windowsAttributes() schemas.Attributes {
	withDomain := []validator.String{
		stringvalidator.ConflictsWith(sibling("workgroup")),
		stringvalidator.AlsoRequires(sibling("join_domain")),
	}
	password := secret("The password of `domain_admin_user`.")
	password.Validators = withDomain
	return schemas.Attributes{
		"admin_password":        secret("The password of the local administrator."),
		"auto_logon":            schema.BoolAttribute{MarkdownDescription: "Whether the administrator is logged on after a start.", Optional: true},
		"auto_logon_count":      schemas.DefaultInt64("How many times the administrator is logged on. Defaults to `1`.", 1),
		"computer_name":         schemas.RequiredString("The name of the computer."),
		"domain_admin_password": password,
		"domain_admin_user":     optional("The user who joins the computer to the domain.", withDomain...),
		"domain_ou":             optional("The organizational unit of the computer in the domain.", withDomain...),
		"full_name":             schemas.DefaultString("The name of the user.", "Administrator"),
		"join_domain":           optional("The domain that the computer joins.", stringvalidator.ConflictsWith(sibling("workgroup")), stringvalidator.AlsoRequires(sibling("domain_admin_user"), sibling("domain_admin_password"))),
		"organization_name":     schemas.DefaultString("The organization of the user.", "Managed by Terraform"),
		"product_key":           secret("The product key."),
		"run_once_command_list": optionalList("Commands that run at the first logon."),
		"time_zone":             schemas.DefaultInt64("The index of the time zone as Windows counts them. Defaults to `85`.", 85),
		"workgroup":             optional("The workgroup of a computer that joins no domain."),
	}
}

func customNICAttributes() schemas.Attributes {
	return schemas.Attributes{
		"dns_domain":      optional("The DNS domain of the interface."),
		"dns_server_list": optionalList("The DNS servers of the interface of a Windows guest."),
		"ipv4_address":    optional("The IPv4 address. Left out it is DHCP.", ipv4{}),
		"ipv4_netmask":    schema.Int64Attribute{MarkdownDescription: "The prefix length of the IPv4 subnet.", Optional: true, Validators: []validator.Int64{int64validator.Between(0, 32)}},
		"ipv6_address":    optional("The IPv6 address.", ipv6{}),
		"ipv6_netmask":    schema.Int64Attribute{MarkdownDescription: "The prefix length of the IPv6 subnet.", Optional: true, Validators: []validator.Int64{int64validator.Between(0, 128)}},
	}
}
