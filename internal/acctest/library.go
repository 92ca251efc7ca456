// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/vcenter"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
)

// Library is a content library of a simulator, for tests to fill.
type Library struct {
	*library.Manager
	t          testing.TB
	server, id string
}

// Library makes a content library on a datastore, with what fill puts into it.
func (v *VCenter) Library(t testing.TB, datastore string, fill func(*Library)) {
	t.Helper()
	ctx := t.Context()
	u := v.URL()
	c := rest.NewClient(&vim25.Client{Client: soap.NewClient(u, true)})
	l := &Library{t: t, Manager: library.NewManager(c), server: v.Server()}
	l.must(c.Login(ctx, url.UserPassword(v.User(), v.Password())))
	id, err := l.CreateLibrary(ctx, library.Library{Name: "lib", Type: "LOCAL", Storage: []library.StorageBacking{{DatastoreID: datastore, Type: "DATASTORE"}}})
	l.must(err)
	l.id = id
	fill(l)
	l.must(c.Logout(ctx))
}

func (l *Library) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// File makes an item of a type with one file and returns its id.
func (l *Library) File(kind string, file PackageFile) string {
	l.t.Helper()
	ctx := l.t.Context()
	item, err := l.CreateLibraryItem(ctx, library.Item{LibraryID: l.id, Name: file.Name, Type: kind})
	l.must(err)
	session, err := l.CreateLibraryItemUpdateSession(ctx, library.Session{LibraryItemID: item})
	l.must(err)
	update, err := l.AddLibraryItemFile(ctx, session, library.UpdateFile{Name: file.Name, SourceType: "PUSH", Size: int64(len(file.Data))})
	l.must(err)
	u, err := url.Parse(update.UploadEndpoint.URI)
	l.must(err)
	u.Scheme, u.Host = "https", l.server // it names an inner address
	param := soap.DefaultUpload
	param.ContentLength = int64(len(file.Data))
	l.must(l.Upload(ctx, bytes.NewReader(file.Data), u, &param))
	l.must(l.CompleteLibraryItemUpdateSession(ctx, session))
	return item
}

// OVF makes an item of an appliance and returns its id. The item has only the
// descriptor: disks come out empty.
func (l *Library) OVF(a *Appliance) string {
	l.t.Helper()
	return l.File(library.ItemTypeOVF, a.Files(l.t)[0])
}

// Template makes a VM template item like a machine, with the managed object ids
// of the machine and of the folder and resource pool that the template is put in.
func (l *Library) Template(name, machine, folder, pool string) string {
	l.t.Helper()
	item, err := vcenter.NewManager(l.Client).CreateTemplate(l.t.Context(), vcenter.Template{
		Name: name, Library: l.id, SourceVM: machine, Placement: &vcenter.Placement{Folder: folder, ResourcePool: pool},
	})
	l.must(err)
	return item
}
