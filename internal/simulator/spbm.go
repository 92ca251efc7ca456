// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/vmware/govmomi/pbm"
	"github.com/vmware/govmomi/pbm/methods"
	pbmsim "github.com/vmware/govmomi/pbm/simulator"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

// policies is the profile manager of the storage policy service. vcsim's shares
// the profiles that every vCenter is born with between all instances, and does
// not know what a profile is used for.
type policies struct {
	*pbmsim.ProfileManager
	mu   sync.Mutex
	used map[pbmtypes.PbmServerObjectRef]string // profile ids, by home and disk
}

// openPolicies puts the profile manager in the place of vcsim's. The caller
// holds createMutex.
func (v *VCenter) openPolicies() {
	reg := v.svc.Context.For(pbm.Path).Map
	v.policies = &policies{used: map[pbmtypes.PbmServerObjectRef]string{}}
	for _, obj := range reg.AllReference("PbmProfileProfileManager") {
		v.policies.ProfileManager = obj.(*pbmsim.ProfileManager)
		reg.Put(v.policies)
	}
	own := reflect.ValueOf(v.policies.ProfileManager).Elem().FieldByName("profiles")
	profiles := (*[]pbmtypes.BasePbmProfile)(unsafe.Pointer(own.UnsafeAddr())) // vcsim has no way to be told
	*profiles = copyOf(*profiles)
}

// known reports whether there is a profile with the id.
func (p *policies) known(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.content(id)) > 0
}

// content is the profile with an id. The caller holds the lock.
func (p *policies) content(id string) []pbmtypes.BasePbmProfile {
	req := &pbmtypes.PbmRetrieveContent{ProfileIds: []pbmtypes.PbmProfileId{{UniqueId: id}}}
	if body := p.ProfileManager.PbmRetrieveContent(req).(*methods.PbmRetrieveContentBody); body.Res != nil {
		return body.Res.Returnval
	}
	return nil
}

// PbmRetrieveContent implements the method of the same name.
func (p *policies) PbmRetrieveContent(req *pbmtypes.PbmRetrieveContent) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ProfileManager.PbmRetrieveContent(req)
}

// PbmCreate implements the method of the same name; vcsim takes any name twice.
func (p *policies) PbmCreate(ctx *simulator.Context, req *pbmtypes.PbmCreate) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	query := &pbmtypes.PbmQueryProfile{ResourceType: req.CreateSpec.ResourceType}
	for _, id := range p.PbmQueryProfile(query).(*methods.PbmQueryProfileBody).Res.Returnval {
		for _, profile := range p.content(id.UniqueId) {
			if profile.GetPbmProfile().Name == req.CreateSpec.Name {
				return pbmFault(&pbmtypes.PbmDuplicateName{Name: req.CreateSpec.Name}, "The name '"+req.CreateSpec.Name+"' already exists.")
			}
		}
	}
	return p.ProfileManager.PbmCreate(ctx, req)
}

func pbmFault(fault vim.BaseMethodFault, message string) soap.HasFault {
	return &faultAnswer{Reason: soapFault(fault, message)}
}

// PbmDelete implements the method of the same name. A profile that something
// has is kept, and the answer says so.
func (p *policies) PbmDelete(req *pbmtypes.PbmDelete) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	res := new(pbmtypes.PbmDeleteResponse)
	for _, id := range req.ProfileId {
		var fault vim.BaseMethodFault
		switch {
		case len(p.content(id.UniqueId)) == 0:
			fault = &vim.InvalidArgument{InvalidProperty: "profileId"}
		case p.isUsed(id.UniqueId):
			fault = new(pbmtypes.PbmResourceInUse)
		default:
			p.ProfileManager.PbmDelete(&pbmtypes.PbmDelete{ProfileId: []pbmtypes.PbmProfileId{id}})
			continue
		}
		res.Returnval = append(res.Returnval, pbmtypes.PbmProfileOperationOutcome{
			ProfileId: id, Fault: &vim.LocalizedMethodFault{Fault: fault, LocalizedMessage: faultText(fault)},
		})
	}
	return &methods.PbmDeleteBody{Res: res}
}

func (p *policies) isUsed(id string) bool {
	for _, used := range p.used {
		if used == id {
			return true
		}
	}
	return false
}

// PbmQueryAssociatedProfile implements the method of the same name.
func (p *policies) PbmQueryAssociatedProfile(req *pbmtypes.PbmQueryAssociatedProfile) soap.HasFault {
	return &methods.PbmQueryAssociatedProfileBody{Res: &pbmtypes.PbmQueryAssociatedProfileResponse{Returnval: p.associated(req.Entity)}}
}

// PbmQueryAssociatedProfiles implements the method of the same name.
func (p *policies) PbmQueryAssociatedProfiles(req *pbmtypes.PbmQueryAssociatedProfiles) soap.HasFault {
	res := new(pbmtypes.PbmQueryAssociatedProfilesResponse)
	for _, entity := range req.Entities {
		res.Returnval = append(res.Returnval, pbmtypes.PbmQueryProfileResult{Object: entity, ProfileId: p.associated(entity)})
	}
	return &methods.PbmQueryAssociatedProfilesBody{Res: res}
}

func (p *policies) associated(entity pbmtypes.PbmServerObjectRef) []pbmtypes.PbmProfileId {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, ok := p.used[bare(entity)]; ok {
		return []pbmtypes.PbmProfileId{{UniqueId: id}}
	}
	return nil
}

// PbmQueryAssociatedEntity implements the method of the same name.
func (p *policies) PbmQueryAssociatedEntity(req *pbmtypes.PbmQueryAssociatedEntity) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	res := new(pbmtypes.PbmQueryAssociatedEntityResponse)
	for entity, id := range p.used {
		if id == req.Profile.UniqueId && (req.EntityType == "" || req.EntityType == entity.ObjectType) {
			res.Returnval = append(res.Returnval, entity)
		}
	}
	return &methods.PbmQueryAssociatedEntityBody{Res: res}
}

// associate gives an entity a profile; "" takes it away.
func (p *policies) associate(entity pbmtypes.PbmServerObjectRef, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id == "" {
		delete(p.used, entity)
		return
	}
	p.used[entity] = id
}

// Policy is the id of the storage policy of a machine's own files (key "vm-42")
// or of one of its disks ("vm-42:2000"), "" for none.
func (v *VCenter) Policy(key string) string {
	p := v.policies
	p.mu.Lock()
	defer p.mu.Unlock()
	for entity, id := range p.used {
		if entity.Key == key {
			return id
		}
	}
	return ""
}

// forget drops what a machine that is gone had.
func (p *policies) forget(vm ref) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for entity := range p.used {
		if entity.Key == vm.Value || strings.HasPrefix(entity.Key, vm.Value+":") {
			delete(p.used, entity)
		}
	}
}

// bare is an entity without the name of its server, which clients may leave out.
func bare(entity pbmtypes.PbmServerObjectRef) pbmtypes.PbmServerObjectRef {
	return pbmtypes.PbmServerObjectRef{ObjectType: entity.ObjectType, Key: entity.Key}
}
