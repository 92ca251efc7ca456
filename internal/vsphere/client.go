// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/vmware/govmomi/pbm"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/ssoadmin"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25"
	vim "github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vsan"
)

// Ref names a managed object: its type and its managed object id.
type Ref = vim.ManagedObjectReference

// NewRef returns the reference of the managed object of the given type and id.
func NewRef(kind, value string) Ref { return Ref{Type: kind, Value: value} }

// Client is a logged-in vCenter client. Generated methods work on it
// (methods.X(ctx, c, &req)). It is safe for concurrent use.
type Client struct {
	*vim25.Client
	config Config

	mu   sync.Mutex
	rest *rest.Client
}

// UUID returns the instance UUID of the vCenter, unique among vCenters.
func (c *Client) UUID() string { return c.ServiceContent.About.InstanceUuid }

// IsVCenter reports whether the server is a vCenter and not an ESXi host.
func (c *Client) IsVCenter() bool { return c.IsVC() }

// Version returns the version of the server, for example "8.0.3".
func (c *Client) Version() string { return c.ServiceContent.About.Version }

// AtLeast reports whether the server is of the given version ("7.0.1") or newer.
func (c *Client) AtLeast(version string) bool {
	have, want := strings.Split(c.Version(), "."), strings.Split(version, ".")
	for i, w := range want {
		n, _ := strconv.Atoi(w)
		h := 0
		if i < len(have) {
			h, _ = strconv.Atoi(have[i])
		}
		if h != n {
			return h > n
		}
	}
	return true
}

// REST returns the client of the vAPI endpoint, with a session.
func (c *Client) REST(ctx context.Context) (*rest.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rest != nil {
		return c.rest, nil
	}
	if !c.IsVCenter() {
		return nil, errors.New("this needs a vCenter; the server is an ESXi host")
	}
	r := rest.NewClient(c.Client)
	if err := r.Login(ctx, url.UserPassword(c.config.User, c.config.Password)); err != nil {
		return nil, err
	}
	c.rest = r
	return r, nil
}

// Tags returns the manager of tags and categories.
func (c *Client) Tags(ctx context.Context) (*tags.Manager, error) {
	r, err := c.REST(ctx)
	if err != nil {
		return nil, err
	}
	return tags.NewManager(r), nil
}

// PBM returns the client of the storage policy service.
func (c *Client) PBM(ctx context.Context) (*pbm.Client, error) { return pbm.NewClient(ctx, c.Client) }

// VSAN returns the client of the vSAN health service.
func (c *Client) VSAN(ctx context.Context) (*vsan.Client, error) {
	return vsan.NewClient(ctx, c.Client)
}

// SSO returns the client of the single sign-on administration service.
func (c *Client) SSO(ctx context.Context) (*ssoadmin.Client, error) {
	return ssoadmin.NewClient(ctx, c.Client)
}

func (c *Client) close(ctx context.Context) error {
	var errs []error
	if c.rest != nil {
		errs = append(errs, c.rest.Logout(ctx))
	}
	errs = append(errs, session.NewManager(c.Client).Logout(ctx))
	c.CloseIdleConnections()
	return errors.Join(errs...)
}
