// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { on((*VCenter).queryConfigOptionEx) }

// queryConfigOptionEx describes guest operating systems as vCenter does; vcsim
// knows their identifiers only, and takes every other one for Linux.
func (v *VCenter) queryConfigOptionEx(_ *simulator.Context, b *simulator.EnvironmentBrowser, req *vim.QueryConfigOptionEx) soap.HasFault {
	res := b.QueryConfigOptionEx(req).(*methods.QueryConfigOptionExBody)
	if res.Res == nil {
		return res
	}
	option := copyOf(*res.Res.Returnval)
	if req.Spec != nil && req.Spec.Key != "" {
		option.Version = req.Spec.Key
	}
	for i, d := range option.GuestOSDescriptor {
		option.GuestOSDescriptor[i] = *describeGuest(d.Id)
	}
	return &methods.QueryConfigOptionExBody{Res: &vim.QueryConfigOptionExResponse{Returnval: &option}}
}

// describeGuest says what matters of a guest operating system: those that are
// old know nothing of hardware that comes and goes.
func describeGuest(id string) *vim.GuestOsDescriptor {
	family := guestFamily(id)
	hot := family == vim.VirtualMachineGuestOsFamilyLinuxGuest || family == vim.VirtualMachineGuestOsFamilyWindowsGuest || id == "otherGuest64"
	for _, old := range []string{"win31", "win95", "win98", "winMe", "winNT", "win2000", "winXP", "windows7Guest", "redhat", "rhel2", "rhel3", "turboLinux", "mandrake"} {
		hot = hot && !strings.HasPrefix(id, old)
	}
	return &vim.GuestOsDescriptor{
		Id: id, FullName: guestFullName(id), Family: string(family), SupportedMaxCPUs: 128,
		SupportsCpuHotAdd: hot, SupportsMemoryHotAdd: hot, SupportsCpuHotRemove: hot && family == vim.VirtualMachineGuestOsFamilyLinuxGuest,
	}
}

// guestFamily is the family of a guest operating system.
func guestFamily(id string) vim.VirtualMachineGuestOsFamily {
	starts := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(id, p) {
				return true
			}
		}
		return false
	}
	switch {
	case starts("win"):
		return vim.VirtualMachineGuestOsFamilyWindowsGuest
	case starts("darwin"):
		return vim.VirtualMachineGuestOsFamilyDarwinGuestFamily
	case starts("netware"):
		return vim.VirtualMachineGuestOsFamilyNetwareGuest
	case starts("solaris"):
		return vim.VirtualMachineGuestOsFamilySolarisGuest
	case starts("freebsd", "dos", "os2", "eComStation", "openServer", "unixWare", "vmkernel", "otherGuest"):
		return vim.VirtualMachineGuestOsFamilyOtherGuestFamily
	}
	return vim.VirtualMachineGuestOsFamilyLinuxGuest
}
