// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"context"
	"fmt"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/pbm"
	"github.com/vmware/govmomi/pbm/methods"
	pbmtypes "github.com/vmware/govmomi/pbm/types"
	vim "github.com/vmware/govmomi/vim25/types"
)

func openPBM(t *testing.T, c *govmomi.Client) *pbm.Client {
	t.Helper()
	p, err := pbm.NewClient(context.Background(), c.Client)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newPolicy(t *testing.T, p *pbm.Client, name string) (string, error) {
	t.Helper()
	id, err := p.CreateProfile(context.Background(), pbmtypes.PbmCapabilityProfileCreateSpec{
		Name: name, Category: string(pbmtypes.PbmProfileCategoryEnumREQUIREMENT), ResourceType: storageResource,
		Constraints: &pbmtypes.PbmCapabilitySubProfileConstraints{},
	})
	if err != nil {
		return "", err
	}
	return id.UniqueId, nil
}

var storageResource = pbmtypes.PbmProfileResourceType{ResourceType: string(pbmtypes.PbmProfileResourceTypeEnumSTORAGE)}

func defined(id string) profileSpecs {
	return profileSpecs{&vim.VirtualMachineDefinedProfileSpec{ProfileId: id}}
}

func TestPoliciesAreOfOneInstance(t *testing.T) {
	a, b := start(t, Options{}), start(t, Options{})
	pa, pb := openPBM(t, login(t, a)), openPBM(t, login(t, b))
	ids := func(p *pbm.Client) []pbmtypes.PbmProfileId {
		found, err := p.QueryProfile(context.Background(), storageResource, "")
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	before := len(ids(pb))
	if before == 0 {
		t.Fatal("a new vCenter has no policies")
	}
	if _, err := newPolicy(t, pa, "gold"); err != nil {
		t.Fatal(err)
	}
	if _, err := pa.DeleteProfile(context.Background(), ids(pa)[:1]); err != nil {
		t.Fatal(err)
	}
	if n := len(ids(pb)); n != before {
		t.Errorf("the other instance has %d policies, had %d", n, before)
	}
	if a.policies.profilesAt(0) == b.policies.profilesAt(0) {
		t.Error("two instances share a policy")
	}
}

func (p *policies) profilesAt(i int) pbmtypes.BasePbmProfile {
	ids := p.PbmQueryProfile(&pbmtypes.PbmQueryProfile{ResourceType: storageResource}).(*methods.PbmQueryProfileBody).Res.Returnval
	return p.content(ids[i].UniqueId)[0]
}

func TestPolicyNamesAndUse(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	p := openPBM(t, c)
	gold, err := newPolicy(t, p, "gold")
	if err != nil {
		t.Fatal(err)
	}
	var taken *pbmtypes.PbmDuplicateName
	if _, err := newPolicy(t, p, "gold"); err == nil {
		t.Error("a name can be used twice")
	} else if _, ok := fault.As(err, &taken); !ok || taken.Name != "gold" {
		t.Errorf("a name used twice: %v", err)
	}
	vm := mustFind(t, v, "/DC0/vm/DC0_C0_RP0_VM0")
	if err := reconfigure(object.NewVirtualMachine(c.Client, vm), vim.VirtualMachineConfigSpec{VmProfile: defined(gold)}); err != nil {
		t.Fatal(err)
	}
	res, err := methods.PbmDelete(context.Background(), p, &pbmtypes.PbmDelete{This: p.ServiceContent.ProfileManager, ProfileId: []pbmtypes.PbmProfileId{{UniqueId: gold}}})
	if err != nil || len(res.Returnval) != 1 || res.Returnval[0].Fault == nil {
		t.Errorf("a policy in use can be deleted: %v %+v", err, res)
	}
}

// associations are the policies of a machine's home and disks, by kind and key.
func associations(t *testing.T, p *pbm.Client, vm ref, keys ...int32) string {
	t.Helper()
	entities := []pbmtypes.PbmServerObjectRef{homeEntity(vm)}
	for _, k := range keys {
		entities = append(entities, diskEntity(vm, k))
	}
	res, err := methods.PbmQueryAssociatedProfiles(context.Background(), p, &pbmtypes.PbmQueryAssociatedProfiles{This: p.ServiceContent.ProfileManager, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, r := range res.Returnval {
		id := "-"
		if len(r.ProfileId) == 1 {
			id = r.ProfileId[0].UniqueId
		}
		one, err := methods.PbmQueryAssociatedProfile(context.Background(), p, &pbmtypes.PbmQueryAssociatedProfile{This: p.ServiceContent.ProfileManager, Entity: r.Object})
		if err != nil || fmt.Sprint(one.Returnval) != fmt.Sprint(r.ProfileId) {
			t.Errorf("one by one %+v, %v", one, err)
		}
		text += id + " "
	}
	return text
}

func TestPoliciesFollowSpecs(t *testing.T) {
	v := start(t, Options{})
	c := login(t, v)
	p := openPBM(t, c)
	gold, err := newPolicy(t, p, "gold")
	if err != nil {
		t.Fatal(err)
	}
	silver, err := newPolicy(t, p, "silver")
	if err != nil {
		t.Fatal(err)
	}
	store := mustFind(t, v, "/DC0/datastore/LocalDS_0")
	vm, err := cloneTemplate(t, v, c, "template-uefi", "web", vim.VirtualMachineCloneSpec{Location: vim.VirtualMachineRelocateSpec{
		Profile: defined(gold), Disk: []vim.VirtualMachineRelocateSpecDiskLocator{{DiskId: 2001, Datastore: store, Profile: defined(silver)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := vm.Reference()
	check := func(what, want string, keys ...int32) {
		t.Helper()
		if got := associations(t, p, id, keys...); got != want {
			t.Errorf("%s: %q, not %q", what, got, want)
		}
	}
	check("clone", gold+" - "+silver+" ", 2000, 2001)

	added := newDiskSpec(-7, 1)
	added.Profile = defined(gold)
	if err := reconfigure(vm, vim.VirtualMachineConfigSpec{VmProfile: profileSpecs{new(vim.VirtualMachineEmptyProfileSpec)}, DeviceChange: []vim.BaseVirtualDeviceConfigSpec{added}}); err != nil {
		t.Fatal(err)
	}
	disks := object.VirtualDeviceList(config(t, vm).Hardware.Device).SelectByType((*vim.VirtualDisk)(nil))
	key := disks[len(disks)-1].GetVirtualDevice().Key
	check("reconfigured", "- - "+silver+" "+gold+" ", 2000, 2001, key)

	task, err := vm.Relocate(context.Background(), vim.VirtualMachineRelocateSpec{
		Profile: defined(silver), Disk: []vim.VirtualMachineRelocateSpecDiskLocator{{DiskId: 2000, Datastore: mustFind(t, v, "/DC0/datastore/LocalDS_1"), Profile: defined(gold)}},
	}, vim.VirtualMachineMovePriorityDefaultPriority)
	if err == nil {
		err = task.Wait(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	check("relocated", silver+" "+gold+" "+silver+" ", 2000, 2001)

	if err := reconfigure(vm, vim.VirtualMachineConfigSpec{VmProfile: defined("nothing")}); err == nil {
		t.Error("an unknown policy is taken")
	}
	users, err := methods.PbmQueryAssociatedEntity(context.Background(), p, &pbmtypes.PbmQueryAssociatedEntity{This: p.ServiceContent.ProfileManager, Profile: pbmtypes.PbmProfileId{UniqueId: gold}})
	if err != nil || len(users.Returnval) != 2 {
		t.Errorf("users of a policy: %v, %+v", err, users)
	}
	destroy, err := vm.Destroy(context.Background())
	if err == nil {
		err = destroy.Wait(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	check("destroyed", "- - ", 2000)
}
