// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/vapi/vcenter"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

const restLogin = "POST /rest/com/vmware/cis/session"

func endpoint(t *testing.T, config vsphere.Config) *vsphere.Endpoint {
	t.Helper()
	e, err := vsphere.NewEndpoint(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

func TestLoginIsLazyAndSharedAndEnds(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	e := endpoint(t, configFor(v))
	if n := v.Calls(); n.Total != 0 || n.Connections != 0 {
		t.Errorf("a new endpoint uses the network: %+v", n)
	}
	v.SetLatency(10 * time.Millisecond)
	cancelled, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			ctx := t.Context()
			if i == 0 {
				ctx = cancelled
			}
			c, err := e.Client(ctx)
			switch {
			case i == 0: // the others do not suffer
			case err != nil:
				t.Error(err)
			default:
				if _, err := c.REST(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	time.AfterFunc(5*time.Millisecond, cancel)
	wg.Wait()
	if n := v.Calls(); n.Logins != 2 || n.Count("Login") != 1 || n.Count(restLogin) != 1 {
		t.Errorf("%d logins for SOAP, %d for REST", n.Count("Login"), n.Count(restLogin))
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if n := v.Sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
	if _, err := e.Client(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a client after Close: %v", err)
	}
}

// A login that nobody waits for any more must not leave a session.
func TestCloseDuringALogin(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"Login", restLogin} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			v := start(t, simulator.Options{})
			e := endpoint(t, configFor(v))
			v.Inject(simulator.Fault{Method: login, Delay: 200 * time.Millisecond})
			ctx, interrupt := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				c, err := e.Client(ctx)
				if err == nil {
					_, err = c.REST(ctx)
				}
				ended <- err
			}()
			for v.Calls().Count(login) == 0 {
				time.Sleep(time.Millisecond)
			}
			interrupt()
			if err := <-ended; err == nil {
				t.Error("no error")
			}
			if err := e.Close(ctx); err != nil {
				t.Error(err)
			}
			if n := v.Sessions(); n != 0 {
				t.Errorf("%d sessions are left: %v", n, v.Calls().ByName)
			}
		})
	}
}

func TestCloseWhenTheServerHangs(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"RetrieveServiceContent", "Login"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			v := start(t, simulator.Options{})
			e := endpoint(t, configFor(v))
			v.Inject(simulator.Fault{Method: at, Delay: time.Minute})
			ended := make(chan error, 1)
			go func() { _, err := e.Client(t.Context()); ended <- err }()
			for v.Calls().Count(at) == 0 {
				time.Sleep(time.Millisecond)
			}
			begun := time.Now()
			_ = e.Close(t.Context())
			if took := time.Since(begun); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			select {
			case err := <-ended:
				if err == nil {
					t.Error("no error")
				}
			case <-time.After(5 * time.Second):
				t.Error("the login goes on")
			}
		})
	}
}

func TestCloseWhileCallsAreUnderWay(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	e := endpoint(t, configFor(v))
	c, err := e.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	vm := ref(t, v, "/DC0/vm/DC0_H0_VM0")
	stop := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = c.AttachedTags(t.Context(), vm)
					_, _ = vsphere.Get[mo.VirtualMachine](t.Context(), c, vm, "name")
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	time.Sleep(100 * time.Millisecond)
	close(stop)
	wg.Wait()
	if n := v.Sessions(); n != 0 {
		t.Errorf("calls have made %d new sessions after Close", n)
	}
	if _, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, vm, "name"); err == nil {
		t.Error("a read after Close")
	}
}

func TestRefusedLoginsAreNotRepeated(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	e := endpoint(t, configFor(v))
	c, err := e.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.ResetCalls()
	v.Inject(simulator.Fault{Method: restLogin, Status: 401})
	for range 100 {
		if _, err := c.REST(t.Context()); err == nil || !strings.Contains(err.Error(), "REST") {
			t.Errorf("got %v", err)
		}
	}
	if n := v.Calls().Logins; n != 1 {
		t.Errorf("%d attempts to log in to REST", n)
	}
	v.ResetCalls()
	v.Inject(simulator.Fault{Method: "Login", SOAP: &vim.InvalidLogin{}})
	v.ExpireSessions()
	for range 100 {
		if _, err := methods.GetCurrentTime(t.Context(), c); err == nil {
			_, err = vsphere.Get[mo.Folder](t.Context(), c, c.ServiceContent.RootFolder, "name")
			if !vsphere.IsFault[vim.InvalidLogin](err) {
				t.Errorf("got %v", err)
			}
		}
	}
	if n := v.Calls().Logins; n != 1 {
		t.Errorf("%d attempts to log in again", n)
	}
}

// A call that makes something must not be made twice, one that reads may.
func TestOnlyReadsAreRepeated(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	root := c.ServiceContent.RootFolder
	v.Inject(simulator.Fault{Method: "CreateFolder", Cut: simulator.CutAfter, MaxCount: 1})
	if _, err := methods.CreateFolder(t.Context(), c, &vim.CreateFolder{This: root, Name: "made"}); err == nil {
		t.Error("no error though the answer was lost")
	}
	v.Inject(simulator.Fault{Method: "RetrievePropertiesEx", Cut: simulator.CutBefore, MaxCount: 1})
	v.Inject(simulator.Fault{Method: "RetrievePropertiesEx", Status: 503, At: 2, MaxCount: 1})
	if _, err := vsphere.Get[mo.Folder](t.Context(), c, root, "name"); err != nil {
		t.Error(err)
	}
	if n := v.Calls(); n.Count("CreateFolder") != 1 || n.Count("RetrievePropertiesEx") != 3 {
		t.Errorf("%d calls to create, %d to read", n.Count("CreateFolder"), n.Count("RetrievePropertiesEx"))
	}
}

func TestCallTimeout(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	config.APITimeout = 300 * time.Millisecond
	c := connect(t, v, config)
	v.Inject(simulator.Fault{Method: "CurrentTime", Delay: time.Minute})
	_, err := methods.GetCurrentTime(t.Context(), c)
	if _, remedy := vsphere.Explain(err); err == nil || !strings.Contains(err.Error(), "CurrentTime") || !strings.Contains(remedy, "api_timeout") {
		t.Errorf("%v: %s", err, remedy)
	}
}

// TestPatience: a REST call ends with api_timeout, unless it was said that it
// takes long; then with its context.
func TestPatience(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	config.APITimeout = 500 * time.Millisecond
	c := connect(t, v, config)
	r, err := c.REST(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deploy := func(ctx context.Context) error {
		_, err := vcenter.NewManager(r).DeployLibraryItem(ctx, "none", vcenter.Deploy{})
		return err
	}
	v.Inject(simulator.Fault{Method: "POST /rest/com/vmware/vcenter/ovf/library-item/{id}?~action=deploy", Delay: time.Second})
	if err := deploy(t.Context()); err == nil || vsphere.Refused(err) || !strings.Contains(err.Error(), "no answer") {
		t.Errorf("an impatient call: %v", err)
	}
	if err := deploy(vsphere.Patiently(t.Context())); !vsphere.Refused(err) {
		t.Errorf("a patient call: %v", err)
	}
	short, cancel := context.WithTimeout(vsphere.Patiently(t.Context()), 200*time.Millisecond)
	defer cancel()
	if err := deploy(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a patient call with a context that ends: %v", err)
	}
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{SessionTimeout: 400 * time.Millisecond})
	config := configFor(v)
	config.KeepAlive = 100 * time.Millisecond
	c := connect(t, v, config)
	if _, err := c.REST(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond)
	if n, logins := v.Sessions(), v.Calls().Logins; n != 2 || logins != 2 {
		t.Errorf("%d sessions after idleness, %d logins", n, logins)
	}
}

func TestPersistedSessionIsRenewed(t *testing.T) {
	t.Parallel()
	v := start(t, simulator.Options{})
	config := configFor(v)
	config.PersistSession = true
	config.VimSessionPath, config.RESTSessionPath = filepath.Join(t.TempDir(), "deep", "soap"), filepath.Join(t.TempDir(), "rest")
	run := func(wantLogins int) {
		t.Helper()
		v.ResetCalls()
		c, err := endpoint(t, config).Client(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.AttachedTags(t.Context(), ref(t, v, "/DC0/vm/DC0_H0_VM0")); err != nil {
			t.Error(err)
		}
		if n := v.Calls().Logins; n != wantLogins {
			t.Errorf("%d logins, want %d", n, wantLogins)
		}
	}
	run(2)
	run(0)
	v.ExpireSessions()
	run(2)
	run(0)
	files, err := filepath.Glob(filepath.Join(config.VimSessionPath, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(1)
	run(0)
}
