// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// planned is what a plan is about to do, by the address of each resource.
type planned struct {
	create, update, replace, destroy []string
	changes                          map[string][]string // of updates: "memory: 1024 -> 2048"
}

// summarize sorts the changes of a plan by kind. Reads are no changes.
func summarize(plan *tfjson.Plan) planned {
	p := planned{changes: map[string][]string{}}
	for _, rc := range plan.ResourceChanges {
		switch actions := rc.Change.Actions; {
		case actions.Create():
			p.create = append(p.create, rc.Address)
		case actions.Update():
			p.update = append(p.update, rc.Address)
			p.changes[rc.Address] = changes(rc.Change)
		case actions.Replace():
			p.replace = append(p.replace, rc.Address)
		case actions.Delete():
			p.destroy = append(p.destroy, rc.Address)
		}
	}
	return p
}

// ofType keeps the addresses of one type of resource.
func ofType(addresses []string, kind string) []string {
	return slices.DeleteFunc(slices.Clone(addresses), func(a string) bool { return !strings.HasPrefix(a, kind+".") })
}

// changes describes what differs between the two sides of an update.
func changes(c *tfjson.Change) []string {
	return diff("", c.Before, c.After, c.AfterUnknown)
}

func diff(at string, before, after, unknown any) []string {
	if unknown == true {
		return []string{at + ": known after apply"}
	}
	if object, ok := after.(map[string]any); ok {
		return diffObject(at, before, object, unknown)
	}
	if list, ok := after.([]any); ok && isObjects(list) {
		return diffList(at, before, list, unknown)
	}
	if reflect.DeepEqual(before, after) && !holdsTrue(unknown) {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s -> %s", at, show(before, nil), show(after, unknown))}
}

func diffObject(at string, before any, after map[string]any, unknown any) []string {
	was, _ := before.(map[string]any)
	later, _ := unknown.(map[string]any)
	names := maps.Clone(after)
	maps.Copy(names, later) // what is known after apply is missing in after
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, diff(join(at, name), was[name], after[name], later[name])...)
	}
	return all
}

func diffList(at string, before any, after []any, unknown any) []string {
	was, _ := before.([]any)
	later, _ := unknown.([]any)
	var all []string
	for i := range max(len(was), len(after)) {
		all = append(all, diff(fmt.Sprintf("%s[%d]", at, i), element(was, i), element(after, i), element(later, i))...)
	}
	return all
}

func isObjects(list []any) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(e any) bool { _, ok := e.(map[string]any); return !ok })
}

func element(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// holdsTrue says whether part of a value is known only after apply.
func holdsTrue(unknown any) bool {
	switch u := unknown.(type) {
	case bool:
		return u
	case []any:
		return slices.ContainsFunc(u, holdsTrue)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(u)), holdsTrue)
	}
	return false
}

// show makes a value short: of a set of ids, their number says more.
func show(v, unknown any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case []any:
		if later, ok := unknown.([]any); ok && len(later) > len(v) {
			return fmt.Sprintf("%d values", len(later))
		}
		return fmt.Sprintf("%d values", len(v))
	}
	return fmt.Sprint(v)
}
