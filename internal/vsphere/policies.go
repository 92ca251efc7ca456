// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"maps"
	"slices"

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

// policiesByName is the key of the storage policies of the vCenter.
type policiesByName struct{}

// StoragePolicy returns the unique id of the storage policy that has a name,
// which only one can have. Without one the error is a NotFoundError. The
// policies are read once in a run.
func (c *Client) StoragePolicy(ctx context.Context, name string) (string, error) {
	ids, err := Remember(ctx, c, policiesByName{}, c.storagePolicies)
	if err != nil {
		return "", err
	}
	id, ok := ids[name]
	if !ok {
		return "", &NotFoundError{
			What: fmt.Sprintf("storage policy %q", name), Searched: "all storage policies",
			Nearest: nearest(name, slices.Collect(maps.Keys(ids))),
		}
	}
	return id, nil
}

// storagePolicies returns the ids of the policies that storage can be asked to
// meet, by their names.
func (c *Client) storagePolicies(ctx context.Context) (map[string]string, error) {
	p, err := c.PBM(ctx)
	if err != nil {
		return nil, err
	}
	storage := pbm.PbmProfileResourceType{ResourceType: string(pbm.PbmProfileResourceTypeEnumSTORAGE)}
	ids, err := p.QueryProfile(ctx, storage, string(pbm.PbmProfileCategoryEnumREQUIREMENT))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	profiles, err := p.RetrieveContent(ctx, ids)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]string, len(profiles))
	for _, profile := range profiles {
		found := profile.GetPbmProfile()
		byName[found.Name] = found.ProfileId.UniqueId
	}
	return byName, nil
}
