// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
	"golang.org/x/sync/errgroup"
)

// fileAsk is one question for a file; disk asks for what only disks have.
type fileAsk struct {
	file DatastoreFile
	disk bool
}

// fileSearches bounds how many folders are searched at the same time.
const fileSearches = 8

// StatFile returns what is known of a file: its size in bytes and when it was
// changed. Asks of concurrent callers for files in one folder share one search.
// The error is an ErrNotFound when there is no such file.
func (c *Client) StatFile(ctx context.Context, f DatastoreFile) (*vim.FileInfo, error) {
	found, err := c.files.Load(ctx, fileAsk{file: f})
	if err != nil {
		return nil, err
	}
	return found.GetFileInfo(), nil
}

// StatDisk is StatFile for a virtual disk: its capacity, and whether it is thin.
// The error is an ErrNotFound also when the file is no virtual disk.
func (c *Client) StatDisk(ctx context.Context, f DatastoreFile) (*vim.VmDiskFileInfo, error) {
	found, err := c.files.Load(ctx, fileAsk{file: f, disk: true})
	if err != nil {
		return nil, err
	}
	disk, ok := found.(*vim.VmDiskFileInfo)
	if !ok {
		return nil, &NotFoundError{What: fmt.Sprintf("virtual disk %q", f)}
	}
	return disk, nil
}

// findFiles answers a batch of asks by one search for each folder.
func (c *Client) findFiles(ctx context.Context, asks []fileAsk) map[fileAsk]outcome[vim.BaseFileInfo] {
	folders := map[fileAsk][]fileAsk{}
	for _, a := range asks {
		folder := fileAsk{a.file.Parent(), a.disk}
		folders[folder] = append(folders[folder], a)
	}
	answers := make(map[fileAsk]outcome[vim.BaseFileInfo], len(asks))
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(fileSearches)
	for folder, asks := range folders {
		group.Go(func() error {
			found, err := c.searchFolder(ctx, folder, asks)
			mu.Lock()
			defer mu.Unlock()
			for _, a := range asks {
				o := outcome[vim.BaseFileInfo]{value: found[path.Base(a.file.Path)], err: err}
				if err == nil && o.value == nil {
					o.err = &NotFoundError{What: fmt.Sprintf("%q", a.file)}
				}
				answers[a] = o
			}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	return answers
}

// searchFolder looks for files in a folder and returns them by name. A folder
// that does not exist holds none.
func (c *Client) searchFolder(ctx context.Context, folder fileAsk, asks []fileAsk) (map[string]vim.BaseFileInfo, error) {
	browser, err := c.browser(ctx, folder.file.Datastore)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(asks))
	for i, a := range asks {
		names[i] = path.Base(a.file.Path)
	}
	res, err := methods.SearchDatastore_Task(ctx, c, &vim.SearchDatastore_Task{
		This: browser, DatastorePath: folder.file.String(), SearchSpec: searchSpec(folder.disk, names),
	})
	if err != nil {
		return nil, searchError(folder.file, err)
	}
	info, err := c.Wait(ctx, res.Returnval, nil)
	if IsFault[vim.FileNotFound](err) {
		return nil, nil
	}
	if err != nil {
		return nil, searchError(folder.file, err)
	}
	found := map[string]vim.BaseFileInfo{}
	if r, ok := info.Result.(vim.HostDatastoreBrowserSearchResults); ok {
		for _, f := range r.File {
			found[path.Base(f.GetFileInfo().Path)] = f
		}
	}
	return found, nil
}

func searchError(folder DatastoreFile, err error) error {
	return fmt.Errorf("searching %q: %w", folder, err)
}

// searchSpec asks for files by name, or for disks with what only disks have.
func searchSpec(disk bool, names []string) *vim.HostDatastoreBrowserSearchSpec {
	spec := &vim.HostDatastoreBrowserSearchSpec{
		MatchPattern: names,
		Details:      &vim.FileQueryFlags{FileType: true, FileSize: true, Modification: true},
	}
	if disk {
		spec.Query = []vim.BaseFileQuery{&vim.VmDiskFileQuery{
			Details: &vim.VmDiskFileQueryFlags{CapacityKb: true, DiskType: true, Thin: vim.NewBool(true)},
		}}
	}
	return spec
}

// browserOf is the key of the browser of a datastore.
type browserOf Ref

func (c *Client) browser(ctx context.Context, datastore Ref) (Ref, error) {
	return Remember(ctx, c, browserOf(datastore), func(ctx context.Context) (Ref, error) {
		found, err := Get[mo.Datastore](ctx, c, datastore, "browser")
		if err != nil {
			return Ref{}, err
		}
		return found.Browser, nil
	})
}

// FindDisks returns the virtual disks in a folder of a datastore and below it,
// those of machines among them. The disks that hold the changes since a snapshot
// are left out: they are parts of others. The error is an ErrNotFound when there
// is no such folder.
func (c *Client) FindDisks(ctx context.Context, folder DatastoreFile) ([]DatastoreFile, error) {
	browser, err := c.browser(ctx, folder.Datastore)
	if err != nil {
		return nil, err
	}
	res, err := methods.SearchDatastoreSubFolders_Task(ctx, c, &vim.SearchDatastoreSubFolders_Task{
		This: browser, DatastorePath: folder.String(), SearchSpec: &vim.HostDatastoreBrowserSearchSpec{
			MatchPattern: []string{"*.vmdk"}, Query: []vim.BaseFileQuery{new(vim.VmDiskFileQuery)},
		},
	})
	if err != nil {
		return nil, searchError(folder, err)
	}
	info, err := c.Wait(ctx, res.Returnval, nil)
	if err != nil {
		return nil, searchError(folder, missingFile(folder, err))
	}
	var disks []DatastoreFile
	found, _ := info.Result.(vim.ArrayOfHostDatastoreBrowserSearchResults)
	for _, r := range found.HostDatastoreBrowserSearchResults {
		_, at, _ := strings.Cut(r.FolderPath, "]")
		for _, f := range r.File {
			if disk := folder.at(at).Join(f.GetFileInfo().Path); disk.IsDisk() && !isDelta(disk.Path) {
				disks = append(disks, disk)
			}
		}
	}
	return disks, nil
}

// isDelta reports whether a name is one that vSphere gives to the disk that
// holds the changes since a snapshot: web-000001.vmdk.
func isDelta(file string) bool {
	base := strings.TrimSuffix(file, ".vmdk")
	i := strings.LastIndex(base, "-")
	return i >= 0 && len(base)-i == len("-000001") && strings.Trim(base[i+1:], "0123456789") == ""
}
