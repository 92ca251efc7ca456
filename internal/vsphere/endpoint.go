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

// Endpoint is a vCenter that nothing has been asked of yet. It is safe for
// concurrent use.
type Endpoint struct {
	config Config
	url    *url.URL
	tls    *tls.Config
	proxy  func(*http.Request) (*url.URL, error)
	debug  *debugFiles

	flight flight[*Client]
	failed failure
	mu     sync.Mutex
	client *Client
	closed bool
}

// NewEndpoint validates config; a *ConfigError names the field that is wrong.
// It reads CAFile and does not use the network.
func NewEndpoint(config Config) (*Endpoint, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, err
	}
	e := &Endpoint{config: config, flight: flight[*Client]{durable: true}}
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
	if c, ok, err := e.ready(); ok {
		return c, err
	}
	return e.flight.Do(ctx, func(ctx context.Context) (*Client, error) {
		if c, ok, err := e.ready(); ok {
			return c, err
		}
		c, err := e.connect(ctx)
		if err != nil {
			err = fmt.Errorf("connecting to %s: %w", e.url.Host, err)
			if ctx.Err() == nil {
				e.failed.note(err)
			}
			return nil, err
		}
		return e.keep(ctx, c)
	})
}

// ready returns what a login has come to, if it still stands.
func (e *Endpoint) ready() (c *Client, ok bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return nil, true, errClosed
	case e.client != nil:
		return e.client, true, nil
	}
	err = e.failed.standing()
	return nil, err != nil, err
}

// keep makes c the client of all callers. One that comes after Close is ended.
func (e *Endpoint) keep(ctx context.Context, c *Client) (*Client, error) {
	e.mu.Lock()
	closed := e.closed
	if !closed {
		c.start(ctx)
		e.client = c
	}
	e.mu.Unlock()
	if !closed {
		return c, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	if err := c.close(ctx); err != nil {
		return nil, errors.Join(errClosed, err)
	}
	return nil, errClosed
}

const (
	// closeTime is what Terraform leaves a provider to end in, with a reserve.
	closeTime = 1800 * time.Millisecond
	// loginPatience is the part of it that a login under way may take: it is
	// better ended by a logout than cut off.
	loginPatience = 900 * time.Millisecond
)

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
	if c != nil {
		return c.close(ctx)
	}
	enough, cancelLogin := context.WithTimeout(ctx, loginPatience)
	defer cancelLogin()
	e.flight.End(enough) // a login under way logs itself out
	return nil
}
