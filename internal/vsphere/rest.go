// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
)

// restSessionHeader carries the id of a vAPI session.
const restSessionHeader = "vmware-api-session-id"

// restSessionPath is the resource that a vAPI session is made and ended by.
const restSessionPath = rest.Path + "/com/vmware/cis/session"

// restState is the vAPI session. Generation 0 is before the first login.
type restState struct {
	once    sync.Once
	client  *rest.Client
	session *session
}

// REST returns the client of the vAPI endpoint (tags, content libraries, ...),
// with a session opened on first use. vCenter has no documented way to derive a
// vAPI session from a SOAP session, so it is a login with the same credentials.
func (c *Client) REST(ctx context.Context) (*rest.Client, error) {
	if err := c.needVCenter("the REST API (tags, content libraries)"); err != nil {
		return nil, err
	}
	if c.rest.session.generation() == 0 {
		if err := c.rest.session.renew(ctx, 0); err != nil {
			return nil, fmt.Errorf("logging in to the REST API: %w", err)
		}
	}
	return c.restClient(), nil
}

// restClient returns the client, logged in or not.
func (c *Client) restClient() *rest.Client {
	c.rest.once.Do(func() {
		r := rest.NewClient(c.Client)
		r.Transport = &restTransport{next: c.endpoint.wrap(r.DefaultTransport()), client: c}
		c.rest.client = r
	})
	return c.rest.client
}

// Tags returns the manager of tags and categories.
func (c *Client) Tags(ctx context.Context) (*tags.Manager, error) {
	r, err := c.REST(ctx)
	if err != nil {
		return nil, err
	}
	return tags.NewManager(r), nil
}

// restoreREST gives r the persisted session if there is one that still holds.
func (c *Client) restoreREST(ctx context.Context, r *rest.Client) bool {
	if !c.config.PersistSession {
		return false
	}
	old := new(rest.Client)
	ok := c.endpoint.restore(ctx, old)
	if old.Client != nil {
		old.CloseIdleConnections()
	}
	if ok {
		r.SessionID(old.SessionID())
		r.Jar.SetCookies(r.URL(), old.Jar.Cookies(old.URL()))
	}
	return ok
}

// loginREST opens a session or, at first, takes up the persisted one.
func (c *Client) loginREST(ctx context.Context) error {
	r := c.restClient()
	if c.rest.session.generation() == 0 && c.restoreREST(ctx, r) {
		return nil
	}
	if err := r.Login(ctx, c.endpoint.url.User); err != nil {
		return err
	}
	c.endpoint.persist(ctx, r)
	return nil
}

// restTransport gives REST calls what caller gives SOAP calls. File transfers
// on other paths pass as they are.
type restTransport struct {
	next   http.RoundTripper
	client *Client
}

// RoundTrip implements http.RoundTripper.
func (t *restTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	path := req.URL.Path
	if !strings.HasPrefix(path, rest.Path+"/") && !strings.HasPrefix(path, "/api/") {
		return t.next.RoundTrip(req)
	}
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	if path == restSessionPath {
		return t.attempt(req, body)
	}
	session := t.client.rest.session
	seen := session.generation()
	res, err := t.attempt(req, body)
	if err != nil || res.StatusCode != http.StatusUnauthorized {
		return res, err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	if err := session.renew(req.Context(), seen); err != nil {
		return nil, fmt.Errorf("logging in to the REST API again: %w", err)
	}
	again, r := req.Clone(req.Context()), t.client.restClient()
	again.Header.Set(restSessionHeader, r.SessionID())
	again.Header.Del("Cookie")
	for _, cookie := range r.Jar.Cookies(req.URL) {
		again.AddCookie(cookie)
	}
	return t.attempt(again, body)
}

// readBody takes the body of a request, which is small JSON, so that it can be
// sent again.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	defer func() { _ = req.Body.Close() }()
	return io.ReadAll(req.Body)
}

func (t *restTransport) attempt(req *http.Request, body []byte) (*http.Response, error) {
	ctx, c := req.Context(), t.client
	op := restOp(req)
	var res *http.Response
	err := retry(ctx, restReadsOnly(req), func() error {
		limited, cancel := c.limitREST(ctx, req.URL.Path)
		try := req.Clone(limited)
		try.ContentLength = int64(len(body))
		try.Body, try.GetBody = http.NoBody, nil
		if len(body) > 0 {
			try.Body = io.NopCloser(bytes.NewReader(body))
		}
		start := time.Now()
		var err error
		res, err = t.next.RoundTrip(try) //nolint:bodyclose // its reader closes it
		if err != nil {
			if ctx.Err() == nil && limited.Err() != nil {
				err = &TimeoutError{Op: op, After: c.config.APITimeout}
			}
			cancel()
		} else {
			res.Body = &cancelBody{ReadCloser: res.Body, cancel: cancel}
			err = gatewayFailure(res)
		}
		c.calls.note(ctx, op, start, err)
		return err
	})
	var gateway *gatewayError
	if errors.As(err, &gateway) {
		return gateway.res, nil // govmomi makes its own error of the status
	}
	return res, err
}

// patiently is the key of contexts made by Patiently.
type patiently struct{}

// Patiently returns a context whose REST calls may take as long as it lasts
// itself: some answer only when their work is done, which APITimeout is too short
// for.
func Patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patiently{}, true)
}

// limitREST returns the context of one attempt at a call.
func (c *Client) limitREST(ctx context.Context, path string) (context.Context, context.CancelFunc) {
	if ctx.Value(patiently{}) != nil && path != restSessionPath {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.config.APITimeout)
}

// Refused reports whether the server has answered that it does not do what it
// was asked for, so that nothing has happened.
func Refused(err error) bool {
	code := httpStatus(err)
	return code >= 400 && code < 500
}

// gatewayError is a response that says that no answer was to be had just now.
type gatewayError struct{ res *http.Response }

func (e *gatewayError) Error() string { return e.res.Status }

func gatewayFailure(res *http.Response) error {
	switch res.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
	default:
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(text))
	return &gatewayError{res}
}

var restID = regexp.MustCompile(`/(id:|urn:)[^/]*|/[0-9a-f]{8}-[0-9a-f-]{27}[^/]*`)

// restOp names a REST call for the log: method, path without ids, action.
func restOp(req *http.Request) string {
	op := req.Method + " " + restID.ReplaceAllString(req.URL.Path, "/{id}")
	if a := restAction(req); a != "" {
		op += "?" + a
	}
	return op
}

func restAction(req *http.Request) string {
	q := req.URL.Query()
	return q.Get("~action") + q.Get("action")
}

// restReadsOnly reports whether a REST call may be repeated without harm.
func restReadsOnly(req *http.Request) bool {
	a := restAction(req)
	switch {
	case req.Method == http.MethodGet:
		return true
	case req.Method != http.MethodPost:
		return false
	case req.URL.Path == restSessionPath:
		return true
	}
	return strings.HasPrefix(a, "list") || strings.HasPrefix(a, "get") || strings.HasPrefix(a, "find") || a == "filter"
}

// cancelBody ends the call's time limit when the answer has been read.
type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (b *cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
