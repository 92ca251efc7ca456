// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"net/url"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { on((*VCenter).addLicense) }

// vcsim keeps some of what a vCenter owns in variables of its packages. What
// follows gives each simulator its own.

// createModel makes vcsim's model and takes back what that changes for others:
// each model adds to the properties of the evaluation licence. The caller holds
// createMutex.
func createModel(m *simulator.Model) error {
	pristine := copyOf(simulator.EvalLicense)
	defer func() { simulator.EvalLicense = pristine }()
	return m.Create()
}

// isolate replaces what the model points to outside itself. The caller holds
// createMutex.
func (v *VCenter) isolate() {
	options := v.reg.OptionManager()
	options.Setting = copyOf(options.Setting)
	licenses := v.licenseManager()
	licenses.Licenses = copyOf(licenses.Licenses)
	v.license = copyOf(licenses.Licenses[0])
	if m, ok := v.reg.Get(*licenses.LicenseAssignmentManager).(*simulator.LicenseAssignmentManager); ok {
		m.QueryAssignedLicensesResponse = copyOf(m.QueryAssignedLicensesResponse)
	}
	for _, obj := range v.reg.AllReference("HostStorageSystem") {
		isolateStorage(obj)
	}
	v.isolateSpecs()
	v.own = &simulator.Session{
		UserSession: vim.UserSession{Key: uuid.NewString(), UserName: v.opts.User},
		Registry:    simulator.NewRegistry(),
		Map:         v.reg,
	}
}

func (v *VCenter) licenseManager() *simulator.LicenseManager {
	return v.reg.Get(*v.model.ServiceContent.LicenseManager).(*simulator.LicenseManager)
}

// isolateStorage gives a host devices of its own: a rescan changes them.
func isolateStorage(obj mo.Reference) {
	if s, ok := obj.(*simulator.HostStorageSystem); ok {
		s.StorageDeviceInfo, s.HBA = copyOf(s.StorageDeviceInfo), copyOf(s.HBA)
	}
}

// announce puts the public address into the settings that tell clients where
// the token, lookup and single sign-on services are.
func (v *VCenter) announce() {
	for _, option := range v.reg.OptionManager().Setting {
		o := option.GetOptionValue()
		value, ok := o.Value.(string)
		if !ok {
			continue
		}
		switch {
		case o.Key == "vcsim.server.url":
			o.Value = "https://" + v.Server()
		case strings.HasSuffix(o.Key, ".uri"):
			if u, err := url.Parse(value); err == nil {
				u.Scheme, u.Host = "https", v.Server()
				o.Value = u.String()
			}
		}
	}
}

// addLicense adds a licence like the evaluation licence of this vCenter.
func (v *VCenter) addLicense(_ *simulator.Context, m *simulator.LicenseManager, req *vim.AddLicense) soap.HasFault {
	for i := range m.Licenses {
		if m.Licenses[i].LicenseKey == req.LicenseKey {
			return reply[methods.AddLicenseBody](&vim.AddLicenseResponse{Returnval: m.Licenses[i]}, nil)
		}
	}
	added := copyOf(v.license)
	added.LicenseKey, added.Labels = req.LicenseKey, req.Labels
	m.Licenses = append(m.Licenses, added)
	return reply[methods.AddLicenseBody](&vim.AddLicenseResponse{Returnval: added}, nil)
}

// inMemory is a way round HTTP. vcsim's own serves all instances with one
// session.
type inMemory struct{ v *VCenter }

// RoundTrip implements soap.RoundTripper.
func (m inMemory) RoundTrip(ctx context.Context, req, res soap.HasFault) error {
	in := reflect.ValueOf(req).Elem().FieldByName("Req")
	body := deepCopy(in)
	m.v.index.resolve(body.Interface())
	c := m.v.context()
	c.Context, c.Session = ctx, m.v.own
	call := &invocation{
		v:      m.v,
		method: in.Type().Elem().Name(),
		this:   body.Elem().FieldByName("This").Interface().(ref),
		in:     &inflightCall{ctx: ctx},
	}
	out := call.Invoke(c, body.Interface())
	if fault := out.Fault(); fault != nil {
		return soap.WrapSoapFault(fault)
	}
	reflect.ValueOf(res).Elem().FieldByName("Res").Set(reflect.ValueOf(out).Elem().FieldByName("Res"))
	return nil
}
