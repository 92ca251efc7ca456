// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// values is the provider block: what is configured, else the environment, else
// the default, as text.
type values map[string]string

// gather reads the provider block into the settings of the client.
func gather(ctx context.Context, from tfsdk.Config, diags *diag.Diagnostics) vsphere.Config {
	v := values{}
	for _, a := range arguments {
		v[a.name] = a.value(ctx, from, diags)
	}
	if v["vsphere_server"] == "" {
		v["vsphere_server"] = v["vcenter_server"]
	}
	v.require(diags, "vsphere_server", "user", "password")
	return vsphere.Config{
		Server: v["vsphere_server"], User: v["user"], Password: v["password"],
		Insecure:       v.flag("allow_unverified_ssl", diags),
		APITimeout:     time.Duration(v.number("api_timeout", diags)) * time.Minute,
		KeepAlive:      time.Duration(v.number("vim_keep_alive", diags)) * time.Minute,
		PersistSession: v.flag("persist_session", diags),
		VimSessionPath: v["vim_session_path"], RESTSessionPath: v["rest_session_path"],
		Debug: v.flag("client_debug", diags), DebugPath: v["client_debug_path"], DebugPathRun: v["client_debug_path_run"],
		CAFile: v["ca_file"], CAPEM: v["ca_pem"], Thumbprint: v["thumbprint"], ProxyURL: v["proxy_url"],
		MaxConnections: v.number("max_connections", diags), RebootPolicy: vsphere.RebootPolicy(v["reboot_policy"]),
	}
}

// value returns the argument as text: the configuration wins over the
// environment, and that over the default.
func (a argument) value(ctx context.Context, from tfsdk.Config, diags *diag.Diagnostics) string {
	if text := a.configured(ctx, from, diags); text != "" {
		return text
	}
	for _, name := range a.env {
		if text := os.Getenv(name); text != "" {
			return text
		}
	}
	return a.fallback
}

func (a argument) configured(ctx context.Context, from tfsdk.Config, diags *diag.Diagnostics) string {
	at := path.Root(a.name)
	switch a.kind {
	case types.BoolType:
		var flag types.Bool
		diags.Append(from.GetAttribute(ctx, at, &flag)...)
		if !flag.IsNull() {
			return strconv.FormatBool(flag.ValueBool())
		}
	case types.Int64Type:
		var number types.Int64
		diags.Append(from.GetAttribute(ctx, at, &number)...)
		if !number.IsNull() {
			return strconv.FormatInt(number.ValueInt64(), 10)
		}
	default:
		var text types.String
		diags.Append(from.GetAttribute(ctx, at, &text)...)
		return text.ValueString()
	}
	return ""
}

// require adds an error for each argument that is set nowhere.
func (v values) require(diags *diag.Diagnostics, names ...string) {
	for _, a := range arguments {
		for _, name := range names {
			if a.name == name && v[name] == "" {
				diags.AddAttributeError(path.Root(name), "Missing "+name,
					fmt.Sprintf("The provider cannot log in to vCenter without it. Set %s in the provider block, or the environment variable %s.", name, a.env[0]))
			}
		}
	}
}

// flag reads a boolean. Only the environment can hold something else.
func (v values) flag(name string, diags *diag.Diagnostics) bool {
	b, err := strconv.ParseBool(v[name])
	if err != nil {
		diags.AddAttributeError(path.Root(name), "Wrong "+name, fmt.Sprintf("%q is neither true nor false.", v[name]))
	}
	return b
}

// number reads a number of at least 1.
func (v values) number(name string, diags *diag.Diagnostics) int {
	n, err := strconv.Atoi(v[name])
	if err != nil || n < 1 {
		diags.AddAttributeError(path.Root(name), "Wrong "+name, fmt.Sprintf("%q is not a whole number of at least 1.", v[name]))
	}
	return n
}

// refuse adds the error of a setting that the client does not take, on the
// argument that it came from.
func refuse(err error, diags *diag.Diagnostics) {
	wrong := (*vsphere.ConfigError)(nil)
	if !errors.As(err, &wrong) {
		diags.AddError("Wrong provider configuration", err.Error())
		return
	}
	for _, a := range arguments {
		if a.field == wrong.Field {
			diags.AddAttributeError(path.Root(a.name), "Wrong "+a.name, fmt.Sprintf("%s %s.", a.name, wrong.Err))
		}
	}
}

// logger passes the client's log lines on to Terraform's log.
type logger struct{}

func (logger) Trace(ctx context.Context, msg string, fields map[string]any) {
	tflog.Trace(ctx, msg, fields)
}
func (logger) Debug(ctx context.Context, msg string, fields map[string]any) {
	tflog.Debug(ctx, msg, fields)
}
func (logger) Warn(ctx context.Context, msg string, fields map[string]any) {
	tflog.Warn(ctx, msg, fields)
}
