// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/vmware/govmomi/session/cache"
	"github.com/vmware/govmomi/vim25"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func TestPersistedSessionIsSharedWithGovc(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	dir := t.TempDir()
	config := configFor(v)
	config.CAPEM, config.Insecure = "", true
	config.PersistSession = true
	config.VimSessionPath, config.RESTSessionPath = filepath.Join(dir, "soap"), filepath.Join(dir, "rest")
	for range 3 {
		e, err := vsphere.NewEndpoint(config)
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.Client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.REST(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if n, open := v.Calls().Logins, v.Sessions(); n != 2 || open != 2 {
		t.Errorf("%d logins and %d open sessions, want 2 (SOAP and REST) of each", n, open)
	}
	for _, kind := range []string{"soap", "rest"} {
		files, err := os.ReadDir(filepath.Join(dir, kind))
		if err != nil || len(files) != 1 {
			t.Fatalf("%v %v", files, err)
		}
		if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	}
	u := &url.URL{Scheme: "https", Host: v.Server(), Path: "/sdk", User: url.UserPassword(v.User(), v.Password())}
	govc := &cache.Session{URL: u, Insecure: true, DirSOAP: config.VimSessionPath, DirREST: config.RESTSessionPath}
	vc := new(vim25.Client)
	if ok, err := govc.Load(t.Context(), vc, nil); !ok || err != nil {
		t.Errorf("govc would not take the session: %v %v", ok, err)
	}
	vc.CloseIdleConnections()
}
