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
	"time"

	"github.com/vmware/govmomi/vim25/soap"
)

// Logger takes structured log lines. Fields never hold secrets.
type Logger interface {
	Trace(ctx context.Context, msg string, fields map[string]any)
	Debug(ctx context.Context, msg string, fields map[string]any)
	Warn(ctx context.Context, msg string, fields map[string]any)
}

// Config says how to reach a vCenter (or an ESXi host).
type Config struct {
	Server, User, Password          string
	Insecure                        bool
	APITimeout, KeepAlive           time.Duration
	PersistSession                  bool
	VimSessionPath, RESTSessionPath string
	Debug                           bool
	DebugPath, DebugPathRun         string
	CAFile, CAPEM, Thumbprint       string
	ProxyURL                        string
	MaxConnections                  int
	UserAgent                       string
	Log                             Logger
}

// ConfigError names the field of Config that is wrong.
type ConfigError struct {
	Field string
	Err   error
}

func (e *ConfigError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Err) }

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

func (c *Config) url() (*url.URL, error) {
	if c.Server == "" {
		return nil, &ConfigError{Field: "Server", Err: errors.New("is empty")}
	}
	u, err := soap.ParseURL(c.Server)
	if err != nil {
		return nil, &ConfigError{Field: "Server", Err: err}
	}
	u.User = url.UserPassword(c.User, c.Password)
	return u, nil
}
