// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

// guestFullNames are the names that people read for guest operating systems.
// A guest that is missing here is shown by its identifier.
var guestFullNames = map[string]string{
	"almalinux_64Guest":          "AlmaLinux (64-bit)",
	"amazonlinux2_64Guest":       "Amazon Linux 2 (64-bit)",
	"amazonlinux3_64Guest":       "Amazon Linux 3 (64-bit)",
	"centos64Guest":              "CentOS 4/5 (64-bit)",
	"centos6_64Guest":            "CentOS 6 (64-bit)",
	"centos7_64Guest":            "CentOS 7 (64-bit)",
	"centos8_64Guest":            "CentOS 8 (64-bit)",
	"centos9_64Guest":            "CentOS 9 (64-bit)",
	"coreos64Guest":              "CoreOS Linux (64-bit)",
	"crxPod1Guest":               "CRX Pod 1 Linux",
	"darwin22_64Guest":           "Apple macOS 13 (64-bit)",
	"debian10_64Guest":           "Debian GNU/Linux 10 (64-bit)",
	"debian11_64Guest":           "Debian GNU/Linux 11 (64-bit)",
	"debian12_64Guest":           "Debian GNU/Linux 12 (64-bit)",
	"debian8_64Guest":            "Debian GNU/Linux 8 (64-bit)",
	"debian9_64Guest":            "Debian GNU/Linux 9 (64-bit)",
	"dosGuest":                   "MS-DOS",
	"fedora64Guest":              "Red Hat Fedora (64-bit)",
	"freebsd12_64Guest":          "FreeBSD 12 (64-bit)",
	"freebsd13_64Guest":          "FreeBSD 13 (64-bit)",
	"freebsd14_64Guest":          "FreeBSD 14 or later versions (64-bit)",
	"freebsd64Guest":             "FreeBSD Pre-11 versions (64-bit)",
	"opensuse64Guest":            "SUSE openSUSE (64-bit)",
	"oracleLinux64Guest":         "Oracle Linux 4/5 (64-bit)",
	"oracleLinux7_64Guest":       "Oracle Linux 7 (64-bit)",
	"oracleLinux8_64Guest":       "Oracle Linux 8 (64-bit)",
	"oracleLinux9_64Guest":       "Oracle Linux 9 (64-bit)",
	"other3xLinux64Guest":        "Other 3.x Linux (64-bit)",
	"other3xLinuxGuest":          "Other 3.x Linux (32-bit)",
	"other4xLinux64Guest":        "Other 4.x Linux (64-bit)",
	"other4xLinuxGuest":          "Other 4.x Linux (32-bit)",
	"other5xLinux64Guest":        "Other 5.x Linux (64-bit)",
	"other5xLinuxGuest":          "Other 5.x Linux (32-bit)",
	"other6xLinux64Guest":        "Other 6.x or later Linux (64-bit)",
	"other6xLinuxGuest":          "Other 6.x or later Linux (32-bit)",
	"otherGuest":                 "Other (32-bit)",
	"otherGuest64":               "Other (64-bit)",
	"otherLinux64Guest":          "Other Linux (64-bit)",
	"otherLinuxGuest":            "Other Linux (32-bit)",
	"rhel6_64Guest":              "Red Hat Enterprise Linux 6 (64-bit)",
	"rhel7_64Guest":              "Red Hat Enterprise Linux 7 (64-bit)",
	"rhel8_64Guest":              "Red Hat Enterprise Linux 8 (64-bit)",
	"rhel9_64Guest":              "Red Hat Enterprise Linux 9 (64-bit)",
	"rockylinux_64Guest":         "Rocky Linux (64-bit)",
	"sles12_64Guest":             "SUSE Linux Enterprise 12 (64-bit)",
	"sles15_64Guest":             "SUSE Linux Enterprise 15 (64-bit)",
	"sles16_64Guest":             "SUSE Linux Enterprise 16 (64-bit)",
	"ubuntu64Guest":              "Ubuntu Linux (64-bit)",
	"ubuntuGuest":                "Ubuntu Linux (32-bit)",
	"vmkernel65Guest":            "VMware ESXi 6.5 or later",
	"vmkernel7Guest":             "VMware ESXi 7.0 or later",
	"vmkernel8Guest":             "VMware ESXi 8.0 or later",
	"vmwarePhoton64Guest":        "VMware Photon OS (64-bit)",
	"windows11_64Guest":          "Microsoft Windows 11 (64-bit)",
	"windows2019srvNext_64Guest": "Microsoft Windows Server 2022 (64-bit)",
	"windows2019srv_64Guest":     "Microsoft Windows Server 2019 (64-bit)",
	"windows2022srvNext_64Guest": "Microsoft Windows Server 2025 (64-bit)",
	"windows7Server64Guest":      "Microsoft Windows Server 2008 R2 (64-bit)",
	"windows8Server64Guest":      "Microsoft Windows Server 2012 (64-bit)",
	"windows8_64Guest":           "Microsoft Windows 8.x (64-bit)",
	"windows9Server64Guest":      "Microsoft Windows Server 2016 or later (64-bit)",
	"windows9_64Guest":           "Microsoft Windows 10 (64-bit)",
	"windows9Guest":              "Microsoft Windows 10 (32-bit)",
}

// guestFullName is the name of a guest operating system.
func guestFullName(id string) string {
	if name, ok := guestFullNames[id]; ok {
		return name
	}
	return id
}
