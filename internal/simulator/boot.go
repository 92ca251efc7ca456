// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/vmware/govmomi/lookup/simulator" // service registration
	_ "github.com/vmware/govmomi/pbm/simulator"    // storage policies
	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/ssoadmin/simulator" // single sign-on users and groups
	_ "github.com/vmware/govmomi/sts/simulator"      // tokens
	_ "github.com/vmware/govmomi/vapi/simulator"     // REST
	vim "github.com/vmware/govmomi/vim25/types"
	_ "github.com/vmware/govmomi/vsan/simulator" // vSAN
)

const (
	// DefaultUser is the only user that a simulator knows unless Options says
	// otherwise.
	DefaultUser = "administrator@vsphere.local"
	// DefaultPassword is the password of that user.
	DefaultPassword = "Simul8or!"

	// None asks for no object of a kind, where zero asks for the default.
	None = -1
)

// Options shape a simulator. The zero value is a small vCenter 8.0.3. Counts
// left at zero take the default named beside them; None asks for none.
type Options struct {
	Datacenters     int // 1
	Clusters        int // 1 per datacenter
	HostsPerCluster int // 3
	StandaloneHosts int // 1 per datacenter
	Machines        int // 1 per cluster pool and standalone host, plus one more in the first cluster's pool
	Datastores      int // 2
	PortGroups      int // 1 per datacenter
	Pools           int // none
	Pods            int // none; per datacenter, each with two datastores of its own
	Apps            int // none
	Folders         int // none
	NoTemplates     bool

	User     string // DefaultUser
	Password string // DefaultPassword

	// Latency delays every SOAP and REST request.
	Latency time.Duration
	// SessionTimeout ends sessions idle for longer; zero means never.
	SessionTimeout time.Duration
	// Certificate is the server's. Nil: a CA and a certificate for localhost,
	// 127.0.0.1 and ::1 are made for this simulator.
	Certificate *tls.Certificate
	// Listen is the address to listen on, "127.0.0.1:0" by default.
	Listen string
	// Version and APIVersion are reported by about: "8.0.3" and "8.0.3.0".
	Version, APIVersion string
}

// VCenter is a running simulator. Its methods are safe for concurrent use.
type VCenter struct {
	opts     Options
	model    *simulator.Model
	license  vim.LicenseManagerLicenseInfo // the evaluation licence
	own      *simulator.Session            // of clients in memory
	svc      *simulator.Service
	reg      *simulator.Registry
	backside *simulator.Server // plain HTTP on loopback: what vcsim's own parts call back to
	mux      http.Handler

	listener     net.Listener
	server       *http.Server
	served       sync.WaitGroup
	backsideREST string // session id
	stop         context.CancelFunc
	ctx          context.Context
	caPEM        []byte
	leaf         []byte

	pools      sync.Mutex  // held while the tree of resource pools changes
	snapshots  int32       // taken so far; the turn of a task holds it
	linked     atomic.Bool // whether machines may share files of disks
	index      *index
	hub        *hub
	tasks      *tasks
	tagging    *tagging
	counter    *counter
	faults     *faults
	inflight   *inflight
	sessions   *sessions
	guests     guests
	questions  questions
	policies   *policies
	placements placements
	leases     leases
	libraries  libraries
	background sync.WaitGroup
	closing    sync.Once
}

// createMutex serialises vcsim's model creation, which shares one in-memory
// session between all models of a process.
var createMutex sync.Mutex

// Start makes the inventory and begins to listen. The error says why the
// inventory could not be made or the address not be listened on.
func Start(opts Options) (*VCenter, error) {
	opts.setDefaults()
	v := &VCenter{
		opts:     opts,
		counter:  newCounter(),
		faults:   new(faults),
		inflight: newInflight(),
		tasks:    newTasks(),
	}
	v.ctx, v.stop = context.WithCancel(context.Background())
	v.sessions = newSessions(v)
	v.hub = newHub(v)
	v.tagging = newTagging(v)
	v.faults.setLatency(opts.Latency)
	if err := v.create(); err != nil {
		v.stop()
		return nil, err
	}
	if err := v.listen(); err != nil {
		v.closeModel()
		return nil, err
	}
	return v, nil
}

func (o *Options) setDefaults() {
	count := func(n *int, def int) {
		switch {
		case *n == 0:
			*n = def
		case *n < 0:
			*n = 0
		}
	}
	count(&o.Datacenters, 1)
	count(&o.Clusters, 1)
	count(&o.HostsPerCluster, 3)
	count(&o.StandaloneHosts, 1)
	count(&o.Machines, 1)
	count(&o.Datastores, 2)
	count(&o.PortGroups, 1)
	count(&o.Pools, 0)
	count(&o.Pods, 0)
	count(&o.Apps, 0)
	count(&o.Folders, 0)
	text := func(s *string, def string) {
		if *s == "" {
			*s = def
		}
	}
	text(&o.User, DefaultUser)
	text(&o.Password, DefaultPassword)
	text(&o.Listen, "127.0.0.1:0")
	text(&o.Version, "8.0.3")
	text(&o.APIVersion, "8.0.3.0")
}

// create builds vcsim's model and lays the simulator's own behaviour over it.
func (v *VCenter) create() error {
	o := v.opts
	m := simulator.VPX()
	m.Autostart = true
	m.Datacenter, m.Cluster, m.ClusterHost, m.Host = o.Datacenters, o.Clusters, o.HostsPerCluster, o.StandaloneHosts
	m.Machine, m.Datastore, m.Portgroup = o.Machines, o.Datastores, o.PortGroups
	m.Pool, m.Pod, m.App, m.Folder = o.Pools, o.Pods, o.Apps, o.Folders
	m.ServiceContent.About.Version, m.ServiceContent.About.ApiVersion = o.Version, o.APIVersion
	m.ServiceContent.About.FullName = "VMware vCenter Server " + o.Version + " build-24022515"
	m.ServiceContent.About.Build = "24022515"

	createMutex.Lock()
	defer createMutex.Unlock()
	if err := createModel(m); err != nil {
		return fmt.Errorf("simulator inventory: %w", err)
	}
	v.model, v.svc, v.reg = m, m.Service, m.Service.Context.Map
	v.startInner()
	v.isolate()
	v.openPolicies()
	v.index = newIndex(v.reg, v.hub)
	v.reg.AddHandler(v.index)
	v.reg.Cookie = v.sessionCookie
	v.reg.Handler = v.handle
	v.settleApps()
	v.showAllCapacity()
	v.announceEVC()
	if err := v.stockPods(); err != nil {
		return err
	}
	v.createGivable()
	if !o.NoTemplates {
		if err := v.createTemplates(); err != nil {
			return err
		}
	}
	return v.openBackside()
}

// startInner serves vcsim on a plain loopback port of its own. Parts of vcsim
// log in to it over HTTP; on the public port those calls would be counted.
func (v *VCenter) startInner() {
	v.svc.RegisterEndpoints = true
	v.svc.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(v.opts.User, v.opts.Password)}
	v.backside = v.svc.NewServer()
	v.mux = v.svc.ServeMux
	v.reg.SessionManager().ValidLogin = func(req *vim.Login) bool {
		return req.UserName == v.opts.User && req.Password == v.opts.Password
	}
}

func (v *VCenter) listen() error {
	cert, err := v.certificate()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", v.opts.Listen)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{*cert},
		NextProtos:   []string{"http/1.1"},
		MinVersion:   tls.VersionTLS12,
	}
	v.reg.SessionManager().TLS = func() *tls.Config { return config }
	v.reg.SessionManager().ServiceHostName = l.Addr().String()
	v.listener = l
	v.announce()
	v.server = &http.Server{
		Handler:           http.HandlerFunc(v.serve),
		ConnState:         v.connState,
		ErrorLog:          discardLog,
		ReadHeaderTimeout: time.Minute,
	}
	v.served.Add(1)
	go func() {
		defer v.served.Done()
		if err := v.server.Serve(tls.NewListener(l, config)); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // the listener is ours alone: nothing else can end it
		}
	}()
	return nil
}

// connState counts connections and lets Close wait for their handlers.
func (v *VCenter) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		v.served.Add(1)
		v.counter.connected()
	case http.StateClosed, http.StateHijacked:
		v.served.Done()
	}
}

// Close ends every connection and waiting call, and removes what the simulator
// keeps on disk. It returns when no goroutine of the simulator is left.
func (v *VCenter) Close() {
	v.closing.Do(func() {
		v.stop()
		_ = v.server.Close()
		v.served.Wait()
		v.closeModel()
	})
}

func (v *VCenter) closeModel() {
	v.stop()
	v.background.Wait()
	v.backside.Close()
	v.model.Remove()
}

// URL is the address of the SOAP API, without credentials.
func (v *VCenter) URL() *url.URL {
	return &url.URL{Scheme: "https", Host: v.Server(), Path: "/sdk"}
}

// Server is "host:port", as in the provider argument vsphere_server.
func (v *VCenter) Server() string { return v.listener.Addr().String() }

// User is the only user name that can log in.
func (v *VCenter) User() string { return v.opts.User }

// Password belongs to User.
func (v *VCenter) Password() string { return v.opts.Password }
