// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// planOVF judges what has to do with ovf_deploy in every plan.
func (w planning) planOVF(ctx context.Context) error {
	m := w.Planned
	datacenter := w.Config.Datacenter
	if !m.deployed() && !m.OVFDeploy.IsUnknown() {
		if datacenter.ValueString() != "" {
			w.Error(path.Root("datacenter_id"), "Datacenter without OVF", "datacenter_id may be set only with ovf_deploy; the datacenter of other machines is that of their resource pool.")
		}
		return nil
	}
	if len(m.Clone.Elements()) > 0 {
		w.Error(path.Root("ovf_deploy"), "Two sources", "clone and ovf_deploy exclude each other.")
	}
	if m.deployed() && w.Config.DatastoreCluster.ValueString() != "" {
		w.Error(path.Root("datastore_cluster_id"), "Not with ovf_deploy", "A package is deployed to a datastore: configure datastore_id.")
	}
	if err := w.checkDatacenter(ctx, datacenter); err != nil {
		return err
	}
	if w.State == nil {
		if w.Config.Logging.IsNull() {
			m.Logging = types.BoolUnknown() // as the package has it
		}
		return w.checkPackage(ctx)
	}
	m.Logging = w.State.Logging
	if m.GuestID.ValueString() == "" && !m.GuestID.IsUnknown() {
		m.GuestID = w.State.GuestID
	}
	return nil
}

// checkDatacenter wants the datacenter to be that of the resource pool, before
// anything is made.
func (w planning) checkDatacenter(ctx context.Context, id types.String) error {
	pool := w.Planned.ResourcePool
	if id.ValueString() == "" || pool.IsUnknown() || w.State != nil && id.Equal(w.State.Datacenter) {
		return nil
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return err
	}
	is, err := c.Datacenter(ctx, poolRef(pool.ValueString()))
	if vsphere.Gone(err) {
		w.Error(path.Root("resource_pool_id"), "Resource pool not found", err.Error())
		return nil
	}
	if err == nil && is.Value != id.ValueString() {
		w.Error(path.Root("datacenter_id"), "Another datacenter", fmt.Sprintf("The resource pool is in the datacenter %s, not in %s.", is.Value, id.ValueString()))
	}
	return err
}

// checkPackage looks at the package of a new machine as far as it can be seen:
// on this computer it has to be there, on a web server it may come later.
func (w planning) checkPackage(ctx context.Context) error {
	blocks, err := decode[ovfModel](ctx, w.Planned.OVFDeploy)
	if err != nil || len(blocks) == 0 {
		return err
	}
	m := &blocks[0]
	if m.Path.ValueString() == "" && !m.Path.IsUnknown() && m.URL.ValueString() == "" && !m.URL.IsUnknown() {
		w.Error(ovfAt, "No package", "One of local_ovf_path and remote_ovf_url has to be configured.")
		return nil
	}
	if file := m.Path.ValueString(); file != "" {
		if _, err := os.Stat(file); err != nil {
			w.Error(ovfAt.AtName("local_ovf_path"), "File cannot be read", err.Error())
			return nil
		}
	}
	c, err := w.Client(ctx)
	placed := !w.Planned.Name.IsUnknown() && !w.Planned.ResourcePool.IsUnknown() && w.Planned.Datastore.ValueString() != ""
	if err != nil || c == nil || !placed || !m.known() || w.Planned.Folder.IsUnknown() || w.Planned.Disks.IsUnknown() || w.Planned.NICs.IsUnknown() {
		return err
	}
	return w.tryPackage(ctx, c, m)
}

// tryPackage does all of a deployment that makes nothing.
func (w planning) tryPackage(ctx context.Context, c *vsphere.Client, m *ovfModel) error {
	pkg, err := openOVF(ctx, m)
	if err != nil && m.URL.ValueString() != "" {
		w.Warn(ovfAt.AtName("remote_ovf_url"), "Package cannot be read now", "It is only checked when the machine is made: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	defer pkg.Close()
	config, err := decode[diskModel](ctx, w.Config.Disks)
	if err != nil {
		return err
	}
	load, err := prepareOVF(ctx, c, w.Planned, m, pkg, func(label string) int { return configIndex(config, label) })
	if err != nil {
		return err
	}
	_, source := m.from()
	for _, warning := range load.Warnings {
		w.Warn(ovfAt.AtName(source), "vCenter warns of the package", warning+".")
	}
	return nil
}

// planProperties judges the vApp properties of a machine.
func (w planning) planProperties(ctx context.Context) error {
	m := w.Planned
	values, _ := vappProperties(m.VApp)
	switch {
	case len(values) == 0:
		return nil
	case w.State != nil:
		return w.checkProperties(ctx)
	case len(m.Clone.Elements())+len(m.OVFDeploy.Elements()) > 0 || m.Clone.IsUnknown() || m.OVFDeploy.IsUnknown():
		return nil // judged with the template or package
	}
	return m.checkVApp(nil)
}

// checkProperties compares a changed vapp block with what the machine declares.
func (w planning) checkProperties(ctx context.Context) error {
	if len(w.Planned.vappModel.offline(&w.State.vappModel, abilities{})) == 0 {
		return nil
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil || w.State.MOID.ValueString() == "" {
		return err
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, machineRef(w.State.MOID.ValueString()), "config.uuid", "config.vAppConfig")
	if err == nil && vm.Config == nil {
		err = errNoConfig
	}
	if err != nil {
		return err
	}
	return w.Planned.checkVApp(propertiesOf(vm.Config.VAppConfig))
}
