// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package vsphere is a vCenter client made for provider work: lazy and durable
// sessions, batched reads, task waits that share one long poll, faults turned
// into errors that people understand. It knows nothing of Terraform.
package vsphere

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/vmware/govmomi/vim25/soap"
)

// Logger takes structured log lines. Fields never hold secrets.
type Logger interface {
	Trace(ctx context.Context, msg string, fields map[string]any)
	Debug(ctx context.Context, msg string, fields map[string]any)
	Warn(ctx context.Context, msg string, fields map[string]any)
}

type noLog struct{}

func (noLog) Trace(context.Context, string, map[string]any) {}
func (noLog) Debug(context.Context, string, map[string]any) {}
func (noLog) Warn(context.Context, string, map[string]any)  {}

// Config says how to reach a vCenter (or an ESXi host), and as whom.
type Config struct {
	// Server is a host name or address, with a port if it is not 443.
	Server   string
	User     string
	Password string

	// Insecure turns the check of the server's certificate off.
	Insecure bool
	// CAFile (a PEM file) and CAPEM (its content) add to the system's
	// certificate authorities.
	CAFile, CAPEM string
	// Thumbprint is the SHA-256 of the server's certificate in hex, colons or
	// not; the server is then trusted for this certificate and no other.
	Thumbprint string
	// ProxyURL overrides the proxy of the environment.
	ProxyURL string

	// APITimeout limits one call; 5 minutes when zero.
	APITimeout time.Duration
	// KeepAlive is the interval of calls that keep an idle session alive;
	// 10 minutes when zero.
	KeepAlive time.Duration
	// MaxConnections limits the connections to the server; 32 when zero.
	MaxConnections int
	UserAgent      string

	// PersistSession keeps sessions in files that govc understands, and reuses
	// them. The paths are directories; empty ones mean those of govc.
	PersistSession                  bool
	VimSessionPath, RESTSessionPath string

	// Debug writes requests and responses, without secrets, to files in
	// DebugPath/debug/DebugPathRun; the defaults are ~/.govmomi and the time.
	Debug                   bool
	DebugPath, DebugPathRun string

	// RebootPolicy is for those who change machines; RebootWarn when empty.
	RebootPolicy RebootPolicy

	// Log may be nil.
	Log Logger
}

// RebootPolicy says what may be done to a machine that a change takes a power
// cycle of.
type RebootPolicy string

// What a change that needs a power cycle may do. The client itself has no use
// for it: it carries it to those who make such changes.
const (
	RebootAllow RebootPolicy = "allow" // it is made
	RebootWarn  RebootPolicy = "warn"  // it is made after a warning
	RebootDeny  RebootPolicy = "deny"  // it is refused
)

// ConfigError names the field of Config that is wrong.
type ConfigError struct {
	Field string
	Err   error
}

func (e *ConfigError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Err) }

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	if c.APITimeout == 0 {
		c.APITimeout = 5 * time.Minute
	}
	if c.KeepAlive == 0 {
		c.KeepAlive = 10 * time.Minute
	}
	if c.MaxConnections == 0 {
		c.MaxConnections = 32
	}
	if c.RebootPolicy == "" {
		c.RebootPolicy = RebootWarn
	}
	if c.Log == nil {
		c.Log = noLog{}
	}
	c.VimSessionPath = expandHome(c.VimSessionPath)
	c.RESTSessionPath = expandHome(c.RESTSessionPath)
	c.DebugPath = expandHome(c.DebugPath)
	c.CAFile = expandHome(c.CAFile)
	return c
}

// validate checks what can be checked without asking anybody.
func (c *Config) validate() error {
	if _, err := c.url(); err != nil {
		return err
	}
	for _, need := range []struct{ field, value string }{{"User", c.User}, {"Password", c.Password}} {
		if need.value == "" {
			return &ConfigError{Field: need.field, Err: errors.New("is empty")}
		}
	}
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"APITimeout", c.APITimeout}, {"KeepAlive", c.KeepAlive}} {
		if d.value < 0 {
			return &ConfigError{Field: d.field, Err: fmt.Errorf("%s is negative", d.value)}
		}
	}
	switch c.RebootPolicy {
	case RebootAllow, RebootWarn, RebootDeny:
	default:
		return &ConfigError{Field: "RebootPolicy", Err: fmt.Errorf("%q is none of allow, warn and deny", c.RebootPolicy)}
	}
	// One connection is held by the long poll of task waits.
	if c.MaxConnections < 4 {
		return &ConfigError{Field: "MaxConnections", Err: fmt.Errorf("%d is less than 4", c.MaxConnections)}
	}
	return nil
}

// url is the address of the SOAP endpoint, with the credentials.
func (c *Config) url() (*url.URL, error) {
	if strings.TrimSpace(c.Server) == "" {
		return nil, &ConfigError{Field: "Server", Err: errors.New("is empty")}
	}
	u, err := soap.ParseURL(c.Server)
	switch {
	case err != nil:
		// The text of a parse error repeats its input, which may hold a password.
		return nil, &ConfigError{Field: "Server", Err: errors.New("is not a host name, an address or a URL")}
	case u.Hostname() == "" || strings.ContainsAny(u.Host, " \t"):
		return nil, &ConfigError{Field: "Server", Err: fmt.Errorf("%q has no host name", u.Redacted())}
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, &ConfigError{Field: "Server", Err: fmt.Errorf("%q is not an https address", u.Redacted())}
	}
	u.User = url.UserPassword(c.User, c.Password)
	return u, nil
}

// expandHome replaces a leading ~ by the user's home directory.
func expandHome(path string) string {
	if path != "~" && !strings.HasPrefix(path, "~/") && !strings.HasPrefix(path, `~\`) {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(home, path[1:])
}
