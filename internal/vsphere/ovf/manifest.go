// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
	"regexp"
	"strings"
)

// algorithms are those that a manifest may use. SHA-1 finds damage, not malice;
// old packages have nothing better.
var algorithms = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA256": sha256.New, "SHA512": sha512.New}

// manifest is what the .mf file of a package says: the sum of each file.
type manifest map[string]sum

type sum struct{ algorithm, hex string }

// manifestLine is for example "SHA256(disk.vmdk)= 5df2...".
var manifestLine = regexp.MustCompile(`^([A-Za-z0-9-]+)\s*\(\s*(.+?)\s*\)\s*=\s*([0-9a-fA-F]+)$`)

func isManifest(name string) bool { return strings.EqualFold(path.Ext(name), ".mf") }

func parseManifest(r io.Reader, name string) (manifest, error) {
	text, err := readText(r, name)
	if err != nil {
		return nil, err
	}
	m := manifest{}
	for lines, n := bufio.NewScanner(bytes.NewReader(text)), 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		parts := manifestLine.FindStringSubmatch(line)
		if parts == nil {
			return nil, fmt.Errorf("%s is no manifest: line %d is not of the form SHA256(file)= sum", name, n)
		}
		algorithm := strings.ToUpper(strings.ReplaceAll(parts[1], "-", ""))
		if algorithms[algorithm] == nil {
			return nil, fmt.Errorf("%s has on line %d a sum of the kind %s; known are SHA1, SHA256 and SHA512", name, n, parts[1])
		}
		m[path.Clean(parts[2])] = sum{algorithm, strings.ToLower(parts[3])}
	}
	return m, nil
}

// ChecksumError says that a file is not the one that the manifest describes.
type ChecksumError struct{ File, Algorithm, Want, Got string }

func (e *ChecksumError) Error() string {
	return fmt.Sprintf("%s is damaged: its %s sum is %s, and the manifest has %s", e.File, e.Algorithm, e.Got, e.Want)
}

// tally sums up files as they pass. As long as there is no manifest it takes
// every sum that one may name.
type tally struct {
	manifest manifest
	sums     map[string]map[string]hash.Hash // by file and algorithm
}

func newTally(m manifest) *tally { return &tally{m, map[string]map[string]hash.Hash{}} }

// of returns what is to be written all that a file holds.
func (t *tally) of(name string) io.Writer {
	var all []io.Writer
	t.sums[name] = map[string]hash.Hash{}
	for algorithm, start := range algorithms {
		if t.manifest == nil || t.manifest[name].algorithm == algorithm {
			sum := start()
			t.sums[name][algorithm] = sum
			all = append(all, sum)
		}
	}
	return io.MultiWriter(all...)
}

// check compares a file that has passed with the manifest. A file that it does
// not list is taken as it is.
func (t *tally) check(name string) error {
	want, listed := t.manifest[name]
	if !listed {
		return nil
	}
	got := hex.EncodeToString(t.sums[name][want.algorithm].Sum(nil))
	if got != want.hex {
		return &ChecksumError{File: name, Algorithm: want.algorithm, Want: want.hex, Got: got}
	}
	return nil
}

// late takes a manifest that comes after files which have passed.
func (t *tally) late(r io.Reader, name string) error {
	m, err := parseManifest(r, name)
	if err != nil {
		return err
	}
	t.manifest = m
	for passed := range t.sums {
		if err := t.check(passed); err != nil {
			return err
		}
	}
	return nil
}
