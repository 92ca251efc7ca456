// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"

	vim "github.com/vmware/govmomi/vim25/types"
)

// faultText is what vCenter says to people about a fault.
func faultText(fault vim.BaseMethodFault) string {
	switch f := fault.(type) {
	case *vim.NotAuthenticated:
		return "The session is not authenticated."
	case *vim.InvalidLogin:
		return "Cannot complete login due to an incorrect user name or password."
	case *vim.ManagedObjectNotFound:
		return fmt.Sprintf("The object '%s:%s' has already been deleted or has not been completely created", vimType(f.Obj), f.Obj.Value)
	case *vim.DuplicateName:
		return fmt.Sprintf("The name '%s' already exists.", f.Name)
	case *vim.AlreadyExists:
		return fmt.Sprintf("The specified key, name, or identifier '%s' already exists.", f.Name)
	case *vim.InvalidName:
		return fmt.Sprintf("The name '%s' is invalid.", f.Name)
	case *vim.InvalidArgument:
		return "A specified parameter was not correct: " + f.InvalidProperty
	case *vim.InvalidPowerState:
		return fmt.Sprintf("The attempted operation cannot be performed in the current state (%s).", stateText(f.ExistingState))
	case *vim.NoPermission:
		return "Permission to perform this operation was denied. You do not hold privilege \"" + f.PrivilegeId + "\""
	case *vim.MethodNotFound:
		return fmt.Sprintf("The method is not found: %s on %s", f.Method, f.Receiver)
	case *vim.SystemError:
		return "A general system error occurred: " + f.Reason
	}
	if text, ok := faultTexts[typeName(fault)]; ok {
		return text
	}
	return "The operation failed: " + typeName(fault)
}

func vimType(ref vim.ManagedObjectReference) string {
	if ref.Type == vcsimDVS {
		return "vim.dvs." + vcenterDVS
	}
	return "vim." + ref.Type
}

func stateText(s vim.VirtualMachinePowerState) string {
	switch s {
	case vim.VirtualMachinePowerStatePoweredOn:
		return "Powered on"
	case vim.VirtualMachinePowerStatePoweredOff:
		return "Powered off"
	case vim.VirtualMachinePowerStateSuspended:
		return "Suspended"
	}
	return string(s)
}

var faultTexts = map[string]string{
	"InvalidState":                     "The operation is not allowed in the current state.",
	"TaskInProgress":                   "The operation cannot be allowed at the current time because another task is already in progress.",
	"ConcurrentAccess":                 "The resource is being accessed by another operation.",
	"NotSupported":                     "The operation is not supported on the object.",
	"NotFound":                         "The requested object was not found.",
	"RequestCanceled":                  "The task was canceled by a user.",
	"InvalidDeviceSpec":                "Invalid configuration for device.",
	"InvalidDeviceBacking":             "Incompatible device backing specified for device.",
	"InvalidController":                "Incompatible controller specified for device.",
	"DeviceHotPlugNotSupported":        "Hot-plug is not supported for this virtual device.",
	"TooManyDevices":                   "The number of virtual devices exceeds the maximum.",
	"InvalidVmConfig":                  "The virtual machine configuration is invalid.",
	"InvalidDeviceOperation":           "The device operation is not allowed.",
	"CpuHotPlugNotSupported":           "CPU hot plug is not supported for this virtual machine.",
	"MemoryHotPlugNotSupported":        "Memory hot plug is not supported for this virtual machine.",
	"InsufficientResourcesFault":       "The host does not have sufficient resources to satisfy the reservation.",
	"InsufficientCpuResourcesFault":    "The available CPU resources in the parent resource pool are insufficient for the operation.",
	"InsufficientMemoryResourcesFault": "The available memory resources in the parent resource pool are insufficient for the operation.",
	"ResourceInUse":                    "The resource is in use.",
	"FilesystemQuiesceFault":           "An error occurred while quiescing the virtual machine: VMware Tools is not running in it.",
	"MemorySnapshotOnIndependentDisk":  "Cannot take a memory snapshot, since the virtual machine is configured with independent disks.",
	"TooManySnapshotLevels":            "There are too many levels of snapshots.",
	"ToolsUnavailable":                 "Cannot complete operation because VMware Tools is not running in this virtual machine.",
	"InvalidCollectorVersion":          "The version of the property collector is no longer valid.",
	"FileNotFound":                     "File was not found.",
	"FileAlreadyExists":                "The file already exists.",
	"FileLocked":                       "Unable to access file since it is locked.",
	"CannotDeleteFile":                 "Cannot delete file.",
	"InvalidDatastore":                 "Datastore is not valid.",
	"InvalidDatastorePath":             "Invalid datastore path.",
	"InvalidDiskFormat":                "The disk format is not supported.",
	"NoDiskSpace":                      "Insufficient disk space on datastore.",
	"HostNotConnected":                 "Unable to communicate with the remote host, since it is disconnected.",
	"InvalidRequest":                   "The request is invalid.",
	"InvalidProperty":                  "The property is invalid.",
	"InvalidType":                      "The type is invalid.",
}
