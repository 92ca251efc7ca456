// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"time"

	gosession "github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// connect opens the SOAP session, or takes up a persisted one that still holds.
func (e *Endpoint) connect(ctx context.Context) (*Client, error) {
	calls := &callLog{log: e.config.Log, counts: map[string]int{}}
	if e.debug != nil {
		if err := e.debug.open(); err != nil {
			return nil, &ConfigError{Field: "DebugPath", Err: err}
		}
	}
	if vc := e.restoreSOAP(ctx); vc != nil {
		return newClient(e, vc, calls), nil
	}
	sc := soap.NewClient(e.url, e.config.Insecure)
	sc.Namespace, sc.Version = "urn:"+vim25.Namespace, vim25.Version
	e.tune(sc)
	raw := &caller{next: sc, timeout: e.config.APITimeout, calls: calls}
	content, err := methods.GetServiceContent(ctx, raw)
	if err != nil {
		sc.CloseIdleConnections()
		return nil, err
	}
	c := newClient(e, &vim25.Client{Client: sc, ServiceContent: content}, calls)
	if err := c.login(ctx); err != nil {
		sc.CloseIdleConnections()
		return nil, err
	}
	return c, nil
}

// login opens a SOAP session and, if wanted, keeps it in a file.
func (c *Client) login(ctx context.Context) error {
	if err := gosession.NewManager(c.raw).Login(ctx, c.endpoint.url.User); err != nil {
		return err
	}
	c.config.Log.Debug(ctx, "logged in to vSphere", map[string]any{
		"server": c.URL().Host, "version": c.Version(), "build": c.ServiceContent.About.Build,
	})
	c.endpoint.persist(ctx, c.raw)
	return nil
}

// keepAlive calls the server now and then, so that a session does not expire
// while nothing is asked.
func (c *Client) keepAlive(ctx context.Context) {
	tick := time.NewTicker(c.config.KeepAlive)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// Each service has a clock of its own.
		if c.rest.session.generation() > 0 {
			_, _ = c.restClient().Session(ctx)
		}
		_, _ = methods.GetCurrentTime(ctx, c)
	}
}

// start runs what lives as long as the client.
func (c *Client) start(ctx context.Context) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // it belongs to no operation
	c.stop = stop
	c.background.Add(1)
	go func() {
		defer c.background.Done()
		c.keepAlive(ctx)
	}()
}

// close ends waits and sessions. Sessions that are persisted stay open.
func (c *Client) close(ctx context.Context) error {
	if c.stop != nil {
		c.stop()
	}
	soon, cancel := context.WithTimeout(ctx, loginPatience)
	defer cancel()
	c.session.close(soon)
	c.rest.session.close(soon)
	c.sso.Close(soon)
	c.watches.close(ctx)
	err := c.logout(ctx)
	c.background.Wait()
	c.config.Log.Debug(ctx, "closed the connection to vSphere", map[string]any{"calls": c.calls.snapshot()})
	c.CloseIdleConnections()
	return err
}

// logout ends the sessions of all services at the same time, except those that
// are persisted.
func (c *Client) logout(ctx context.Context) error {
	ends := map[string]func(context.Context) error{}
	if !c.config.PersistSession {
		ends["SOAP"] = func(ctx context.Context) error { return gosession.NewManager(c.raw).Logout(ctx) }
		if c.rest.session.generation() > 0 {
			ends["REST"] = c.restClient().Logout
		}
	}
	if s, ok := c.sso.Peek(); ok {
		ends["SSO"] = s.Logout
	}
	results := make(chan error, len(ends))
	for name, end := range ends {
		go func() {
			err := end(ctx)
			if err == nil || IsFault[vim.NotAuthenticated](err) || rest.IsStatusError(err, 401) {
				results <- nil // there is no session (any more)
				return
			}
			results <- fmt.Errorf("logging out of %s: %w", name, err)
		}()
	}
	var errs []error
	for range ends {
		errs = append(errs, <-results)
	}
	return errors.Join(errs...)
}
