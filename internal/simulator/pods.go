// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	vim "github.com/vmware/govmomi/vim25/types"
)

func init() { on((*VCenter).findByInventoryPath) }

// podDatastores is how many datastores each pod of the inventory has.
const podDatastores = 2

// stockPods gives every pod datastores of its own that all hosts of the
// datacenter see, such as DC0_POD0_DS0; vcsim's pods are empty.
func (v *VCenter) stockPods() error {
	for _, obj := range v.reg.All("StoragePod") {
		pod := obj.(*simulator.StoragePod)
		for i := range podDatastores {
			if err := v.stockPod(pod, fmt.Sprintf("%s_DS%d", pod.Name, i)); err != nil {
				return fmt.Errorf("simulator pod %s: %w", pod.Name, err)
			}
		}
	}
	return nil
}

func (v *VCenter) stockPod(pod *simulator.StoragePod, name string) error {
	dc := v.datacenter(pod)
	client, err := v.Client(v.ctx)
	if err != nil {
		return err
	}
	beside, ok := v.reg.Get(dc.Datastore[0]).(*simulator.Datastore) // in the directory that goes with the model
	if !ok {
		return fmt.Errorf("%s has no datastore", dc.Name)
	}
	dir := filepath.Join(filepath.Dir(beside.Summary.Url), dc.Name+"-"+name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	var store *object.Datastore
	for _, e := range v.reg.All("HostSystem") {
		if v.datacenter(e) != dc {
			continue
		}
		system, err := object.NewHostSystem(client, e.Reference()).ConfigManager().DatastoreSystem(v.ctx)
		if err != nil {
			return err
		}
		made, err := system.CreateLocalDatastore(v.ctx, name, dir)
		if err != nil {
			return err
		}
		if store == nil {
			store = made // vcsim tells it only when it is new
		}
	}
	if store != nil {
		v.enterPod(v.context(), pod, store.Reference())
	}
	return nil
}

// enterPod moves a datastore into a pod.
func (v *VCenter) enterPod(ctx *simulator.Context, pod *simulator.StoragePod, id ref) {
	store := v.reg.Get(id).(*simulator.Datastore)
	v.moveRef(ctx, "childEntity", id, *store.Parent, pod.Self)
	unlock := v.lock(ctx, store)
	defer unlock()
	v.reg.Update(ctx, store, []vim.PropertyChange{{Name: "parent", Val: &pod.Self}})
}

// findByInventoryPath also finds what is in pods; vcsim's does not look there.
func (v *VCenter) findByInventoryPath(ctx *simulator.Context, s *simulator.SearchIndex, req *vim.FindByInventoryPath) soap.HasFault {
	root := v.model.ServiceContent.RootFolder
	at := &root
	for name := range strings.FieldsFuncSeq(req.InventoryPath, func(r rune) bool { return r == '/' }) {
		if pod, ok := v.reg.Get(*at).(*simulator.StoragePod); ok {
			at = nil
			if child := v.reg.FindByName(name, pod.ChildEntity); child != nil {
				id := child.Reference()
				at = &id
			}
		} else {
			body, ok := s.FindChild(ctx, &vim.FindChild{This: s.Self, Entity: *at, Name: name}).(*methods.FindChildBody)
			if !ok || body.Res == nil {
				return body
			}
			at = body.Res.Returnval
		}
		if at == nil {
			break
		}
	}
	return &methods.FindByInventoryPathBody{Res: &vim.FindByInventoryPathResponse{Returnval: at}}
}
