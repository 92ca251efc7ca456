// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Command docs prepares the input of tfplugindocs, which writes docs/: the provider's
// schema as `terraform providers schema -json` would print it, taken from the provider
// itself so that no CLI (nor a recent one) is needed, and the templates of the pages.
//
// Run it from the root of the repository: go run ./internal/tools/docs -out build/docs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
)

// providerName is the first word of every object's name.
const providerName = "vsphere"

func main() {
	out := flag.String("out", "build/docs", "directory to write schema.json and templates/ to")
	flag.Parse()
	if err := run(context.Background(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) error {
	doc, err := readSchema(ctx, provider.NewServer("docs"))
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "schema.json"), text, 0o644); err != nil {
		return err
	}
	return writeTemplates("templates", filepath.Join(out, "templates"), "internal/provider", pages(doc.Schemas[providerName]))
}

// readSchema asks a provider for all it serves.
func readSchema(ctx context.Context, p tfprotov6.ProviderServer) (*document, error) {
	schemas, err := p.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := p.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if err := failure(append(schemas.Diagnostics, identities.Diagnostics...)); err != nil {
		return nil, err
	}
	return newDocument(providerName, schemas, identities), nil
}

func failure(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(errs...)
}

func pages(p *providerSchema) []page {
	return []page{
		{dir: "resources", objects: names(p.Resources)},
		{dir: "data-sources", suffix: "_data", objects: names(p.DataSources)},
		{dir: "list-resources", suffix: "_list", objects: names(p.Lists)},
		{dir: "actions", suffix: "_action", objects: names(p.Actions)},
		{dir: "ephemeral-resources", suffix: "_ephemeral", objects: names(p.Ephemerals)},
	}
}

// names returns the objects' names without the provider's, in order.
func names(objects map[string]*schema) []string {
	sorted := slices.Sorted(maps.Keys(objects))
	for i, name := range sorted {
		sorted[i] = strings.TrimPrefix(name, providerName+"_")
	}
	return sorted
}
