// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/ovf"
)

// createOVF makes a machine from an OVF package. Everything is checked before
// the first byte is sent; the machine is known from the lease of the import, and
// gone again if the import fails.
func createOVF(ctx context.Context, c *vsphere.Client, plan *model, id string) (running bool, err error) {
	blocks, err := decode[ovfModel](ctx, plan.OVFDeploy)
	if err != nil {
		return false, err
	}
	pkg, err := openOVF(ctx, &blocks[0])
	if err != nil {
		return false, err
	}
	defer pkg.Close()
	disks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return false, err
	}
	load, err := prepareOVF(ctx, c, plan, &blocks[0], pkg, func(label string) int { return configIndex(disks, label) })
	if err != nil {
		return false, err
	}
	load.Spec.ConfigSpec.Uuid = id
	vm, err := load.Run(ctx, c)
	if vm.Value != "" { // also when it could not be removed after a failure
		plan.ID, plan.MOID = types.StringValue(id), types.StringValue(vm.Value)
	}
	if err != nil {
		_, at := blocks[0].from()
		return false, lifecycle.At(ovfAt.AtName(at), blameCreate(err))
	}
	return false, adjust(ctx, c, plan, vm)
}

func openOVF(ctx context.Context, m *ovfModel) (*ovf.Package, error) {
	from, at := m.from()
	pkg, err := ovf.Open(ctx, from)
	return pkg, lifecycle.At(ovfAt.AtName(at), err)
}

// prepareOVF has vCenter turn a package into the specification of the machine,
// and judges what is wanted of it. block tells the disk block with a label.
func prepareOVF(ctx context.Context, c *vsphere.Client, plan *model, m *ovfModel, pkg *ovf.Package, block func(label string) int) (*ovf.Import, error) {
	_, source := m.from()
	contents, err := pkg.Describe(ctx, c)
	if err != nil {
		return nil, lifecycle.At(ovfAt.AtName(source), err)
	}
	target := m.target()
	if err := mapped(ctx, plan, target.Networks); err != nil {
		return nil, err
	}
	if err := checkOffer(ctx, plan, &target, contents); err != nil {
		return nil, err
	}
	if err := placeOVF(ctx, c, plan, &target); err != nil {
		return nil, err
	}
	load, err := pkg.Prepare(ctx, c, target)
	if err != nil {
		return nil, lifecycle.At(ovfAt.AtName(source), err)
	}
	if err := setProperties(&plan.vappModel, load); err != nil {
		return nil, err
	}
	return load, provision(ctx, plan, load, block)
}

// placeOVF says what the machine is called and where it goes.
func placeOVF(ctx context.Context, c *vsphere.Client, plan *model, to *ovf.Target) error {
	to.Name = plan.Name.ValueString()
	to.Pool, to.Datastore = poolRef(plan.ResourcePool.ValueString()), datastoreRef(plan.Datastore.ValueString())
	if host := plan.Host.ValueString(); host != "" {
		to.Host = ptr(hostRef(host))
	}
	if isVApp(plan.ResourcePool.ValueString()) {
		return nil // which is not in the tree of folders
	}
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	to.Folder = &folder
	return err
}

// checkOffer refuses what the package does not have.
func checkOffer(ctx context.Context, plan *model, to *ovf.Target, has *vim.OvfParseDescriptorResult) error {
	var errs []error
	var networks, options []string
	for _, n := range has.Network {
		networks = append(networks, n.Name)
	}
	for _, o := range has.DeploymentOption {
		options = append(options, o.Key)
	}
	errs = append(errs, checkNetworks(ctx, plan, to.Networks, networks))
	if o := to.DeploymentOption; o != "" && !slices.Contains(options, o) {
		errs = append(errs, lifecycle.At(ovfAt.AtName("deployment_option"), fmt.Errorf("the package has no deployment option %q; it has: %s", o, orNone(options))))
	}
	return errors.Join(errs...)
}

// checkNetworks refuses to map networks that a package does not have.
func checkNetworks(ctx context.Context, plan *model, mapped map[string]vsphere.Ref, has []string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(mapped)) {
		if !slices.Contains(has, name) {
			errs = append(errs, lifecycle.At(mappedAt(ctx, plan, name), fmt.Errorf("the package has no network %q; it has: %s", name, orNone(has))))
		}
	}
	return errors.Join(errs...)
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// setProperties puts the vApp properties into the specification of the machine.
func setProperties(m *vappModel, load *ovf.Import) error {
	var have []vim.VAppPropertyInfo
	for _, p := range load.Properties() {
		have = append(have, *p)
	}
	if err := m.checkVApp(have); err != nil {
		return err
	}
	for _, p := range load.Properties() {
		if value, ok := m.wanted(p, nil); ok && value != inForce(p) {
			p.Value = value
		}
	}
	return nil
}

// provision compares disk blocks with the disks of the package, and lets them
// take space as the blocks say.
func provision(ctx context.Context, plan *model, load *ovf.Import, block func(label string) int) error {
	blocks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return err
	}
	var devices []vim.BaseVirtualDevice
	disks := map[int32]*vim.VirtualDisk{}
	for _, change := range load.Spec.ConfigSpec.DeviceChange {
		d := change.GetVirtualDeviceConfigSpec().Device
		devices = append(devices, d)
		if disk, ok := d.(*vim.VirtualDisk); ok {
			disks[disk.Key] = disk
		}
	}
	var errs []error
	wants := plainDisks(blocks)
	pairs := device.PairDeployed(device.ReadDisks(devices), wants)
	for i, n := range device.PairDisks(pairs, wants) {
		if n < 0 {
			continue
		}
		at := path.Root("disk").AtListIndex(block(wants[i].Label))
		if want := wants[i]; !blocks[i].Size.IsUnknown() && want.Size < pairs[n].Size {
			errs = append(errs, lifecycle.At(at.AtName("size"), cannotShrink(want, pairs[n])))
		}
		takeSpace(disks[pairs[n].Key], wants[i])
	}
	return errors.Join(errs...)
}

// takeSpace sets how a disk of a package takes space, if its block says.
func takeSpace(disk *vim.VirtualDisk, want device.Disk) {
	backing, ok := disk.Backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if !ok {
		return
	}
	if want.ThinProvisioned != nil {
		backing.ThinProvisioned = want.ThinProvisioned
	}
	if want.EagerlyScrub != nil {
		backing.EagerlyScrub = want.EagerlyScrub
		if *want.EagerlyScrub {
			backing.ThinProvisioned = ptr(false)
		}
	}
}
