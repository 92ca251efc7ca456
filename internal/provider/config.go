// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// argument is one argument of the provider block: its environment variables,
// the value without either, and the field of vsphere.Config that it becomes.
type argument struct {
	name, field, fallback string
	env                   []string
	doc                   string
	kind                  attr.Type
	sensitive             bool
}

var arguments = []argument{
	{name: "allow_unverified_ssl", field: "Insecure", env: []string{"VSPHERE_ALLOW_UNVERIFIED_SSL"}, fallback: "false", kind: types.BoolType,
		doc: "Whether a certificate that cannot be verified is accepted. Prefer `ca_file` or `thumbprint`: without verification anyone on the way can read the password."},
	{name: "api_timeout", field: "APITimeout", env: []string{"VSPHERE_API_TIMEOUT"}, fallback: "5", kind: types.Int64Type,
		doc: "How long one call of vCenter may take, in minutes."},
	{name: "ca_file", field: "CAFile", env: []string{"VSPHERE_CA_FILE", "GOVC_TLS_CA_CERTS"}, kind: types.StringType,
		doc: "A file with the PEM certificates of the authorities that may sign the certificate of vCenter, besides those of the system."},
	{name: "ca_pem", field: "CAPEM", env: []string{"VSPHERE_CA_PEM"}, kind: types.StringType,
		doc: "The same as `ca_file`, as text."},
	{name: "client_debug", field: "Debug", env: []string{"VSPHERE_CLIENT_DEBUG"}, fallback: "false", kind: types.BoolType,
		doc: "Whether the conversation with vCenter is written to files. Passwords and session ids are blanked."},
	{name: "client_debug_path", field: "DebugPath", env: []string{"VSPHERE_CLIENT_DEBUG_PATH"}, kind: types.StringType,
		doc: "The folder for the files of `client_debug`. Defaults to `~/.govmomi`."},
	{name: "client_debug_path_run", field: "DebugPathRun", env: []string{"VSPHERE_CLIENT_DEBUG_PATH_RUN"}, kind: types.StringType,
		doc: "The folder within `client_debug_path` for the files of one run. Defaults to a new one each time."},
	{name: "max_connections", field: "MaxConnections", env: []string{"VSPHERE_MAX_CONNECTIONS"}, fallback: "32", kind: types.Int64Type,
		doc: "How many connections are kept open to vCenter. Set it to at least the `-parallelism` in use."},
	{name: "password", field: "Password", env: []string{"VSPHERE_PASSWORD"}, kind: types.StringType, sensitive: true,
		doc: "The password of `user`."},
	{name: "persist_session", field: "PersistSession", env: []string{"VSPHERE_PERSIST_SESSION"}, fallback: "false", kind: types.BoolType,
		doc: "Whether the session is kept in a file and used again by later runs and by govc, rather than logged out."},
	{name: "proxy_url", field: "ProxyURL", env: []string{"VSPHERE_PROXY_URL"}, kind: types.StringType,
		doc: "The URL of the proxy that vCenter is reached through. Defaults to the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`)."},
	{name: "reboot_policy", field: "RebootPolicy", env: []string{"VSPHERE_REBOOT_POLICY"}, fallback: "warn", kind: types.StringType,
		doc: "What a change of a virtual machine may do that takes powering it off and on again: `allow` makes it, and the plan shows only `reboot_required`; `warn` makes it, with a warning in the plan for each argument that needs it; `deny` makes such a plan an error."},
	{name: "rest_session_path", field: "RESTSessionPath", env: []string{"VSPHERE_REST_SESSION_PATH"}, fallback: "~/.govmomi/rest_sessions", kind: types.StringType,
		doc: "The folder for the REST session of `persist_session`."},
	{name: "thumbprint", field: "Thumbprint", env: []string{"VSPHERE_THUMBPRINT"}, kind: types.StringType,
		doc: "The SHA-256 thumbprint of vCenter's certificate, in hexadecimal with or without colons. Only this certificate is then accepted, whoever signed it."},
	{name: "user", field: "User", env: []string{"VSPHERE_USER"}, kind: types.StringType,
		doc: "The name of the user to log in as, such as `terraform@vsphere.local`."},
	{name: "vcenter_server", env: []string{"VSPHERE_VCENTER"}, kind: types.StringType,
		doc: "The former name of `vsphere_server`."},
	{name: "vim_keep_alive", field: "KeepAlive", env: []string{"VSPHERE_VIM_KEEP_ALIVE"}, fallback: "10", kind: types.Int64Type,
		doc: "How often the session is kept from expiring, in minutes."},
	{name: "vim_session_path", field: "VimSessionPath", env: []string{"VSPHERE_VIM_SESSION_PATH"}, fallback: "~/.govmomi/sessions", kind: types.StringType,
		doc: "The folder for the SOAP session of `persist_session`."},
	{name: "vsphere_server", field: "Server", env: []string{"VSPHERE_SERVER"}, kind: types.StringType,
		doc: "The name or address of the vCenter or ESXi host, with a port if it is not 443."},
}

// providerAttributes returns the schema of the provider block.
func providerAttributes() map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for _, a := range arguments {
		doc := a.doc
		if a.fallback != "" {
			doc += " Defaults to `" + a.fallback + "`."
		}
		doc += " Environment variable: `" + a.env[0] + "`."
		switch a.kind {
		case types.BoolType:
			all[a.name] = schema.BoolAttribute{MarkdownDescription: doc, Optional: true}
		case types.Int64Type:
			all[a.name] = schema.Int64Attribute{MarkdownDescription: doc, Optional: true}
		default:
			text := schema.StringAttribute{MarkdownDescription: doc, Optional: true, Sensitive: a.sensitive}
			if a.name == "vcenter_server" {
				text.DeprecationMessage = "Use vsphere_server instead."
			}
			all[a.name] = text
		}
	}
	return all
}
