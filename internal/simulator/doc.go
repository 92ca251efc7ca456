// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package simulator is a vCenter Server in memory, for tests, the demo and the
// CI of module authors: govmomi's vcsim with the parts that a Terraform
// provider depends on made to behave as vCenter does.
//
// A simulator listens on TLS with a certificate of its own, refuses every
// login but the one it was started with, counts every call, and injects the
// faults of the real world on request. Several may run in one process.
//
//	vc, err := simulator.Start(simulator.Options{Machines: 100})
//	defer vc.Close()
//	os.Setenv("VSPHERE_SERVER", vc.Server())
//
// # Inventory
//
// One datacenter DC0 with the cluster DC0_C0 (hosts DC0_C0_H0...), the
// standalone host DC0_H0, datastores LocalDS_0..., the distributed switch DVS0
// with the port group DC0_DVPG0, the standard network "VM Network", machines
// DC0_C0_RP0_VM0... and DC0_H0_VM0, and in /DC0/vm/templates the templates
// template-linux, template-uefi, template-windows and template-vapp. The host
// DC0_C0_H0 has graphics cards to pass through and a network port with SR-IOV; see
// GPU1 and SRIOVPort.
//
// # Several in one process
//
// Simulators share nothing that a client can change: options with the addresses
// of services, licences, storage devices, sessions, tags and injected faults are
// each one's own, whatever vcsim does. What is still shared is never written
// after start: the four default storage policies, and the evaluation licence
// that vcsim gives to a host added later. vcsim's knobs for a whole process
// (simulator.StatusSDK, simulator.TaskDelay) must not be used; Inject and
// SetLatency are there instead. The parts of vcsim whose state cannot be taken
// apart, namespaces and VM classes, are not served.
//
// # Looking and meddling
//
// Client, Find, Ref, Inventory, Calls and Sessions look at the simulator
// without being counted. Update, SetGuest and ExpireSessions change it behind
// the clients' backs; Inject and SetLatency make it misbehave.
package simulator
