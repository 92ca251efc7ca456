// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"sync"

	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
)

var errClosed = errors.New("the vSphere client is closed")

// Endpoint is a vCenter that nothing has been asked of yet. It is safe for
// concurrent use.
type Endpoint struct {
	config Config
	mu     sync.Mutex
	client *Client
	closed bool
}

// NewEndpoint validates config; a *ConfigError names the field that is wrong.
// It does not use the network.
func NewEndpoint(config Config) (*Endpoint, error) {
	if _, err := config.url(); err != nil {
		return nil, err
	}
	return &Endpoint{config: config}, nil
}

// Client returns the client of this endpoint, logging in on first use.
func (e *Endpoint) Client(ctx context.Context) (*Client, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errClosed
	}
	if e.client != nil {
		return e.client, nil
	}
	u, err := e.config.url()
	if err != nil {
		return nil, err
	}
	vc, err := vim25.NewClient(ctx, soap.NewClient(u, e.config.Insecure))
	if err != nil {
		return nil, err
	}
	if err := session.NewManager(vc).Login(ctx, u.User); err != nil {
		return nil, err
	}
	e.client = &Client{Client: vc, config: e.config}
	return e.client, nil
}

// Close logs out (unless the session is persisted), closes connections and
// stops goroutines. It is idempotent; Client returns an error afterwards.
func (e *Endpoint) Close(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	if e.client == nil {
		return nil
	}
	return e.client.close(ctx)
}
