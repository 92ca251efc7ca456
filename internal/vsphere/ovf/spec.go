// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Target says what a package becomes and where.
type Target struct {
	Name            string
	Pool, Datastore vsphere.Ref
	Folder, Host    *vsphere.Ref // nil: vCenter chooses; a vApp has no folder

	// Networks are those that the networks of the descriptor stand for, by name.
	Networks map[string]vsphere.Ref
	// The rest is as vim.OvfCreateImportSpecParams has it; empty is the default of
	// the descriptor.
	DeploymentOption, DiskProvisioning, IPAllocationPolicy, IPProtocol string
	// Hidden makes properties settable that the descriptor says users are not to set.
	Hidden bool
}

// Import is a package made ready for a target.
type Import struct {
	Spec     *vim.VirtualMachineImportSpec
	Warnings []string // what vCenter has against it, short of refusing it

	pkg    *Package
	target Target
	files  []vim.OvfFileItem
}

// Describe asks vCenter what a descriptor declares: networks, deployment
// options, properties. What vCenter finds wrong with it is an error.
func (p *Package) Describe(ctx context.Context, c *vsphere.Client) (*vim.OvfParseDescriptorResult, error) {
	if c.ServiceContent.OvfManager == nil {
		return nil, &vsphere.NeedVCenterError{What: "OVF packages"}
	}
	res, err := methods.ParseDescriptor(ctx, c, &vim.ParseDescriptor{
		This: *c.ServiceContent.OvfManager, OvfDescriptor: p.Descriptor,
	})
	if err != nil {
		return nil, err
	}
	if res.Returnval.VirtualApp {
		return nil, fmt.Errorf("%s describes several machines, a vApp; only packages of one can be deployed", p.Name)
	}
	return &res.Returnval, refusal(p.Name, res.Returnval.Error)
}

// Prepare has vCenter turn the descriptor into the specification of a machine.
// Nothing is made yet. What vCenter finds wrong is an error.
func (p *Package) Prepare(ctx context.Context, c *vsphere.Client, t Target) (*Import, error) {
	res, err := methods.CreateImportSpec(ctx, c, &vim.CreateImportSpec{
		This: *c.ServiceContent.OvfManager, OvfDescriptor: p.Descriptor,
		ResourcePool: t.Pool, Datastore: t.Datastore, Cisp: t.params(),
	})
	if err != nil {
		return nil, err
	}
	if err := refusal(p.Name, res.Returnval.Error); err != nil {
		return nil, err
	}
	spec, ok := res.Returnval.ImportSpec.(*vim.VirtualMachineImportSpec)
	if !ok {
		return nil, fmt.Errorf("%s does not describe a single machine", p.Name)
	}
	i := &Import{Spec: spec, Warnings: texts(res.Returnval.Warning), pkg: p, target: t, files: res.Returnval.FileItem}
	if t.Hidden {
		i.show()
	}
	return i, i.checkFiles()
}

func (t *Target) params() *vim.OvfCreateImportSpecParams {
	params := &vim.OvfCreateImportSpecParams{
		OvfManagerCommonParams: vim.OvfManagerCommonParams{DeploymentOption: t.DeploymentOption},
		EntityName:             t.Name,
		HostSystem:             t.Host,
		DiskProvisioning:       t.DiskProvisioning,
		IpAllocationPolicy:     t.IPAllocationPolicy,
		IpProtocol:             t.IPProtocol,
	}
	for _, name := range slices.Sorted(maps.Keys(t.Networks)) {
		params.NetworkMapping = append(params.NetworkMapping, vim.OvfNetworkMapping{Name: name, Network: t.Networks[name]})
	}
	return params
}

// Properties returns the vApp properties that the machine is going to have.
func (i *Import) Properties() []*vim.VAppPropertyInfo {
	if i.Spec.ConfigSpec.VAppConfig == nil {
		return nil
	}
	var all []*vim.VAppPropertyInfo
	for _, p := range i.Spec.ConfigSpec.VAppConfig.GetVmConfigSpec().Property {
		if p.Info != nil {
			all = append(all, p.Info)
		}
	}
	return all
}

func (i *Import) show() {
	for _, p := range i.Properties() {
		p.UserConfigurable = vim.NewBool(true)
	}
}

// checkFiles refuses packages whose files cannot be handed on as they are.
func (i *Import) checkFiles() error {
	seen := map[string]bool{}
	for _, f := range i.files {
		switch {
		case f.ChunkSize > 0:
			return fmt.Errorf("%s has %s in pieces, which is not supported; join them with ovftool", i.pkg.Name, f.Path)
		case f.CompressionMethod != "" && f.CompressionMethod != "identity":
			return fmt.Errorf("%s has %s compressed by %s, which is not supported; unpack it with ovftool", i.pkg.Name, f.Path, f.CompressionMethod)
		case seen[f.Path]:
			return fmt.Errorf("%s uses %s for two devices, which is not supported", i.pkg.Name, f.Path)
		}
		seen[f.Path] = true
	}
	return nil
}

// refusal joins what vCenter finds wrong with a package.
func refusal(name string, faults []vim.LocalizedMethodFault) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s cannot be deployed: %w", name, errors.New(strings.Join(texts(faults), "; ")))
}

// texts puts faults into words: vCenter's, else the name of the fault.
func texts(faults []vim.LocalizedMethodFault) []string {
	var all []string
	for _, f := range faults {
		text := strings.TrimSuffix(strings.TrimSpace(f.LocalizedMessage), ".")
		if text == "" && f.Fault != nil {
			text = reflect.Indirect(reflect.ValueOf(f.Fault)).Type().Name()
		}
		if !slices.Contains(all, text) { // once, not for every device
			all = append(all, text)
		}
	}
	return all
}
