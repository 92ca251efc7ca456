// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"net/http"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// restFault is the REST side of a fault: HTTP status and vAPI error.
type restFault struct {
	status int
	kind   string // as in com.vmware.vapi.std.errors.KIND
}

// restFaults maps faults to vAPI errors. What is not here is a server error.
var restFaults = map[string]restFault{
	"NotAuthenticated":      {http.StatusUnauthorized, "unauthenticated"},
	"InvalidLogin":          {http.StatusUnauthorized, "unauthenticated"},
	"NoPermission":          {http.StatusForbidden, "unauthorized"},
	"NotFound":              {http.StatusNotFound, "not_found"},
	"ManagedObjectNotFound": {http.StatusNotFound, "not_found"},
	"AlreadyExists":         {http.StatusBadRequest, "already_exists"},
	"DuplicateName":         {http.StatusBadRequest, "already_exists"},
	"InvalidArgument":       {http.StatusBadRequest, "invalid_argument"},
	"InvalidState":          {http.StatusBadRequest, "not_allowed_in_current_state"},
	"TaskInProgress":        {http.StatusBadRequest, "resource_busy"},
	"ConcurrentAccess":      {http.StatusBadRequest, "concurrent_change"},
	"ResourceInUse":         {http.StatusBadRequest, "resource_in_use"},
	"NotSupported":          {http.StatusBadRequest, "unsupported"},
}

// writeRESTError answers with the vAPI error that means the same as a fault.
func writeRESTError(w http.ResponseWriter, path string, fault vim.BaseMethodFault, message string) {
	f, ok := restFaults[typeName(fault)]
	if !ok {
		f = restFault{http.StatusInternalServerError, "error"}
	}
	if message == "" {
		message = faultText(fault)
	}
	messages := []map[string]any{{
		"id":              "com.vmware.vapi.std.errors." + f.kind,
		"default_message": message,
		"args":            []string{},
	}}
	var body any = map[string]any{"error_type": strings.ToUpper(f.kind), "messages": messages}
	if strings.HasPrefix(path, "/rest") {
		body = map[string]any{
			"type":  "com.vmware.vapi.std.errors." + f.kind,
			"value": map[string]any{"error_type": strings.ToUpper(f.kind), "messages": messages},
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}
