// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
)

// cli runs terraform or tofu.
type cli struct {
	path    string
	dir     string
	environ []string
	grace   time.Duration // for an interrupted command to finish what it is doing and to write its state
}

// name is "terraform" or "tofu".
func (c cli) name() string {
	return strings.TrimSuffix(filepath.Base(c.path), ".exe")
}

// run runs a command and returns its exit code. Its output goes to out as it
// comes, errors and all; the error holds what the command gave as its reason.
// When ctx ends, the command is interrupted, and killed if it does not end.
func (c cli) run(ctx context.Context, out io.Writer, args ...string) (int, error) {
	cmd := exec.CommandContext(ctx, c.path, args...)
	cmd.Dir, cmd.Env = c.dir, c.environ
	var reason bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &reason
	cmd.Cancel = func() error { return interrupt(cmd) }
	cmd.WaitDelay = c.grace
	ownGroup(cmd)
	defer killGroup(cmd)

	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return -1, context.Cause(ctx)
	case errors.As(err, &exit):
		return exit.ExitCode(), fmt.Errorf("%s %s: %w\n%s", c.name(), args[0], err, bytes.TrimSpace(reason.Bytes()))
	}
	return 0, err
}

// version is the first line that the command says about itself.
func (c cli) version(ctx context.Context) (string, error) {
	var out bytes.Buffer
	if _, err := c.run(ctx, &out, "version"); err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(out.String(), "\n")
	return line, nil
}

// addresses reads the addresses of the machines, by name, from the outputs.
func (c cli) addresses(ctx context.Context) (map[string]string, error) {
	var out bytes.Buffer
	if _, err := c.run(ctx, &out, "output", "-json", "machines"); err != nil {
		return nil, err
	}
	var machines map[string]struct{ Address string }
	if err := json.Unmarshal(out.Bytes(), &machines); err != nil {
		return nil, err
	}
	told := map[string]string{}
	for name, m := range machines {
		told[name] = m.Address
	}
	return told, nil
}

// showPlan reads a saved plan.
func (c cli) showPlan(ctx context.Context, file string) (*tfjson.Plan, error) {
	var out bytes.Buffer
	if _, err := c.run(ctx, &out, "show", "-json", file); err != nil {
		return nil, err
	}
	plan := new(tfjson.Plan)
	return plan, plan.UnmarshalJSON(out.Bytes())
}
