// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"

	vim "github.com/vmware/govmomi/vim25/types"
)

// Call is one request that a client made.
type Call struct {
	Seq    int    // 1 for the first after start or ResetCalls
	Name   string // SOAP method, or "METHOD path-template" for REST
	REST   bool
	Path   string                     // URL path
	Object vim.ManagedObjectReference // the object a SOAP method was called on

	empty []string // members of a specification that are sent empty
}

// Calls is what clients did since start or the last ResetCalls.
type Calls struct {
	Total       int            // SOAP and REST requests together
	SOAP, REST  int            // each alone
	ByName      map[string]int // by Call.Name
	Connections int            // TCP connections opened
	Logins      int            // attempts, SOAP and REST
	Logouts     int
	Log         []Call // in order of arrival
}

// Count is the number of calls with one of the names.
func (c Calls) Count(names ...string) int {
	n := 0
	for _, name := range names {
		n += c.ByName[name]
	}
	return n
}

type counter struct {
	mu    sync.Mutex
	calls Calls
	watch func(method string, req any, empty []string)
}

func newCounter() *counter {
	return &counter{calls: Calls{ByName: map[string]int{}}}
}

// Calls returns a copy of the counts.
func (v *VCenter) Calls() Calls {
	v.counter.mu.Lock()
	defer v.counter.mu.Unlock()
	c := v.counter.calls
	c.ByName = maps.Clone(c.ByName)
	c.Log = slices.Clone(c.Log)
	return c
}

// Watch shows every SOAP request from now on to see, decoded and as the client
// has sent it; nil ends that. empty are the members of the specification of a
// ReconfigVM_Task that are sent empty, such as "bootOptions.bootDelay". What is
// shown must not be kept nor changed.
func (v *VCenter) Watch(see func(method string, req any, empty []string)) {
	v.counter.mu.Lock()
	defer v.counter.mu.Unlock()
	v.counter.watch = see
}

func (c *counter) show(method string, req any, empty []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch != nil {
		c.watch(method, req, empty)
	}
}

// ResetCalls sets all counts to zero.
func (v *VCenter) ResetCalls() {
	v.counter.mu.Lock()
	defer v.counter.mu.Unlock()
	v.counter.calls = Calls{ByName: map[string]int{}}
}

func (c *counter) connected() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls.Connections++
}

// add counts a call and gives it its number.
func (c *counter) add(call *Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls.Total++
	call.Seq = c.calls.Total
	if call.REST {
		c.calls.REST++
	} else {
		c.calls.SOAP++
	}
	c.calls.ByName[call.Name]++
	switch {
	case isLogin(call.Name):
		c.calls.Logins++
	case isLogout(call.Name):
		c.calls.Logouts++
	}
	c.calls.Log = append(c.calls.Log, *call)
}

func isLogin(name string) bool {
	switch name {
	case "Login", "LoginByToken", "LoginExtensionByCertificate", "CloneSession", "ImpersonateUser",
		"POST " + restSessionPath, "POST " + apiSessionPath:
		return true
	}
	return false
}

func isLogout(name string) bool {
	switch name {
	case "Logout", "DELETE " + restSessionPath, "DELETE " + apiSessionPath:
		return true
	}
	return false
}

var restID = regexp.MustCompile(`^(id:.*|urn:.*|[a-z-]+-\d+|[0-9a-f]{8}-[0-9a-f-]{27})$`)

// restName is the method and path of a REST request with identifiers replaced
// by {id}, plus the action if the query names one:
// "POST /rest/com/vmware/cis/tagging/tag-association/{id}?~action=attach".
func restName(r *http.Request) string {
	segments := pathSegments(r.URL.Path)
	name := r.Method + " "
	for _, s := range segments {
		if restID.MatchString(s) {
			s = "{id}"
		}
		name += "/" + s
	}
	q := r.URL.Query()
	for _, key := range []string{"~action", "action"} {
		if a := q.Get(key); a != "" {
			name += "?" + key + "=" + a
		}
	}
	return name
}
