// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestCommandOutput(t *testing.T) {
	t.Parallel()
	const said = "\nvsphere_folder.stack: Creating...\r\nvsphere_folder.stack: Still creating... [10s elapsed]\nvsphere_folder.stack: Creation complete after 1s [id=group-v1]\n\nApply complete! Resources: 1 added."
	trimmed := "  | vsphere_folder.stack: Creating...\n  | vsphere_folder.stack: Creation complete after 1s [id=group-v1]\n  | Apply complete! Resources: 1 added.\n"
	for verbose, want := range map[bool]string{
		false: trimmed,
		true:  "  | " + strings.ReplaceAll(strings.ReplaceAll(said, "\r", ""), "\n", "\n  | ") + "\n",
	} {
		var out bytes.Buffer
		w := newReport(&out, verbose).command(keepApply)
		for _, b := range []byte(said) { // however the text is cut into writes
			if _, err := w.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		w.flush()
		if out.String() != want {
			t.Errorf("verbose %t: got\n%s\nwant\n%s", verbose, out.String(), want)
		}
	}
}

func TestNoColourInFiles(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := newReport(&out, false)
	r.section("1  init", "begins")
	r.proved("%d of %d", 1, 1)
	r.note("said")
	r.failed("no\nluck")
	if want := "\n1  init  begins\n  ok 1 of 1\n  said\n\nFAILED no\n  luck\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	r.colour = true
	out.Reset()
	r.proved("all")
	if want := "  \x1b[32mok\x1b[0m all\n"; out.String() != want {
		t.Errorf("on a terminal: got %q, want %q", out.String(), want)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	newReport(&out, false).table(inventoryRows(
		[]string{"Folder /a", "Folder /b"}, []string{"Folder /a", "Folder /b", "Tag x"}, []string{"Folder /a"},
	))
	var got []string
	for line := range strings.Lines(out.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if want := "[before with the stack after Folder 2 2 1 Tag 0 1 0]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
