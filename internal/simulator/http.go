// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// serve is every request's way in: counted, delayed, made to fail if a fault
// was injected, and only then handed to the SOAP or REST side.
func (v *VCenter) serve(w http.ResponseWriter, r *http.Request) {
	var body []byte
	files := strings.HasPrefix(r.URL.Path, folderPrefix) || strings.HasPrefix(r.URL.Path, nfcPrefix)
	if !files { // those pass as they come
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return // the client has gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	call := v.describe(r, body)
	v.counter.add(&call)
	fault, latency := v.faults.match(call)
	if !sleep(r.Context(), latency) {
		return
	}
	if fault == nil {
		v.route(w, r, call, nil)
		return
	}
	if !sleep(r.Context(), fault.Delay) {
		return
	}
	v.misbehave(w, r, call, fault)
}

// misbehave answers a call that an injected fault has hit.
func (v *VCenter) misbehave(w http.ResponseWriter, r *http.Request, call Call, fault *Fault) {
	switch {
	case fault.Cut == CutBefore:
		panic(http.ErrAbortHandler)
	case fault.Cut == CutAfter:
		v.route(discard{http.Header{}}, r, call, nil)
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		http.Error(w, http.StatusText(fault.Status), fault.Status)
	case fault.SOAP != nil && call.REST:
		writeRESTError(w, call.Path, fault.SOAP, fault.Message)
	case fault.SOAP != nil:
		writeSOAPFault(w, fault.SOAP, fault.Message)
	case fault.Expire:
		v.sessions.expire(requestSession(r))
		v.route(w, r, call, nil)
	default:
		v.route(w, r, call, fault)
	}
}

func (v *VCenter) route(w http.ResponseWriter, r *http.Request, call Call, fault *Fault) {
	switch {
	case call.REST:
		v.serveREST(w, r)
	case strings.HasPrefix(r.URL.Path, nfcPrefix):
		v.serveNFC(w, r)
	case r.URL.Path == "/sdk" || strings.HasPrefix(r.URL.Path, "/sdk/"):
		v.serveSDK(w, r, call, fault)
	case strings.HasPrefix(r.URL.Path, folderPrefix):
		v.serveFolder(w, r)
	default:
		v.mux.ServeHTTP(w, r)
	}
}

// serveSDK passes a call to vcsim. Dispatch sees no HTTP request there, so the
// session cookie carries the call's number along.
func (v *VCenter) serveSDK(w http.ResponseWriter, r *http.Request, call Call, fault *Fault) {
	id := v.inflight.add(&inflightCall{Call: call, ctx: r.Context(), fault: fault})
	defer v.inflight.remove(id)
	key := requestSession(r)
	r.Header.Del("Cookie")
	r.AddCookie(&http.Cookie{Name: soap.SessionCookieName, Value: strconv.FormatUint(id, 10) + "." + key})
	out := &dvsWriter{ResponseWriter: w}
	v.mux.ServeHTTP(out, r)
	v.sessions.observe(call, w.Header())
	v.touched(call.Object)
}

// describe reads what kind of call a request is.
func (v *VCenter) describe(r *http.Request, body []byte) Call {
	if strings.HasPrefix(r.URL.Path, "/rest") || strings.HasPrefix(r.URL.Path, "/api") {
		return Call{Name: restName(r), REST: true, Path: r.URL.Path}
	}
	call := Call{Name: r.Method + " " + r.URL.Path, Path: r.URL.Path}
	if r.Method == http.MethodPost {
		if name, this, ok := soapHead(body); ok {
			call.Name, call.Object = name, this
			if name == "ReconfigVM_Task" {
				call.empty = emptied(body)
			}
		}
	}
	return call
}

// soapHead reads a SOAP request as far as its method and receiver.
func soapHead(body []byte) (name string, this vim.ManagedObjectReference, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(body))
	inBody := false
	for {
		tok, err := d.Token()
		if err != nil {
			return name, this, name != ""
		}
		start, isStart := tok.(xml.StartElement)
		switch {
		case !isStart:
		case start.Name.Local == "Body" && !inBody:
			inBody = true
		case inBody && name == "":
			name = start.Name.Local
		case inBody && start.Name.Local == "_this":
			_ = d.DecodeElement(&this, &start)
			return name, this, true
		case inBody:
			return name, this, true
		}
	}
}

func pathSegments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// sleep reports whether d has passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// discard is a ResponseWriter for answers that never leave.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// inflight maps the numbers in cookies to the calls under way.
type inflight struct {
	mu    sync.Mutex
	last  uint64
	calls map[uint64]*inflightCall
}

type inflightCall struct {
	Call
	ctx   context.Context
	fault *Fault
}

func newInflight() *inflight { return &inflight{calls: map[uint64]*inflightCall{}} }

func (f *inflight) add(c *inflightCall) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	f.calls[f.last] = c
	return f.last
}

func (f *inflight) remove(id uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.calls, id)
}

func (f *inflight) get(id uint64) *inflightCall {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[id]
}

// splitCookie takes apart what serveSDK put together.
func splitCookie(value string) (id uint64, session string) {
	n, session, ok := strings.Cut(value, ".")
	if !ok {
		return 0, value
	}
	id, err := strconv.ParseUint(n, 10, 64)
	if err != nil {
		return 0, value
	}
	return id, session
}

func requestSession(r *http.Request) string {
	c, err := r.Cookie(soap.SessionCookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// writeSOAPFault answers with a fault as vCenter encodes it.
func writeSOAPFault(w http.ResponseWriter, fault vim.BaseMethodFault, message string) {
	if message == "" {
		message = faultText(fault)
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprint(w, soapFaultXML(fault, message))
}
