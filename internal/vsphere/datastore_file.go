// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// DatastoreFile is a file or directory on a datastore, which need not exist.
type DatastoreFile struct {
	Datastore     Ref
	DatastoreName string
	Datacenter    Ref
	Path          string // "data/d1.vmdk"; "" is the root of the datastore
}

// String returns the path as vSphere writes it: "[ds-1] data/d1.vmdk".
func (f DatastoreFile) String() string {
	return strings.TrimSuffix("["+f.DatastoreName+"] "+f.Path, " ")
}

// Parent is the directory that the file is in.
func (f DatastoreFile) Parent() DatastoreFile { return f.at(path.Dir("/" + f.Path)) }

// Join is what a relative path names below a directory.
func (f DatastoreFile) Join(elements ...string) DatastoreFile {
	return f.at(path.Join(append([]string{f.Path}, elements...)...))
}

func (f DatastoreFile) at(path string) DatastoreFile {
	f.Path = cleanFile(path)
	return f
}

// IsDisk reports whether the file is the descriptor of a virtual disk, which
// stands for all files of the disk.
func (f DatastoreFile) IsDisk() bool { return isDisk(f.Path) }

func isDisk(file string) bool {
	return strings.HasSuffix(file, ".vmdk") && !strings.HasSuffix(file, "-flat.vmdk")
}

// cleanFile returns a path on a datastore without slashes at either end, and
// without empty parts.
func cleanFile(file string) string {
	return strings.Trim(path.Clean("/"+strings.TrimSpace(file)), "/")
}

// OnDatastore returns the file at a path of a datastore. The error is an
// ErrNotFound when there is no such datastore.
func (c *Client) OnDatastore(ctx context.Context, datastore Ref, file string) (DatastoreFile, error) {
	links, err := c.chain(ctx, datastore)
	if err != nil {
		return DatastoreFile{}, readError(datastore, err)
	}
	i := slices.IndexFunc(links, func(l link) bool { return l.ref.Type == "Datacenter" })
	if i < 0 {
		return DatastoreFile{}, fmt.Errorf("datacenter of %s %q: %w", datastore.Type, datastore.Value, ErrNotFound)
	}
	return DatastoreFile{
		Datastore: datastore, DatastoreName: links[len(links)-1].name, Datacenter: links[i].ref, Path: cleanFile(file),
	}, nil
}

// ParseDatastorePath takes a path such as "[ds-1] data/d1.vmdk" apart; the
// inventory path of a datacenter may stand before it, as in
// "/dc-east/[ds-1] data/d1.vmdk". What is missing is empty.
func ParseDatastorePath(text string) (datacenter, datastore, file string, err error) {
	datacenter, rest, ok := strings.Cut(text, "[")
	if ok {
		datastore, file, ok = strings.Cut(rest, "]")
	}
	file = strings.TrimSpace(file)
	if !ok || datastore == "" || file == "" {
		return "", "", "", fmt.Errorf("%q is not of the form [datastore] path or /datacenter/[datastore] path", text)
	}
	return strings.Trim(datacenter, "/ "), datastore, file, nil
}

// missingFile makes the error of a file that is not there an ErrNotFound.
func missingFile(f DatastoreFile, err error) error {
	if IsFault[vim.FileNotFound](err) {
		return &NotFoundError{What: fmt.Sprintf("%q", f)}
	}
	return err
}
