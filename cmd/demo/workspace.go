// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// demoVersion is what the mirror calls the provider; 0.0.0 would count
// as no version. The stack asks for no particular one.
const demoVersion = "0.0.1"

// caVariable tells the provider whom to trust.
const caVariable = "VSPHERE_CA_FILE"

// workspace is a temporary folder with all that the command line needs and
// writes: nothing of the user's is read, nothing is left.
//
//	stack/      the configuration and its state
//	plugins/    the mirror with the built provider
//	home/       an empty home
//	tmp/        the plugins' sockets
//	cli.tfrc    the command line's settings
//	ca.pem      the certificate that signed the simulator's
type workspace struct {
	root string
}

func newWorkspace() (workspace, error) {
	root, err := os.MkdirTemp("", "vsdemo-")
	if err != nil {
		return workspace{}, err
	}
	// The mirror is given to the command line by its path as it is: on some
	// systems the folder for temporary files is a link.
	root, err = filepath.EvalSymlinks(root)
	return workspace{root: root}, err
}

func (w workspace) path(name string) string { return filepath.Join(w.root, name) }

// remove deletes the workspace. An error names what is left.
func (w workspace) remove() error { return os.RemoveAll(w.root) }

// fill copies the stack, lays out the mirror and writes the settings.
func (w workspace) fill(stack, providerPath string, ca []byte) error {
	for _, name := range []string{"stack", "home", "tmp"} {
		if err := os.Mkdir(w.path(name), 0o700); err != nil {
			return err
		}
	}
	if err := copyStack(stack, w.path("stack")); err != nil {
		return err
	}
	if err := w.mirror(providerPath); err != nil {
		return err
	}
	if err := os.WriteFile(w.path("cli.tfrc"), []byte(cliConfig(w.path("plugins"))), 0o600); err != nil {
		return err
	}
	return os.WriteFile(w.path("ca.pem"), ca, 0o600)
}

// mirror makes the provider installable from disk: by a link, or by a copy where
// the system has no links.
func (w workspace) mirror(providerPath string) error {
	dir := filepath.Join(w.path("plugins"), mirrorDir(runtime.GOOS, runtime.GOARCH))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name := filepath.Join(dir, executable("terraform-provider-"+path.Base(provider.Address)+"_v"+demoVersion))
	if err := os.Symlink(providerPath, name); err == nil {
		return nil
	}
	return copyFile(providerPath, name, 0o700)
}

// mirrorDir is where a mirror has the provider for one system.
func mirrorDir(goos, goarch string) string {
	return filepath.Join(filepath.FromSlash(provider.Address), demoVersion, goos+"_"+goarch)
}

// cliConfig makes the mirror the only source of providers: whatever is not in
// it is an error rather than a download.
func cliConfig(mirror string) string {
	return fmt.Sprintf(`disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path = %s
  }
}
`, strconv.Quote(mirror))
}

// environ is the environment of the command line: the caller's without what
// could change its behaviour or point the provider elsewhere.
func (w workspace) environ(caller []string, vc *simulator.VCenter) []string {
	return append(withoutSettings(caller),
		"HOME="+w.path("home"),
		"TMPDIR="+w.path("tmp"),
		"TF_CLI_CONFIG_FILE="+w.path("cli.tfrc"),
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
		"VSPHERE_SERVER="+vc.Server(),
		"VSPHERE_USER="+vc.User(),
		"VSPHERE_PASSWORD="+vc.Password(),
		caVariable+"="+w.path("ca.pem"),
	)
}

func withoutSettings(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !isSetting(strings.ToUpper(name)) {
			kept = append(kept, entry)
		}
	}
	return kept
}

func isSetting(name string) bool {
	switch name {
	case "HOME", "TMPDIR", "CHECKPOINT_DISABLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY":
		return true
	}
	for _, prefix := range []string{"TF_", "TOFU_", "VSPHERE_", "GOVC_", "GOVMOMI_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// copyStack copies the files of a configuration. State, plans and installed
// providers of someone's own run stay where they are.
func copyStack(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no configuration in %q; run this in the root of the repository, or say -stack", from)
	}
	for _, file := range files {
		if err := copyFile(file, filepath.Join(to, filepath.Base(file)), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, mode)
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
