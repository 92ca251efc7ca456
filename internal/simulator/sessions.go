// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// sessions knows the SOAP and REST sessions of clients. vcsim keeps the SOAP
// ones, together with those of its own parts, and no time-out of ours.
type sessions struct {
	v    *VCenter
	mu   sync.Mutex
	soap map[string]time.Time // by key: last use
	rest map[string]*restSession
}

type restSession struct {
	User                  string
	Created, LastAccessed time.Time
}

func newSessions(v *VCenter) *sessions {
	return &sessions{v: v, soap: map[string]time.Time{}, rest: map[string]*restSession{}}
}

// Sessions is the number of SOAP and REST sessions that clients have open.
func (v *VCenter) Sessions() int {
	s := v.sessions
	s.sweep()
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.soap) + len(s.rest)
}

// ExpireSessions ends all sessions of clients, as a restart of vCenter does.
func (v *VCenter) ExpireSessions() {
	s := v.sessions
	s.mu.Lock()
	keys := make([]string, 0, len(s.soap))
	for key := range s.soap {
		keys = append(keys, key)
	}
	clear(s.rest)
	s.mu.Unlock()
	for _, key := range keys {
		s.expire(key)
	}
}

// expire ends the SOAP or REST session with the key.
func (s *sessions) expire(key string) {
	s.mu.Lock()
	_, isSOAP := s.soap[key]
	delete(s.soap, key)
	delete(s.rest, key)
	s.mu.Unlock()
	if !isSOAP {
		return
	}
	ctx := &simulator.Context{Map: s.v.reg, Session: new(simulator.Session)}
	s.v.reg.SessionManager().TerminateSession(ctx, &vim.TerminateSession{SessionId: []string{key}})
	s.v.endSession(key)
}

// sweep forgets sessions that were ended or have timed out.
func (s *sessions) sweep() {
	live := s.vcsimKeys()
	now := time.Now()
	var gone []string
	s.mu.Lock()
	for key, used := range s.soap {
		if !live[key] || s.idle(now, used) {
			gone = append(gone, key)
		}
	}
	for key, r := range s.rest {
		if s.idle(now, r.LastAccessed) {
			delete(s.rest, key)
		}
	}
	s.mu.Unlock()
	for _, key := range gone {
		s.expire(key)
	}
}

func (s *sessions) idle(now, used time.Time) bool {
	return s.v.opts.SessionTimeout > 0 && now.Sub(used) > s.v.opts.SessionTimeout
}

// vcsimKeys are the keys of all SOAP sessions that vcsim knows.
func (s *sessions) vcsimKeys() map[string]bool {
	view := simulator.Session{Registry: simulator.NewRegistry(), Map: s.v.reg}
	keys := map[string]bool{}
	if m, ok := view.Get(*s.v.model.ServiceContent.SessionManager).(*simulator.SessionManager); ok {
		for _, x := range m.SessionList {
			keys[x.Key] = true
		}
	}
	return keys
}

// sessionCookie is vcsim's way to the session key of a call. A session that
// has been idle for too long ends here.
func (v *VCenter) sessionCookie(ctx *simulator.Context) string {
	_, key := splitCookie(simulator.HTTPCookie(ctx))
	s := v.sessions
	s.mu.Lock()
	used, ok := s.soap[key]
	stale := ok && s.idle(time.Now(), used)
	if ok {
		s.soap[key] = time.Now()
	}
	s.mu.Unlock()
	if stale {
		s.expire(key)
	}
	return key
}

// observe notes logins and logouts by what was answered.
func (s *sessions) observe(call Call, header http.Header) {
	if !isLogin(call.Name) {
		return
	}
	cookies := (&http.Response{Header: header}).Cookies()
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return c.Name == soap.SessionCookieName })
	if i < 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.soap[cookies[i].Value] = time.Now()
}

// inflightOf finds the HTTP side of a call under dispatch; nil for calls that
// did not come in on the public port.
func (v *VCenter) inflightOf(ctx *simulator.Context) *inflightCall {
	id, _ := splitCookie(httpCookie(ctx))
	return v.inflight.get(id)
}

// httpCookie is the session cookie of a call, "" if the call was made in
// memory: vcsim then has no request, and panics when asked for its cookie.
func httpCookie(ctx *simulator.Context) (value string) {
	defer func() {
		if recover() != nil {
			value = ""
		}
	}()
	return simulator.HTTPCookie(ctx)
}
