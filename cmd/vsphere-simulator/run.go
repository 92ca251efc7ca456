// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// options are what the flags say.
type options struct {
	simulator.Options
	faults, caOut, certDir string
	printEnv, json         bool
}

// run serves until ctx ends. What to connect with goes to out.
func run(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	o, err := parse(args, errs)
	if err != nil {
		return err
	}
	vc, err := simulator.Start(o.Options)
	if err != nil {
		return err
	}
	defer vc.Close()
	if o.faults != "" {
		if err := injectFile(vc, o.faults); err != nil {
			return err
		}
	}
	ca, cleanup, err := writeCA(vc, o)
	if err != nil {
		return err
	}
	defer cleanup()
	if err := announce(out, vc, ca, o); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func parse(args []string, errs io.Writer) (*options, error) {
	o := new(options)
	f := flag.NewFlagSet("vsphere-simulator", flag.ContinueOnError)
	f.SetOutput(errs)
	f.StringVar(&o.Listen, "listen", "127.0.0.1:8989", "address to listen on; port 0 picks a free one")
	f.StringVar(&o.User, "user", simulator.DefaultUser, "the only user who can log in")
	f.StringVar(&o.Password, "password", simulator.DefaultPassword, "the user's password")
	f.DurationVar(&o.Latency, "latency", 0, "delay of every request")
	f.DurationVar(&o.SessionTimeout, "session-timeout", 0, "end sessions idle for longer")
	f.StringVar(&o.faults, "faults", "", "JSON file with faults to inject")
	f.StringVar(&o.caOut, "ca-out", "", "file to write the CA certificate to")
	f.StringVar(&o.certDir, "cert-dir", "", "directory to write the CA certificate to, as ca.pem")
	f.BoolVar(&o.printEnv, "print-env", false, "print only the environment to set, for eval in a shell")
	f.BoolVar(&o.json, "json", false, "print what to connect with as JSON")
	f.BoolVar(&o.NoTemplates, "no-templates", false, "make no virtual machine templates")
	for _, c := range []struct {
		name, what string
		n          *int
	}{
		{"datacenters", "datacenters", &o.Datacenters},
		{"clusters", "clusters per datacenter", &o.Clusters},
		{"hosts", "hosts per cluster", &o.HostsPerCluster},
		{"standalone-hosts", "hosts per datacenter outside clusters", &o.StandaloneHosts},
		{"machines", "virtual machines per resource pool", &o.Machines},
		{"datastores", "datastores per datacenter", &o.Datastores},
		{"port-groups", "distributed port groups per datacenter", &o.PortGroups},
		{"pools", "resource pools per cluster", &o.Pools},
		{"pods", "datastore clusters per datacenter", &o.Pods},
		{"apps", "vApps per cluster", &o.Apps},
		{"folders", "datacenters to put into folders", &o.Folders},
	} {
		f.IntVar(c.n, c.name, 0, "number of "+c.what+"; 0 for the usual, -1 for none")
	}
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	return o, nil
}

// writeCA puts the CA where clients can read it: where the flags say, or into a
// directory that goes when the simulator ends.
func writeCA(vc *simulator.VCenter, o *options) (path string, cleanup func(), err error) {
	cleanup = func() {}
	switch {
	case o.caOut != "":
		path = o.caOut
	case o.certDir != "":
		path = filepath.Join(o.certDir, "ca.pem")
		if err := os.MkdirAll(o.certDir, 0o755); err != nil {
			return "", cleanup, err
		}
	default:
		dir, err := os.MkdirTemp("", "vsphere-simulator-")
		if err != nil {
			return "", cleanup, err
		}
		cleanup = func() { _ = os.RemoveAll(dir) } // nothing can be done about what stays
		path = filepath.Join(dir, "ca.pem")
	}
	if err := os.WriteFile(path, vc.CAPEM(), 0o644); err != nil { //nolint:gosec // a public certificate
		cleanup()
		return "", func() {}, err
	}
	return path, cleanup, nil
}

// announce tells how to connect.
func announce(out io.Writer, vc *simulator.VCenter, ca string, o *options) error {
	if o.json {
		return json.NewEncoder(out).Encode(map[string]string{
			"url": vc.URL().String(), "server": vc.Server(), "user": vc.User(), "password": vc.Password(),
			"ca_file": ca, "thumbprint": vc.Thumbprint(),
		})
	}
	env := fmt.Sprintf("export VSPHERE_SERVER=%s\nexport VSPHERE_USER=%s\nexport VSPHERE_PASSWORD=%s\nexport VSPHERE_CA_FILE=%s\n",
		quote(vc.Server()), quote(vc.User()), quote(vc.Password()), quote(ca))
	if !o.printEnv {
		env = "vCenter simulator at " + vc.URL().String() + "; to use it:\n\n" + env + "\nCtrl-C ends it.\n"
	}
	_, err := io.WriteString(out, env)
	return err
}
