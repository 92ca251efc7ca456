// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vmware/govmomi/ovf"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() {
	on((*VCenter).parseDescriptor)
	on((*VCenter).createImportSpec)
}

// readOVF reads a descriptor as far as vCenter has to understand it.
func readOVF(descriptor string) (*ovf.Envelope, *vim.LocalizedMethodFault) {
	e, err := ovf.Unmarshal(strings.NewReader(descriptor))
	switch {
	case err != nil:
		return nil, ovfProblem(&vim.OvfXmlFormat{Description: err.Error()}, "The OVF descriptor is not valid XML: "+err.Error())
	case e.VirtualSystem == nil && e.VirtualSystemCollection == nil:
		return nil, ovfProblem(&vim.OvfMissingElement{}, "The OVF descriptor has no VirtualSystem.")
	case e.VirtualSystem != nil && len(e.VirtualSystem.VirtualHardware) == 0:
		return nil, ovfProblem(&vim.OvfMissingElement{}, "The OVF descriptor has no VirtualHardwareSection.")
	}
	return e, nil
}

func ovfProblem(fault vim.BaseMethodFault, text string) *vim.LocalizedMethodFault {
	return &vim.LocalizedMethodFault{Fault: fault, LocalizedMessage: text}
}

// parseDescriptor tells what a descriptor declares; vcsim lacks it.
func (v *VCenter) parseDescriptor(_ *simulator.Context, _ *simulator.OvfManager, req *vim.ParseDescriptor) soap.HasFault {
	var res vim.OvfParseDescriptorResult
	e, problem := readOVF(req.OvfDescriptor)
	if problem != nil {
		res.Error = append(res.Error, *problem)
		return reply[methods.ParseDescriptorBody](&vim.ParseDescriptorResponse{Returnval: res}, nil)
	}
	res.VirtualApp = e.VirtualSystem == nil
	if e.Network != nil {
		for _, n := range e.Network.Networks {
			res.Network = append(res.Network, vim.OvfNetworkInfo{Name: n.Name, Description: n.Description})
		}
	}
	for _, f := range e.References {
		res.ApproximateDownloadSize += int64(f.Size)
	}
	res.DeploymentOption, res.DefaultDeploymentOption = deploymentOptions(e)
	if s := e.VirtualSystem; s != nil {
		res.DefaultEntityName = cmp.Or(deref(s.Name), s.ID)
		res.Property = ovfProperties(s)
		for _, eula := range s.Eula {
			res.Eula = append(res.Eula, eula.License)
		}
		if s.Annotation != nil {
			res.Annotation = s.Annotation.Annotation
		}
	}
	return reply[methods.ParseDescriptorBody](&vim.ParseDescriptorResponse{Returnval: res}, nil)
}

// deploymentOptions lists the options and the one that holds unless another is
// chosen: that which says so, else the first.
func deploymentOptions(e *ovf.Envelope) (all []vim.OvfDeploymentOption, def string) {
	if e.DeploymentOption == nil {
		return nil, ""
	}
	for _, c := range e.DeploymentOption.Configuration {
		all = append(all, vim.OvfDeploymentOption{Key: c.ID, Label: c.Label, Description: c.Description})
		if def == "" || deref(c.Default) {
			def = c.ID
		}
	}
	return all, def
}

// ovfProperties lists the properties of a system as a machine has them.
func ovfProperties(s *ovf.VirtualSystem) []vim.VAppPropertyInfo {
	var all []vim.VAppPropertyInfo
	for _, product := range s.Product {
		for _, p := range product.PropertiesWithCategory() {
			kind := p.Property.Type
			if deref(p.Property.Password) {
				kind = "password"
			}
			all = append(all, vim.VAppPropertyInfo{
				Key: int32(len(all)), ClassId: deref(product.Class), InstanceId: deref(product.Instance), Id: p.Property.Key,
				Category: p.Category, Label: deref(p.Property.Label), Description: deref(p.Property.Description), Type: kind,
				UserConfigurable: vim.NewBool(deref(p.Property.UserConfigurable)), DefaultValue: deref(p.Property.Default),
			})
		}
	}
	return all
}

func deref[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

// createImportSpec checks what vcsim trusts, and completes what vcsim makes.
func (v *VCenter) createImportSpec(ctx *simulator.Context, m *simulator.OvfManager, req *vim.CreateImportSpec) soap.HasFault {
	params := req.Cisp.GetOvfCreateImportSpecParams()
	for property, id := range map[string]ref{"resourcePool": req.ResourcePool, "datastore": req.Datastore} {
		if v.reg.Get(id) == nil {
			return faultBody(&vim.InvalidArgument{InvalidProperty: property})
		}
	}
	var res vim.OvfCreateImportSpecResult
	e, problem := readOVF(req.OvfDescriptor)
	if problem == nil && e.VirtualSystem == nil {
		problem = ovfProblem(new(vim.OvfUnsupportedPackage), "Packages of several machines are not simulated.")
	}
	if problem == nil {
		problem = v.checkImport(e, params)
	}
	if problem != nil {
		res.Error = append(res.Error, *problem)
		return reply[methods.CreateImportSpecBody](&vim.CreateImportSpecResponse{Returnval: res}, nil)
	}
	_, params.DeploymentOption = chosenOption(e, params.DeploymentOption)
	provisioning := params.DiskProvisioning
	made := m.CreateImportSpec(ctx, req)
	body, ok := made.(*methods.CreateImportSpecBody)
	if !ok || body.Res == nil {
		return made
	}
	out := &body.Res.Returnval
	if spec, ok := out.ImportSpec.(*vim.VirtualMachineImportSpec); ok && len(out.Error) == 0 {
		completeImport(&spec.ConfigSpec, e, params, provisioning)
	}
	for i := range out.FileItem {
		out.FileItem[i].Create = out.FileItem[i].CimType != int32(ovf.DiskDrive)
	}
	out.Warning = append(out.Warning, unmapped(e, params)...)
	return body
}

func chosenOption(e *ovf.Envelope, wanted string) (known bool, option string) {
	all, def := deploymentOptions(e)
	if wanted == "" {
		return true, def
	}
	return slices.ContainsFunc(all, func(o vim.OvfDeploymentOption) bool { return o.Key == wanted }), wanted
}

// checkImport refuses wishes that the package does not offer.
func (v *VCenter) checkImport(e *ovf.Envelope, p *vim.OvfCreateImportSpecParams) *vim.LocalizedMethodFault {
	if known, option := chosenOption(e, p.DeploymentOption); !known {
		return ovfProblem(&vim.OvfInvalidValueConfiguration{}, "The deployment option '"+option+"' is not one of the OVF package.")
	}
	for _, mapping := range p.NetworkMapping {
		if e.Network == nil || !slices.ContainsFunc(e.Network.Networks, func(n ovf.Network) bool { return n.Name == mapping.Name }) {
			return ovfProblem(new(vim.OvfNetworkMappingNotSupported), "The network '"+mapping.Name+"' is not one of the OVF package.")
		}
		if v.reg.Get(mapping.Network) == nil {
			return ovfProblem(&vim.ManagedObjectNotFound{Obj: mapping.Network}, faultText(&vim.ManagedObjectNotFound{Obj: mapping.Network}))
		}
	}
	policies := []string{"", "dhcpPolicy", "transientPolicy", "fixedPolicy", "fixedAllocatedPolicy"}
	if !slices.Contains(policies, p.IpAllocationPolicy) {
		return ovfProblem(&vim.InvalidArgument{InvalidProperty: "ipAllocationPolicy"}, "The IP allocation policy '"+p.IpAllocationPolicy+"' does not exist.")
	}
	if !slices.Contains([]string{"", "IPv4", "IPv6"}, p.IpProtocol) {
		return ovfProblem(&vim.InvalidArgument{InvalidProperty: "ipProtocol"}, "The IP protocol '"+p.IpProtocol+"' does not exist.")
	}
	return nil
}

// unmapped warns of networks that go where vCenter likes.
func unmapped(e *ovf.Envelope, p *vim.OvfCreateImportSpecParams) []vim.LocalizedMethodFault {
	var all []vim.LocalizedMethodFault
	if e.Network == nil {
		return nil
	}
	for _, n := range e.Network.Networks {
		if !slices.ContainsFunc(p.NetworkMapping, func(m vim.OvfNetworkMapping) bool { return m.Name == n.Name }) {
			all = append(all, *ovfProblem(new(vim.OvfNetworkMappingNotSupported), fmt.Sprintf("The network '%s' of the OVF package is not mapped; the first network of the host is used.", n.Name)))
		}
	}
	return all
}

// completeImport fills in what vcsim leaves out, and lets the datastore name the
// files of disks.
func completeImport(spec *vim.VirtualMachineConfigSpec, e *ovf.Envelope, p *vim.OvfCreateImportSpecParams, provisioning string) {
	hardware := e.VirtualSystem.VirtualHardware[0]
	config := &vim.VmConfigSpec{OvfEnvironmentTransport: strings.Fields(deref(hardware.Transport))}
	if old := spec.VAppConfig; old != nil {
		config.Product = old.GetVmConfigSpec().Product
	}
	for _, property := range ovfProperties(e.VirtualSystem) {
		for _, m := range p.PropertyMapping {
			if m.Key == propertyKey(&property) {
				property.Value = m.Value
			}
		}
		config.Property = append(config.Property, vim.VAppPropertySpec{
			ArrayUpdateSpec: vim.ArrayUpdateSpec{Operation: vim.ArrayUpdateOperationAdd}, Info: &property,
		})
	}
	if p.IpAllocationPolicy != "" || p.IpProtocol != "" {
		config.IpAssignment = &vim.VAppIPAssignmentInfo{IpAllocationPolicy: p.IpAllocationPolicy, IpProtocol: p.IpProtocol}
	}
	spec.VAppConfig = nil
	if len(config.Property)+len(config.OvfEnvironmentTransport)+len(config.Product) > 0 || config.IpAssignment != nil {
		spec.VAppConfig = config
	}
	spec.ExtraConfig = nil // vcsim puts the properties there
	if a := e.VirtualSystem.Annotation; a != nil {
		spec.Annotation = a.Annotation
	}
	for _, c := range spec.DeviceChange {
		change := c.GetVirtualDeviceConfigSpec()
		if disk, ok := change.Device.(*vim.VirtualDisk); ok {
			change.FileOperation = vim.VirtualDeviceConfigSpecFileOperationCreate
			provisionDisk(disk, provisioning)
		}
	}
}

func provisionDisk(disk *vim.VirtualDisk, provisioning string) {
	b, ok := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if !ok {
		return
	}
	b.FileName, _, _ = strings.Cut(b.FileName, " ")
	b.ThinProvisioned, b.EagerlyScrub = vim.NewBool(false), nil
	switch vim.OvfCreateImportSpecParamsDiskProvisioningType(provisioning) {
	case vim.OvfCreateImportSpecParamsDiskProvisioningTypeThin:
		b.ThinProvisioned = vim.NewBool(true)
	case vim.OvfCreateImportSpecParamsDiskProvisioningTypeEagerZeroedThick:
		b.EagerlyScrub = vim.NewBool(true)
	}
}

// propertyKey is the full name of a property, as DSP0243 has it.
func propertyKey(p *vim.VAppPropertyInfo) string {
	return strings.Join(slices.DeleteFunc([]string{p.ClassId, p.Id, p.InstanceId}, func(s string) bool { return s == "" }), ".")
}
