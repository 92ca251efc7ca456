// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vmware/govmomi/object"
	vim "github.com/vmware/govmomi/vim25/types"
)

// session is an HTTP client with the session of the desk.
func (d *desk) session() *http.Client {
	return &http.Client{Transport: d.c.DefaultTransport(), Jar: d.c.Jar}
}

// request asks for a file and returns the status and what came with it.
func (d *desk) request(client *http.Client, method, path, content string) (int, string) {
	d.t.Helper()
	u := d.URL()
	u.Path, u.RawQuery = folderPrefix+path, "dcPath=/DC0&dsName=LocalDS_0"
	req, err := http.NewRequestWithContext(d.t.Context(), method, u.String(), strings.NewReader(content))
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestFilesOverHTTP(t *testing.T) {
	d := newDesk(t)
	session := d.session()
	stranger := &http.Client{Transport: session.Transport}
	before := d.free()
	for _, c := range []struct {
		client             *http.Client
		method, path, text string
		want               int
	}{
		{stranger, http.MethodPut, "iso/a b.iso", "hello", http.StatusUnauthorized},
		{session, http.MethodPut, "iso/a b.iso", "hello", http.StatusCreated},
		{session, http.MethodPut, "/iso//a b.iso", "hello!", http.StatusOK},
		{session, http.MethodPost, "iso/a b.iso", "x", http.StatusConflict},
		{session, http.MethodDelete, "iso/a b.iso", "", http.StatusMethodNotAllowed},
		{session, http.MethodGet, "iso/none", "", http.StatusNotFound},
		{stranger, http.MethodGet, "iso/a b.iso", "", http.StatusUnauthorized},
	} {
		if got, _ := d.request(c.client, c.method, c.path, c.text); got != c.want {
			t.Errorf("%s %s: %d, not %d", c.method, c.path, got, c.want)
		}
	}
	if _, body := d.request(session, http.MethodGet, "iso/a b.iso", ""); body != "hello!" {
		t.Errorf("got %q", body)
	}
	if used := before - d.free(); used != int64(len("hello!")) {
		t.Errorf("%d bytes are in use", used)
	}
	d.ExpireSessions()
	if got, _ := d.request(session, http.MethodGet, "iso/a b.iso", ""); got != http.StatusUnauthorized {
		t.Errorf("after the session: %d", got)
	}
}

func TestDatastoreFiles(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	session := d.session()
	wantFault[vim.FileNotFound](t, "no parent", d.files.MakeDirectory(ctx, "[LocalDS_0] a/b", d.dc, false))
	if err := d.files.MakeDirectory(ctx, "[LocalDS_0] a/b", d.dc, true); err != nil {
		t.Fatal(err)
	}
	wantFault[vim.FileAlreadyExists](t, "exists", d.files.MakeDirectory(ctx, "[LocalDS_0] a/b", d.dc, true))
	for _, name := range []string{"a/one.iso", "a/two.img"} {
		if got, _ := d.request(session, http.MethodPut, name, "data"); got != http.StatusCreated {
			t.Fatal(got)
		}
	}
	const one, two = "[LocalDS_0] a/one.iso", "[LocalDS_0] a/two.img"
	wantFault[vim.FileAlreadyExists](t, "copy", d.done(d.files.CopyDatastoreFile(ctx, one, d.dc, two, d.dc, false)))
	d.must(d.files.CopyDatastoreFile(ctx, one, d.dc, two, d.dc, true))
	d.must(d.files.MoveDatastoreFile(ctx, one, d.dc, "[LocalDS_1] one.iso", d.dc, false))
	wantFault[vim.FileNotFound](t, "move", d.done(d.files.MoveDatastoreFile(ctx, one, d.dc, two, d.dc, true)))
	wantFault[vim.FileNotFound](t, "delete", d.done(d.files.DeleteDatastoreFile(ctx, one, d.dc)))
	wantFault[vim.FileLocked](t, "machine's", d.done(d.files.DeleteDatastoreFile(ctx, "[LocalDS_0] DC0_H0_VM0", d.dc)))
	d.must(d.files.DeleteDatastoreFile(ctx, "[LocalDS_1] one.iso", d.dc))
	d.must(d.files.DeleteDatastoreFile(ctx, "[LocalDS_0] a", d.dc))
	if left := files(d.VCenter, "a/"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

func TestDatastoreSearch(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	if err := d.files.MakeDirectory(ctx, "[LocalDS_0] x/y", d.dc, true); err != nil {
		t.Fatal(err)
	}
	if err := d.create("[LocalDS_0] x/y/d.vmdk", vim.VirtualDiskTypeThin, 1<<20); err != nil {
		t.Fatal(err)
	}
	session := d.session()
	for _, name := range []string{"x/y/z.iso", "x/y/z.log", "x/y/broken.vmdk"} {
		if got, _ := d.request(session, http.MethodPut, name, "data"); got != http.StatusCreated {
			t.Fatal(got)
		}
	}
	names := func(spec vim.HostDatastoreBrowserSearchSpec) (found []string) {
		for _, f := range d.search("[LocalDS_0] x/y", spec) {
			found = append(found, typeName(f)+" "+f.GetFileInfo().Path)
		}
		return found
	}
	details := &vim.FileQueryFlags{FileType: true, FileSize: true}
	for _, c := range []struct {
		spec vim.HostDatastoreBrowserSearchSpec
		want []string
	}{
		{vim.HostDatastoreBrowserSearchSpec{MatchPattern: []string{"z.*"}}, []string{"FileInfo z.iso", "FileInfo z.log"}},
		{vim.HostDatastoreBrowserSearchSpec{Details: details, MatchPattern: []string{"z.*", "d.vmdk"}}, []string{"VmDiskFileInfo d.vmdk", "IsoImageFileInfo z.iso", "VmLogFileInfo z.log"}},
		{vim.HostDatastoreBrowserSearchSpec{Query: []vim.BaseFileQuery{new(vim.VmDiskFileQuery)}}, []string{"VmDiskFileInfo d.vmdk"}},
		{vim.HostDatastoreBrowserSearchSpec{Query: []vim.BaseFileQuery{&vim.VmDiskFileQuery{Filter: &vim.VmDiskFileQueryFilter{Thin: vim.NewBool(false)}}}}, nil},
		{vim.HostDatastoreBrowserSearchSpec{Query: []vim.BaseFileQuery{new(vim.IsoImageFileQuery), new(vim.VmLogFileQuery)}}, []string{"IsoImageFileInfo z.iso", "VmLogFileInfo z.log"}},
		{vim.HostDatastoreBrowserSearchSpec{Query: []vim.BaseFileQuery{new(vim.FolderFileQuery)}}, nil},
	} {
		if got := names(c.spec); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, not %q", c.spec, got, c.want)
		}
	}
	browser, err := object.NewDatastore(d.c.Client, mustFind(t, d.VCenter, "/DC0/datastore/LocalDS_0")).Browser(ctx)
	if err != nil {
		t.Fatal(err)
	}
	task, err := browser.SearchDatastoreSubFolders(ctx, "[LocalDS_0] x", &vim.HostDatastoreBrowserSearchSpec{MatchPattern: []string{"*.vmdk"}, Query: []vim.BaseFileQuery{new(vim.VmDiskFileQuery)}})
	if err != nil {
		t.Fatal(err)
	}
	info, err := task.WaitForResult(ctx)
	if err != nil {
		t.Fatal(err)
	}
	found := info.Result.(vim.ArrayOfHostDatastoreBrowserSearchResults).HostDatastoreBrowserSearchResults
	if len(found) != 2 || found[0].FolderPath != "[LocalDS_0] x" || found[1].FolderPath != "[LocalDS_0] x/y" || len(found[1].File) != 1 {
		t.Errorf("below: %+v", found)
	}
	_, err = d.browse(ctx, "[LocalDS_0] none", vim.HostDatastoreBrowserSearchSpec{})
	wantFault[vim.FileNotFound](t, "no folder", err)
	_, err = d.browse(ctx, "[LocalDS_9]", vim.HostDatastoreBrowserSearchSpec{})
	wantFault[vim.InvalidDatastore](t, "no datastore", err)
}
