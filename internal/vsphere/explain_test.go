// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// asSOAP is a fault as the server answers a call with it.
func asSOAP(f vim.AnyType, text string) error {
	s := &soap.Fault{Code: "ServerFaultCode", String: text}
	s.Detail.Fault = f
	return soap.WrapSoapFault(s)
}

func asTask(f vim.BaseMethodFault, text string) error {
	return &TaskError{Name: "ReconfigVM_Task", Entity: "vm1", Cause: &vim.LocalizedMethodFault{Fault: f, LocalizedMessage: text}}
}

func dialed(err error) error {
	return &url.Error{Op: "Post", URL: "https://vcenter/sdk", Err: &net.OpError{Op: "dial", Net: "tcp", Err: err}}
}

// ofCode is what must not be in a text for people.
var ofCode = regexp.MustCompile(`types\.|\*?vim\.|0x[0-9a-f]{4}|ServerFaultCode|\{|%!`)

func TestExplain(t *testing.T) {
	t.Parallel()
	vm := NewRef("VirtualMachine", "vm-12")
	for name, tt := range map[string]struct {
		err             error
		message, remedy string
	}{
		"refused":             {dialed(syscall.ECONNREFUSED), "refused", "vsphere_server"},
		"no route":            {dialed(syscall.EHOSTUNREACH), "route", "proxy_url"},
		"unknown name":        {dialed(&net.DNSError{Err: "no such host", Name: "vcenter", IsNotFound: true}), "no such host", "vsphere_server"},
		"authority":           {&url.Error{Op: "Post", Err: x509.UnknownAuthorityError{}}, "certificate", "ca_file"},
		"authority, pin":      {&url.Error{Op: "Post", Err: x509.UnknownAuthorityError{}}, "certificate", "thumbprint"},
		"certificate's name":  {&url.Error{Op: "Post", Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "vcenter"}}, "vcenter", "vsphere_server"},
		"expired certificate": {&url.Error{Op: "Post", Err: x509.CertificateInvalidError{Reason: x509.Expired}}, "expired", "renewed"},
		"pin":                 {&url.Error{Op: "Post", Err: &ThumbprintError{Server: "vcenter", Want: "AA", Got: "BB"}}, "thumbprint BB, not AA", "thumbprint"},
		"unavailable":         {&url.Error{Op: "POST", URL: "/sdk", Err: errors.New("503 Service Unavailable")}, "503", "starting"},
		"proxy login":         {&url.Error{Op: "POST", URL: "/sdk", Err: errors.New("407 Proxy Authentication Required")}, "407", "proxy_url"},
		"slow call":           {&TimeoutError{Op: "CurrentTime", After: time.Minute}, "CurrentTime", "api_timeout"},
		"slow operation":      {fmt.Errorf("task: %w", context.DeadlineExceeded), "task", "timeouts"},
		"interrupted":         {context.Canceled, "canceled", "plan"},
		"ours":                {errors.New("plain"), "plain", ""},

		"password":          {asSOAP(vim.InvalidLogin{}, "Cannot complete login due to an incorrect user name or password."), "user name or password", "VSPHERE_PASSWORD"},
		"session":           {asSOAP(vim.NotAuthenticated{}, ""), "session", "vim_keep_alive"},
		"privilege":         {asSOAP(vim.NoPermission{Object: &vm, PrivilegeId: "VirtualMachine.Config.Memory"}, "Permission to perform this operation was denied."), `VirtualMachine "vm-12"`, "VirtualMachine.Config.Memory"},
		"unnamed privilege": {asSOAP(vim.NoPermission{}, ""), "privilege", "role"},
		"duplicate":         {asSOAP(vim.DuplicateName{Name: "web", Object: vm}, "The name 'web' already exists."), `"web"`, "vm-12"},
		"exists":            {asSOAP(vim.AlreadyExists{Name: "web"}, ""), "web", "import"},
		"name":              {asSOAP(vim.InvalidName{Name: "a/b"}, ""), "a/b", "%2f"},
		"power":             {asTask(&vim.InvalidPowerState{ExistingState: "poweredOn", RequestedState: "poweredOff"}, "The attempted operation cannot be performed in the current state (Powered on)."), "poweredOn", ""},
		"task":              {asTask(&vim.TaskInProgress{Task: NewRef("Task", "task-7")}, "Another task is already in progress."), "task-7", "again"},
		"concurrent":        {asTask(&vim.ConcurrentAccess{}, ""), "same time", "again"},
		"in use":            {asTask(&vim.ResourceInUse{Type: "dvs", Name: "DVS0"}, ""), "dvs DVS0", "first"},
		"gone":              {asSOAP(vim.ManagedObjectNotFound{Obj: vm}, ""), "vm-12", "id"},
		"argument":          {asSOAP(vim.InvalidArgument{InvalidProperty: "spec.numCPUs"}, "A specified parameter was not correct: spec.numCPUs"), "spec.numCPUs", ""},
		"unnamed argument":  {asSOAP(vim.InvalidArgument{}, ""), "does not name", ""},
		"device":            {asTask(&vim.InvalidDeviceSpec{DeviceIndex: 3}, "Invalid configuration for device '3'."), "device", ""},
		"CPU":               {asTask(&vim.InsufficientCpuResourcesFault{Requested: 500, Unreserved: 20}, ""), "500 MHz", "reservation"},
		"memory":            {asTask(&vim.InsufficientMemoryResourcesFault{Requested: 1 << 30, Unreserved: 0}, ""), "1024 MB", "reservation"},
		"space":             {asTask(&vim.NoDiskSpace{Datastore: "ds1"}, "Insufficient disk space on datastore 'ds1'."), "ds1", "space"},
		"file":              {asTask(&vim.FileAlreadyExists{FileFault: vim.FileFault{File: "[ds1] a.vmdk"}}, ""), "[ds1] a.vmdk", "name"},
		"hot plug":          {asTask(&vim.CpuHotPlugNotSupported{}, "CPU hot plug is not supported for this virtual machine."), "hot plug", "cpu_hot_add_enabled"},
		"host":              {asTask(&vim.HostNotConnected{}, ""), "not connected", "Reconnect"},
		"unsupported":       {asSOAP(vim.NotSupported{}, "The operation is not supported on the object."), "not supported", "licence"},
		"of no description": {asTask(&vim.SnapshotFault{}, ""), "", ""},
	} {
		for where, err := range map[string]error{"": tt.err, "renaming \"x\": ": fmt.Errorf("renaming \"x\": %w", tt.err)} {
			message, remedy := Explain(err)
			if !strings.Contains(message, tt.message) || !strings.Contains(remedy, tt.remedy) || (tt.remedy == "") != (remedy == "") {
				t.Errorf("%s: %q: %q", name, message, remedy)
			}
			if !strings.Contains(message, strings.TrimSuffix(where, ": ")) || strings.TrimSpace(message) == "" || ofCode.MatchString(message+remedy) {
				t.Errorf("%s: not for people: %q: %q", name, message, remedy)
			}
		}
	}
	if message, remedy := Explain(nil); message+remedy != "" {
		t.Errorf("nothing: %q %q", message, remedy)
	}
}

// vCenter names the cause of a fault within it.
func TestExplainNestedFaults(t *testing.T) {
	t.Parallel()
	cause := &vim.LocalizedMethodFault{Fault: &vim.NoDiskSpace{Datastore: "ds1"}, LocalizedMessage: "No space left on device"}
	err := asTask(&vim.CannotCreateFile{FileFault: vim.FileFault{VimFault: vim.VimFault{MethodFault: vim.MethodFault{FaultCause: cause}}, File: "[ds1] a.vmdk"}}, "Unable to create file.")
	message, remedy := Explain(err)
	if !strings.Contains(message, "Unable to create file") || !strings.Contains(message, "No space left") || !strings.Contains(remedy, "datastore") {
		t.Errorf("%q: %q", message, remedy)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"cluster-1", "cluster-2", "Cluster-01", "storage", "x"}
	if got := nearest("cluster-01", names); len(got) != 3 || got[0] != "Cluster-01" {
		t.Errorf("%q", got)
	}
	if got := nearest("zzzzzzzz", names); len(got) != 0 {
		t.Errorf("%q", got)
	}
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "abc", 3}, {"kitten", "sitting", 3}, {"same", "same", 0}, {"ab", "", 2}} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q to %q: %d", tt.a, tt.b, got)
		}
	}
}

func TestHTTPStatus(t *testing.T) {
	t.Parallel()
	for want, err := range map[int]error{
		0:   errors.New("500 MHz are wanted"),
		404: fmt.Errorf("reading: %w", errors.New("404 Not Found")),
		503: &url.Error{Op: "Post", URL: "https://vcenter/sdk", Err: errors.New("503 Service Unavailable")},
		502: fmt.Errorf("x: %w", &url.Error{Op: "Post", URL: "https://vcenter/sdk", Err: errors.New("502 Bad Gateway")}),
	} {
		if got := httpStatus(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}
