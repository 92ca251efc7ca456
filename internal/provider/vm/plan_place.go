// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

var (
	podAt  = path.Root("datastore_cluster_id")
	hostAt = path.Root("host_system_id")
)

func diskAt(i int) path.Path { return path.Root("disk").AtListIndex(i) }

// planPlace decides where the machine is going to be. Its disks follow from that.
func (w planning) planPlace(ctx context.Context) error {
	if err := w.checkDatastores(ctx); err != nil {
		return err
	}
	if err := w.planDatastore(ctx); err != nil {
		return err
	}
	return w.checkHost(ctx)
}

// checkDatastores wants either a datastore or a datastore cluster.
func (w planning) checkDatastores(ctx context.Context) error {
	c := w.Config
	if unset(c.Datastore) && unset(c.DatastoreCluster) && w.State == nil {
		w.Error(path.Root("datastore_id"), "Datastore not configured", "A new machine needs datastore_id or datastore_cluster_id.")
	}
	if !given(c.DatastoreCluster) {
		return nil
	}
	const both = "Storage DRS chooses the datastore of a machine with datastore_cluster_id. Leave out one of the two."
	if given(c.Datastore) {
		w.Error(podAt, "Datastore and datastore cluster", both)
	}
	disks, err := decode[diskModel](ctx, c.Disks)
	for i, d := range disks {
		if given(d.Datastore) && !d.Attach.IsUnknown() && !d.Attach.ValueBool() {
			w.Error(diskAt(i).AtName("datastore_id"), "Datastore and datastore cluster", both)
		}
	}
	return err
}

// planDatastore decides whether the machine moves to another datastore. A
// datastore cluster is content with any of its own; otherwise the datastore is
// known only when Storage DRS has chosen one.
func (w planning) planDatastore(ctx context.Context) error {
	m, s := w.Planned, w.State
	if !unset(w.Config.Datastore) {
		w.keepImportedPod()
		return nil
	}
	m.Datastore = types.StringUnknown()
	if w.Config.DatastoreCluster.IsUnknown() {
		return nil
	}
	if !given(w.Config.DatastoreCluster) {
		if s != nil {
			m.Datastore = s.Datastore
			w.keepImportedPod()
		}
		return nil
	}
	pod, err := w.pod(ctx)
	switch {
	case err != nil:
		return err
	case pod == nil:
	case s != nil && pod.has(s.Datastore.ValueString()):
		m.Datastore = s.Datastore
	case !pod.enabled:
		w.Error(podAt, "Storage DRS is off", pod.disabled().Error()+".")
	default:
		w.Changes() // a machine that somebody has moved out goes back
	}
	return nil
}

// pod reads the configured datastore cluster; nil if that is not possible yet, or
// it does not exist, which is an error of the plan.
func (w planning) pod(ctx context.Context) (*pod, error) {
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return nil, err
	}
	id := w.Config.DatastoreCluster.ValueString()
	p, err := readPod(ctx, c, id)
	if vsphere.Gone(err) {
		w.Error(podAt, "Datastore cluster not found", fmt.Sprintf("There is no datastore cluster %q.", id))
		return nil, nil
	}
	return p, err
}

// keepImportedPod leaves the datastore cluster that an import found in the state
// of a machine whose configuration names a datastore, for as long as the machine
// stays on it.
func (w planning) keepImportedPod() {
	m, s := w.Planned, w.State
	if s != nil && s.Imported.ValueBool() && unset(w.Config.DatastoreCluster) && !m.Datastore.IsUnknown() && !differs(m.Datastore, s.Datastore) {
		m.DatastoreCluster = s.DatastoreCluster
	}
}

// beside is the datastore of a new disk that names none: it is left to vSphere,
// unless the cluster in the state is not that of the configuration.
func (w planning) beside() types.String {
	if w.State != nil && unset(w.Config.DatastoreCluster) && given(w.Planned.DatastoreCluster) {
		return w.Planned.Datastore
	}
	return types.StringUnknown()
}

// checkHost wants a host of the compute resource that the pool belongs to.
func (w planning) checkHost(ctx context.Context) error {
	m, s := w.Planned, w.State
	if !given(w.Config.Host) || !given(m.ResourcePool) {
		return nil
	}
	if s != nil && !differs(m.Host, s.Host) && !differs(m.ResourcePool, s.ResourcePool) {
		return nil
	}
	c, err := w.Client(ctx)
	if err != nil || c == nil {
		return err
	}
	has, err := c.ComputeResource(ctx, hostRef(m.Host.ValueString()))
	if vsphere.Gone(err) {
		w.Error(hostAt, "Host not found", fmt.Sprintf("There is no host %q.", m.Host.ValueString()))
		return nil
	}
	if err != nil {
		return err
	}
	wants, err := c.ComputeResource(ctx, poolRef(m.ResourcePool.ValueString()))
	if vsphere.Gone(err) {
		w.Error(path.Root("resource_pool_id"), "Resource pool not found", fmt.Sprintf("There is no resource pool %q.", m.ResourcePool.ValueString()))
		return nil
	}
	if err == nil && has != wants {
		w.Error(hostAt, "Host of another cluster", fmt.Sprintf("The host %q belongs to %q, but the resource pool %q to %q.",
			m.Host.ValueString(), has.Value, m.ResourcePool.ValueString(), wants.Value))
	}
	return err
}
