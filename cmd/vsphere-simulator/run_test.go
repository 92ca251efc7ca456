// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs the program and returns the first thing it prints as JSON.
func start(t *testing.T, args ...string) map[string]string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-listen", "127.0.0.1:0", "-json", "-no-templates"}, args...), w, io.Discard)
		_ = w.CloseWithError(err)
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	var info map[string]string
	if err := json.NewDecoder(r).Decode(&info); err != nil {
		t.Fatal(err)
	}
	return info
}

func login(t *testing.T, info map[string]string) error {
	t.Helper()
	vc, err := dial(t, info)
	if err != nil {
		return err
	}
	return session.NewManager(vc).Login(context.Background(), url.UserPassword(info["user"], info["password"]))
}

// dial connects without logging in.
func dial(t *testing.T, info map[string]string) (*vim25.Client, error) {
	t.Helper()
	u, err := url.Parse(info["url"])
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(info["ca_file"])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	sc := soap.NewClient(u, false)
	sc.DefaultTransport().TLSClientConfig.RootCAs = pool
	t.Cleanup(sc.CloseIdleConnections)
	return vim25.NewClient(context.Background(), sc)
}

func TestServes(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	info := start(t, "-ca-out", ca, "-user", "me", "-password", "secret")
	if info["ca_file"] != ca || info["user"] != "me" {
		t.Errorf("%v", info)
	}
	if err := login(t, info); err != nil {
		t.Fatal(err)
	}
	info["password"] = "wrong"
	if err := login(t, info); err == nil || !strings.Contains(err.Error(), "incorrect user name or password") && !strings.Contains(err.Error(), "Login failure") {
		t.Errorf("wrong password: %v", err)
	}
}

// A session that is used stays; one that is idle for longer than the flag says
// is gone.
func TestSessionTimeout(t *testing.T) {
	const timeout = 500 * time.Millisecond
	info := start(t, "-session-timeout", timeout.String())
	vc, err := dial(t, info)
	if err != nil {
		t.Fatal(err)
	}
	m := session.NewManager(vc)
	if err := m.Login(t.Context(), url.UserPassword(info["user"], info["password"])); err != nil {
		t.Fatal(err)
	}
	use := func() error {
		_, err := object.NewRootFolder(vc).Children(t.Context())
		return err
	}
	for begin := time.Now(); time.Since(begin) < 2*timeout; time.Sleep(timeout / 10) {
		if err := use(); err != nil {
			t.Fatalf("used session: %v", err)
		}
	}
	time.Sleep(2 * timeout)
	if err := use(); !fault.Is(err, &vim.NotAuthenticated{}) {
		t.Errorf("idle session: %v", err)
	}
}

func TestFaultsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(file, []byte(`[{"method": "Login", "fault": "NoPermission", "message": "not today"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := login(t, start(t, "-faults", file)); err == nil || !strings.Contains(err.Error(), "not today") {
		t.Errorf("injected fault: %v", err)
	}
}

func TestBadArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(file, []byte(`[{"fault": "Nonsense"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"surplus"}, {"-nonsense"}, {"-listen", "256.0.0.1:1"}, {"-listen", "127.0.0.1:0", "-faults", file}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

func TestPrintEnvironment(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out strings.Builder
	if err := run(ctx, []string{"-listen", "127.0.0.1:0", "-no-templates", "-print-env", "-password", "it's"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `export VSPHERE_PASSWORD='it'\''s'`) {
		t.Error(out.String())
	}
}
