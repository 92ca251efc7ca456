// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package device is the arithmetic of a virtual machine's devices: where disks
// sit, which device stands for which block of a configuration, and which
// changes lead from what is there to what is wanted. It makes no calls.
//
// A reconfiguration is put together in steps. Each step looks at the device
// list as the steps before it will leave it, so a disk can be put on a
// controller that the same reconfiguration adds:
//
//	specs, err := device.EnsureControllers(devices, layout)
//	preview, err := device.Apply(devices, specs)
//	disks, err := device.DiffDisks(preview, current, want, options)
//	preview, err = device.Apply(preview, disks.Specs)
//	nics, err := device.DiffNICs(preview, currentNICs, wantNICs, options)
//	spec.DeviceChange = device.Merge(specs, disks.Specs, nics.Specs)
//
// CD-ROM drives, the video card, the TPM and passed through PCI devices follow in
// the same way ([DiffCDROMs], [DiffVideoCard], [DiffTPM], [DiffPCI]).
//
// What state remembers and what the machine has are brought together by
// [MatchDisks], [MatchNICs] and [MatchCDROMs] before.
package device
