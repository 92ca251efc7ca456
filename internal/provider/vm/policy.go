// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	pbm "github.com/vmware/govmomi/pbm/types"
	vim "github.com/vmware/govmomi/vim25/types"
	"golang.org/x/sync/errgroup"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// policyDoc is what the descriptions of both storage_policy_id arguments say.
const policyDoc = " Left out the policy is left alone, and `" + device.NoPolicy + "` takes it away."

// readPolicies fills in the storage policies of the machine's own files and of
// its disks. They are not part of the machine: another service has to be asked.
// That is done for a machine that is known to have a policy, and for one that is
// read for the first time (the state has null for its policy); so machines that
// nobody gives policies cost nothing. A user who may not see policies can do
// without: what the state has is kept then.
func (m *model) readPolicies(ctx context.Context, c *vsphere.Client, vm vsphere.Ref) error {
	disks, err := decode[diskModel](ctx, m.Disks)
	if err != nil {
		return err
	}
	asks := c.IsVCenter() && (m.StoragePolicy.IsNull() || given(m.StoragePolicy) ||
		slices.ContainsFunc(disks, func(d diskModel) bool { return given(d.StoragePolicy) }))
	m.StoragePolicy = types.StringValue(m.StoragePolicy.ValueString())
	if !asks {
		return nil
	}
	found, err := policiesOf(ctx, c, vm, disks)
	if vsphere.IsFault[vim.NoPermission](err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the storage policies: %w", err)
	}
	m.StoragePolicy = keepNone(m.StoragePolicy, found[0])
	for i := range disks {
		disks[i].StoragePolicy = keepNone(disks[i].StoragePolicy, found[i+1])
	}
	m.Disks, err = encode(ctx, diskType, disks)
	return err
}

// policiesOf returns the policies of the machine's own files and of disks, "" for
// none. All are asked for at once, so that they share a call with one another
// and with those of other machines.
func policiesOf(ctx context.Context, c *vsphere.Client, vm vsphere.Ref, disks []diskModel) ([]string, error) {
	entities := []pbm.PbmServerObjectRef{{ObjectType: string(pbm.PbmObjectTypeVirtualMachine), Key: vm.Value}}
	for _, d := range disks {
		entities = append(entities, pbm.PbmServerObjectRef{ObjectType: string(pbm.PbmObjectTypeVirtualDiskId), Key: fmt.Sprintf("%s:%d", vm.Value, d.Key.ValueInt64())})
	}
	found := make([]string, len(entities))
	group, ctx := errgroup.WithContext(ctx)
	for i, entity := range entities {
		group.Go(func() error {
			ids, err := c.AssociatedPolicies(ctx, entity)
			if len(ids) > 0 {
				found[i] = ids[0]
			}
			return err
		})
	}
	return found, group.Wait()
}

// keepNone is the policy that was found; none is written as it was configured.
func keepNone(was types.String, found string) types.String {
	if found == "" && was.ValueString() == device.NoPolicy {
		return was
	}
	return types.StringValue(found)
}

// given reports whether a string is known and says something. A module that
// passes "" on means what null means.
func given(s types.String) bool { return s.ValueString() != "" }

// unset reports whether an argument is left out.
func unset(config types.String) bool { return !given(config) && !config.IsUnknown() }

// blamePolicy lays a fault of the storage policy service to the policy that a
// specification names: the machine's own, else that of the first disk with one.
func (m *model) blamePolicy(ctx context.Context, err error) error {
	if !vsphere.IsFault[vim.SystemError](err) || !strings.Contains(err.Error(), "PBM") {
		return err
	}
	if given(m.StoragePolicy) {
		return lifecycle.Attr("storage_policy_id", err)
	}
	disks, decodeErr := decode[diskModel](ctx, m.Disks)
	if decodeErr != nil {
		return err
	}
	for i, d := range disks {
		if given(d.StoragePolicy) {
			return lifecycle.At(diskAt(i).AtName("storage_policy_id"), err)
		}
	}
	return err
}

// carryPolicies leaves the policies of disks that change datastores to the
// migration, which has to know them: the datastore that they come from need not
// suit them. known are the disks of the state.
func (j *deviceJob) carryPolicies(known []device.Disk) {
	at := map[string]string{}
	for _, d := range known {
		at[d.Label] = d.DatastoreID
	}
	for i, n := range device.PairDisks(j.disks, j.wantD) {
		if w := j.wantD[i]; n >= 0 && !w.Attach && w.DatastoreID != at[j.disks[n].Label] {
			j.disks[n].StoragePolicyID = w.StoragePolicyID
		}
	}
}
