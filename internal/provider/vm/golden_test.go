// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// own are the parts of a specification that differ from run to run.
var own = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`), "UUID"},
	{regexp.MustCompile(`([0-9a-f]{2} ){7}[0-9a-f]{2}-([0-9a-f]{2} ){7}[0-9a-f]{2}`), "SWITCH"},
	{regexp.MustCompile(`([0-9a-f]{2}:){5}[0-9a-f]{2}`), "MAC"},
	{regexp.MustCompile(`"(vm|datastore|resgroup|group-v|dvportgroup|network|host|domain-c)-?\d+"`), `"$1"`},
}

// golden compares what each step sends about the configuration of machines with
// a file of its name. UPDATE_GOLDEN=1 writes the files.
type golden struct {
	p    *place
	mu   sync.Mutex
	sent []any
}

func newGolden(p *place) *golden {
	g := &golden{p: p}
	p.Watch(func(method string, req any, empty []string) {
		var spec any
		switch r := req.(type) {
		case *vim.CreateVM_Task:
			spec = r.Config
		case *vim.CloneVM_Task:
			spec = r.Spec
		case *vim.ReconfigVM_Task:
			spec = r.Spec
		default:
			return
		}
		var text bytes.Buffer
		if err := vim.NewJSONEncoder(&text).Encode(spec); err != nil {
			p.t.Error(err)
		}
		var plain any
		if err := json.Unmarshal(text.Bytes(), &plain); err != nil {
			p.t.Error(err)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		sent := map[string]any{method: plain}
		if len(empty) > 0 {
			sent["empty"] = empty
		}
		g.sent = append(g.sent, sent)
	})
	return g
}

// step applies a configuration and compares what that sends.
func (g *golden) step(name, config string) resource.TestStep {
	return resource.TestStep{
		PreConfig: func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.sent = []any{}
		},
		Config: config,
		Check: func(*terraform.State) error {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.compare(name)
		},
	}
}

func (g *golden) compare(name string) error {
	text, err := json.MarshalIndent(g.sent, "", "  ")
	if err != nil {
		return err
	}
	got := string(text) + "\n"
	for _, o := range own {
		got = o.pattern.ReplaceAllString(got, o.name)
	}
	file := filepath.Join("testdata", "specs", name+".json")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		return os.WriteFile(file, []byte(got), 0o600)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if got != string(want) {
		g.p.t.Errorf("%s sends\n%s\nwant\n%s", name, got, want)
	}
	return nil
}

// TestGoldenSpecs holds what is sent to make a machine in each way and for each
// kind of change: the differences, in one task, and nothing when there are none.
func TestGoldenSpecs(t *testing.T) {
	t.Parallel()
	p := newPlace(t, acctest.Start(t))
	g := newGolden(p)
	disk, two := p.disk("disk0", 0, 10), p.disk("disk0", 0, 12)+p.disk("data", 1, 3, "disk_mode = \"independent_persistent\"")
	machine := func(arguments, devices string) string { return p.named("m", "m1", arguments+devices) }
	hot := "cpu_hot_add_enabled = true\nmemory_hot_add_enabled = true\n"
	p.Test(t,
		g.step("scratch", machine(hot, disk+p.nic())),
		g.step("nothing", machine(hot+"shutdown_wait_timeout = 5\n", disk+p.nic())),
		g.step("annotation", machine(hot+"annotation = \"a note\"\n", disk+p.nic())),
		g.step("grow", machine(hot+"num_cpus = 2\nmemory = 2048\n", disk+p.nic())),
		g.step("settings", machine(hot+"num_cpus = 2\nmemory = 2048\nnested_hv_enabled = true\nenable_disk_uuid = true\nsync_time_with_host = false\ncpu_limit = 2000\nboot_delay = 5\n", disk+p.nic())),
		g.step("emptied", machine(hot+"annotation = \"\"\nnum_cpus = 2\nmemory = 2048\nnested_hv_enabled = true\nenable_disk_uuid = true\nsync_time_with_host = false\ncpu_limit = 2000\n", disk+p.nic())),
		g.step("extra_config", machine(hot+"extra_config = {\n \"guestinfo.a\" = \"1\"\n}\nnum_cpus = 2\nmemory = 2048\nnested_hv_enabled = true\nenable_disk_uuid = true\nsync_time_with_host = false\ncpu_limit = 2000\n", disk+p.nic())),
		g.step("back", machine(hot+"num_cpus = 2\nmemory = 2048\n", disk+p.nic())),
		g.step("devices_added", machine(hot+"num_cpus = 2\nmemory = 2048\nscsi_controller_count = 2\n", two+p.nic()+p.nic())),
		g.step("devices_removed", machine(hot+"num_cpus = 2\nmemory = 2048\nscsi_controller_count = 2\n", p.disk("disk0", 0, 12)+p.nic())),
		g.step("name", strings.ReplaceAll(machine(hot+"num_cpus = 2\nmemory = 2048\nscsi_controller_count = 2\n", p.disk("disk0", 0, 12)+p.nic()), `"m1"`, `"m2"`)),
	)
	p.Test(t,
		g.step("clone", machine("memory = 2048\nannotation = \"a clone\"\n", p.clone()+p.disk("root", 0, 10)+p.disk("data", 1, 3)+p.nic())),
	)
}
