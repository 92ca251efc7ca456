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
// Concurrent asks share one call.
func (c *Client) AssociatedPolicies(ctx context.Context, entity pbm.PbmServerObjectRef) ([]string, error) {
	return c.policies.Load(ctx, entity)
}

// queryPolicies answers a batch of asks by one call.
func (c *Client) queryPolicies(ctx context.Context, entities []pbm.PbmServerObjectRef) (map[pbm.PbmServerObjectRef][]string, error) {
	p, err := c.PBM(ctx)
	if err != nil {
		return nil, err
	}
	res, err := methods.PbmQueryAssociatedProfiles(ctx, p, &pbm.PbmQueryAssociatedProfiles{
		This: p.ServiceContent.ProfileManager, Entities: entities,
	})
	if err != nil {
		return nil, err
	}
	policies := make(map[pbm.PbmServerObjectRef][]string, len(res.Returnval))
	for _, r := range res.Returnval {
		for _, entity := range entities {
			if entity.ObjectType != r.Object.ObjectType || entity.Key != r.Object.Key {
				continue
			}
			for _, id := range r.ProfileId {
				policies[entity] = append(policies[entity], id.UniqueId)
			}
		}
	}
	return policies, nil
}
