// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// beTheDemo makes the test binary the demo itself, in a process of its own.
const beTheDemo = "VSDEMO_TEST_IS_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(beTheDemo) != "" {
		main()
	}
	code := m.Run()
	if dir, err := buildDir(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

var buildDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "vsdemo-build-") })

var buildProvider = sync.OnceValues(func() (string, error) {
	dir, err := buildDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, executable("terraform-provider-vsphere"))
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", path, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	return path, build.Run()
})

// demoArgs are arguments for a demo of this repository's stack with the built
// provider. Without a command line at hand the test is skipped.
func demoArgs(t *testing.T, more ...string) []string {
	t.Helper()
	line, err := findCLI(os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		t.Skip(err)
	}
	built, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{"-cli", line, "-provider", built, "-stack", filepath.Join("..", "..", "examples", "vm-stack")}, more...)
}

// tempDir gives the demo a folder for its temporary files, which must be empty
// when the test ends.
func tempDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		if left := files(t, dir); len(left) > 0 {
			t.Errorf("the demo left %q", left)
		}
	})
	return dir
}

// start prepares a demo in a process of its own.
func start(t *testing.T, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), beTheDemo+"=1", "TMPDIR="+dir)
	return cmd
}

func TestDemo(t *testing.T) {
	t.Parallel()
	cmd := start(t, tempDir(t), demoArgs(t)...)
	cmd.Env = append(cmd.Env, // nothing of which may matter
		"HOME=", "TF_CLI_ARGS_plan=-destroy", "TF_DATA_DIR=/nowhere", "TF_WORKSPACE=other", "TF_VAR_name=other",
		"TF_CLI_CONFIG_FILE=/nowhere", "VSPHERE_SERVER=192.0.2.1", "VSPHERE_ALLOW_UNVERIFIED_SSL=true")
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	out := string(said)
	for _, want := range []string{
		"ok refused for its certificate",
		"ok 9 objects to create, 3 of them machines",
		"ok vCenter has 3 machines in /DC0/vm/demo, each on, with 1024 MB, 2 disks, a network card and an address",
		"ok 3 machines change in place, 1 tag is created",
		"memory: 1024 -> 2048",
		"disk[1].size: 10 -> 20",
		"ok vCenter has the same 3 machines, now with 2048 MB and a data disk of 20 GB",
		`"address" = "10.0.0.1`,
		"ok each machine has the address that its guest reports",
		"ok the inventory is what it was before",
		"ok 0 sessions are left",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(out, "ok no changes"); n != 2 {
		t.Errorf("%d plans without changes, want 2", n)
	}
	if t.Failed() {
		t.Log(out)
	}
}

// A stack that is never as it was asked for must fail the demo.
func TestDemoNoticesEndlessChanges(t *testing.T) {
	t.Parallel()
	stack := t.TempDir()
	if err := copyStack(filepath.Join("..", "..", "examples", "vm-stack"), stack); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(stack, "main.tf")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	endless := bytes.Replace(text, []byte(`"Machine of ${var.name}, managed by Terraform"`), []byte(`timestamp()`), 1)
	if bytes.Equal(endless, text) {
		t.Fatal("the stack has no annotation to change")
	}
	if err := os.WriteFile(file, endless, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := start(t, tempDir(t), demoArgs(t, "-stack", stack)...)
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), "annotation: known after apply") || !strings.Contains(string(out), "FAILED a plan right after apply has changes") {
		t.Errorf("%s\n%s", cmd.ProcessState, out)
	}
}

// deafWriter is a pipe whose reader leaves in the middle.
type deafWriter struct{ bytes.Buffer }

func (w *deafWriter) Write(p []byte) (int, error) {
	if strings.Contains(w.String(), "1  init") {
		return 0, syscall.EPIPE
	}
	return w.Buffer.Write(p)
}

func TestDemoEndsWhenNoOneReads(t *testing.T) {
	args := demoArgs(t)
	t.Setenv("TMPDIR", tempDir(t))
	var out deafWriter
	if code := execute(t.Context(), args, &out, &out); code != 130 {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
}

func TestDemoRefuses(t *testing.T) {
	t.Parallel()
	self := os.Args[0]
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"unknown flag":     {[]string{"-nonsense"}, 2, "not defined"},
		"argument":         {[]string{"-cli", self, "-provider", self, "apply"}, 2, `unexpected argument "apply"`},
		"no command line":  {[]string{"-cli", "/nowhere/terraform"}, 2, "no command line"},
		"no provider":      {[]string{"-cli", self, "-provider", "/nowhere/provider"}, 2, "no built provider"},
		"no configuration": {[]string{"-cli", self, "-provider", self, "-stack", "/nowhere"}, 1, "no configuration in"},
		"not a CLI at all": {[]string{"-cli", cmp.Or(which("false"), self), "-provider", self, "-stack", "../../examples/vm-stack"}, 1, "exit status"},
	} {
		var out bytes.Buffer
		if code := execute(t.Context(), c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d, want %d with %q\n%s", name, code, c.code, c.want, out.String())
		}
	}
}

func which(name string) string {
	path, _ := exec.LookPath(name)
	return path
}
