// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"crypto/x509"
	"net/url"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t testing.TB, opts Options) *VCenter {
	t.Helper()
	v, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// login makes a client as a provider would: over TLS, verified.
func login(t testing.TB, v *VCenter) *govmomi.Client {
	t.Helper()
	c, err := dial(t, v, url.UserPassword(v.User(), v.Password()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func dial(t testing.TB, v *VCenter, user *url.Userinfo) (*govmomi.Client, error) {
	t.Helper()
	sc := soap.NewClient(v.URL(), false)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(v.CAPEM())
	sc.DefaultTransport().TLSClientConfig.RootCAs = pool
	vc, err := vim25.NewClient(context.Background(), sc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sc.CloseIdleConnections)
	c := &govmomi.Client{Client: vc, SessionManager: session.NewManager(vc)}
	return c, c.Login(context.Background(), user)
}

func TestStart(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	if got := v.Sessions(); got != 1 {
		t.Errorf("%d sessions after login", got)
	}
	if got := c.ServiceContent.About.ApiVersion; got != "8.0.3.0" {
		t.Errorf("api version %s", got)
	}
	vms, err := find.NewFinder(c.Client).VirtualMachineList(context.Background(), "/DC0/vm/*")
	if err != nil || len(vms) != 2 {
		t.Errorf("machines: %v %v", vms, err)
	}
	if err := c.Logout(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := v.Sessions(); got != 0 {
		t.Errorf("%d sessions after logout", got)
	}
	if n := v.Calls(); n.Logins != 1 || n.Logouts != 1 || n.Connections == 0 || n.Count("Login") != 1 {
		t.Errorf("counts: %+v", n)
	}
}
