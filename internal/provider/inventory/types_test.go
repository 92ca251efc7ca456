// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

func TestWithTypes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ has, wanted, want []string }{
		{[]string{"VirtualMachine"}, []string{"Folder", "VirtualMachine"}, []string{"VirtualMachine", "urn:vim25:Folder"}},
		{[]string{"urn:vim25:Folder", "HostSystem"}, []string{"Folder", "HostSystem", "com.vmware.content.Library"},
			[]string{"urn:vim25:Folder", "HostSystem", "com.vmware.content.Library"}},
		{[]string{"Folder"}, nil, []string{}},
	} {
		if got := withTypes(test.has, test.wanted); !slices.Equal(got, test.want) || got == nil {
			t.Errorf("%q with %q: %q, want %q", test.has, test.wanted, got, test.want)
		}
	}
}

func TestKeepTypes(t *testing.T) {
	t.Parallel()
	prior := schemas.StringSet([]string{"urn:vim25:Folder", "VirtualMachine"})
	if got := keepTypes(prior, []string{"VirtualMachine", "Folder"}); !got.Equal(prior) {
		t.Errorf("the spelling of the configuration became %s", got)
	}
	if got := keepTypes(prior, []string{"urn:vim25:Folder"}); !got.Equal(schemas.StringSet([]string{"Folder"})) {
		t.Errorf("a removed type left %s", got)
	}
}

func TestFolderTypeOf(t *testing.T) {
	t.Parallel()
	for want, childType := range map[folderType][]string{
		vmFolder: {"Folder", "VirtualMachine", "VirtualApp"}, hostFolder: {"Folder", "ComputeResource"},
		networkFolder:   {"Folder", "Network", "DistributedVirtualSwitch"},
		datastoreFolder: {"Folder", "Datastore", "StoragePod"}, datacenterFolder: {"Folder", "Datacenter"},
	} {
		if got, err := folderTypeOf(childType); got != want || err != nil {
			t.Errorf("%q: %q, %v", childType, got, err)
		}
	}
	if _, err := folderTypeOf([]string{"Task"}); err == nil {
		t.Error("a folder of tasks has no type")
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][2]string{
		"a": {"", "a"}, "/a/": {"", "a"}, "a/b/c": {"a/b", "c"}, "//a//b/": {"a", "b"},
	} {
		if above, name := split(path); above != want[0] || name != want[1] {
			t.Errorf("%q: %q and %q", path, above, name)
		}
	}
}

func TestKeepPath(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ prior, found, want string }{
		{"a/b", "a/b", "a/b"},
		{"/a/b/", "a/b", "/a/b/"},
		{"100%/x", "100%25/x", "100%/x"},
		{"100%25/x", "100%25/x", "100%25/x"},
		{"a%2Fb", "a%2fb", "a%2Fb"},
		{"old", "100%25", "100%"},
		{"old", "a%2fb", "a%2fb"},
	} {
		if got := keepPath(types.StringValue(test.prior), test.found).ValueString(); got != test.want {
			t.Errorf("%q, found %q: %q, want %q", test.prior, test.found, got, test.want)
		}
	}
	if got := keepPath(types.StringNull(), "a").ValueString(); got != "a" {
		t.Errorf("null, found a: %q", got)
	}
}

func TestKeepName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ prior, found, want string }{
		{"east", "east", "east"}, {"a/b", "a%2fb", "a/b"}, {"old", "100%25", "100%"},
	} {
		if got := keepName(types.StringValue(test.prior), test.found).ValueString(); got != test.want {
			t.Errorf("%q, found %q: %q, want %q", test.prior, test.found, got, test.want)
		}
	}
}
