// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// kinds are the first words of fragments' names and the headings they stand for, in
// the order that Terraform's providers use.
var kinds = []struct{ name, heading string }{
	{"breaking", "BREAKING CHANGES"},
	{"note", "NOTES"},
	{"feature", "FEATURES"},
	{"enhancement", "ENHANCEMENTS"},
	{"fix", "BUG FIXES"},
}

// unreleased opens the section that is written from the fragments.
const unreleased = "## Unreleased\n"

// changes maps a kind's name to its entries.
type changes map[string][]string

// readFragments reads the fragments in dir and returns the files they stand in. All that
// is wrong with them is in the error, not only the first.
func readFragments(dir string) (changes, []string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.md")) // Sorted, so that the result is stable.
	if err != nil {
		return nil, nil, err
	}
	all := changes{}
	var fragments []string
	var errs []error
	for _, file := range files {
		if filepath.Base(file) == "README.md" {
			continue
		}
		kind, entry, err := readFragment(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
			continue
		}
		all[kind] = append(all[kind], entry)
		fragments = append(fragments, file)
	}
	return all, fragments, errors.Join(errs...)
}

// readFragment returns the kind and the text of one fragment.
func readFragment(file string) (kind, entry string, err error) {
	kind, _, named := strings.Cut(filepath.Base(file), "-")
	if !named || !known(kind) {
		return "", "", errors.New("name is not KIND-what-it-is-about.md with KIND of breaking, note, feature, enhancement, fix")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	entry = strings.TrimSpace(string(text))
	switch {
	case entry == "":
		return "", "", errors.New("empty")
	case strings.Contains(entry, "\n\n") || strings.HasPrefix(entry, "#") || strings.HasPrefix(entry, "- "):
		return "", "", errors.New("not one plain paragraph")
	case !strings.HasSuffix(entry, "."):
		return "", "", errors.New("does not end with a full stop")
	}
	return kind, strings.Join(strings.Fields(entry), " "), nil
}

func known(kind string) bool {
	for _, k := range kinds {
		if k.name == kind {
			return true
		}
	}
	return false
}

// markdown lists the changes by kind.
func (c changes) markdown() string {
	var b strings.Builder
	for _, k := range kinds {
		entries := slices.Clone(c[k.name])
		if len(entries) == 0 {
			continue
		}
		slices.Sort(entries)
		fmt.Fprintf(&b, "\n### %s\n\n", k.heading)
		for _, e := range entries {
			fmt.Fprintf(&b, "- %s\n", e)
		}
	}
	return b.String()
}

// withUnreleased replaces the text below the Unreleased heading, up to the next version.
func withUnreleased(changelog, body string) (string, error) {
	before, after, found := strings.Cut(changelog, unreleased)
	if !found {
		return "", errors.New("CHANGELOG.md: no unreleased section")
	}
	released := ""
	if i := strings.Index(after, "\n## "); i >= 0 {
		released = after[i:]
	}
	return before + unreleased + body + released, nil
}

// closeUnreleased gives the section a version and a date, and opens an empty one above it.
func closeUnreleased(changelog, version string, now time.Time) string {
	heading := fmt.Sprintf("%s\n## %s (%s)\n", unreleased, version, now.Format(time.DateOnly))
	return strings.Replace(changelog, unreleased, heading, 1)
}

// notes returns what stands below the heading of a version.
func notes(changelog, version string) (string, error) {
	_, section, found := strings.Cut(changelog, "\n## "+version+" (")
	if !found {
		return "", fmt.Errorf("CHANGELOG.md: no version %s", version)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	_, body, _ := strings.Cut(section, "\n")
	return strings.TrimSpace(body) + "\n", nil
}
