// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package ovf makes virtual machines from OVF packages: a descriptor with the
// files beside it, or an OVA, which is all of that in one tar archive, on this
// computer or on a web server. Files are streamed from there to the host and
// never held in memory. See DMTF DSP0243.
package ovf

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// maxText is the size of the largest descriptor or manifest, which are read
// whole. It keeps a disk that was named by mistake out of memory.
const maxText = 16 << 20

// Package is an OVF package whose descriptor has been read.
type Package struct {
	Name       string // the file name of the package
	Descriptor string // the XML of the descriptor

	place    place
	archive  bool
	manifest manifest // nil: none, or one at the end of an archive
	own      string   // file name of the descriptor
}

// Open reads the descriptor, and the manifest if there is one beside it or
// before the disks, and compares the two. Close gives back what it holds.
func Open(ctx context.Context, at Location) (*Package, error) {
	place, name, err := at.place()
	if err != nil {
		return nil, err
	}
	p := &Package{Name: name, place: place}
	if err := p.open(ctx); err != nil {
		place.close()
		return nil, err
	}
	return p, nil
}

// Close ends connections to a web server.
func (p *Package) Close() { p.place.close() }

func (p *Package) open(ctx context.Context) error {
	f, err := p.place.open(ctx, p.Name)
	if err != nil {
		return err
	}
	defer f.close()
	r := bufio.NewReader(f)
	if p.archive = isArchive(r, p.Name); p.archive {
		return p.readHead(tar.NewReader(r))
	}
	text, err := readText(r, p.Name)
	if err != nil {
		return err
	}
	p.Descriptor, p.own = string(text), p.Name
	if err := p.readManifest(ctx); err != nil {
		return err
	}
	return p.checkDescriptor()
}

// isArchive looks for the mark of a tar archive.
func isArchive(r *bufio.Reader, name string) bool {
	const at, mark = 257, "ustar"
	head, _ := r.Peek(at + len(mark)) // a short file is no archive
	return len(head) == at+len(mark) && string(head[at:]) == mark || strings.EqualFold(path.Ext(name), ".ova")
}

// readHead reads the descriptor, which is an archive's first member, and the
// manifest if it comes next: it may also be the last.
func (p *Package) readHead(t *tar.Reader) error {
	head, err := t.Next()
	if err != nil {
		return fmt.Errorf("%s is no readable archive: %w", p.Name, noEOF(err))
	}
	p.own = path.Clean(head.Name)
	if !strings.EqualFold(path.Ext(p.own), ".ovf") {
		return fmt.Errorf("%s is no OVA: it begins with %s and not with a descriptor (.ovf)", p.Name, head.Name)
	}
	text, err := readText(t, p.own)
	if err != nil {
		return err
	}
	p.Descriptor = string(text)
	next, err := t.Next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s is no readable archive: %w", p.Name, err)
	}
	if !isManifest(next.Name) {
		return nil
	}
	if p.manifest, err = parseManifest(t, next.Name); err != nil {
		return err
	}
	return p.checkDescriptor()
}

// readManifest reads the manifest beside the descriptor. Not every package has one.
func (p *Package) readManifest(ctx context.Context) error {
	name := strings.TrimSuffix(p.Name, path.Ext(p.Name)) + ".mf"
	f, err := p.place.open(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.close()
	p.manifest, err = parseManifest(f, name)
	return err
}

func (p *Package) checkDescriptor() error {
	sums := newTally(p.manifest)
	_, _ = io.WriteString(sums.of(p.own), p.Descriptor) // hashes do not fail
	return sums.check(p.own)
}

// Each calls use with each wanted file, in the order of the package, and then
// compares what it was with the manifest. An error of use ends it. size is -1
// where the server does not tell. What use leaves unread is read nevertheless.
func (p *Package) Each(ctx context.Context, wanted []string, use func(name string, size int64, r io.Reader) error) error {
	left := map[string]bool{}
	for _, name := range wanted {
		left[path.Clean(name)] = true
	}
	if p.archive {
		return p.eachMember(ctx, left, use)
	}
	sums := newTally(p.manifest)
	for _, name := range wanted {
		f, err := p.place.open(ctx, name)
		if err != nil {
			return err
		}
		err = pass(sums, path.Clean(name), f.size, f, use)
		f.close()
		if err != nil {
			return err
		}
	}
	return nil
}

// eachMember is Each for an archive, which is read once from start to end.
func (p *Package) eachMember(ctx context.Context, left map[string]bool, use func(string, int64, io.Reader) error) error {
	f, err := p.place.open(ctx, p.Name)
	if err != nil {
		return err
	}
	defer f.close()
	sums := newTally(p.manifest)
	for t := tar.NewReader(bufio.NewReaderSize(f, 1<<20)); ; {
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s is no readable archive: %w", p.Name, err)
		}
		name := path.Clean(head.Name)
		switch {
		case left[name]:
			delete(left, name)
			err = pass(sums, name, head.Size, t, use)
		case isManifest(name) && sums.manifest == nil:
			err = sums.late(t, name)
		case name == p.own:
			_, err = io.Copy(sums.of(name), t)
		}
		if err != nil {
			return err
		}
	}
	for name := range left {
		return fmt.Errorf("%s has no file %s, which its descriptor refers to", p.Name, name)
	}
	return nil
}

// pass hands one file on and compares it with the manifest.
func pass(sums *tally, name string, size int64, r io.Reader, use func(string, int64, io.Reader) error) error {
	summed := io.TeeReader(r, sums.of(name))
	if err := use(name, size, summed); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, summed); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return sums.check(name)
}

func readText(r io.Reader, name string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(text) > maxText {
		return nil, fmt.Errorf("%s is neither an OVF descriptor nor an OVA: it is too large for the one and no archive", name)
	}
	return text, nil
}

// noEOF says what the end of a file in the wrong place means.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
