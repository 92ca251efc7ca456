// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Command changelog keeps CHANGELOG.md from fragments: one file per change in .changes/,
// so that two changes never touch the same line.
//
// Run it from the root of the repository:
//
//	go run ./internal/tools/changelog check            # fragments well formed, CHANGELOG.md up to date
//	go run ./internal/tools/changelog render           # write the Unreleased section
//	go run ./internal/tools/changelog release 1.2.0    # close the section, delete the fragments
//	go run ./internal/tools/changelog notes 1.2.0      # print the section of a version
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

var (
	errUsage = errors.New("usage: changelog check | render | release VERSION | notes VERSION")
	errStale = errors.New("CHANGELOG.md: unreleased section is not what the fragments say: run make generate")

	versionPattern = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9a-z.]+)?$`)
)

func main() {
	if err := run(".", os.Args[1:], os.Stdout, time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "changelog:", err)
		os.Exit(1)
	}
}

// run does what args ask in the repository at root; now dates a release.
func run(root string, args []string, out io.Writer, now time.Time) error {
	changes, files, err := readFragments(filepath.Join(root, ".changes"))
	if err != nil {
		return err
	}
	path := filepath.Join(root, "CHANGELOG.md")
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	current, err := withUnreleased(string(old), changes.markdown())
	if err != nil {
		return err
	}

	switch {
	case len(args) == 1 && args[0] == "check":
		if current != string(old) {
			return errStale
		}
		return nil
	case len(args) == 1 && args[0] == "render":
		return os.WriteFile(path, []byte(current), 0o644)
	case len(args) == 2 && args[0] == "release" && versionPattern.MatchString(args[1]):
		closed := closeUnreleased(current, args[1], now)
		if err := os.WriteFile(path, []byte(closed), 0o644); err != nil {
			return err
		}
		return removeAll(files)
	case len(args) == 2 && args[0] == "notes":
		text, err := notes(string(old), args[1])
		if err != nil {
			return err
		}
		_, err = io.WriteString(out, text)
		return err
	default:
		return errUsage
	}
}

func removeAll(files []string) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, os.Remove(f))
	}
	return errors.Join(errs...)
}
