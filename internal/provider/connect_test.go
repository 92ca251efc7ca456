// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// What is wrong with the provider block is said on the argument, before the
// network is used.
func TestConfigure_badInput(t *testing.T) {
	good := acctest.Object{"vsphere_server": "vcenter.example.com", "user": "u", "password": "p"}
	for name, c := range map[string]struct {
		change acctest.Object
		on     string
		says   string
	}{
		"no server":           {acctest.Object{"vsphere_server": nil}, "vsphere_server", "VSPHERE_SERVER"},
		"no user":             {acctest.Object{"user": nil}, "user", "VSPHERE_USER"},
		"no password":         {acctest.Object{"password": nil}, "password", "VSPHERE_PASSWORD"},
		"a negative timeout":  {acctest.Object{"api_timeout": -1}, "api_timeout", "at least 1"},
		"no keep alive":       {acctest.Object{"vim_keep_alive": 0}, "vim_keep_alive", "at least 1"},
		"no connections":      {acctest.Object{"max_connections": 0}, "max_connections", "at least 1"},
		"a thumbprint of MD5": {acctest.Object{"thumbprint": "AA:BB"}, "thumbprint", "SHA-256"},
		"a missing CA file":   {acctest.Object{"ca_file": "/no/such/file.pem"}, "ca_file", "no such file"},
		"a PEM that is none":  {acctest.Object{"ca_pem": "hello"}, "ca_pem", "certificate"},
		"a proxy of no kind":  {acctest.Object{"proxy_url": "::nothing"}, "proxy_url", "URL"},
		"a server of no kind": {acctest.Object{"vsphere_server": "vcenter example com"}, "vsphere_server", "host"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"VSPHERE_SERVER", "VSPHERE_USER", "VSPHERE_PASSWORD"} {
				t.Setenv(variable, "")
			}
			config := acctest.Object{}
			for _, part := range []acctest.Object{good, c.change} {
				for k, v := range part {
					config[k] = v
				}
			}
			diags := acctest.Configure(t, config)
			if len(diags) != 1 || diags[0].Attribute == nil || !strings.Contains(diags[0].Attribute.String(), `"`+c.on+`"`) {
				t.Fatalf("want one error on %s, got %s", c.on, show(diags))
			}
			if !strings.Contains(diags[0].Summary+" "+diags[0].Detail, c.says) {
				t.Errorf("want %q in: %s", c.says, show(diags))
			}
		})
	}
}

// The environment stands in for arguments that are left out, and the
// configuration wins over it.
func TestConfigure_environment(t *testing.T) {
	t.Setenv("VSPHERE_SERVER", "vcenter.example.com")
	t.Setenv("VSPHERE_USER", "u")
	t.Setenv("VSPHERE_PASSWORD", "p")
	t.Setenv("VSPHERE_API_TIMEOUT", "soon")
	if diags := acctest.Configure(t, acctest.Object{"api_timeout": 7}); len(diags) != 0 {
		t.Errorf("the configuration does not win: %s", show(diags))
	}
	if diags := acctest.Configure(t, acctest.Object{}); len(diags) != 1 || !strings.Contains(diags[0].Detail, "soon") {
		t.Errorf("the environment is not checked: %s", show(diags))
	}
}

func show(diags []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", d.Summary, d.Detail, d.Attribute))
	}
	return strings.Join(lines, "\n")
}

// A vCenter that cannot be used is one error, at once, with what to do.
func TestConnect_refused(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	block := func(server, password, trust string) string {
		return fmt.Sprintf("provider \"vsphere\" {\n vsphere_server = %q\n user = %q\n password = %q\n %s\n}\ndata \"vsphere_datacenter\" \"dc\" {\n name = \"DC0\"\n}\n",
			server, vc.User(), password, trust)
	}
	trusted := fmt.Sprintf("ca_pem = <<PEM\n%s\nPEM", vc.CAPEM())
	_, port, err := net.SplitHostPort(vc.Server())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ config, says string }{
		"wrong password":        {block(vc.Server(), "wrong", trusted), `(?s)user name or password.*password`},
		"untrusted certificate": {block(vc.Server(), vc.Password(), ""), `(?s)certificate.*ca_file.*thumbprint`},
		"wrong thumbprint":      {block(vc.Server(), vc.Password(), `thumbprint = "`+strings.Repeat("00:", 31)+`00"`), `(?s)thumbprint`},
		"unreachable host":      {block("127.0.0.1:"+closedPort(t), vc.Password(), trusted), `(?s)refused.*vsphere_server`},
		"wrong port's protocol": {block("localhost:"+port+"0", vc.Password(), trusted), `(?s)vsphere_server`},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(t),
				Steps:                    []resource.TestStep{{Config: c.config, ExpectError: regexp.MustCompile(c.says)}},
			})
			if took := time.Since(started); took > 20*time.Second {
				t.Errorf("it took %s to say so", took)
			}
		})
	}
	if n := vc.Sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// closedPort is a port that nobody listens on.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Configure does not use the network, and closing what was never used is fine.
func TestConfigure_isLazy(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	p.Close()
	if n := vc.Calls().Total; n != 0 {
		t.Errorf("%d calls were made", n)
	}
	if err := p.Server.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("closing twice: %s", err)
	}
}
