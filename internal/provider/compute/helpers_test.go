// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// look reads what the simulator has at a path.
func look[M any](t *testing.T, vc *acctest.VCenter, path string, props ...string) (m M) {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ref, ok := vc.Find(path)
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	if err := property.DefaultCollector(c).RetrieveOne(t.Context(), ref, props, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func poolObject(t *testing.T, vc *acctest.VCenter, path string) *object.ResourcePool {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ref, ok := vc.Find(path)
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	return object.NewResourcePool(c, ref)
}

// createPool makes a pool behind Terraform's back.
func createPool(t *testing.T, vc *acctest.VCenter, parent, name string) {
	t.Helper()
	if _, err := poolObject(t, vc, parent).Create(t.Context(), name, vim.DefaultResourceConfigSpec()); err != nil {
		t.Fatal(err)
	}
}

// destroy removes a pool behind Terraform's back.
func destroy(t *testing.T, vc *acctest.VCenter, path string) {
	t.Helper()
	task, err := poolObject(t, vc, path).Destroy(t.Context())
	if err == nil {
		err = task.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// addField makes a custom attribute and returns its key.
func addField(t *testing.T, vc *acctest.VCenter, name string) string {
	t.Helper()
	c, err := vc.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	manager, err := object.GetCustomFieldsManager(c)
	if err != nil {
		t.Fatal(err)
	}
	field, err := manager.Add(t.Context(), name, "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(int(field.Key))
}

func wantField(t *testing.T, vc *acctest.VCenter, path, key, want string) error {
	t.Helper()
	for _, v := range look[mo.ManagedEntity](t, vc, path, "customValue").CustomValue {
		if s := v.(*vim.CustomFieldStringValue); strconv.Itoa(int(s.Key)) == key && s.Value == want {
			return nil
		}
	}
	return fmt.Errorf("%s has no custom attribute %s = %q", path, key, want)
}

func wantScale(t *testing.T, vc *acctest.VCenter, path, want string) error {
	t.Helper()
	if has := look[mo.ResourcePool](t, vc, path, "config").Config.ScaleDescendantsShares; has != want {
		return fmt.Errorf("%s scales %q, not %q", path, has, want)
	}
	return nil
}

// rootAllocation is the configuration of a root pool, which no one has set up.
func rootAllocation(t *testing.T, vc *acctest.VCenter) string {
	t.Helper()
	config := look[mo.ResourcePool](t, vc, clusterRoot, "config").Config
	arguments := func(name string, a vim.ResourceAllocationInfo) string {
		return fmt.Sprintf("  %[1]s_reservation = %[2]d\n  %[1]s_limit = %[3]d\n  %[1]s_expandable = %[4]t\n  %[1]s_share_level = %[5]q\n  %[1]s_shares = %[6]d\n",
			name, *a.Reservation, *a.Limit, *a.ExpandableReservation, a.Shares.Level, a.Shares.Shares)
	}
	return arguments("cpu", config.CpuAllocation) + arguments("memory", config.MemoryAllocation)
}

// addTag makes a tag and returns its id.
func addTag(t *testing.T, vc *acctest.VCenter, name string) string {
	t.Helper()
	certificates := x509.NewCertPool()
	certificates.AppendCertsFromPEM(vc.CAPEM())
	sc := soap.NewClient(vc.URL(), false)
	sc.DefaultTransport().TLSClientConfig.RootCAs = certificates
	defer sc.CloseIdleConnections()
	c, err := vim25.NewClient(t.Context(), sc)
	if err != nil {
		t.Fatal(err)
	}
	r := rest.NewClient(c)
	if err := r.Login(t.Context(), url.UserPassword(vc.User(), vc.Password())); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Logout(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	manager := tags.NewManager(r)
	category, err := manager.CreateCategory(t.Context(), &tags.Category{Name: "of " + name, Cardinality: "MULTIPLE"})
	if err != nil {
		t.Fatal(err)
	}
	tag, err := manager.CreateTag(t.Context(), &tags.Tag{Name: name, CategoryID: category})
	if err != nil {
		t.Fatal(err)
	}
	return tag
}

// steps applies configurations one after the other.
func steps(configs ...string) []resource.TestStep {
	list := make([]resource.TestStep, len(configs))
	for i, config := range configs {
		list[i].Config = config
	}
	return list
}
