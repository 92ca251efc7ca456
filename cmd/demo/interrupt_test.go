// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whenever a signal comes, and whichever: no process, no session and no file may be left.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		when string // the demo prints it, then the signal comes
		sent syscall.Signal
	}{
		"init":  {"1  init", syscall.SIGINT},
		"plan":  {"3  plan", syscall.SIGTERM},
		"apply": {machineType + `.machine["demo-02"]: Creating...`, syscall.SIGINT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := demoArgs(t, "-latency", "50ms")
			dir := tempDir(t)
			out := runUntil(t, dir, args, c.when, c.sent)
			if left := processesIn(t, dir); len(left) > 0 {
				t.Errorf("these processes are left: %q\n%s", left, out)
			}
			if !strings.Contains(out, "interrupted") || !strings.Contains(out, "0 sessions are open at vCenter") {
				t.Errorf("got\n%s", out)
			}
		})
	}
}

// runUntil runs the demo in a process of its own, signals it once it has
// printed when, and returns what it printed. It must end with code 130.
func runUntil(t *testing.T, dir string, args []string, when string, sent syscall.Signal) string {
	t.Helper()
	cmd := start(t, dir, args...)
	var out bytes.Buffer
	signalled := false
	w := &lines{each: func(line string) {
		fmt.Fprintln(&out, line)
		if !signalled && strings.Contains(line, when) {
			signalled = true
			if err := cmd.Process.Signal(sent); err != nil {
				t.Error(err)
			}
		}
	}}
	cmd.Stdout, cmd.Stderr = w, w
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Fatalf("the demo ended with %v\n%s", err, out.String())
	}
	return out.String()
}

// processesIn are the processes whose program or folder is below dir.
func processesIn(t *testing.T, dir string) []string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, proc := range dirs {
		for _, link := range []string{"exe", "cwd"} {
			if target, err := os.Readlink(filepath.Join(proc, link)); err == nil && strings.HasPrefix(target, dir+"/") {
				command, _ := os.ReadFile(filepath.Join(proc, "cmdline"))
				found = append(found, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '})))
				break
			}
		}
	}
	return found
}

// A command that does not listen is killed after the grace period, children
// and all.
func TestKillAfterGrace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deaf := filepath.Join(dir, "deaf")
	script := "#!/bin/sh\ntrap '' INT\nsleep 600 &\nsleep 600 &\necho ready\nwait; sleep 600\n"
	if err := os.WriteFile(deaf, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := time.Now()
	out := &lines{each: func(string) { cancel() }}
	_, err := cli{path: deaf, dir: dir, grace: 200 * time.Millisecond}.run(ctx, out, "apply")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took < 200*time.Millisecond || took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := processesIn(t, filepath.Dir(dir))
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("these processes are left: %q", left)
		}
	}
}
