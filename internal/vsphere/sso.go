// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/pbm"
	pbmmethods "github.com/vmware/govmomi/pbm/methods"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/ssoadmin"
	"github.com/vmware/govmomi/sts"
	"github.com/vmware/govmomi/vim25/soap"
)

// newPBM opens the storage policy service, which takes the vSphere session
// from a SOAP header.
func (c *Client) newPBM(ctx context.Context) (*pbm.Client, error) {
	sc := c.NewServiceClient(pbm.Path, pbm.Namespace)
	c.share(sc)
	sc.Cookie = c.SessionCookie
	rt := c.roundTripper(sc, "")
	res, err := pbmmethods.PbmRetrieveServiceContent(ctx, rt, &pbmtypes.PbmRetrieveServiceContent{This: pbm.ServiceInstance})
	if err != nil {
		return nil, fmt.Errorf("opening the storage policy service: %w", err)
	}
	return &pbm.Client{Client: sc, ServiceContent: res.Returnval, RoundTripper: rt}, nil
}

// SSO returns the client of the single sign-on administration service, logged
// in with a token of its own.
func (c *Client) SSO(ctx context.Context) (*ssoadmin.Client, error) {
	if err := c.needVCenter("single sign-on"); err != nil {
		return nil, err
	}
	return c.sso.Get(ctx, func(ctx context.Context) (*ssoadmin.Client, error) {
		admin, err := c.newSSO(ctx)
		if err != nil {
			return nil, fmt.Errorf("opening the single sign-on service: %w", err)
		}
		return admin, nil
	})
}

func (c *Client) newSSO(ctx context.Context) (*ssoadmin.Client, error) {
	admin, err := ssoadmin.NewClient(ctx, c.raw)
	if err != nil {
		return nil, err
	}
	c.endpointTransport(admin.Client)
	issue := func(ctx context.Context) (context.Context, error) {
		tokens, err := sts.NewClient(ctx, c.raw)
		if err != nil {
			return nil, err
		}
		c.endpointTransport(tokens.Client)
		signer, err := tokens.Issue(ctx, sts.TokenRequest{Userinfo: c.endpoint.url.User})
		if err != nil {
			return nil, err
		}
		return admin.WithHeader(ctx, soap.Header{Security: signer}), nil
	}
	raw := &caller{next: admin.Client, service: "sso:", timeout: c.config.APITimeout, calls: c.calls}
	admin.RoundTripper = raw
	login := func(ctx context.Context) error {
		ctx, err := issue(ctx)
		if err != nil {
			return err
		}
		plain := *admin
		plain.RoundTripper = raw
		return plain.Login(ctx)
	}
	if err := login(ctx); err != nil {
		return nil, err
	}
	admin.RoundTripper = &caller{
		next: admin.Client, service: "sso:", timeout: c.config.APITimeout, calls: c.calls, session: newSession(login),
	}
	return admin, nil
}

// endpointTransport adds the debug files to a client whose cookies are its own.
func (c *Client) endpointTransport(sc *soap.Client) {
	sc.Transport = c.endpoint.wrap(sc.DefaultTransport())
}
