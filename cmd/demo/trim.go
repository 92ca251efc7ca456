// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import "strings"

// keepAll keeps everything of a command whose output is short.
func keepAll(line string) bool { return strings.TrimSpace(line) != "" }

func keepNone(string) bool { return false }

// keepInit keeps what was installed.
func keepInit(line string) bool {
	return containsAny(line, "successfully initialized", "Installed ", "Interrupt received")
}

// keepResult keeps the sentence that a command ends with.
func keepResult(line string) bool {
	return containsAny(line, "Plan: ", "No changes.", "complete! ", "Interrupt received", "Gracefully shutting down", "Stopping operation", "Warning: ")
}

// keepPlan keeps what a plan does with each object.
func keepPlan(line string) bool {
	return keepResult(line) || strings.HasPrefix(line, "  # ") && !strings.Contains(line, "unchanged")
}

// keepApply keeps when work on each object began and ended.
func keepApply(line string) bool {
	return keepResult(line) || containsAny(line, ": Creating...", ": Modifying...", ": Destroying...", ": Creation complete", ": Modifications complete", ": Destruction complete")
}

func containsAny(line string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}
