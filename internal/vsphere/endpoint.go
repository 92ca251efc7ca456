// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

var errClosed = errors.New("the connection to vSphere is closed")

// failedLoginRest is how long a failed login stands for all who ask: a thousand
// operations must not lock the account, nor wait for a dead server in turn.
const failedLoginRest = 10 * time.Second

// Endpoint is a vCenter that nothing has been asked of yet. It is safe for
// concurrent use.
type Endpoint struct {
	config Config
	url    *url.URL
	tls    *tls.Config
	proxy  func(*http.Request) (*url.URL, error)
	debug  *debugFiles

	flight flight[*Client]
	mu     sync.Mutex
	client *Client
	closed bool
	failed error
	until  time.Time // failed stands until then
}

// NewEndpoint validates config; a *ConfigError names the field that is wrong.
// It reads CAFile and does not use the network.
func NewEndpoint(config Config) (*Endpoint, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	e := &Endpoint{config: config}
	var err error
	if e.url, err = config.url(); err != nil {
		return nil, err
	}
	if e.tls, err = config.tlsConfig(); err != nil {
		return nil, err
	}
	if e.proxy, err = config.proxy(); err != nil {
		return nil, err
	}
	if config.Debug {
		e.debug = newDebugFiles(config.DebugPath, config.DebugPathRun, time.Now())
	}
	return e, nil
}

// Client returns the client of this endpoint. The first caller logs in, however
// many there are; one that is cancelled does not fail the others.
func (e *Endpoint) Client(ctx context.Context) (*Client, error) {
	if c, err, ok := e.ready(); ok {
		return c, err
	}
	return e.flight.Do(ctx, func(ctx context.Context) (*Client, error) {
		if c, err, ok := e.ready(); ok {
			return c, err
		}
		c, err := e.connect(ctx)
		if err != nil {
			err = fmt.Errorf("connecting to %s: %w", e.url.Host, err)
		}
		return e.keep(ctx, c, err)
	})
}

// ready returns what a login has come to, if it still stands.
func (e *Endpoint) ready() (*Client, error, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return nil, errClosed, true
	case e.client != nil:
		return e.client, nil, true
	case e.failed != nil && time.Now().Before(e.until):
		return nil, e.failed, true
	}
	return nil, nil, false
}

func (e *Endpoint) keep(ctx context.Context, c *Client, err error) (*Client, error) {
	e.mu.Lock()
	closed := e.closed
	switch {
	case err == nil && !closed:
		e.client = c
	case err != nil && ctx.Err() == nil:
		e.failed, e.until = err, time.Now().Add(failedLoginRest)
	}
	e.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if closed {
		c.close(ctx)
		return nil, errClosed
	}
	c.start()
	return c, nil
}

// closeTime is what Terraform leaves a provider to end in, with a reserve.
const closeTime = 1800 * time.Millisecond

// Close logs out (unless sessions are persisted), closes the connections and
// stops the goroutines, within two seconds even when the server is dead. It is
// idempotent; Client returns an error afterwards.
func (e *Endpoint) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	e.mu.Lock()
	first, c := !e.closed, e.client
	e.closed = true
	e.mu.Unlock()
	if !first {
		return nil
	}
	e.flight.Wait(ctx) // a login under way logs itself out
	if c == nil {
		return nil
	}
	return c.close(ctx)
}
