// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

const changePlan = `{"format_version": "1.2", "resource_changes": [
  {"address": "data.vsphere_datacenter.this", "mode": "data", "change": {"actions": ["read"]}},
  {"address": "vsphere_folder.stack", "mode": "managed", "change": {"actions": ["no-op"]}},
  {"address": "vsphere_tag.stack[\"backup\"]", "mode": "managed", "change": {"actions": ["create"]}},
  {"address": "vsphere_tag.stack[\"old\"]", "mode": "managed", "change": {"actions": ["delete"]}},
  {"address": "vsphere_virtual_machine.b", "mode": "managed", "change": {"actions": ["delete", "create"]}},
  {"address": "vsphere_virtual_machine.a", "mode": "managed", "change": {"actions": ["update"],
    "before": {"memory": 1024, "name": "a", "note": null, "tags": ["1", "2"], "version": "7", "disk": [{"label": "s", "size": 5}, {"label": "d", "size": 10}], "nic": []},
    "after":  {"memory": 2048, "name": "a", "note": "n", "tags": ["1", "2"], "disk": [{"label": "s", "size": 5}, {"label": "d", "size": 20}], "nic": []},
    "after_unknown": {"tags": [false, false, true], "version": true, "disk": [{}, {}], "nic": []}}}
]}`

func TestSummarize(t *testing.T) {
	t.Parallel()
	plan := new(tfjson.Plan)
	if err := json.Unmarshal([]byte(changePlan), plan); err != nil {
		t.Fatal(err)
	}
	p := summarize(plan)
	for _, c := range []struct{ got, want []string }{
		{p.create, []string{`vsphere_tag.stack["backup"]`}},
		{p.destroy, []string{`vsphere_tag.stack["old"]`}},
		{p.replace, []string{"vsphere_virtual_machine.b"}},
		{p.update, []string{"vsphere_virtual_machine.a"}},
		{p.changes["vsphere_virtual_machine.a"], []string{
			"disk[1].size: 10 -> 20", "memory: 1024 -> 2048", "note: none -> n", "tags: 2 values -> 3 values", "version: known after apply",
		}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCheckInPlace(t *testing.T) {
	t.Parallel()
	machines := []string{"vsphere_virtual_machine.m[1]", "vsphere_virtual_machine.m[2]", "vsphere_virtual_machine.m[3]"}
	tag := []string{`vsphere_tag.stack["backup"]`}
	for name, c := range map[string]struct {
		plan planned
		want string
	}{
		"in place":           {planned{create: tag, update: machines}, ""},
		"replaces":           {planned{create: tag, update: machines[1:], replace: machines[:1]}, "not in place"},
		"destroys":           {planned{create: tag, update: machines, destroy: tag}, "not in place"},
		"leaves one out":     {planned{create: tag, update: machines[1:]}, "not the 3 machines"},
		"updates others":     {planned{create: tag, update: append(tag, machines[1:]...)}, "not the 3 machines"},
		"creates a machine":  {planned{create: machines[:1], update: machines}, "not one tag"},
		"creates a category": {planned{create: []string{"vsphere_tag_category.stack"}, update: machines}, "not one tag"},
	} {
		err := checkInPlace(c.plan)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
