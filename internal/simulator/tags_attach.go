// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// objectID is the REST API's DynamicID.
type objectID struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

func toObjectID(id ref) objectID { return objectID{vimKind(id.Type), id.Value} }

// object resolves an id as SOAP calls do; false if there is no such object.
func (t *tagging) object(id objectID) (ref, bool) {
	known, ok := t.v.index.byValue(id.ID)
	if !ok {
		return known, false
	}
	_, ok = t.v.reg.Get(known).(mo.Entity)
	return known, ok
}

// attach puts a tag on an object. Attaching twice changes nothing.
func (t *tagging) attach(tagID string, obj objectID) vim.BaseMethodFault {
	x := t.tags[tagID]
	if x == nil {
		return new(vim.NotFound)
	}
	id, ok := t.object(obj)
	if !ok {
		return &vim.NoPermission{PrivilegeId: "InventoryService.Tagging.AttachTag"} // so vCenter answers for what is not there
	}
	if slices.Contains(t.attached[tagID], id) {
		return nil
	}
	c := t.categories[x.CategoryID]
	if !associable(c, id) {
		return &vim.InvalidArgument{InvalidProperty: "object_id"}
	}
	if c.Cardinality == "SINGLE" {
		for other, y := range t.tags {
			if y.CategoryID == c.ID && slices.Contains(t.attached[other], id) {
				return &vim.InvalidArgument{InvalidProperty: "tag_id"}
			}
		}
	}
	t.attached[tagID] = append(t.attached[tagID], id)
	return nil
}

// associable reports whether objects like this one may bear tags of c. Types
// match with the names of their base types too, as in "Network".
func associable(c *tagCategory, id ref) bool {
	if len(c.AssociableTypes) == 0 {
		return true
	}
	return slices.ContainsFunc(c.AssociableTypes, func(name string) bool {
		return name == id.Type || name == vimKind(id.Type) || name == vcsimDVS && id.Type == vcsimDVS
	})
}

func (t *tagging) detach(tagID string, obj objectID) vim.BaseMethodFault {
	if t.tags[tagID] == nil {
		return new(vim.NotFound)
	}
	id, ok := t.object(obj)
	if !ok {
		return &vim.NoPermission{PrivilegeId: "InventoryService.Tagging.AttachTag"}
	}
	t.attached[tagID] = slices.DeleteFunc(t.attached[tagID], func(x ref) bool { return x == id })
	return nil
}

// tagsOf lists the tags of an object, sorted.
func (t *tagging) tagsOf(id ref) []string {
	ids := []string{}
	for tagID, objects := range t.attached {
		if slices.Contains(objects, id) {
			ids = append(ids, tagID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (t *tagging) objectsOf(tagID string) []objectID {
	ids := []objectID{}
	for _, id := range t.attached[tagID] {
		ids = append(ids, toObjectID(id))
	}
	return ids
}

// forget drops the tags of an object that is gone.
func (t *tagging) forget(id ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for tagID, objects := range t.attached {
		t.attached[tagID] = slices.DeleteFunc(objects, func(x ref) bool { return x == id })
	}
}

// lines are the tagging service's part of VCenter.Inventory.
func (t *tagging) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	for _, c := range t.categories {
		lines = append(lines, "TagCategory "+c.Name)
	}
	for id, x := range t.tags {
		name := t.categories[x.CategoryID].Name + "/" + x.Name
		lines = append(lines, "Tag "+name)
		for _, obj := range t.attached[id] {
			if e, ok := t.v.reg.Get(obj).(mo.Entity); ok {
				lines = append(lines, "TagOn "+name+" "+t.v.path(e))
			}
		}
	}
	return lines
}
