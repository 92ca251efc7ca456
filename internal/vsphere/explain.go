// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"strings"
	"syscall"

	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// Explain says in words for people what went wrong and, where it can, what to
// do about it; remedy may be empty. The message keeps what wrapping errors say
// of where it happened.
func Explain(err error) (message, remedy string) {
	if err == nil {
		return "", ""
	}
	if text, remedy, ok := explainConnection(err); ok {
		return text, remedy
	}
	if text, remedy, ok := explainFault(err); ok {
		return text, remedy
	}
	return err.Error(), explainOwn(err)
}

// explainOwn says what to do about errors of this package.
func explainOwn(err error) string {
	var timeout *TimeoutError
	switch {
	case errors.As(err, &timeout):
		return "vCenter did not answer in time. Look at its load, or raise api_timeout."
	case errors.Is(err, context.DeadlineExceeded):
		return "The time for the whole operation is over. If it needs more, raise it in the timeouts block of the object."
	case errors.Is(err, context.Canceled):
		return "The operation was interrupted. What vCenter has done by then shows in the next plan."
	}
	return ""
}

// explainConnection explains why there is no connection to vCenter.
func explainConnection(err error) (message, remedy string, ok bool) {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		pin       *ThumbprintError
		dns       *net.DNSError
	)
	switch {
	case errors.As(err, &pin):
		remedy = "If the certificate was renewed, compare the new thumbprint with the server's own before you put it into thumbprint."
	case errors.As(err, &authority):
		remedy = "Give the certificate of its authority by ca_file or ca_pem (vCenter offers it for download at https://<server>/certs/download.zip), or pin the server's own certificate by thumbprint."
	case errors.As(err, &host):
		remedy = "Set vsphere_server to a name that the certificate has, or pin the certificate by thumbprint."
	case errors.As(err, &invalid):
		remedy = "The certificate of the server must be renewed. Until then it can be pinned by thumbprint."
	case errors.As(err, &dns):
		remedy = "Check the name in vsphere_server, and the DNS of this machine."
	case errors.Is(err, syscall.ECONNREFUSED):
		remedy = "Nothing listens there. Check the name and the port in vsphere_server, and that vCenter is up."
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		remedy = "There is no way to it from this machine. Check vsphere_server, the route, and proxy_url."
	case httpStatus(err) == http.StatusServiceUnavailable:
		remedy = "vCenter is starting, or has more sessions or work than it can take. Try again in a few minutes."
	case httpStatus(err) == http.StatusProxyAuthRequired:
		remedy = "The proxy wants a login. Put it into proxy_url."
	default:
		var network net.Error
		if !errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) {
			return "", "", false
		}
		remedy = "Check vsphere_server, the network between this machine and it, and proxy_url."
	}
	return err.Error(), remedy, true
}

// explainFault explains a vSphere fault: its own message, the most specific
// cause, and what to do.
func explainFault(err error) (message, remedy string, ok bool) {
	var deepest vim.BaseMethodFault
	var said []string
	fault.In(err, func(f vim.BaseMethodFault, localized string, more []vim.LocalizableMessage) bool {
		deepest = f
		said = append(said, localized)
		for _, m := range more {
			said = append(said, m.Message)
		}
		return false
	})
	if deepest == nil {
		return "", "", false
	}
	text, remedy := describe(deepest)
	if text == "" && strings.Join(said, "") == "" {
		text = "vCenter reports the fault " + reflect.TypeOf(deepest).Elem().Name()
	}
	return sentence(err, append(said, text)), remedy, true
}

// sentence joins what the error says with what its faults say, each once.
func sentence(err error, said []string) string {
	text := strings.TrimSpace(strings.TrimPrefix(withoutSOAP(err), "ServerFaultCode: "))
	for _, more := range said {
		more = strings.TrimSpace(more)
		if more != "" && !strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSuffix(more, "."))) {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "."), ":") + ": " + more
		}
	}
	return strings.TrimPrefix(text, ": ")
}

// withoutSOAP returns the text of err without the code that SOAP puts before a
// fault.
func withoutSOAP(err error) string {
	text := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		if soap.IsSoapFault(e) {
			text = strings.Replace(text, soap.ToSoapFault(e).Code+": ", "", 1)
			text = strings.Replace(text, soap.ToSoapFault(e).Code, "", 1)
		}
	}
	return text
}

// describe says what a fault means and what to do about it.
func describe(f vim.BaseMethodFault) (message, remedy string) {
	switch f := f.(type) {
	case *vim.InvalidLogin:
		return "wrong user name or password", "Check user and password of the provider (or VSPHERE_USER and VSPHERE_PASSWORD). The user is usually of the form name@domain, such as terraform@vsphere.local."
	case *vim.NotAuthenticated:
		return "the session is not valid any more", "Run it again. If it goes on, vCenter ends sessions early: see its session settings, and vim_keep_alive."
	case *vim.NoPermission:
		return noPermission(f)
	case *vim.DuplicateName:
		return fmt.Sprintf("the name %q is taken by %s", f.Name, f.Object.Value), "Choose another name, or import the object that has it: its managed object id is " + f.Object.Value + "."
	case *vim.AlreadyExists:
		return fmt.Sprintf("%q exists already", f.Name), "Choose another name, or import what has it."
	case *vim.InvalidName:
		return fmt.Sprintf("%q is not a valid name", f.Name), "A name has at most 80 characters, and a slash or a percent sign in it must be written as %2f or %25."
	case *vim.InvalidPowerState:
		return fmt.Sprintf("the machine is %s, but must be %s", f.ExistingState, f.RequestedState), ""
	case *vim.TaskInProgress:
		return "another task works on the object: " + f.Task.Value, "Wait for it to end and run this again."
	case *vim.ConcurrentAccess:
		return "somebody else has changed the object at the same time", "Run it again: the next plan starts from what there is now."
	case *vim.ResourceInUse:
		return fmt.Sprintf("%s is in use", strings.TrimSpace(f.Type+" "+f.Name)), "Move or remove what uses it first."
	case *vim.ManagedObjectNotFound:
		return fmt.Sprintf("%s %q does not exist (any more)", f.Obj.Type, f.Obj.Value), "Check the id. Ids change when an object is removed and added again, and differ from one vCenter to the next."
	case *vim.InvalidArgument:
		return "vCenter does not accept the value of " + orUnnamed(f.InvalidProperty), ""
	case *vim.InvalidDeviceSpec:
		return fmt.Sprintf("vCenter does not accept the device change number %d (%s)", f.DeviceIndex, orUnnamed(f.Property)), ""
	case *vim.InvalidDeviceOperation:
		return fmt.Sprintf("vCenter does not allow the device change number %d", f.DeviceIndex), "A disk that a snapshot stands on can be neither extended nor destroyed: remove the snapshots of the machine first."
	}
	return describeResources(f)
}

// describeResources is describe for the faults about what a machine needs.
func describeResources(f vim.BaseMethodFault) (message, remedy string) {
	switch f := f.(type) {
	case *vim.InsufficientCpuResourcesFault:
		return fmt.Sprintf("%d MHz are wanted, %d MHz are free", f.Requested, f.Unreserved), "Lower the reservation, or choose a resource pool with more."
	case *vim.InsufficientMemoryResourcesFault:
		return fmt.Sprintf("%d MB are wanted, %d MB are free", f.Requested>>20, f.Unreserved>>20), "Lower the reservation, or choose a resource pool with more."
	case *vim.InsufficientResourcesFault:
		return "the resources do not suffice", "Lower the reservation, or choose a resource pool with more."
	case *vim.NoDiskSpace:
		return fmt.Sprintf("the datastore %q is full", f.Datastore), "Free space on it, or choose another datastore."
	case *vim.FileAlreadyExists:
		return fmt.Sprintf("the file %q exists already", f.File), "Remove the file if nobody needs it, or choose another name."
	case *vim.FileNotFound:
		return fmt.Sprintf("there is no file %q", f.File), ""
	case *vim.FileLocked:
		return fmt.Sprintf("the file %q is in use by a machine that runs", f.File), "Take it off the machine, or power that off, and run this again."
	case *vim.InvalidDiskFormat:
		return "the file is not a virtual disk that vSphere can read", "Disks that were made elsewhere must be a single file (monolithic sparse or stream optimized); convert others first."
	case *vim.InvalidDatastore:
		return fmt.Sprintf("there is no datastore %q", f.Name), ""
	case *vim.CpuHotPlugNotSupported:
		return "the machine does not allow its CPUs to be changed while it runs", "Set cpu_hot_add_enabled while it is off, or let it be powered off for the change."
	case *vim.MemoryHotPlugNotSupported:
		return "the machine does not allow its memory to be changed while it runs", "Set memory_hot_add_enabled while it is off, or let it be powered off for the change."
	case *vim.ToolsUnavailable:
		return "VMware Tools do not run in the guest", ""
	case *vim.HostNotConnected:
		return "the host is not connected", "Reconnect the host in vCenter, or choose another."
	case *vim.NotSupported, *vim.MethodNotFound:
		return "the server does not support this", "Check that its version, its licence and the kind of object allow it."
	}
	return "", ""
}

func noPermission(f *vim.NoPermission) (message, remedy string) {
	on := "the object"
	if f.Object != nil {
		on = fmt.Sprintf("%s %q", f.Object.Type, f.Object.Value)
	}
	if f.PrivilegeId == "" {
		return "the user lacks a privilege on " + on, "Give the user a role with the privilege there."
	}
	return fmt.Sprintf("the user lacks the privilege %s on %s", f.PrivilegeId, on), fmt.Sprintf("Give the user a role with %s on it, or on a folder above it with propagation.", f.PrivilegeId)
}

func orUnnamed(property string) string {
	if property == "" {
		return "an argument that it does not name"
	}
	return property
}
