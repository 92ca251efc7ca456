// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"errors"
	"net/http"

	"github.com/vmware/govmomi/fault"
	vim "github.com/vmware/govmomi/vim25/types"
)

// ErrNotFound says that the object does not exist (any more).
var ErrNotFound = errors.New("not found")

// Gone reports whether err means that the object does not exist any more.
func Gone(err error) bool {
	return errors.Is(err, ErrNotFound) || IsFault[vim.ManagedObjectNotFound](err)
}

// IsFault reports whether a vSphere fault of type T, for example
// IsFault[vim.DuplicateName], is in err's tree.
func IsFault[T any](err error) bool {
	_, ok := FaultAs[T](err)
	return ok
}

// FaultAs returns the first vSphere fault of type T in err's tree.
func FaultAs[T any](err error) (*T, bool) {
	var found *T
	if err == nil {
		return nil, false
	}
	fault.In(err, func(f vim.BaseMethodFault, _ string, _ []vim.LocalizableMessage) bool {
		if t, ok := any(f).(*T); ok {
			found = t
		}
		return found != nil
	})
	return found, found != nil
}

// blamesContent reports whether an error may be about one of the things that a
// call was about, rather than about the call as such.
func blamesContent(err error) bool {
	if err == nil || IsFault[vim.NotAuthenticated](err) || IsFault[vim.NoPermission](err) {
		return false
	}
	if IsFault[vim.InvalidArgument](err) || IsFault[vim.InvalidProperty](err) || Gone(err) {
		return true
	}
	switch httpStatus(err) {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return false
}
