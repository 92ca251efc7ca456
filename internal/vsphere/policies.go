// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"

	"github.com/vmware/govmomi/pbm/methods"
	pbm "github.com/vmware/govmomi/pbm/types"
)

// AssociatedPolicies returns the ids of the storage policies of an entity: a
// virtual machine ("vm-12"), a virtual disk ("vm-12:2000") or a datastore.
func (c *Client) AssociatedPolicies(ctx context.Context, entity pbm.PbmServerObjectRef) ([]string, error) {
	p, err := c.PBM(ctx)
	if err != nil {
		return nil, err
	}
	res, err := methods.PbmQueryAssociatedProfile(ctx, p, &pbm.PbmQueryAssociatedProfile{
		This: p.ServiceContent.ProfileManager, Entity: entity,
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(res.Returnval))
	for _, id := range res.Returnval {
		ids = append(ids, id.UniqueId)
	}
	return ids, nil
}
