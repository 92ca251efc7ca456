// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
)

// incumbent is the provider that the states in the field name.
const incumbent = "registry.terraform.io/vmware/vsphere"

// migrant is one object as the other provider has left it: its configuration,
// and its state as SDKv2 writes it, with %s for the id that it got here.
type migrant struct {
	kind    string
	version int
	config  string
	state   func(ids map[string]string) acctest.Object
}

// TestMigrate takes a state of the other provider through the real commands:
// replace-provider, then a plan that has nothing to do.
func TestMigrate(t *testing.T) {
	t.Parallel()
	cli := commandLine(t)
	vc := acctest.Start(t)
	ids := populate(t, vc)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "main.tf"), fmt.Sprintf("terraform {\n  required_providers {\n    vsphere = { source = %q }\n  }\n}\n%s", provider.Address, vc.Provider())+configs(ids))
	write(t, filepath.Join(dir, "terraform.tfstate"), states(t, ids))
	run := terraform(t, cli, dir, buildProvider(t))

	run("state", "replace-provider", "-auto-approve", incumbent, provider.Address)
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		run("plan", "-no-color", "-detailed-exitcode", refresh) // exit code 2: there are changes
	}
	if n := vc.Sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

var migrants = []migrant{
	{
		kind: "vsphere_folder", version: 1,
		config: "  path = \"/old/\"\n  type = \"vm\"\n  datacenter_id = \"<datacenter>\"\n",
		state: func(ids map[string]string) acctest.Object {
			return acctest.Object{"path": "old", "type": "vm", "datacenter_id": ids["datacenter"], "tags": nil, "custom_attributes": nil}
		},
	}, {
		kind:   "vsphere_tag_category",
		config: "  name = \"old\"\n  cardinality = \"SINGLE\"\n  associable_types = [\"VirtualMachine\"]\n",
		state: func(map[string]string) acctest.Object {
			return acctest.Object{"name": "old", "cardinality": "SINGLE", "associable_types": acctest.List{"VirtualMachine"}, "description": ""}
		},
	}, {
		kind:   "vsphere_tag",
		config: "  name = \"old\"\n  category_id = \"<vsphere_tag_category>\"\n",
		state: func(ids map[string]string) acctest.Object {
			return acctest.Object{"name": "old", "category_id": ids["vsphere_tag_category"], "description": ""}
		},
	}, {
		kind:   "vsphere_custom_attribute",
		config: "  name = \"old\"\n",
		state: func(map[string]string) acctest.Object {
			return acctest.Object{"name": "old", "managed_object_type": ""}
		},
	}, {
		kind:   "vsphere_resource_pool",
		config: "  name = \"old\"\n  parent_resource_pool_id = \"<root pool>\"\n",
		state: func(ids map[string]string) acctest.Object {
			return acctest.Object{
				"name": "old", "parent_resource_pool_id": ids["root pool"], "scale_descendants_shares": "",
				"cpu_expandable": true, "cpu_limit": -1, "cpu_reservation": 0, "cpu_share_level": "normal", "cpu_shares": 4000,
				"memory_expandable": true, "memory_limit": -1, "memory_reservation": 0, "memory_share_level": "normal", "memory_shares": 163840,
				"tags": nil, "custom_attributes": nil,
			}
		},
	}, {
		kind:   "vsphere_datacenter",
		config: "  name = \"old\"\n",
		state: func(ids map[string]string) acctest.Object {
			return acctest.Object{"name": "old", "folder": "", "moid": ids["moid"], "tags": nil, "custom_attributes": nil}
		},
	},
}

// populate makes the objects, as a provider of that time would have, and
// returns their ids by kind.
func populate(t *testing.T, vc *acctest.VCenter) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for what, path := range map[string]string{"datacenter": "/DC0", "root pool": "/DC0/host/DC0_C0/Resources"} {
		ref, ok := vc.Find(path)
		if !ok {
			t.Fatalf("nothing at %s", path)
		}
		ids[what] = ref.Value
	}
	p := vc.Connect(t)
	for _, m := range migrants {
		config := m.state(ids)
		for _, computed := range []string{"moid", "cpu_shares", "memory_shares"} {
			delete(config, computed)
		}
		made := p.Apply(m.kind, nil, config)
		p.OK(made.Diagnostics)
		ids[m.kind], _ = made.State["id"].(string)
		if moid, ok := made.State["moid"].(string); ok {
			ids["moid"] = moid
		}
	}
	p.Close()
	return ids
}

// configs is the configuration of all migrants.
func configs(ids map[string]string) string {
	var all strings.Builder
	for _, m := range migrants {
		text := m.config
		for name, id := range ids {
			text = strings.ReplaceAll(text, "<"+name+">", id)
		}
		fmt.Fprintf(&all, "resource %q \"old\" {\n%s}\n", m.kind, text)
	}
	return all.String()
}

// states is the state file of all migrants.
func states(t *testing.T, ids map[string]string) string {
	t.Helper()
	var resources []acctest.Object
	for _, m := range migrants {
		attributes := m.state(ids)
		attributes["id"] = ids[m.kind]
		attributes["removed_in_an_old_release"] = "x"
		resources = append(resources, acctest.Object{
			"mode": "managed", "type": m.kind, "name": "old", "provider": fmt.Sprintf("provider[%q]", incumbent),
			"instances": acctest.List{acctest.Object{"schema_version": m.version, "attributes": attributes, "private": "bnVsbA=="}},
		})
	}
	text, err := json.Marshal(acctest.Object{"version": 4, "terraform_version": "1.5.7", "serial": 3, "lineage": "3f0e7c3a-9a53-7f0e-1c55-2f1b2f6f4c11", "resources": resources, "outputs": acctest.Object{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// commandLine is the CLI that the tests are run with.
func commandLine(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("there is no terraform on PATH; make test brings its own CLI")
	}
	return path
}

// buildProvider builds the provider and returns the folder that it is in.
func buildProvider(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "terraform-provider-vsphere"), ".")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s\n%s", err, out)
	}
	return dir
}

// terraform returns a function that runs commands in dir with the provider
// that was built.
func terraform(t *testing.T, cli, dir, providers string) func(args ...string) {
	t.Helper()
	settings := filepath.Join(dir, "cli.tfrc")
	write(t, settings, fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  dev_overrides { %q = %q }\n  direct {}\n}\n", provider.Address, providers))
	return func(args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), cli, args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TF_INPUT=0")
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %s\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
