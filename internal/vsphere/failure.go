// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"net/http"
	"sync"
	"time"

	"github.com/vmware/govmomi/vapi/rest"
	vim "github.com/vmware/govmomi/vim25/types"
)

const (
	// failureStands is how long a failed login stands for all who ask: a thousand
	// operations must not wait for a dead server in turn.
	failureStands = 10 * time.Second
	// refusalStands is the same for a wrong password: it does not become right
	// during a run, and vCenter locks accounts after five attempts in three minutes.
	refusalStands = time.Hour
)

// failure remembers the last failed login. The zero value knows of none.
type failure struct {
	mu    sync.Mutex
	err   error
	until time.Time
}

// standing returns the failure if it still stands.
func (f *failure) standing() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Now().Before(f.until) {
		return f.err
	}
	return nil
}

func (f *failure) note(err error) {
	stands := failureStands
	if IsFault[vim.InvalidLogin](err) || rest.IsStatusError(err, http.StatusUnauthorized) {
		stands = refusalStands
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err, f.until = err, time.Now().Add(stands)
}
