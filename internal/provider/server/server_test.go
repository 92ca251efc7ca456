// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package server_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/server"
)

// toy is a provider with one resource and one action.
type toy struct{}

func (toy) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "vsphere"
}
func (toy) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (toy) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (toy) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return toyData{} }}
}
func (toy) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return toyResource{} }}
}

func (toy) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return toyAction{} }}
}

func (toy) Close(context.Context) error { return nil }

// toyResource panics in every verb.
type toyResource struct{}

func (toyResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "vsphere_toy"
}

func (toyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"name":  schema.StringAttribute{Required: true},
			"color": schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("red")},
			"note":  schema.StringAttribute{Optional: true},
			"size":  schema.Int64Attribute{Optional: true},
		},
		Blocks: map[string]schema.Block{"wheel": schema.ListNestedBlock{
			Validators: []validator.List{schemas.AtMost(4)},
			NestedObject: schema.NestedBlockObject{Blocks: map[string]schema.Block{"nut": schema.SetNestedBlock{
				Validators:   []validator.Set{schemas.AtMost(5)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{"torque": schema.Int64Attribute{Optional: true}}},
			}}},
		}},
	}
}

func (toyResource) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {
	panic("no hands")
}
func (toyResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {
	panic("no eyes")
}
func (toyResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (toyResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
func (toyResource) FillsInBlocks()                                                           {}

// toyData has a block of which there may be two.
type toyData struct{}

func (toyData) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "vsphere_toy"
}

func (toyData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataschema.Schema{Blocks: map[string]dataschema.Block{"filter": dataschema.SetNestedBlock{Validators: []validator.Set{schemas.AtMost(2)}}}}
}
func (toyData) Read(context.Context, datasource.ReadRequest, *datasource.ReadResponse) {}

type toyAction struct{}

func (toyAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "vsphere_honk"
}

func (toyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionschema.Schema{Attributes: map[string]actionschema.Attribute{
		"secret": actionschema.StringAttribute{Optional: true, WriteOnly: true},
	}}
}
func (toyAction) Invoke(context.Context, action.InvokeRequest, *action.InvokeResponse) {}

func start(t *testing.T) (*server.Server, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	s := server.Wrap(t.Context(), providerserver.NewProtocol6(toy{})(), toy{})
	resp, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return s, resp
}

// car is the state of a toy; wheels are left empty.
func car(t *testing.T, kind tftypes.Type, attributes map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	object := kind.(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, of := range object.AttributeTypes {
		values[name] = tftypes.NewValue(of, attributes[name])
	}
	values["wheel"] = tftypes.NewValue(object.AttributeTypes["wheel"], []tftypes.Value{})
	dynamic, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

// When this fails because the framework does it by itself, the override can go.
func TestSchema_addsWhatTheFrameworkLeavesOut(t *testing.T) {
	t.Parallel()
	_, resp := start(t)
	if !resp.ServerCapabilities.GenerateResourceConfig {
		t.Error("the capability to generate configuration is not announced")
	}
	wheel := resp.ResourceSchemas["vsphere_toy"].Block.BlockTypes[0]
	if wheel.MaxItems != 4 || wheel.Block.BlockTypes[0].MaxItems != 5 {
		t.Errorf("at most %d wheels with %d nuts", wheel.MaxItems, wheel.Block.BlockTypes[0].MaxItems)
	}
	if filter := resp.DataSourceSchemas["vsphere_toy"].Block.BlockTypes[0]; filter.MaxItems != 2 {
		t.Errorf("at most %d filters", filter.MaxItems)
	}
	plain, err := providerserver.NewProtocol6(toy{})().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if plain.ServerCapabilities.GenerateResourceConfig || plain.ResourceSchemas["vsphere_toy"].Block.BlockTypes[0].MaxItems != 0 {
		t.Error("the framework puts this on the wire by now: remove the override")
	}
}

func TestPanics_becomeDiagnostics(t *testing.T) {
	t.Parallel()
	s, schemas := start(t)
	kind := schemas.ResourceSchemas["vsphere_toy"].ValueType()
	state := car(t, kind, map[string]any{"name": "a"})
	read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: "vsphere_toy", CurrentState: state})
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Diagnostics) != 1 || !strings.Contains(read.Diagnostics[0].Detail, "no eyes") {
		t.Errorf("got %+v", read.Diagnostics)
	}

	null, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	apply, err := s.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: "vsphere_toy", PriorState: &null, PlannedState: state, Config: state})
	if err != nil {
		t.Fatal(err)
	}
	if len(apply.Diagnostics) != 1 || apply.NewState == nil || !apply.UnsafeToUseLegacyTypeSystem { //nolint:staticcheck // it is what is tested
		t.Errorf("got %+v", apply)
	}
}

func TestPlan_isLegacyForResourcesThatFillInBlocks(t *testing.T) {
	t.Parallel()
	s, schemas := start(t)
	kind := schemas.ResourceSchemas["vsphere_toy"].ValueType()
	config := car(t, kind, map[string]any{"name": "a"})
	null, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "vsphere_toy", PriorState: &null, ProposedNewState: config, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if !plan.UnsafeToUseLegacyTypeSystem { //nolint:staticcheck // it is what is tested
		t.Error("the plan insists on the blocks of the configuration")
	}
}

func TestActions_takeWriteOnlyValues(t *testing.T) {
	t.Parallel()
	s, schemas := start(t)
	kind := schemas.ActionSchemas["vsphere_honk"].Schema.ValueType()
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, map[string]tftypes.Value{"secret": tftypes.NewValue(tftypes.String, "x")}))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: "vsphere_honk", Config: &config})
	if err != nil || len(resp.Diagnostics) != 0 {
		t.Errorf("refused: %v %+v", err, resp)
	}
}

func TestGenerate_leavesOutWhatNobodyWrites(t *testing.T) {
	t.Parallel()
	s, schemas := start(t)
	kind := schemas.ResourceSchemas["vsphere_toy"].ValueType()
	for name, c := range map[string]struct{ state, want map[string]any }{
		"defaults and zeros": {map[string]any{"name": "a", "color": "red", "note": "", "size": 0}, map[string]any{"name": "a"}},
		"values":             {map[string]any{"name": "a", "color": "blue", "note": "n", "size": 3}, map[string]any{"name": "a", "color": "blue", "note": "n", "size": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := s.GenerateResourceConfig(t.Context(), &tfprotov6.GenerateResourceConfigRequest{TypeName: "vsphere_toy", State: car(t, kind, c.state)})
			if err != nil {
				t.Fatal(err)
			}
			got, err := resp.Config.Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			want, err := car(t, kind, c.want).Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(want) {
				t.Errorf("got %s", got)
			}
		})
	}
}
