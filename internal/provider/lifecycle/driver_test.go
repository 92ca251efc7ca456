// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	vsphereprovider "github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/server"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// shelf is where the toys of one test are: what vCenter is to real objects.
// Its errors are what the next call of a verb answers.
type shelf struct {
	toys map[string]toy
	// entity carries the labels of all toys.
	entity vsphere.Ref

	createNone, createHalf, read, update error

	slow time.Duration // how long a read takes
}

type toy struct{ name, note string }

type toyModel struct {
	lifecycle.Meta
	lifecycle.Tagged
	lifecycle.Customized
	Name   types.String `tfsdk:"name"`
	Note   types.String `tfsdk:"note"`
	Color  types.String `tfsdk:"color"`  // chosen by the server
	Waiter types.Int64  `tfsdk:"waiter"` // not known to the server
	MOID   types.String `tfsdk:"moid"`   // of the folder that carries the labels
}

func (m *toyModel) Entity() vsphere.Ref {
	if m.MOID.ValueString() == "" {
		return vsphere.Ref{}
	}
	return vsphere.NewRef("Folder", m.MOID.ValueString())
}

func (s *shelf) resource() *lifecycle.Resource[toyModel, *toyModel] {
	return lifecycle.NewResource("toy", lifecycle.Verbs[toyModel]{
		Schema: func(context.Context) schema.Schema {
			return schema.Schema{Attributes: schemas.Merge(schemas.Tags(), schemas.CustomAttributes(), schemas.Attributes{
				"id": schemas.ID("The id."), "name": schemas.RequiredString("The name."), "note": schemas.OptionalString("A note."),
				"color": schemas.ServerString("The color."), "waiter": schemas.DefaultInt64("How long to wait.", 5),
				"moid": schemas.Stable("The managed object id."),
			})}
		},
		Create: s.create, Read: s.get, Update: s.change, Delete: s.remove, Plan: refuseShouting,
	})
}

func refuseShouting(_ context.Context, p *lifecycle.Plan[toyModel]) error {
	if p.State == nil {
		p.Planned.ID = types.StringValue("toy-" + p.Planned.Name.ValueString())
	}
	if p.Planned.Name.ValueString() == "LOUD" {
		p.Error(path.Root("name"), "Too loud", "Write it in lower case.")
	}
	return nil
}

func (s *shelf) create(_ context.Context, _ *vsphere.Client, m *toyModel) error {
	if s.createNone != nil {
		return s.createNone
	}
	id := "toy-" + m.Name.ValueString()
	s.toys[id] = toy{m.Name.ValueString(), m.Note.ValueString()}
	m.ID, m.MOID = types.StringValue(id), types.StringValue(s.entity.Value)
	return s.createHalf
}

func (s *shelf) get(_ context.Context, _ *vsphere.Client, m *toyModel) error {
	time.Sleep(s.slow)
	if err := s.read; err != nil {
		s.read = nil
		return err
	}
	t, ok := s.toys[m.ID.ValueString()]
	if !ok {
		return fmt.Errorf("toy %s: %w", m.ID.ValueString(), vsphere.ErrNotFound)
	}
	m.Name, m.Note, m.Color, m.MOID = types.StringValue(t.name), types.StringValue(t.note), types.StringValue("red"), types.StringValue(s.entity.Value)
	return nil
}

func (s *shelf) change(_ context.Context, _ *vsphere.Client, plan, _ *toyModel) error {
	t := s.toys[plan.ID.ValueString()]
	t.note = plan.Note.ValueString()
	s.toys[plan.ID.ValueString()] = t // the note arrives even when the rest fails
	if s.update != nil {
		return s.update
	}
	t.name = plan.Name.ValueString()
	s.toys[plan.ID.ValueString()] = t
	return nil
}

func (s *shelf) remove(_ context.Context, _ *vsphere.Client, m *toyModel) error {
	if _, ok := s.toys[m.ID.ValueString()]; !ok {
		return vsphere.ErrNotFound
	}
	delete(s.toys, m.ID.ValueString())
	return nil
}

type toyQuery struct {
	Name types.String `tfsdk:"name"`
}

func (s *shelf) list() list.ListResource {
	return lifecycle.NewList(s.resource(), lifecycle.Search[toyQuery]{
		Schema: func(context.Context) listschema.Schema {
			return listschema.Schema{Attributes: map[string]listschema.Attribute{"name": lifecycle.StringFilter("Only this one.")}}
		},
		Find: func(_ context.Context, _ *vsphere.Client, q toyQuery) iter.Seq2[lifecycle.Found, error] {
			return func(yield func(lifecycle.Found, error) bool) {
				for _, id := range slices.Sorted(maps.Keys(s.toys)) {
					if lifecycle.Matches(q.Name, s.toys[id].name) && !yield(lifecycle.Found{Name: s.toys[id].name, ID: id}, nil) {
						return
					}
				}
				if s.update != nil {
					yield(lifecycle.Found{}, s.update)
				}
			}
		},
	})
}

// toyProvider is the real provider with toys for objects.
type toyProvider struct {
	*vsphereprovider.Provider
	shelf *shelf
}

func (p toyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return p.shelf.resource() }}
}

func (p toyProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{p.shelf.list}
}

var _ provider.ProviderWithListResources = toyProvider{}

// play connects to a provider of toys.
func play(t *testing.T) (*shelf, *acctest.Protocol) {
	t.Helper()
	vc := acctest.Start(t)
	entity, ok := vc.Find("/DC0/vm")
	if !ok {
		t.Fatal("no folder")
	}
	s := &shelf{toys: map[string]toy{}, entity: entity}
	p := toyProvider{vsphereprovider.New("test"), s}
	return s, vc.ConnectTo(t, server.Wrap(t.Context(), providerserver.NewProtocol6(p)(), p))
}

const toyType = "vsphere_toy"

type object = acctest.Object

func TestCreate_readsBack(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	got := p.Apply(toyType, nil, object{"name": "bear", "waiter": 9})
	p.OK(got.Diagnostics)
	want := object{"id": "toy-bear", "name": "bear", "note": "", "color": "red", "waiter": int64(9), "tags": nil, "custom_attributes": nil, "timeouts": nil, "moid": got.State["moid"]}
	if fmt.Sprint(got.State) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got.State, want)
	}
	if got.Identity["id"] != "toy-bear" || got.Identity["vcenter_uuid"] == nil {
		t.Errorf("identity %v", got.Identity)
	}
}

// What exists must be in state, whatever has failed.
func TestCreate_halfWayIsTaintedNotLost(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*shelf){
		"create fails after the object exists": func(s *shelf) { s.createHalf = errors.New("out of paint") },
		"read back fails":                      func(s *shelf) { s.read = errors.New("out of paint") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, p := play(t)
			set(s)
			got := p.Apply(toyType, nil, object{"name": "bear"})
			if !got.Failed() || !strings.Contains(got.Diagnostics[0].Detail, "out of paint") {
				t.Errorf("said %+v", got.Diagnostics)
			}
			if got.State["id"] != "toy-bear" || got.State["color"] != nil {
				t.Errorf("stored %v", got.State)
			}
			if got.Identity["id"] != "toy-bear" {
				t.Errorf("identity %v", got.Identity)
			}
		})
	}
}

func TestCreate_thatMadeNothingStoresNothing(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	got := p.Apply(toyType, nil, object{"name": "bear", "custom_attributes": object{"none": "x"}})
	if !got.Failed() || got.State["id"] != "toy-bear" {
		t.Errorf("labels that fail must taint: %v %+v", got.State, got.Diagnostics)
	}
	if at := got.Diagnostics[0].Attribute; at == nil || !strings.Contains(at.String(), "custom_attributes") {
		t.Errorf("blamed %s", at)
	}
}

func TestRead_removesWhatIsGone(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	made := p.Apply(toyType, nil, object{"name": "bear"})
	delete(s.toys, "toy-bear")
	got := p.Refresh(toyType, made)
	p.OK(got.Diagnostics)
	if got.State != nil || got.Identity["id"] != "toy-bear" {
		t.Errorf("state %v, identity %v", got.State, got.Identity)
	}
	if again := p.Apply(toyType, made, nil); again.Failed() {
		t.Errorf("deleting what is gone: %+v", again.Diagnostics)
	}
}

// A state with a managed object id that vCenter has given up since must not
// make an object vanish that Read finds in another way.
func TestRead_findsLabelsOfAnObjectWithANewID(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	s.toys["toy-bear"] = toy{name: "bear"}
	s.slow = 50 * time.Millisecond // the labels of the old id are found to be gone meanwhile
	state := object{"id": "toy-bear", "name": "bear", "note": "", "color": "red", "waiter": 5, "moid": "group-v999999", "tags": nil, "custom_attributes": object{"101": "x"}}
	plan := p.PlanFrom(toyType, 0, state, object{"name": "bear"}, true)
	if plan.Prior["moid"] != s.entity.Value {
		t.Errorf("the refreshed state is %v", plan.Prior)
	}
}

// After a failed update the state shows what there is, not what was planned.
func TestUpdate_thatFailsStoresTheTruth(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	made := p.Apply(toyType, nil, object{"name": "bear", "note": "old"})
	s.update = errors.New("stuck")
	got := p.Apply(toyType, made, object{"name": "lion", "note": "new"})
	if !got.Failed() || got.State["name"] != "bear" || got.State["note"] != "new" {
		t.Errorf("stored %v, said %+v", got.State, got.Diagnostics)
	}
}

func TestUpdate_changesInPlace(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	made := p.Apply(toyType, nil, object{"name": "bear", "note": "old"})
	got := p.Apply(toyType, made, object{"name": "bear", "waiter": 7})
	p.OK(got.Diagnostics)
	if got.State["note"] != "" || got.State["waiter"] != int64(7) || got.State["color"] != "red" {
		t.Errorf("stored %v", got.State)
	}
}

func TestPlan_ofStatesBySDKv2IsEmpty(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	s.toys["toy-bear"] = toy{name: "bear"}
	for name, state := range map[string]object{
		"null": {"id": "toy-bear", "name": "bear", "note": nil, "color": "red", "waiter": 5, "tags": nil, "old": "extra"},
		"zero": {"id": "toy-bear", "name": "bear", "note": "", "color": "red", "waiter": 5, "tags": []any{}, "custom_attributes": object{}},
	} {
		for _, refresh := range []bool{true, false} {
			if changes := p.PlanFrom(toyType, 0, state, object{"name": "bear"}, refresh).Changes(); len(changes) > 0 {
				t.Errorf("%s, refresh %t: plans %q", name, refresh, changes)
			}
		}
	}
}

// An argument that is known only after apply may change: to plan nothing would
// leave the change to a later run.
func TestPlan_ofUnknownArgumentsIsNotEmpty(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	state := object{"id": "toy-bear", "name": "bear", "note": "n", "color": "red", "waiter": 5}
	for _, argument := range []string{"note", "color", "waiter", "tags"} {
		config := object{"name": "bear", "note": "n", argument: acctest.Unknown}
		if changes := p.PlanFrom(toyType, 0, state, config, false).Changes(); !slices.Contains(changes, argument) {
			t.Errorf("%s: plans %q", argument, changes)
		}
	}
}

func TestPlan_refusesOnTheAttribute(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	plan := p.PlanFrom(toyType, 0, object{"id": "toy-bear", "name": "bear", "waiter": 5}, object{"name": "LOUD"}, false)
	if len(plan.Diagnostics) != 1 || plan.Diagnostics[0].Attribute.String() != `AttributeName("name")` {
		t.Errorf("said %+v", plan.Diagnostics)
	}
}

func TestLabels_areSetAndRead(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	made := p.Apply(toyType, nil, object{"name": "bear", "custom_attributes": object{}})
	p.OK(made.Diagnostics)
	imported := p.Import(toyType, "toy-bear")
	p.OK(imported.Diagnostics)
	if imported.State["name"] != "bear" || imported.State["waiter"] != nil {
		t.Errorf("imported %v", imported.State)
	}
	delete(s.toys, "toy-bear")
	if gone := p.Import(toyType, "toy-bear"); !gone.Failed() && gone.State != nil {
		t.Errorf("imported what is not there: %v", gone.State)
	}
}

func TestCreate_thatMadeNothingLeavesNothing(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	s.createNone = errors.New("the name is taken")
	// The id is planned, but there is no object that it is the id of.
	if made := p.Apply(toyType, nil, object{"name": "bear"}); !made.Failed() || made.State != nil {
		t.Errorf("stored %v", made.State)
	}
}

func TestImport_looksLikeACreation(t *testing.T) {
	t.Parallel()
	_, p := play(t)
	made := p.Apply(toyType, nil, object{"name": "bear"})
	p.OK(made.Diagnostics)
	imported := p.Import(toyType, "toy-bear")
	p.OK(imported.Diagnostics)
	if made.State["note"] != "" || imported.State["note"] != "" {
		t.Errorf("an unset note is %v after the creation, %v after an import", made.State["note"], imported.State["note"])
	}
}

func TestList_pagesAndLimits(t *testing.T) {
	t.Parallel()
	s, p := play(t)
	for i := range 120 {
		name := fmt.Sprintf("%03d", i)
		s.toys["toy-"+name] = toy{name: name, note: "n"}
	}
	if got := p.List(toyType, object{}, 70, false); len(got) != 70 || got[69].Name != "069" || got[69].Identity["id"] != "toy-069" {
		t.Errorf("%d results", len(got))
	}
	all := p.List(toyType, object{}, 0, true)
	if len(all) != 120 || all[119].Resource["note"] != "n" {
		t.Errorf("%d results", len(all))
	}
	if one := p.List(toyType, object{"name": "007"}, 100, true); len(one) != 1 || one[0].Resource["name"] != "007" {
		t.Errorf("got %v", one)
	}
}
