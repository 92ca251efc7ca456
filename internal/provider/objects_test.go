// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
)

// unlisted are the resources that have no list block, with the reason.
var unlisted = map[string]string{
	"vsphere_file": "vCenter does not know where a file came from, so that what is listed could not be configured",
}

func served(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server := provider.NewServer("test")
	t.Cleanup(func() { _ = server.Close(t.Context()) })
	resp, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// Whoever reads the documentation finds a sentence for everything.
func TestObjects_areDescribed(t *testing.T) {
	t.Parallel()
	resp := served(t)
	describe(t, "provider", resp.Provider.Block)
	for _, of := range []map[string]*tfprotov6.Schema{resp.ResourceSchemas, resp.DataSourceSchemas, resp.ListResourceSchemas, resp.EphemeralResourceSchemas} {
		for name, s := range of {
			describe(t, name, s.Block)
		}
	}
	for name, s := range resp.ActionSchemas {
		describe(t, name, s.Schema.Block)
	}
}

func describe(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if block.Description == "" && at != "timeouts" {
		t.Errorf("%s has no description", at)
	}
	for _, a := range block.Attributes {
		if a.Description == "" {
			t.Errorf("%s.%s has no description", at, a.Name)
		}
	}
	for _, nested := range block.BlockTypes {
		if nested.TypeName != "timeouts" { // the framework's own
			describe(t, at+"."+nested.TypeName, nested.Block)
		}
	}
}

// Every resource can be imported, has an identity, a list and timeouts.
func TestResources_haveWhatEveryResourceHas(t *testing.T) {
	t.Parallel()
	resp := served(t)
	for _, construct := range provider.New("test").Resources(t.Context()) {
		r := construct()
		var meta resource.MetadataResponse
		r.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "vsphere"}, &meta)
		name := meta.TypeName
		if _, ok := r.(resource.ResourceWithImportState); !ok {
			t.Errorf("%s cannot be imported", name)
		}
		if _, ok := r.(resource.ResourceWithIdentity); !ok {
			t.Errorf("%s has no identity", name)
		}
		if resp.ListResourceSchemas[name] == nil && unlisted[name] == "" {
			t.Errorf("%s has no list", name)
		}
		hasTimeouts := slices.ContainsFunc(resp.ResourceSchemas[name].Block.BlockTypes, func(b *tfprotov6.SchemaNestedBlock) bool { return b.TypeName == "timeouts" })
		if !hasTimeouts {
			t.Errorf("%s has no timeouts", name)
		}
	}
}

// Every object has an example for its documentation, and every page of
// documentation an object.
func TestObjects_haveExamples(t *testing.T) {
	t.Parallel()
	resp := served(t)
	for folder, of := range map[string]struct {
		names []string
		files []string
	}{
		"resources":      {slices.Sorted(maps.Keys(resp.ResourceSchemas)), []string{"resource.tf", "import.sh", "import-by-identity.tf"}},
		"data-sources":   {slices.Sorted(maps.Keys(resp.DataSourceSchemas)), []string{"data-source.tf"}},
		"list-resources": {slices.Sorted(maps.Keys(resp.ListResourceSchemas)), []string{"list-resource.tf"}},
		"actions":        {slices.Sorted(maps.Keys(resp.ActionSchemas)), []string{"action.tf"}},
	} {
		for _, name := range of.names {
			for _, file := range of.files {
				if _, err := os.Stat(filepath.Join("..", "..", "examples", folder, name, file)); err != nil {
					t.Error(err)
				}
			}
		}
		present, err := os.ReadDir(filepath.Join("..", "..", "examples", folder))
		if err != nil {
			t.Error(err)
		}
		for _, entry := range present {
			if !slices.Contains(of.names, entry.Name()) {
				t.Errorf("examples/%s/%s is of no object", folder, entry.Name())
			}
		}
	}
}
