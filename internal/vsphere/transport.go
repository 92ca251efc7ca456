// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// TimeoutError says that a call was not answered in time.
type TimeoutError struct {
	Op    string
	After time.Duration
}

func (e *TimeoutError) Error() string { return fmt.Sprintf("%s: no answer within %s", e.Op, e.After) }

// Timeout reports true, as net.Error has it.
func (e *TimeoutError) Timeout() bool { return true }

// caller is the RoundTripper that every SOAP call passes: it limits its time,
// repeats it where that is safe, logs in again once when the session has
// expired, counts and logs it.
type caller struct {
	next    soap.RoundTripper
	service string // empty for vSphere itself
	timeout time.Duration
	session *session // nil: no session is renewed
	calls   *callLog
}

// RoundTrip implements soap.RoundTripper.
func (t *caller) RoundTrip(ctx context.Context, req, res soap.HasFault) error {
	op := opName(req)
	if t.session == nil || op == "Logout" {
		return t.attempt(ctx, op, req, res)
	}
	seen := t.session.generation()
	err := t.attempt(ctx, op, req, res)
	if !notAuthenticated(err, res) {
		return err
	}
	if err := t.session.renew(ctx, seen); err != nil {
		return fmt.Errorf("logging in again: %w", err)
	}
	return t.attempt(ctx, op, req, res)
}

func (t *caller) attempt(ctx context.Context, op string, req, res soap.HasFault) error {
	return retry(ctx, readsOnly(op), func() error {
		clearBody(res)
		limited, cancel := context.WithTimeout(ctx, t.limit(req))
		defer cancel()
		start := time.Now()
		err := t.next.RoundTrip(limited, req, res)
		if err != nil && ctx.Err() == nil && limited.Err() != nil {
			err = &TimeoutError{Op: op, After: t.limit(req)}
		}
		t.calls.note(ctx, t.service+op, start, err)
		return err
	})
}

// limit is the time that a call may take; a long poll waits on purpose.
func (t *caller) limit(req soap.HasFault) time.Duration {
	if w, ok := req.(*methods.WaitForUpdatesExBody); ok && w.Req != nil && w.Req.Options != nil && w.Req.Options.MaxWaitSeconds != nil {
		return t.timeout + time.Duration(*w.Req.Options.MaxWaitSeconds)*time.Second
	}
	return t.timeout
}

// opName is the name of the method that a request body calls.
func opName(req soap.HasFault) string {
	t := reflect.TypeOf(req)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.TrimSuffix(t.Name(), "Body")
}

// readsOnly reports whether a method may be repeated without harm.
func readsOnly(op string) bool {
	if strings.HasSuffix(op, "_Task") {
		return false
	}
	op = strings.TrimPrefix(op, "Pbm")
	for _, prefix := range []string{"Retrieve", "Find", "Query", "Get", "CurrentTime", "Login", "WaitForUpdatesEx"} {
		if strings.HasPrefix(op, prefix) {
			return true
		}
	}
	return false
}

// clearBody makes a response body fit to be decoded into again.
func clearBody(res soap.HasFault) {
	if v := reflect.ValueOf(res); v.Kind() == reflect.Pointer && !v.IsNil() {
		v.Elem().SetZero()
	}
}

// notAuthenticated reports whether the server does not know the session. A
// property collector says so by properties that it leaves out.
func notAuthenticated(err error, res soap.HasFault) bool {
	if err != nil {
		return IsFault[vim.NotAuthenticated](err)
	}
	switch b := res.(type) {
	case *methods.RetrievePropertiesExBody:
		return b.Res != nil && b.Res.Returnval != nil && lacksSession(b.Res.Returnval.Objects)
	case *methods.RetrievePropertiesBody:
		return b.Res != nil && lacksSession(b.Res.Returnval)
	}
	return false
}

func lacksSession(objects []vim.ObjectContent) bool {
	for _, o := range objects {
		for _, m := range o.MissingSet {
			if _, ok := m.Fault.Fault.(*vim.NotAuthenticated); ok {
				return true
			}
		}
	}
	return false
}

// session is the login that the calls of one client share.
type session struct {
	login  func(context.Context) error
	flight flight[struct{}]
	failed failure
	mu     sync.Mutex
	gen    int
	closed bool
}

func newSession(login func(context.Context) error) *session {
	return &session{login: login, flight: flight[struct{}]{durable: true}}
}

// generation counts the logins; a call remembers the one that it was made with.
func (s *session) generation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gen
}

// renew logs in again unless somebody has done so since generation seen. A
// failure stands for a while for all who ask.
func (s *session) renew(ctx context.Context, seen int) error {
	_, err := s.flight.Do(ctx, func(ctx context.Context) (struct{}, error) {
		s.mu.Lock()
		gen, closed := s.gen, s.closed
		s.mu.Unlock()
		switch {
		case closed:
			return struct{}{}, errClosed
		case gen != seen:
			return struct{}{}, nil
		}
		if err := s.failed.standing(); err != nil {
			return struct{}{}, err
		}
		if err := s.login(ctx); err != nil {
			if ctx.Err() == nil {
				s.failed.note(err)
			}
			return struct{}{}, err
		}
		s.mu.Lock()
		s.gen++
		s.mu.Unlock()
		return struct{}{}, nil
	})
	return err
}

// close keeps the session from being renewed and waits for a login under way,
// which ends with ctx.
func (s *session) close(ctx context.Context) {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.flight.End(ctx)
}

// callLog counts calls by name and logs them.
type callLog struct {
	log    Logger
	mu     sync.Mutex
	counts map[string]int
}

func (l *callLog) note(ctx context.Context, op string, start time.Time, err error) {
	l.mu.Lock()
	l.counts[op]++
	l.mu.Unlock()
	fields := map[string]any{"operation": op, "ms": time.Since(start).Milliseconds()}
	if err != nil && !errors.Is(err, context.Canceled) {
		fields["error"] = err.Error()
	}
	l.log.Trace(ctx, "vSphere call", fields)
}

func (l *callLog) snapshot() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := make(map[string]int, len(l.counts))
	for op, n := range l.counts {
		counts[op] = n
	}
	return counts
}

// tune makes the transport of a new SOAP client, which the clients of all other
// services on the same server share, keep its connections and check the server
// as configured.
func (e *Endpoint) tune(sc *soap.Client) {
	t := sc.DefaultTransport()
	t.TLSClientConfig = e.tls
	t.DialTLSContext = nil // govmomi's own dialer knows neither proxy nor context
	t.Proxy = e.proxy
	t.MaxConnsPerHost = e.config.MaxConnections
	t.MaxIdleConnsPerHost = e.config.MaxConnections
	t.MaxIdleConns = 0
	t.IdleConnTimeout = 90 * time.Second
	t.TLSHandshakeTimeout = 30 * time.Second
	t.ExpectContinueTimeout = 2 * time.Second // of uploads
	sc.Transport = e.wrap(t)
	sc.UserAgent = e.config.UserAgent
}

// wrap adds the debug files, if wanted.
func (e *Endpoint) wrap(t http.RoundTripper) http.RoundTripper {
	if e.debug == nil {
		return t
	}
	return &debugTransport{next: t, files: e.debug}
}
