// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory_test

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	vim "github.com/vmware/govmomi/vim25/types"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

type object = acctest.Object

// specimen is one object of each resource, on a fresh simulator.
type specimen struct {
	kind     string
	config   object // without references
	create   string // the call that makes it
	importID string
	identity string // the attribute that the id of the identity equals
	version  int64
}

var specimens = []specimen{
	{kind: "vsphere_datacenter", config: object{"name": "east"}, create: "CreateDatacenter", importID: "/east", identity: "moid"},
	{kind: "vsphere_folder", config: object{"path": "emea", "type": "datacenter"}, create: "CreateFolder", importID: "/emea", identity: "id", version: 1},
	{kind: "vsphere_custom_attribute", config: object{"name": "cost"}, create: "AddCustomFieldDef", importID: "cost", identity: "id"},
	{kind: "vsphere_tag_category", config: object{"name": "env", "cardinality": "SINGLE", "associable_types": acctest.List{"Folder"}},
		create: "POST /rest/com/vmware/cis/tagging/category", importID: "env", identity: "id"},
	{kind: "vsphere_tag", config: object{"name": "prod"}, create: "POST /rest/com/vmware/cis/tagging/tag",
		importID: `{"category_name":"env","tag_name":"prod"}`, identity: "id"},
}

// prepare makes what a specimen refers to and returns the whole config, as an
// object and as HCL.
func (s specimen) prepare(t *testing.T, p *acctest.Protocol) object {
	t.Helper()
	config := maps.Clone(s.config)
	if s.kind == "vsphere_tag" {
		category := p.Apply("vsphere_tag_category", nil, specimens[3].config)
		p.OK(category.Diagnostics)
		config["category_id"] = category.State["id"]
	}
	return config
}

func TestCreated_thenFailed(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			p := vc.Connect(t)
			config := s.prepare(t, p)
			before := vc.Inventory()
			var made atomic.Bool
			remove := vc.Inject(simulator.Fault{SOAP: &vim.NoPermission{PrivilegeId: "System.Read"}, Match: func(c simulator.Call) bool {
				if c.Name == s.create {
					made.Store(true)
					return false
				}
				return made.Load() && (strings.HasPrefix(c.Name, "Retrieve") || strings.HasPrefix(c.Name, "GET "))
			}})
			half := p.Apply(s.kind, nil, config)
			remove()
			if !half.Failed() || half.State["id"] == nil {
				t.Fatalf("stored %v, said %+v", half.State, half.Diagnostics)
			}
			p.OK(p.Apply(s.kind, half, nil).Diagnostics)
			if after := vc.Inventory(); !slices.Equal(before, after) {
				t.Errorf("the object is lost: before %q, after %q", before, after)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			p := vc.Connect(t)
			made := p.Apply(s.kind, nil, s.prepare(t, p))
			p.OK(made.Diagnostics)
			id, _ := made.Identity["id"].(string)
			if id == "" || id != made.State[s.identity] || made.Identity["vcenter_uuid"] == nil {
				t.Fatalf("identity %v of %v", made.Identity, made.State)
			}
			for _, by := range []string{id, s.importID} {
				imported := p.Import(s.kind, by)
				p.OK(imported.Diagnostics)
				if !maps.EqualFunc(imported.State, made.State, same) {
					t.Errorf("imported by %s: %v, made %v", by, imported.State, made.State)
				}
			}
		})
	}
}

func same(a, b any) bool {
	list, ok := a.(acctest.List)
	if !ok {
		return a == b
	}
	return slices.Equal(list, b.(acctest.List))
}

// TestGone covers a refresh, which plans the creation, and a destroy of an
// object that somebody else has removed.
func TestGone(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			p, other := vc.Connect(t), vc.Connect(t)
			made := p.Apply(s.kind, nil, s.prepare(t, p))
			p.OK(made.Diagnostics)
			p.OK(other.Apply(s.kind, other.Import(s.kind, s.importID), nil).Diagnostics)
			fresh := vc.Connect(t) // what another command sees
			read := fresh.Refresh(s.kind, made)
			fresh.OK(read.Diagnostics)
			if read.State != nil {
				t.Errorf("still in state: %v", read.State)
			}
			fresh.OK(fresh.Apply(s.kind, made, nil).Diagnostics)
		})
	}
}

func TestGone_isPlannedAsCreation(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	config := "resource \"vsphere_folder\" \"emea\" {\n  path = \"emea\"\n  type = \"datacenter\"\n}\n"
	vc.Test(t,
		resource.TestStep{Config: config},
		resource.TestStep{Config: config, ConfigPlanChecks: action("vsphere_folder.emea", plancheck.ResourceActionCreate), PreConfig: func() {
			p := vc.Connect(t)
			p.OK(p.Apply("vsphere_folder", p.Import("vsphere_folder", "/emea"), nil).Diagnostics)
			p.Close()
		}},
	)
}

// TestStateOfSDKv2 plans states as the incumbent wrote them: arguments that are
// not configured are null or zero.
func TestStateOfSDKv2(t *testing.T) {
	t.Parallel()
	for _, s := range specimens {
		t.Run(s.kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			p := vc.Connect(t)
			config := s.prepare(t, p)
			made := p.Apply(s.kind, nil, config)
			p.OK(made.Diagnostics)
			for name, state := range map[string]object{"null": nulls(made.State), "zero": zeros(made.State)} {
				for _, refresh := range []bool{true, false} {
					plan := p.PlanFrom(s.kind, s.version, state, config, refresh)
					p.OK(plan.Diagnostics)
					if changes := plan.Changes(); len(changes)+len(plan.Replace) > 0 {
						t.Errorf("%s, refresh %t: changes %q, replaces for %q", name, refresh, changes, plan.Replace)
					}
				}
			}
		})
	}
}

// nulls returns a state with null for every empty value, and an extra key.
func nulls(state object) object {
	out := maps.Clone(state)
	delete(out, "timeouts")
	for name, v := range out {
		if v == "" {
			out[name] = nil
		}
	}
	out["gone_in_a_later_version"] = "x"
	return out
}

// zeros returns a state with the zero value for every null.
func zeros(state object) object {
	out := maps.Clone(state)
	delete(out, "timeouts")
	for name, v := range out {
		switch {
		case v != nil:
		case name == "tags":
			out[name] = acctest.List{}
		case name == "custom_attributes":
			out[name] = object{}
		default:
			out[name] = ""
		}
	}
	return out
}

// TestRefreshBudget counts the calls of a refresh of many objects of a kind,
// ten at a time.
func TestRefreshBudget(t *testing.T) {
	const objects, fixed = 40, 10
	t.Parallel()
	for kind, perObject := range map[string]float64{
		"vsphere_folder":           0.25,
		"vsphere_custom_attribute": 0.25,
		"vsphere_tag":              1, // there is no call that reads several
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			vc := acctest.Start(t)
			made := population(t, vc, kind, objects)
			p := vc.Connect(t)
			vc.ResetCalls()
			var group errgroup.Group
			group.SetLimit(10)
			for _, one := range made {
				group.Go(func() error {
					p.OK(p.Refresh(kind, one).Diagnostics)
					return nil
				})
			}
			_ = group.Wait() // no function returns an error
			if calls := vc.Calls(); float64(calls.Total) > perObject*objects+fixed {
				t.Errorf("%d calls for %d objects: %v", calls.Total, objects, calls.ByName)
			}
		})
	}
}

// population makes objects of a kind.
func population(t *testing.T, vc *acctest.VCenter, kind string, n int) []*acctest.Applied {
	t.Helper()
	p := vc.Connect(t)
	s := specimens[slices.IndexFunc(specimens, func(s specimen) bool { return s.kind == kind })]
	config := s.prepare(t, p)
	made := make([]*acctest.Applied, n)
	for i := range made {
		name := string(rune('a'+i/26)) + string(rune('a'+i%26))
		for _, argument := range []string{"name", "path"} {
			if config[argument] != nil {
				config[argument] = name
			}
		}
		made[i] = p.Apply(kind, nil, config)
		p.OK(made[i].Diagnostics)
	}
	return made
}
