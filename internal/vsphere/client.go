// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/vmware/govmomi/pbm"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/ssoadmin"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
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

	endpoint *Endpoint
	config   Config
	raw      *vim25.Client // the same without renewal of the session
	calls    *callLog
	session  *session
	rest     restState
	pbm      lazy[*pbm.Client]
	vsan     lazy[*vsan.Client]
	sso      lazy[*ssoadmin.Client]

	properties *loader[ask, vim.ObjectContent]
	attached   *loader[Ref, []string]
	policies   *loader[pbmtypes.PbmServerObjectRef, []string]
	files      *loader[fileAsk, vim.BaseFileInfo]
	fields     lazy[[]vim.CustomFieldDef]
	inventory  inventory
	tagNames   tagNames
	watches    watches
	locks      locks

	stop       context.CancelFunc
	background sync.WaitGroup
}

func newClient(e *Endpoint, vc *vim25.Client, calls *callLog) *Client {
	c := &Client{Client: vc, endpoint: e, config: e.config, calls: calls}
	c.session = newSession(c.login)
	c.rest.session = newSession(c.loginREST)
	raw := *vc
	raw.RoundTripper = &caller{next: vc.Client, timeout: e.config.APITimeout, calls: calls}
	c.raw = &raw
	vc.RoundTripper = c.roundTripper(vc.Client, "")
	c.properties = newLoader(256, each(c.retrieve, missing))
	c.attached = newLoader(256, each(c.listAttachedTags, nothing[Ref]))
	c.policies = newLoader(256, each(c.queryPolicies, nothing[pbmtypes.PbmServerObjectRef]))
	c.files = newLoader(256, c.findFiles)
	c.watches.init(c)
	return c
}

// missing is the answer to a read of an object that the server left out.
func missing(ask) error { return ErrNotFound }

// nothing makes a key without an answer come to an empty one.
func nothing[K comparable](K) error { return nil }

// UUID returns the instance UUID of the vCenter, unique among vCenters; empty
// on an ESXi host.
func (c *Client) UUID() string { return c.ServiceContent.About.InstanceUuid }

// IsVCenter reports whether the server is a vCenter and not an ESXi host.
func (c *Client) IsVCenter() bool { return c.IsVC() }

// Version returns the version of the server, for example "8.0.3".
func (c *Client) Version() string { return c.ServiceContent.About.Version }

// AtLeast reports whether the server is of the given version ("7.0.1") or newer.
func (c *Client) AtLeast(version string) bool {
	have := strings.Split(c.Version(), ".")
	for i, part := range strings.Split(version, ".") {
		want, _ := strconv.Atoi(part)
		got := 0
		if i < len(have) {
			got, _ = strconv.Atoi(have[i])
		}
		if got != want {
			return got > want
		}
	}
	return true
}

// RebootPolicy returns what a change that needs a power cycle may do.
func (c *Client) RebootPolicy() RebootPolicy { return c.config.RebootPolicy }

// Calls returns how often each operation was called since the login; REST
// operations are named by method and path.
func (c *Client) Calls() map[string]int { return c.calls.snapshot() }

// PBM returns the client of the storage policy service.
func (c *Client) PBM(ctx context.Context) (*pbm.Client, error) {
	if err := c.needVCenter("storage policies"); err != nil {
		return nil, err
	}
	return c.pbm.Get(ctx, func(ctx context.Context) (*pbm.Client, error) { return c.newPBM(ctx) })
}

// VSAN returns the client of the vSAN health service.
func (c *Client) VSAN(ctx context.Context) (*vsan.Client, error) {
	if err := c.needVCenter("vSAN"); err != nil {
		return nil, err
	}
	return c.vsan.Get(ctx, func(ctx context.Context) (*vsan.Client, error) {
		v, err := vsan.NewClient(ctx, c.Client)
		if err != nil {
			return nil, fmt.Errorf("opening the vSAN service: %w", err)
		}
		c.share(v.Client)
		v.RoundTripper = c.roundTripper(v.Client, "vsan:")
		return v, nil
	})
}

// NeedVCenterError says that something was asked of an ESXi host that only a
// vCenter has.
type NeedVCenterError struct{ What string }

func (e *NeedVCenterError) Error() string {
	return e.What + ": only available on a vCenter, and the server is an ESXi host"
}

func (c *Client) needVCenter(what string) error {
	if c.IsVCenter() {
		return nil
	}
	return &NeedVCenterError{What: what}
}

// roundTripper gives a SOAP service the treatment of all calls; services with
// the session of vSphere renew it.
func (c *Client) roundTripper(sc *soap.Client, service string) soap.RoundTripper {
	return &caller{next: sc, service: service, timeout: c.config.APITimeout, session: c.session, calls: c.calls}
}

// share gives the client of another service the debug files and the cookies,
// so that it sees the session also after a new login.
func (c *Client) share(sc *soap.Client) {
	sc.Transport = c.endpoint.wrap(sc.DefaultTransport())
	sc.Jar = c.Jar
}

var errNoObject = errors.New("no managed object is named")
