// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// ID returns the managed object id of what is at an inventory path.
func (v *VCenter) ID(t *testing.T, path string) string {
	t.Helper()
	ref, ok := v.Find(path)
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	return ref.Value
}

// Lookup is the configuration of a data source called test.
func Lookup(typeName, arguments string) string {
	return fmt.Sprintf("data %q \"test\" {\n%s\n}\n", typeName, arguments)
}

// Finds is a step in which a data source comes upon the object with an id, and
// has other attributes as well.
func Finds(typeName, arguments, id string, more map[string]string) resource.TestStep {
	step := resource.TestStep{Config: Lookup(typeName, arguments)}
	check := func(name, value string) {
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectKnownValue("data."+typeName+".test", tfjsonpath.New(name), knownvalue.StringExact(value)))
	}
	check("id", id)
	for name, value := range more {
		check(name, value)
	}
	return step
}

// FindsNot is a step in which a data source ends in an error that a regular
// expression matches. The text of an error is broken into lines anywhere.
func FindsNot(typeName, arguments, want string) resource.TestStep {
	return resource.TestStep{Config: Lookup(typeName, arguments), ExpectError: regexp.MustCompile("(?s)" + want)}
}
