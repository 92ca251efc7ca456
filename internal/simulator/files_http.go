// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
)

// folderPrefix is below which datastores are served over HTTP:
// /folder/<path>?dcPath=<datacenter>&dsName=<datastore>.
const folderPrefix = "/folder/"

// serveFolder serves the files of datastores to who has a session, or gives
// user name and password. vcsim asks nobody, and answers // with a redirect.
func (v *VCenter) serveFolder(w http.ResponseWriter, r *http.Request) {
	if !v.mayBrowse(r) {
		w.Header().Set("WWW-Authenticate", `Basic realm="VMware HTTP server"`)
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		return
	}
	dc, name := v.folderFile(r.URL)
	file, ok := v.filePath(dc, name)
	if !ok {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		http.ServeFile(w, r, file)
	case http.MethodPut, http.MethodPost:
		v.upload(w, r, dc, name, file)
	default:
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	}
}

// mayBrowse reports whether a request has a live session or a login.
func (v *VCenter) mayBrowse(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return user == v.opts.User && password == v.opts.Password
	}
	v.sessions.sweep()
	v.sessions.mu.Lock()
	defer v.sessions.mu.Unlock()
	_, ok := v.sessions.soap[requestSession(r)]
	return ok
}

// folderFile is the datacenter and the datastore path that an address names.
func (v *VCenter) folderFile(u *url.URL) (*simulator.Datacenter, string) {
	q := u.Query()
	ref, ok := v.Find("/" + strings.Trim(q.Get("dcPath"), "/"))
	if !ok {
		return nil, ""
	}
	dc, _ := v.reg.Get(ref).(*simulator.Datacenter)
	p := object.DatastorePath{Datastore: q.Get("dsName"), Path: strings.TrimPrefix(path.Clean("/"+strings.TrimPrefix(u.Path, folderPrefix)), "/")}
	return dc, p.String()
}

// upload writes a file. Directories that are missing are made; POST makes only
// files that are new.
func (v *VCenter) upload(w http.ResponseWriter, r *http.Request, dc *simulator.Datacenter, name, file string) {
	ctx, status := v.context(), http.StatusCreated
	old, err := os.Stat(file)
	switch {
	case err == nil && r.Method == http.MethodPost:
		http.Error(w, http.StatusText(http.StatusConflict), http.StatusConflict)
		return
	case err == nil && (old.IsDir() || v.locked(ctx, dc, name)):
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	case err == nil:
		status = http.StatusOK
		v.spend(ctx, dc, name, -old.Size())
	}
	bytes, err := receive(file, r.Body)
	v.spend(ctx, dc, name, bytes)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
}

func receive(file string, body io.Reader) (int64, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return 0, err
	}
	f, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	bytes, err := io.Copy(f, body)
	return bytes, errors.Join(err, f.Close())
}

// ReadFile returns the content of a file on the datastore at an inventory path,
// behind the clients' backs.
func (v *VCenter) ReadFile(datastore, name string) ([]byte, error) {
	ref, _ := v.Find(datastore)
	ds, ok := v.reg.Get(ref).(*simulator.Datastore)
	if !ok {
		return nil, &os.PathError{Op: "find", Path: datastore, Err: os.ErrNotExist}
	}
	return os.ReadFile(filepath.Join(ds.Summary.Url, filepath.FromSlash(path.Clean("/"+name))))
}
