// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import "os/exec"

// Elsewhere there are no process groups and no signals to send. A console
// passes Ctrl-C to all of its processes by itself.
func ownGroup(*exec.Cmd) {}

func interrupt(cmd *exec.Cmd) error { return cmd.Process.Kill() }

func killGroup(*exec.Cmd) {}
