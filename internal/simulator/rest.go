// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/google/uuid"

	vim "github.com/vmware/govmomi/vim25/types"
)

const (
	restSessionPath = "/rest/com/vmware/cis/session"
	apiSessionPath  = "/api/session"
	restSessionID   = "vmware-api-session-id"
)

// serveREST keeps the sessions of the REST side and passes the rest on to
// vcsim, in the name of its own single session there.
func (v *VCenter) serveREST(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.Path, "/")
	if path == restSessionPath || path == apiSessionPath {
		v.serveRESTSession(w, r, path)
		return
	}
	if v.sessions.restUse(restKey(r)) == nil {
		writeRESTError(w, path, new(vim.NotAuthenticated), "")
		return
	}
	if v.serveTagging(w, r) || v.serveLibrary(w, r) {
		return
	}
	r.Header.Set(restSessionID, v.backsideREST)
	v.mux.ServeHTTP(w, r)
}

// openBackside logs in to vcsim's REST side, which keeps sessions of its own.
func (v *VCenter) openBackside() error {
	r := httptest.NewRequest(http.MethodPost, restSessionPath, nil)
	r.SetBasicAuth(v.opts.User, v.opts.Password)
	w := httptest.NewRecorder()
	v.mux.ServeHTTP(w, r)
	var body struct{ Value string }
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Value == "" {
		return fmt.Errorf("simulator REST session: status %d", w.Code)
	}
	v.backsideREST = body.Value
	return nil
}

func restKey(r *http.Request) string {
	if id := r.Header.Get(restSessionID); id != "" {
		return id
	}
	if c, err := r.Cookie(restSessionID); err == nil {
		return c.Value
	}
	return ""
}

func (v *VCenter) serveRESTSession(w http.ResponseWriter, r *http.Request, path string) {
	id := restKey(r)
	login := r.Method == http.MethodPost && r.URL.Query().Get("~action") == ""
	if login {
		v.restLogin(w, r, path)
		return
	}
	s := v.sessions.restUse(id)
	if s == nil {
		writeRESTError(w, path, new(vim.NotAuthenticated), "")
		return
	}
	switch r.Method {
	case http.MethodDelete:
		v.sessions.expire(id)
		writeREST(w, path, http.StatusOK, nil)
	case http.MethodGet, http.MethodPost:
		writeREST(w, path, http.StatusOK, map[string]any{
			"user":               s.User,
			"created_time":       s.Created.UTC(),
			"last_accessed_time": s.LastAccessed.UTC(),
		})
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (v *VCenter) restLogin(w http.ResponseWriter, r *http.Request, path string) {
	user, pass, basic := r.BasicAuth()
	token := strings.HasPrefix(r.Header.Get("Authorization"), "SIGN ")
	if !token && (!basic || user != v.opts.User || pass != v.opts.Password) {
		writeRESTError(w, path, new(vim.NotAuthenticated), "")
		return
	}
	if token {
		user = v.opts.User
	}
	id := v.sessions.restOpen(user)
	if !strings.EqualFold(r.Header.Get("vmware-use-header-authn"), "true") {
		http.SetCookie(w, &http.Cookie{Name: restSessionID, Value: id, Path: "/", Secure: true, HttpOnly: true})
	}
	status := http.StatusOK
	if path == apiSessionPath {
		status = http.StatusCreated
	}
	writeREST(w, path, status, id)
}

func (s *sessions) restOpen(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.ReplaceAll(uuid.NewString(), "-", "")
	s.rest[id] = &restSession{User: user, Created: time.Now(), LastAccessed: time.Now()}
	return id
}

// restUse returns a copy of the live session with the id, or nil.
func (s *sessions) restUse(id string) *restSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rest[id]
	if !ok {
		return nil
	}
	now := time.Now()
	if s.idle(now, r.LastAccessed) {
		delete(s.rest, id)
		return nil
	}
	r.LastAccessed = now
	c := *r
	return &c
}

// writeREST answers in the form of the API that the path belongs to: /rest
// wraps values, /api does not.
func writeREST(w http.ResponseWriter, path string, status int, val any) {
	if val == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if strings.HasPrefix(path, "/rest") {
		val = map[string]any{"value": val}
	}
	_ = json.NewEncoder(w).Encode(val) // the client may have gone
}
