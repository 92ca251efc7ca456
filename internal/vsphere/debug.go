// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// debugFiles writes each request and response of one endpoint to files named
// as govc's: N-NNNN.req.headers, N-NNNN.req.xml, N-NNNN.res.headers, ...
type debugFiles struct {
	dir    string
	number uint64
	count  atomic.Uint64
	once   sync.Once
	err    error
}

// endpoints numbers the debug files of endpoints that share a directory.
var endpoints atomic.Uint64

func newDebugFiles(path, run string, now time.Time) *debugFiles {
	if path == "" {
		path = expandHome("~/.govmomi")
	}
	if run == "" {
		run = now.Format("2006-01-02T15-04-05.999999999")
	}
	return &debugFiles{dir: filepath.Join(path, "debug", run), number: endpoints.Add(1)}
}

// open makes the directory.
func (d *debugFiles) open() error {
	d.once.Do(func() { d.err = os.MkdirAll(d.dir, 0o700) })
	return d.err
}

func (d *debugFiles) write(n uint64, suffix string, content []byte) {
	name := fmt.Sprintf("%d-%04d.%s", d.number, n, suffix)
	// A debug file that cannot be written must not fail the call.
	_ = os.WriteFile(filepath.Join(d.dir, name), redact(content), 0o600)
}

// debugTransport records what passes. Bodies are kept until they are complete:
// a secret cut in two by a buffer's end would not be recognised.
type debugTransport struct {
	next  http.RoundTripper
	files *debugFiles
}

// maxDebugBody keeps uploads and downloads of disks out of memory.
const maxDebugBody = 8 << 20

// RoundTrip implements http.RoundTripper.
func (t *debugTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	n, ext := t.files.count.Add(1), bodyKind(req.Header)
	if req.URL.Path == restSessionPath || req.URL.Path == "/api/session" {
		return t.next.RoundTrip(req) // the whole exchange is a secret
	}
	if head, err := httputil.DumpRequest(req, false); err == nil {
		t.files.write(n, "req.headers", head)
	}
	if req.Body != nil && req.Body != http.NoBody {
		req = req.Clone(req.Context())
		req.Body = &recorder{ReadCloser: req.Body, done: func(b []byte) { t.files.write(n, "req."+ext, b) }}
	}
	res, err := t.next.RoundTrip(req)
	if err != nil {
		t.files.write(n, "res.headers", []byte(err.Error()))
		return nil, err
	}
	if head, err := httputil.DumpResponse(res, false); err == nil {
		t.files.write(n, "res.headers", head)
	}
	res.Body = &recorder{ReadCloser: res.Body, done: func(b []byte) { t.files.write(n, "res."+ext, b) }}
	return res, nil
}

func bodyKind(h http.Header) string {
	if strings.HasPrefix(h.Get("Content-Type"), "application/json") || h.Get("Accept") == "application/json" {
		return "json"
	}
	return "xml"
}

// recorder keeps what is read of a body and hands it over once, at its end.
type recorder struct {
	io.ReadCloser
	mu   sync.Mutex
	seen bytes.Buffer
	once sync.Once
	done func([]byte)
}

// Read implements io.Reader.
func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.mu.Lock()
	if room := maxDebugBody - r.seen.Len(); room > 0 {
		r.seen.Write(p[:min(n, room)])
	}
	r.mu.Unlock()
	if err != nil {
		r.finish()
	}
	return n, err
}

// Close implements io.Closer.
func (r *recorder) Close() error {
	r.finish()
	return r.ReadCloser.Close()
}

func (r *recorder) finish() {
	r.once.Do(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.done(r.seen.Bytes())
	})
}

const blank = "********"

// secrets are the places of credentials in headers, SOAP and JSON.
var secrets = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`(?im)^((?:proxy-)?authorization|cookie|set-cookie|vmware-api-session-id|x-[a-z-]*token):[^\r\n]*`), "${1}: " + blank},
	{regexp.MustCompile(`(?i)(<(?:[\w-]+:)?(?:\w*password|passwd|vcSessionCookie|\w*ticket|samlToken|sessionId|BinarySecret|\w*privateKey)(?:\s[^>]*)?>)[^<]+`), "${1}" + blank},
	// A customization's password is an element of its own, a session's key is
	// the cookie of older servers, user data is where people put passwords.
	{regexp.MustCompile(`(?is)(<(?:\w+:)?\w*password(?:\s[^>]*)?>\s*<value(?:\s[^>]*)?>)[^<]+`), "${1}" + blank},
	{regexp.MustCompile(`(?s)(<(?:LoginResponse|CloneSessionResponse|LoginByTokenResponse)\b.*?<key>)[^<]+`), "${1}" + blank},
	{regexp.MustCompile(`(?s)(<name>currentSession</name>.*?<key>)[^<]+`), "${1}" + blank},
	{regexp.MustCompile(`(?s)(<AcquireCloneTicketResponse\b.*?<returnval>)[^<]+`), "${1}" + blank},
	{regexp.MustCompile(`(?i)(<key>guestinfo\.[^<]*</key>\s*<value[^>]*>)[^<]+`), "${1}" + blank},
	{regexp.MustCompile(`(?is)(<((?:[\w-]+:)?Assertion)\b[^>]*>).*?(</(?:[\w-]+:)?Assertion>)`), "${1}" + blank + "${3}"},
	{regexp.MustCompile(`(?i)("[\w-]*(?:password|passwd|token|secret|session_id|private_key)"\s*:\s*)"(?:[^"\\]|\\.)*"`), `${1}"` + blank + `"`},
}

// redact blanks credentials and session ids.
func redact(content []byte) []byte {
	for _, s := range secrets {
		content = s.pattern.ReplaceAll(content, []byte(s.replace))
	}
	return content
}
