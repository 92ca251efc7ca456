// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
)

// contract is the schema that configurations and states in the field are
// written against, in the form of `terraform providers schema -json`.
type contract struct {
	Provider    wireSchema            `json:"provider"`
	Resources   map[string]wireSchema `json:"resource_schemas"`
	DataSources map[string]wireSchema `json:"data_source_schemas"`
}

type wireSchema struct {
	Version int64     `json:"version"`
	Block   wireBlock `json:"block"`
}

type wireBlock struct {
	Attributes map[string]wireAttribute `json:"attributes"`
	BlockTypes map[string]wireNested    `json:"block_types"`
}

type wireAttribute struct {
	Type      json.RawMessage `json:"type"`
	Required  bool            `json:"required"`
	Optional  bool            `json:"optional"`
	Computed  bool            `json:"computed"`
	Sensitive bool            `json:"sensitive"`
}

type wireNested struct {
	NestingMode string    `json:"nesting_mode"`
	MinItems    int64     `json:"min_items"`
	MaxItems    int64     `json:"max_items"`
	Block       wireBlock `json:"block"`
}

// TestContract compares what we serve with the contract, for the objects that
// exist, and says how much of it there is.
func TestContract(t *testing.T) {
	t.Parallel()
	want := readContract(t)
	server := provider.NewServer("test")
	t.Cleanup(func() { _ = server.Close(t.Context()) })
	have, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range have.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}

	var c comparison
	c.block("provider", want.Provider.Block, have.Provider.Block)
	c.attributes = 0 // the score counts objects
	resources := c.objects("resource", want.Resources, have.ResourceSchemas)
	dataSources := c.objects("data source", want.DataSources, have.DataSourceSchemas)
	for _, broken := range c.breaks {
		t.Error(broken)
	}
	fmt.Printf("contract: objects %d/%d + %d/%d, attributes %d/%d, breaks %d\n", resources, len(want.Resources),
		dataSources, len(want.DataSources), c.attributes, count(want.Resources)+count(want.DataSources), len(c.breaks))
}

func readContract(t *testing.T) contract {
	t.Helper()
	text, err := os.ReadFile("testdata/contract.json")
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// comparison collects what breaks the contract, and counts the attributes and
// blocks that keep it.
type comparison struct {
	breaks     []string
	attributes int
}

func (c *comparison) broken(format string, args ...any) {
	c.breaks = append(c.breaks, fmt.Sprintf(format, args...))
}

// objects compares the objects that we serve and returns how many there are.
func (c *comparison) objects(kind string, want map[string]wireSchema, have map[string]*tfprotov6.Schema) (served int) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		ours, ok := have[name]
		if !ok {
			continue
		}
		served++
		if ours.Version != want[name].Version {
			c.broken("%s %s: schema version %d, must be %d", kind, name, ours.Version, want[name].Version)
		}
		c.block(kind+" "+name, want[name].Block, ours.Block)
	}
	return served
}

func (c *comparison) block(at string, want wireBlock, have *tfprotov6.SchemaBlock) {
	attributes := map[string]*tfprotov6.SchemaAttribute{}
	for _, a := range have.Attributes {
		attributes[a.Name] = a
	}
	for _, name := range slices.Sorted(maps.Keys(want.Attributes)) {
		c.attribute(at+"."+name, want.Attributes[name], attributes[name])
	}
	nested := map[string]*tfprotov6.SchemaNestedBlock{}
	for _, b := range have.BlockTypes {
		nested[b.TypeName] = b
	}
	for _, name := range slices.Sorted(maps.Keys(want.BlockTypes)) {
		c.nested(at+"."+name, want.BlockTypes[name], nested[name])
	}
	c.required(at, want, have)
}

// required finds arguments of ours that old configurations do not have.
func (c *comparison) required(at string, want wireBlock, have *tfprotov6.SchemaBlock) {
	for _, a := range have.Attributes {
		if _, known := want.Attributes[a.Name]; !known && a.Required {
			c.broken("%s.%s: an addition must not be required", at, a.Name)
		}
	}
}

func (c *comparison) attribute(at string, want wireAttribute, have *tfprotov6.SchemaAttribute) {
	if have == nil {
		c.broken("%s: missing", at)
		return
	}
	wanted, err := tftypes.ParseJSONType(want.Type) //nolint:staticcheck // the only parser of this form
	if err != nil {
		c.broken("%s: %s", at, err)
		return
	}
	before := len(c.breaks)
	if kind := have.ValueType(); !kind.Equal(wanted) {
		c.broken("%s: is %s, must be %s", at, kind, wanted)
	}
	settable := want.Required || want.Optional
	isID := want.Optional && want.Computed && !have.Optional // the implicit id of SDKv2 could be set, to no effect
	if settable && !have.Required && !have.Optional && !isID {
		c.broken("%s: must be configurable", at)
	}
	if have.Required && !want.Required {
		c.broken("%s: must not be required", at)
	}
	if want.Computed && !have.Computed {
		c.broken("%s: must be computed", at)
	}
	if want.Sensitive && !have.Sensitive {
		c.broken("%s: must be sensitive", at)
	}
	if len(c.breaks) == before {
		c.attributes++
	}
}

func (c *comparison) nested(at string, want wireNested, have *tfprotov6.SchemaNestedBlock) {
	if have == nil {
		c.broken("%s: missing block", at)
		return
	}
	modes := map[string]tfprotov6.SchemaNestedBlockNestingMode{
		"list": tfprotov6.SchemaNestedBlockNestingModeList, "set": tfprotov6.SchemaNestedBlockNestingModeSet,
		"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
	}
	before := len(c.breaks)
	if have.Nesting != modes[want.NestingMode] {
		c.broken("%s: nested as %s, must be %s", at, have.Nesting, want.NestingMode)
	}
	if have.MinItems != want.MinItems || have.MaxItems != want.MaxItems {
		c.broken("%s: %d to %d blocks, must be %d to %d", at, have.MinItems, have.MaxItems, want.MinItems, want.MaxItems)
	}
	if len(c.breaks) == before {
		c.attributes++
	}
	c.block(at, want.Block, have.Block)
}

// count returns how many attributes and blocks the objects have.
func count(objects map[string]wireSchema) int {
	n := 0
	for _, o := range objects {
		n += countBlock(o.Block)
	}
	return n
}

func countBlock(b wireBlock) int {
	n := len(b.Attributes)
	for _, nested := range b.BlockTypes {
		n += 1 + countBlock(nested.Block)
	}
	return n
}

// A comparison that finds nothing wrong with anything would be of no use.
func TestContract_findsBreaks(t *testing.T) {
	t.Parallel()
	want := wireBlock{
		Attributes: map[string]wireAttribute{
			"gone":   {Type: json.RawMessage(`"string"`), Optional: true},
			"typed":  {Type: json.RawMessage(`"number"`), Optional: true},
			"strict": {Type: json.RawMessage(`"string"`), Optional: true},
			"secret": {Type: json.RawMessage(`"string"`), Optional: true, Sensitive: true},
		},
		BlockTypes: map[string]wireNested{"disk": {NestingMode: "list", MaxItems: 60}},
	}
	have := &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "typed", Type: tftypes.String, Optional: true},
			{Name: "strict", Type: tftypes.String, Required: true},
			{Name: "secret", Type: tftypes.String, Optional: true},
			{Name: "extra", Type: tftypes.String, Required: true},
		},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{TypeName: "disk", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, Block: &tfprotov6.SchemaBlock{}}},
	}
	var c comparison
	c.block("x", want, have)
	if len(c.breaks) != 7 {
		t.Errorf("%d breaks found: %q", len(c.breaks), c.breaks)
	}
}
