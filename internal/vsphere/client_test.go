// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
	"go.uber.org/goleak"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, opts simulator.Options) *simulator.VCenter {
	t.Helper()
	v, err := simulator.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

func configFor(v *simulator.VCenter) vsphere.Config {
	return vsphere.Config{Server: v.Server(), User: v.User(), Password: v.Password(), CAPEM: string(v.CAPEM())}
}

// connect returns a client of v that is closed at the end; no session may be
// left then.
func connect(t *testing.T, v *simulator.VCenter, config vsphere.Config) *vsphere.Client {
	t.Helper()
	e, err := vsphere.NewEndpoint(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if n := v.Sessions(); n != 0 && !config.PersistSession {
			t.Errorf("%d sessions are left", n)
		}
	})
	return c
}

func machines(t *testing.T, c *vsphere.Client) []vsphere.Ref {
	t.Helper()
	var refs []vsphere.Ref
	for m, err := range vsphere.All[mo.VirtualMachine](t.Context(), c, vsphere.Ref{}, "VirtualMachine", "name") {
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, m.Self)
	}
	return refs
}

func TestReadsShareCalls(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Machines: 10})
	c := connect(t, v, configFor(v))
	refs := machines(t, c)
	v.SetLatency(5 * time.Millisecond)
	v.ResetCalls()
	var wg sync.WaitGroup
	for w := range 10 {
		wg.Go(func() {
			for i := range 10 {
				ref := refs[(w+i)%len(refs)]
				if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, ref, "name", "config"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := v.Calls().Total; n > 15 {
		t.Errorf("%d calls for 100 reads by ten at a time, want at most 15: %v", n, v.Calls().ByName)
	}
}

func TestReadOfWhatIsGoneSpoilsNoOther(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ref := machines(t, c)[0]
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if m, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, ref, "name"); err != nil || m.Name == "" {
				t.Errorf("%+v %v", m, err)
			}
		})
		wg.Go(func() {
			if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, vsphere.NewRef("VirtualMachine", "vm-999999"), "name"); !errors.Is(err, vsphere.ErrNotFound) {
				t.Errorf("gone: %v", err)
			}
		})
		wg.Go(func() {
			if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, ref, "name", "nonsense"); err == nil || vsphere.Gone(err) {
				t.Errorf("unknown property: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestFind(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{Datacenters: 2})
	c := connect(t, v, configFor(v))
	ctx := t.Context()
	dc, err := c.FindPath(ctx, "/DC0")
	if err != nil {
		t.Fatal(err)
	}
	var m mo.VirtualMachine
	for x, err := range vsphere.All[mo.VirtualMachine](ctx, c, dc, "VirtualMachine", "name") {
		if err != nil {
			t.Fatal(err)
		}
		m = x
		break
	}
	path, err := c.Path(ctx, m.Self)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{m.Name, path, strings.TrimPrefix(path, "/DC0/vm/"), m.Self.Value} {
		f, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: dc, Name: name})
		if err != nil || f.Ref != m.Self || f.Path != path || f.Name != m.Name {
			t.Errorf("%q: %+v %v, want %s", name, f, err, path)
		}
	}
	if got, err := c.Datacenter(ctx, m.Self); err != nil || got != dc {
		t.Errorf("datacenter: %v %v", got, err)
	}
	v.ResetCalls()
	for range 3 {
		if _, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: dc, Name: m.Name}); err != nil {
			t.Error(err)
		}
	}
	if n := v.Calls().Total; n != 0 {
		t.Errorf("%d calls for a search made before", n)
	}

	wrong := m.Name[:len(m.Name)-1] + "x"
	_, err = c.FindOne(ctx, vsphere.Search{Kinds: []string{"VirtualMachine"}, Under: dc, Name: wrong})
	var none *vsphere.NotFoundError
	if !errors.As(err, &none) || !errors.Is(err, vsphere.ErrNotFound) || !strings.Contains(err.Error(), m.Name) {
		t.Errorf("%q: %v", wrong, err)
	}
	var many *vsphere.AmbiguousError
	if _, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"Folder"}, Name: "vm"}); !errors.As(err, &many) || len(many.Candidates) != 2 {
		t.Errorf("folder vm of two datacenters: %v", err)
	}
}

func TestSessionThatEndedIsRenewedOnce(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ref := machines(t, c)[0]
	if _, err := c.AttachedTags(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	v.ExpireSessions()
	v.ResetCalls()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, ref, "name"); err != nil {
				t.Error(err)
			}
			if _, err := methods.GetCurrentTime(t.Context(), c); err != nil {
				t.Error(err)
			}
			if _, err := c.AttachedTags(t.Context(), ref); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := v.Calls().Logins; n != 2 {
		t.Errorf("%d logins, want one for SOAP and one for REST", n)
	}
}

func TestLocksExclude(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	a, b := vsphere.NewRef("HostSystem", "host-1"), vsphere.NewRef("HostSystem", "host-2")
	var wg sync.WaitGroup
	count := 0
	for i := range 50 {
		wg.Go(func() {
			refs := []vsphere.Ref{a, b, a}
			if i%2 == 0 {
				refs = []vsphere.Ref{b, a}
			}
			unlock, err := c.Lock(t.Context(), refs...)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			count++
		})
	}
	wg.Wait()
	if count != 50 {
		t.Errorf("%d", count)
	}
	unlock, err := c.Lock(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Lock(ctx, a, b); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	unlock()
	unlock()
	if again, err := c.Lock(t.Context(), a, b); err != nil {
		t.Error("a lock that was given up is still held")
	} else {
		again()
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	v, other := start(t, simulator.Options{}), start(t, simulator.Options{})
	good := configFor(v)
	plain := strings.ToLower(strings.ReplaceAll(v.Thumbprint(), ":", ""))
	for name, tt := range map[string]struct {
		change func(*vsphere.Config)
		remedy string // of the refusal; empty when trusted
	}{
		"authority":          {func(*vsphere.Config) {}, ""},
		"thumbprint":         {func(c *vsphere.Config) { c.CAPEM, c.Thumbprint = "", v.Thumbprint() }, ""},
		"plain thumbprint":   {func(c *vsphere.Config) { c.CAPEM, c.Thumbprint = "", plain }, ""},
		"insecure":           {func(c *vsphere.Config) { c.CAPEM, c.Insecure = "", true }, ""},
		"none":               {func(c *vsphere.Config) { c.CAPEM = "" }, "ca_file"},
		"another authority":  {func(c *vsphere.Config) { c.CAPEM = string(other.CAPEM()) }, "ca_file"},
		"another thumbprint": {func(c *vsphere.Config) { c.Thumbprint = other.Thumbprint() }, "thumbprint"},
		"insecure, another thumbprint": {func(c *vsphere.Config) {
			c.Insecure, c.Thumbprint = true, other.Thumbprint()
		}, "thumbprint"},
	} {
		config := good
		tt.change(&config)
		e, err := vsphere.NewEndpoint(config)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		before := v.Calls().Total
		_, err = e.Client(t.Context())
		if (err == nil) != (tt.remedy == "") {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			if _, remedy := vsphere.Explain(err); !strings.Contains(remedy, tt.remedy) {
				t.Errorf("%s: %v: %q", name, err, remedy)
			}
			if n := v.Calls().Total - before; n != 0 {
				t.Errorf("%s: %d requests were sent to a server that is not trusted", name, n)
			}
		}
		if err := e.Close(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoginFailsOnceForAll(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	config.Password = "hunter2-wrong"
	e, err := vsphere.NewEndpoint(config)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			_, err := e.Client(t.Context())
			if !vsphere.IsFault[vim.InvalidLogin](err) || strings.Contains(err.Error(), config.Password) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	if n := v.Calls().Logins; n != 1 {
		t.Errorf("%d attempts to log in", n)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := e.Client(t.Context()); err == nil {
		t.Error("a client after Close")
	}
}

func TestCloseOfADeadServer(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	e, err := vsphere.NewEndpoint(configFor(v))
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
	v.SetLatency(time.Minute)
	begun := time.Now()
	_ = e.Close(context.Background())
	if d := time.Since(begun); d > 2*time.Second {
		t.Errorf("closing took %s", d)
	}
	v.SetLatency(0)
}
