// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// nfcPrefix begins the addresses of files of machines that are being imported.
// In vCenter they are on the hosts; the token in them is all that is asked for.
const nfcPrefix = "/nfc/"

// serveNFC takes a file of a machine that is being imported and puts it onto the
// datastore.
func (v *VCenter) serveNFC(w http.ResponseWriter, r *http.Request) {
	token, target, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, nfcPrefix), "/")
	v.leases.mu.Lock()
	lease := v.leases.byToken[token]
	v.leases.mu.Unlock()
	if lease == nil || !v.leaseReady(lease) {
		http.Error(w, "no such lease", http.StatusNotFound)
		return
	}
	f := lease.files[target]
	if f == nil {
		http.NotFound(w, r)
		return
	}
	method := http.MethodPut
	if f.disk {
		method = http.MethodPost
	}
	if r.Method != method {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if err := f.receive(r.Body); err != nil {
		f.remove()
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func (v *VCenter) leaseReady(lease *nfcLease) bool {
	unlock := v.lock(v.context(), lease)
	defer unlock()
	return !lease.ended && lease.State == vim.HttpNfcLeaseStateReady
}

// receive stores the file and remembers its sum and size.
func (f *nfcFile) receive(body io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	out, err := os.Create(f.path)
	if err != nil {
		return err
	}
	sum := sha1.New()
	n, err := io.Copy(io.MultiWriter(out, sum), body)
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sha1, f.size = hex.EncodeToString(sum.Sum(nil)), n
	return nil
}

// thumbprint is the SHA-1 of the certificate, as vCenter writes it.
func (v *VCenter) thumbprint() string {
	sum := sha1.Sum(v.leaf)
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, ":")
}
