// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/license"
	"github.com/vmware/govmomi/lookup"
	lookuptypes "github.com/vmware/govmomi/lookup/types"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/pbm"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

func settings(t *testing.T, c *govmomi.Client) map[string]string {
	t.Helper()
	options, err := object.NewOptionManager(c.Client, *c.ServiceContent.Setting).Query(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, o := range options {
		if s, ok := o.GetOptionValue().Value.(string); ok {
			m[o.GetOptionValue().Key] = s
		}
	}
	return m
}

// Each simulator names its own address, which clients can reach, and an option
// changed in one stays as it was in the other.
func TestOptionsAreNotShared(t *testing.T) {
	a, b := start(t, Options{NoTemplates: true}), start(t, Options{NoTemplates: true})
	clients := map[*VCenter]*govmomi.Client{a: login(t, a), b: login(t, b)}
	for v, c := range clients {
		for _, key := range []string{"config.vpxd.sso.sts.uri", "config.vpxd.sso.admin.uri", "config.vpxd.sso.groupcheck.uri"} {
			if got := settings(t, c)[key]; !strings.HasPrefix(got, "https://"+v.Server()+"/") {
				t.Errorf("%s is %s at %s", key, got, v.Server())
			}
		}
		filter := &lookuptypes.LookupServiceRegistrationFilter{
			ServiceType:  &lookuptypes.LookupServiceRegistrationServiceType{Product: "com.vmware.cis", Type: "cs.identity"},
			EndpointType: &lookuptypes.LookupServiceRegistrationEndpointType{Protocol: "wsTrust", Type: "com.vmware.cis.cs.identity.sso"},
		}
		l, err := lookup.NewClient(t.Context(), c.Client)
		if err != nil {
			t.Fatal(err)
		}
		list, err := l.List(t.Context(), filter)
		if err != nil || len(list) != 1 || !strings.HasPrefix(list[0].ServiceEndpoints[0].Url, "https://"+v.Server()+"/") {
			t.Errorf("token service: %+v %v", list, err)
		}
	}
	change := []vim.BaseOptionValue{&vim.OptionValue{Key: "config.vpxd.sso.default.admin", Value: "changed"}}
	if err := object.NewOptionManager(clients[a].Client, *clients[a].ServiceContent.Setting).Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if got := settings(t, clients[b])["config.vpxd.sso.default.admin"]; got == "changed" {
		t.Error("an option of one is an option of the other")
	}
}

func TestLicensesAreNotShared(t *testing.T) {
	a := start(t, Options{NoTemplates: true})
	properties := func(v *VCenter) (n int) {
		list, err := license.NewManager(login(t, v).Client).List(t.Context())
		if err != nil || len(list) == 0 {
			t.Fatal("licences", err)
		}
		return len(list[0].Properties)
	}
	before := properties(a)
	if after := properties(start(t, Options{NoTemplates: true})); after != before {
		t.Errorf("%d properties of the first licence, %d of the second's", before, after)
	}
	added, err := license.NewManager(login(t, a).Client).Add(t.Context(), "11111-11111-11111-11111-11111", map[string]string{"k": "v"})
	if err != nil || len(added.Properties) != before || added.Labels[0].Value != "v" {
		t.Errorf("added %+v: %v", added, err)
	}
}

// A rescan on one host shows on that host alone.
func TestStorageDevicesAreNotShared(t *testing.T) {
	a, b := start(t, Options{NoTemplates: true}), start(t, Options{NoTemplates: true})
	devices := func(v *VCenter, c *govmomi.Client, path string) int {
		host := object.NewHostSystem(c.Client, mustFind(t, v, path))
		s, err := host.ConfigManager().StorageSystem(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var storage mo.HostStorageSystem
		if err := s.Properties(t.Context(), s.Reference(), []string{"storageDeviceInfo"}, &storage); err != nil {
			t.Fatal(err)
		}
		return len(storage.StorageDeviceInfo.HostBusAdapter)
	}
	ca, cb := login(t, a), login(t, b)
	const first, second = "/DC0/host/DC0_C0/DC0_C0_H0", "/DC0/host/DC0_C0/DC0_C0_H1"
	before := devices(a, ca, first)
	s, err := object.NewHostSystem(ca.Client, mustFind(t, a, first)).ConfigManager().StorageSystem(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RescanAllHba(t.Context()); err != nil {
		t.Fatal(err)
	}
	if devices(a, ca, first) == before || devices(a, ca, second) != before || devices(b, cb, first) != before {
		t.Errorf("before %d, after %d, next host %d, other simulator %d",
			before, devices(a, ca, first), devices(a, ca, second), devices(b, cb, first))
	}
}

// Objects that a client in memory makes are not found in another simulator, and
// policies made in one do not show in the other.
func TestSessionsAndPoliciesAreNotShared(t *testing.T) {
	a, b := start(t, Options{NoTemplates: true}), start(t, Options{NoTemplates: true})
	in, err := a.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	view := watchAnnotation(t, in, in.ServiceContent.PropertyCollector, mustFind(t, a, "/DC0/vm/DC0_H0_VM0"))
	if b.own.Get(view) != nil || a.own.Key == b.own.Key {
		t.Error("the clients in memory share a session")
	}
	profiles := func(v *VCenter) (*pbm.Client, int) {
		p, err := pbm.NewClient(t.Context(), login(t, v).Client)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := p.QueryProfile(t.Context(), pbmtypes.PbmProfileResourceType{ResourceType: "STORAGE"}, "")
		if err != nil {
			t.Fatal(err)
		}
		return p, len(ids)
	}
	p, n := profiles(a)
	if _, err := p.CreateProfile(t.Context(), pbmtypes.PbmCapabilityProfileCreateSpec{
		Name: "own", Category: "REQUIREMENT", ResourceType: pbmtypes.PbmProfileResourceType{ResourceType: "STORAGE"},
	}); err != nil {
		t.Fatal(err)
	}
	if _, now := profiles(a); now != n+1 {
		t.Errorf("%d profiles, then %d", n, now)
	}
	if _, other := profiles(b); other != n {
		t.Errorf("%d profiles in the other simulator, want %d", other, n)
	}
}

// Namespaces and VM classes live in variables of vcsim: not served.
func TestSharedServicesAreNotServed(t *testing.T) {
	v := start(t, Options{NoTemplates: true})
	id := v.sessions.restOpen(v.User())
	for _, path := range []string{"/api/vcenter/namespaces/instances", "/api/vcenter/namespace-management/virtual-machine-classes"} {
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.Header.Set(restSessionID, id)
		w := httptest.NewRecorder()
		v.serve(w, r)
		if w.Code < 400 {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}
