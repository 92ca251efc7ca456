// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const released = "\n## 0.1.0 (2026-01-02)\n\n### NOTES\n\n- First.\n"

var day = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// repository has a changelog with the given fragments not yet rendered into it.
func repository(t *testing.T, fragments map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write(t, filepath.Join(root, "CHANGELOG.md"), "# Changelog\n\n"+unreleased+released)
	if err := os.Mkdir(filepath.Join(root, ".changes"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, ".changes", "README.md"), "Not a fragment")
	for name, text := range fragments {
		write(t, filepath.Join(root, ".changes", name), text)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, root string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRenderOrdersAndIsStable(t *testing.T) {
	root := repository(t, map[string]string{
		"fix-b.md":     "resource/vsphere_tag: no longer\nlost.\n",
		"feature-z.md": "A folder.\n",
		"feature-a.md": "The tag.\n",
	})
	want := "# Changelog\n\n" + unreleased +
		"\n### FEATURES\n\n- A folder.\n- The tag.\n\n### BUG FIXES\n\n- resource/vsphere_tag: no longer lost.\n" + released
	if err := run(root, []string{"check"}, io.Discard, day); !errors.Is(err, errStale) {
		t.Errorf("check before render: %v", err)
	}
	for range 2 {
		if err := run(root, []string{"render"}, io.Discard, day); err != nil {
			t.Fatal(err)
		}
		if got := read(t, root); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	}
	if err := run(root, []string{"check"}, io.Discard, day); err != nil {
		t.Errorf("check after render: %v", err)
	}
}

func TestReleaseClosesTheSection(t *testing.T) {
	root := repository(t, map[string]string{"note-a.md": "Hello."})
	if err := run(root, []string{"release", "0.2.0"}, io.Discard, day); err != nil {
		t.Fatal(err)
	}
	want := "# Changelog\n\n" + unreleased + "\n## 0.2.0 (2026-03-04)\n\n### NOTES\n\n- Hello.\n" + released
	if got := read(t, root); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	left, err := os.ReadDir(filepath.Join(root, ".changes"))
	if err != nil || len(left) != 1 {
		t.Errorf("fragments left: %v, %v", left, err)
	}
	if err := run(root, []string{"check"}, io.Discard, day); err != nil {
		t.Errorf("check after release: %v", err)
	}
}

func TestBadFragmentsAreAllNamed(t *testing.T) {
	bad := map[string]string{
		"feature.md":     "No topic.",
		"change-it.md":   "Unknown kind.",
		"fix-empty.md":   " \n",
		"fix-list.md":    "- A list.",
		"fix-two.md":     "One.\n\nTwo.",
		"fix-heading.md": "# Heading.",
		"fix-stop.md":    "No full stop",
	}
	err := run(repository(t, bad), []string{"check"}, io.Discard, day)
	if err == nil {
		t.Fatal("bad fragments pass")
	}
	for name := range bad {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestBadArguments(t *testing.T) {
	root := repository(t, nil)
	for _, args := range [][]string{nil, {"publish"}, {"release"}, {"release", "next"}, {"check", "it"}, {"notes"}} {
		if err := run(root, args, io.Discard, day); !errors.Is(err, errUsage) {
			t.Errorf("%v: got %v", args, err)
		}
	}
	write(t, filepath.Join(root, "CHANGELOG.md"), "# Changelog\n")
	if err := run(root, []string{"render"}, io.Discard, day); err == nil {
		t.Error("a changelog without an unreleased section passes")
	}
}

func TestNotesOfAVersion(t *testing.T) {
	root := repository(t, map[string]string{"note-a.md": "Hello."})
	if err := run(root, []string{"release", "0.2.0"}, io.Discard, day); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{
		"0.2.0": "### NOTES\n\n- Hello.\n",
		"0.1.0": "### NOTES\n\n- First.\n",
	} {
		var out strings.Builder
		if err := run(root, []string{"notes", version}, &out, day); err != nil || out.String() != want {
			t.Errorf("%s: got %q, %v; want %q", version, out.String(), err, want)
		}
	}
	if err := run(root, []string{"notes", "0.2"}, io.Discard, day); err == nil {
		t.Error("a part of a version finds its notes")
	}
}
