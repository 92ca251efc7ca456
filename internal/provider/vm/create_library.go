// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/vcenter"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// cleanupTime bounds what is done about a failure when the operation itself is
// over.
const cleanupTime = time.Minute

// createLibrary makes a machine from an item of a content library. vCenter
// deploys it as it is; everything else follows in one task. What could not be
// finished is removed again, or tainted where it may have disks of others.
func createLibrary(ctx context.Context, c *vsphere.Client, plan *model, clone cloneModel, item *library.Item) error {
	folder, err := folderRef(ctx, c, plan.ResourcePool.ValueString(), plan.Folder.ValueString())
	if err != nil {
		return err
	}
	custom, err := customization(ctx, c, clone)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, clone.limit())
	defer cancel()
	vm, err := deployItem(ctx, c, plan, folder, item)
	if err != nil {
		return err
	}
	plan.ID, plan.MOID = types.StringValue(vm.Value), types.StringValue(vm.Value) // until its UUID is read
	err = adjustItem(ctx, c, plan, vm)
	if err == nil && custom != nil {
		err = customize(ctx, c, vm, custom)
	}
	if err == nil || plan.attaches(ctx) { // the disks of others would go with it
		return err
	}
	if e := discard(ctx, c, vm); e != nil {
		return errors.Join(err, fmt.Errorf("removing the unfinished machine: %w", e))
	}
	plan.ID, plan.MOID = types.StringUnknown(), types.StringUnknown()
	return err
}

// attaches reports whether the machine gets disks that exist already.
func (m *model) attaches(ctx context.Context) bool {
	disks, err := decode[diskModel](ctx, m.Disks)
	return err != nil || slices.ContainsFunc(disks, func(d diskModel) bool { return d.Attach.ValueBool() })
}

// deployItem has vCenter make the machine. The call ends when that is done.
func deployItem(ctx context.Context, c *vsphere.Client, plan *model, folder vsphere.Ref, item *library.Item) (vsphere.Ref, error) {
	r, err := c.REST(ctx)
	if err != nil {
		return vsphere.Ref{}, err
	}
	m := vcenter.NewManager(r)
	var vm *vsphere.Ref
	if item.Type == library.ItemTypeOVF {
		spec, e := itemDeployment(ctx, m, plan, folder, item)
		if e != nil {
			return vsphere.Ref{}, e
		}
		vm, err = m.DeployLibraryItem(vsphere.Patiently(ctx), item.ID, *spec)
	} else {
		vm, err = m.DeployTemplateLibraryItem(vsphere.Patiently(ctx), item.ID, templateDeployment(plan, folder))
	}
	if err == nil {
		return *vm, nil
	}
	err = fmt.Errorf("deploying the %s %q: %w", item.Type, item.Name, err)
	if refused := (*vcenter.DeploymentError)(nil); vsphere.Refused(err) || errors.As(err, &refused) {
		return vsphere.Ref{}, err
	}
	return vsphere.Ref{}, lost(ctx, c, plan, folder, err)
}

// itemDeployment is what is wanted of an OVF.
func itemDeployment(ctx context.Context, m *vcenter.Manager, plan *model, folder vsphere.Ref, item *library.Item) (*vcenter.Deploy, error) {
	to := vcenter.Target{ResourcePoolID: plan.ResourcePool.ValueString(), HostID: plan.Host.ValueString(), FolderID: folder.Value}
	has, err := m.FilterLibraryItem(ctx, item.ID, vcenter.FilterRequest{Target: to})
	if err != nil {
		return nil, lifecycle.At(templateAt, fmt.Errorf("reading the OVF %q: %w", item.Name, err))
	}
	networks, err := mapItem(ctx, plan, has.Networks)
	if err != nil {
		return nil, err
	}
	disks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return nil, err
	}
	return &vcenter.Deploy{Target: to, DeploymentSpec: vcenter.DeploymentSpec{
		Name: plan.Name.ValueString(), AcceptAllEULA: true, NetworkMappings: networks,
		StorageProvisioning: provisioning(disks), DefaultDatastoreID: plan.Datastore.ValueString(),
	}}, nil
}

// mapItem maps the networks of an OVF: those that ovf_mapping names, and what is
// left to the other network interfaces in their order.
func mapItem(ctx context.Context, plan *model, networks []string) ([]vcenter.NetworkMapping, error) {
	nics, err := decode[nicModel](ctx, plan.NICs)
	if err != nil {
		return nil, err
	}
	named := map[string]vsphere.Ref{}
	if err := mapped(ctx, plan, named); err != nil {
		return nil, err
	}
	if err := checkNetworks(ctx, plan, named, networks); err != nil {
		return nil, err
	}
	var free []string
	for _, n := range nics {
		if n.OVFMapping.ValueString() == "" {
			free = append(free, n.Network.ValueString())
		}
	}
	var all []vcenter.NetworkMapping
	for _, name := range networks {
		switch to, ok := named[name]; {
		case ok:
			all = append(all, vcenter.NetworkMapping{Key: name, Value: to.Value})
		case len(free) > 0:
			all = append(all, vcenter.NetworkMapping{Key: name, Value: free[0]})
			free = free[1:]
		}
	}
	return all, nil
}

// provisioning is how the disks of an OVF take space, which vCenter lets be said
// only of all of them: as the first disk.
func provisioning(disks []diskModel) string {
	switch {
	case len(disks) == 0:
		return ""
	case disks[0].Eager.ValueBool():
		return string(vim.OvfCreateImportSpecParamsDiskProvisioningTypeEagerZeroedThick)
	case !disks[0].Thin.IsNull() && !disks[0].Thin.IsUnknown() && !disks[0].Thin.ValueBool():
		return string(vim.OvfCreateImportSpecParamsDiskProvisioningTypeThick)
	}
	return string(vim.OvfCreateImportSpecParamsDiskProvisioningTypeThin)
}

// templateDeployment is what is wanted of a VM template. Its devices follow later.
func templateDeployment(plan *model, folder vsphere.Ref) vcenter.DeployTemplate {
	spec := vcenter.DeployTemplate{Name: plan.Name.ValueString(), Placement: &vcenter.Placement{
		ResourcePool: plan.ResourcePool.ValueString(), Host: plan.Host.ValueString(), Folder: folder.Value,
	}}
	if id := plan.Datastore.ValueString(); id != "" {
		spec.DiskStorage, spec.VMHomeStorage = &vcenter.DiskStorage{Datastore: id}, &vcenter.DiskStorage{Datastore: id}
	}
	return spec
}

// lost completes the error of a call whose outcome is not known with what has
// become of it, as far as that can be told: a library gives its machines UUIDs
// of its own, so that one with the right name is not taken for certain.
func lost(ctx context.Context, c *vsphere.Client, plan *model, folder vsphere.Ref, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	c.Forget(folder)
	at, e := c.Path(ctx, folder)
	if e != nil {
		return fmt.Errorf("%w; whether vCenter has made the machine is not known", err)
	}
	at += "/" + vsphere.StoredPath(plan.Name.ValueString())
	ref, e := c.FindPath(ctx, at)
	if e != nil {
		return fmt.Errorf("%w; vCenter may still be making %s: look for it before the next try", err, at)
	}
	vm, e := get(ctx, c, ref.Value, false)
	if e != nil {
		return fmt.Errorf("%w; there is a machine %s (%s), which may be the new one: import or remove it", err, at, ref.Value)
	}
	return fmt.Errorf("%w; there is a machine %s, which may be the new one: import it by its UUID %s, or remove it", err, at, vm.Config.Uuid)
}

// adjustItem brings the machine to what the plan has, if its disks allow that.
func adjustItem(ctx context.Context, c *vsphere.Client, plan *model, ref vsphere.Ref) error {
	c.Forget(ref)
	vm, err := get(ctx, c, ref.Value, len(plan.ExtraConfig.Elements()) > 0)
	if err != nil {
		return err
	}
	blocks, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return err
	}
	var errs []error
	wants := plainDisks(blocks)
	pairs := device.PairDeployed(device.ReadDisks(vm.Config.Hardware.Device), wants)
	for i, n := range device.PairDisks(pairs, wants) {
		if n < 0 {
			continue
		}
		have, want := pairs[n], wants[i]
		if want.Size < have.Size {
			errs = append(errs, lifecycle.At(diskAt(i).AtName("size"), cannotShrink(want, have)))
		}
		if converts(have, want) {
			errs = append(errs, lifecycle.At(diskAt(i).AtName("thin_provisioned"), fmt.Errorf("the disk %q would have to take space in another way than the library item makes it; set thin_provisioned and eagerly_scrub as there, or leave them out", want.Label)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return adjust(ctx, c, plan, ref)
}

// customize has the guest changed at the first start.
func customize(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, spec *vim.CustomizationSpec) error {
	res, err := methods.CustomizeVM_Task(ctx, c, &vim.CustomizeVM_Task{This: vm, Spec: *spec})
	if err == nil {
		_, err = c.Wait(ctx, res.Returnval, nil)
	}
	return lifecycle.At(cloneAt, err)
}

// discard removes a machine that has never run, also when ctx has ended.
func discard(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	if err := destroy(ctx, c, vm); !vsphere.Gone(err) {
		return err
	}
	return nil
}
