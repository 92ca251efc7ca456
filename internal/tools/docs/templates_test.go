// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// tree writes files below a directory of the test's own.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestTemplatesNameTheRoom(t *testing.T) {
	root := tree(t, map[string]string{
		"src/index.md.tmpl":                   "home",
		"src/resources.md.tmpl":               "resource in @SUBCATEGORY@",
		"src/resources/cluster.md.tmpl":       "by hand",
		"src/data-sources.md.tmpl":            "data in @SUBCATEGORY@",
		"pkg/inventory/tag.go":                "",
		"pkg/compute/cluster.go":              "",
		"pkg/storage/datastore_data.go":       "",
		"pkg/schemas/tag_data.go":             "not a room",
		"pkg/network/network_data_support.go": "",
	})
	dst := filepath.Join(root, "dst")
	err := writeTemplates(filepath.Join(root, "src"), dst, filepath.Join(root, "pkg"), []page{
		{dir: "resources", objects: []string{"cluster", "tag"}},
		{dir: "data-sources", suffix: "_data", objects: []string{"datastore", "tag"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"index.md.tmpl":                  "home",
		"resources/cluster.md.tmpl":      "by hand",
		"resources/tag.md.tmpl":          "resource in Inventory",
		"data-sources/datastore.md.tmpl": "data in Storage",
		"data-sources/tag.md.tmpl":       "data in Inventory",
	} {
		got, err := os.ReadFile(filepath.Join(dst, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dst, "resources.md.tmpl")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the unfilled template is left for objects without a room: %v", err)
	}
}

func TestObjectWithoutRoomIsAnError(t *testing.T) {
	root := tree(t, map[string]string{"inventory/tag.go": ""})
	if room, err := findRoom(root, "tag_category", ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %q, %v", room, err)
	}
}
