// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/methods"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// connectProxy passes CONNECT requests on to server, whatever they name.
func connectProxy(t *testing.T, server string) (url string, used *atomic.Int32) {
	t.Helper()
	used = new(atomic.Int32)
	var (
		mu      sync.Mutex // orders the start of tunnels and the wait for their end
		tunnels sync.WaitGroup
	)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		used.Add(1)
		far, err := net.Dial("tcp", server)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		near, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
		mu.Lock()
		defer mu.Unlock()
		tunnels.Go(func() { _, _ = io.Copy(far, near); far.Close() })
		tunnels.Go(func() { _, _ = io.Copy(near, far); near.Close() })
	}))
	t.Cleanup(func() {
		proxy.Close()
		mu.Lock()
		defer mu.Unlock()
		tunnels.Wait()
	})
	return proxy.URL, used
}

func TestProxy(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	var used *atomic.Int32
	config.ProxyURL, used = connectProxy(t, v.Server())
	config.Server = "vcenter.example.invalid"
	config.CAPEM, config.Thumbprint = "", v.Thumbprint()
	c := connect(t, v, config)
	if _, err := c.AttachedTags(t.Context(), machines(t, c)[0]); err != nil {
		t.Error(err)
	}
	if used.Load() == 0 {
		t.Error("the proxy was not used")
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	v.SetLatency(5 * time.Millisecond)
	many := func() {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				for range 4 {
					if _, err := methods.GetCurrentTime(t.Context(), c); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	many()
	first := v.Calls().Connections
	if first > 34 || first < 10 {
		t.Errorf("%d connections for 50 callers, want at most 34", first)
	}
	many()
	if _, err := c.REST(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PBM(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := v.Calls().Connections; n > 34 {
		t.Errorf("%d connections after the same again", n)
	}
}

func TestTrustOfFileAndName(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, v.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	config := configFor(v)
	config.CAPEM, config.CAFile = "", file
	_ = connect(t, v, config)

	config.ProxyURL, _ = connectProxy(t, v.Server())
	config.Server = "vcenter.example.invalid" // the certificate has other names
	v.ResetCalls()
	_, err := endpoint(t, config).Client(t.Context())
	text, remedy := vsphere.Explain(err)
	if err == nil || !strings.Contains(text, "certificate") || !strings.Contains(remedy, "vsphere_server") {
		t.Errorf("%s: %s", text, remedy)
	}
	if n := v.Calls().Total; n != 0 {
		t.Errorf("%d requests were sent to a server with another name", n)
	}
	config.Thumbprint = strings.Repeat("00", 32)
	_, err = endpoint(t, config).Client(t.Context())
	var pin *vsphere.ThumbprintError
	if !errors.As(err, &pin) || pin.Server != config.Server || pin.Got != v.Thumbprint() {
		t.Errorf("%+v", pin)
	}
}

func TestConfigNamesTheFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change      func(*vsphere.Config)
		field, says string
	}{
		"no server":              {func(c *vsphere.Config) { c.Server = " " }, "Server", "empty"},
		"server with blanks":     {func(c *vsphere.Config) { c.Server = "vcenter example com" }, "Server", "host"},
		"server of no scheme":    {func(c *vsphere.Config) { c.Server = "ftp://u:hunter2@vcenter" }, "Server", "https"},
		"server with a bad port": {func(c *vsphere.Config) { c.Server = "https://u:hunter2@vcenter:x/" }, "Server", ""},
		"no user":                {func(c *vsphere.Config) { c.User = "" }, "User", "empty"},
		"no password":            {func(c *vsphere.Config) { c.Password = "" }, "Password", "empty"},
		"CA file":                {func(c *vsphere.Config) { c.CAFile = filepath.Join(dir, "none") }, "CAFile", "no such file"},
		"empty CA file":          {func(c *vsphere.Config) { c.CAFile = empty }, "CAFile", "PEM"},
		"CA text":                {func(c *vsphere.Config) { c.CAPEM = "x" }, "CAPEM", "PEM"},
		"SHA-1":                  {func(c *vsphere.Config) { c.Thumbprint = strings.Repeat("AB:", 19) + "AB" }, "Thumbprint", "SHA-1"},
		"short thumbprint":       {func(c *vsphere.Config) { c.Thumbprint = "ABCD" }, "Thumbprint", "4 hex digits"},
		"thumbprint of words":    {func(c *vsphere.Config) { c.Thumbprint = "words" }, "Thumbprint", "hexadecimal"},
		"proxy":                  {func(c *vsphere.Config) { c.ProxyURL = "::" }, "ProxyURL", "URL"},
		"proxy scheme":           {func(c *vsphere.Config) { c.ProxyURL = "gopher://proxy:1" }, "ProxyURL", "gopher"},
		"timeout":                {func(c *vsphere.Config) { c.APITimeout = -1 }, "APITimeout", "negative"},
		"keep alive":             {func(c *vsphere.Config) { c.KeepAlive = -1 }, "KeepAlive", "negative"},
		"connections":            {func(c *vsphere.Config) { c.MaxConnections = 1 }, "MaxConnections", "4"},
	} {
		config := vsphere.Config{Server: "vcenter.example.com", User: "u", Password: "p"}
		tt.change(&config)
		_, err := vsphere.NewEndpoint(config)
		var wrong *vsphere.ConfigError
		if !errors.As(err, &wrong) || wrong.Field != tt.field || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := vsphere.NewEndpoint(vsphere.Config{Server: "[::1]:8443", User: "u", Password: "p", ProxyURL: "socks5://proxy:1"}); err != nil {
		t.Error(err)
	}
}
