// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

func twoDatacenters(o *simulator.Options) { o.Datacenters = 2 }

// planned is the action on a resource.
func planned(address string, want plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)}}
}

func attributes(address string, want map[string]any) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, value := range want {
		var check knownvalue.Check
		switch v := value.(type) {
		case string:
			check = knownvalue.StringExact(v)
		case bool:
			check = knownvalue.Bool(v)
		case int:
			check = knownvalue.Int64Exact(int64(v))
		}
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), check))
	}
	return checks
}

// hasFile checks that a datastore has a file: "LocalDS_0 data/d1.vmdk".
func hasFile(vc *acctest.VCenter, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if !slices.ContainsFunc(vc.Inventory(), func(line string) bool { return strings.HasPrefix(line, "File ") && strings.HasSuffix(line, "/"+want) }) {
			return fmt.Errorf("there is no file %s", want)
		}
		return nil
	}
}

func hasNoFile(vc *acctest.VCenter, unwanted string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if hasFile(vc, unwanted)(nil) == nil {
			return fmt.Errorf("there is a file %s", unwanted)
		}
		return nil
	}
}

// managers are those of the simulator, for what happens behind Terraform's back.
type managers struct {
	t     *testing.T
	disks *object.VirtualDiskManager
	files *object.FileManager
	dc    *object.Datacenter
}

func behind(t *testing.T, vc *acctest.VCenter) *managers {
	t.Helper()
	c, err := vc.Client(context.Background()) // also used while a test ends
	if err != nil {
		t.Fatal(err)
	}
	ref, _ := vc.Find("/DC0")
	return &managers{t, object.NewVirtualDiskManager(c), object.NewFileManager(c), object.NewDatacenter(c, ref)}
}

func (m *managers) must(task *object.Task, err error) {
	m.t.Helper()
	if err == nil {
		err = task.WaitEx(context.Background())
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// folders are the names of the folders in the root of LocalDS_0.
func (m *managers) folders(vc *acctest.VCenter) ([]string, error) {
	m.t.Helper()
	ref, _ := vc.Find("/DC0/datastore/LocalDS_0")
	browser, err := object.NewDatastore(m.files.Client(), ref).Browser(context.Background())
	if err != nil {
		return nil, err
	}
	task, err := browser.SearchDatastore(context.Background(), "[LocalDS_0]", &vim.HostDatastoreBrowserSearchSpec{Query: []vim.BaseFileQuery{new(vim.FolderFileQuery)}})
	if err != nil {
		return nil, err
	}
	info, err := task.WaitForResult(context.Background())
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range info.Result.(vim.HostDatastoreBrowserSearchResults).File {
		names = append(names, f.GetFileInfo().Path)
	}
	return names, nil
}

// local makes a file on this computer.
func local(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(file)
}
