// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func TestCLIConfig(t *testing.T) {
	t.Parallel()
	const want = `disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = "/tmp/a \"b\"\\c/plugins"
  }
}
`
	if got := cliConfig(`/tmp/a "b"\c/plugins`); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMirrorDir(t *testing.T) {
	t.Parallel()
	want := filepath.FromSlash("registry.terraform.io/seed-294f9461/vsphere/0.0.1/linux_arm64")
	if got := mirrorDir("linux", "arm64"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEnvironKeepsTheCallerOut(t *testing.T) {
	t.Parallel()
	vc, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer vc.Close()
	got := workspace{root: "/w"}.environ([]string{
		"PATH=/bin", "LANG=C", "HOME=/home/me", "TF_CLI_ARGS=-destroy", "TF_LOG=trace", "TOFU_X=1", "https_proxy=http://proxy",
		"VSPHERE_ALLOW_UNVERIFIED_SSL=true", "VSPHERE_SERVER=production", "GOVC_URL=production",
	}, vc)
	want := []string{
		"PATH=/bin", "LANG=C", "HOME=/w/home", "TMPDIR=/w/tmp", "TF_CLI_CONFIG_FILE=/w/cli.tfrc", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"VSPHERE_SERVER=" + vc.Server(), "VSPHERE_USER=" + vc.User(), "VSPHERE_PASSWORD=" + vc.Password(), "VSPHERE_CA_FILE=/w/ca.pem",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWorkspace(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	stack := t.TempDir()
	for _, name := range []string{"main.tf", "terraform.tfstate", "README.md"} {
		if err := os.WriteFile(filepath.Join(stack, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plugin := filepath.Join(t.TempDir(), "built")
	if err := os.WriteFile(plugin, []byte("plugin"), 0o700); err != nil {
		t.Fatal(err)
	}
	w, err := newWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.fill(stack, plugin, []byte("ca")); err != nil {
		t.Fatal(err)
	}
	if got, want := files(t, w.path("stack")), []string{"main.tf"}; !slices.Equal(got, want) {
		t.Errorf("the stack has %q, want %q: a state of the user's must stay where it is", got, want)
	}
	mirrored := filepath.Join(w.path("plugins"), mirrorDir(runtime.GOOS, runtime.GOARCH), executable("terraform-provider-vsphere_v0.0.1"))
	if content, err := os.ReadFile(mirrored); string(content) != "plugin" {
		t.Errorf("the mirror has %q, %v", content, err)
	}
	if err := w.remove(); err != nil {
		t.Error(err)
	}
	if left := files(t, os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
}

func TestCopyStackWithoutConfiguration(t *testing.T) {
	t.Parallel()
	err := copyStack(t.TempDir(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "no configuration in") {
		t.Errorf("got %v", err)
	}
}

// files are the names in a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
