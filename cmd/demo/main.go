// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Command demo plans, applies, changes and destroys examples/vm-stack with a
// real command line, the built provider and a simulated vCenter, and checks
// every step. It exits 1 when something is not as it should be, and 130 when
// it was interrupted; it leaves neither a process nor a file behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options are the command line of the demo.
type options struct {
	cli      string        // path of terraform or tofu
	provider string        // path of the built provider
	stack    string        // folder of the configuration to run
	latency  time.Duration // of every call of vCenter
	verbose  bool
}

func main() {
	// A SIGPIPE must not kill `make demo | head`: the write fails, and that ends
	// the demo like an interrupt. Broken connections of the simulator bring
	// SIGPIPEs too once they are asked for; so no one listens to the channel.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := execute(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// execute runs the demo and returns the exit code.
func execute(ctx context.Context, args []string, out, errs io.Writer) int {
	opts, err := parse(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		_, _ = fmt.Fprintln(errs, "demo:", err)
		return 2
	}
	if !opts.verbose {
		log.SetOutput(io.Discard) // vcsim logs requests that it refuses
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newReport(out, opts.verbose)
	r.deaf = cancel
	err = run(ctx, opts, r)
	switch {
	case ctx.Err() != nil:
		r.failed("interrupted: everything started here has ended, temporary files are removed")
		return 130
	case err != nil:
		r.failed(err.Error())
		return 1
	}
	return 0
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&o.cli, "cli", "", "`path` of terraform or tofu (default: the one on PATH)")
	flags.StringVar(&o.provider, "provider", "", "`path` of the built provider (default: beside this program)")
	flags.StringVar(&o.stack, "stack", filepath.Join("examples", "vm-stack"), "`folder` of the configuration")
	flags.DurationVar(&o.latency, "latency", 0, "`time` that each call of vCenter takes, such as 20ms")
	flags.BoolVar(&o.verbose, "v", false, "show everything that the command line prints")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if o.cli, err = findCLI(o.cli); err != nil {
		return o, err
	}
	o.provider, err = findProvider(o.provider)
	return o, err
}

func findCLI(path string) (string, error) {
	names := []string{"terraform", "tofu"}
	if path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return filepath.Abs(found)
		}
	}
	return "", fmt.Errorf("no command line: %q cannot be run; say -cli /path/to/terraform", names)
}

func findProvider(path string) (string, error) {
	if path == "" {
		self, err := os.Executable()
		if err != nil {
			return "", err
		}
		path = filepath.Join(filepath.Dir(self), executable("terraform-provider-vsphere"))
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no built provider (make build, or say -provider): %w", err)
	}
	return filepath.Abs(path)
}
