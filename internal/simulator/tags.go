// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	vim "github.com/vmware/govmomi/vim25/types"
)

// tagCategory and tag are the REST API's CategoryModel and TagModel.
type tagCategory struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	Cardinality     string   `json:"cardinality"`
	AssociableTypes []string `json:"associable_types"`
	UsedBy          []string `json:"used_by"`
}

type tag struct {
	ID          string   `json:"id"`
	CategoryID  string   `json:"category_id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	UsedBy      []string `json:"used_by"`
}

// tagging is the tagging service: categories, tags, and which objects bear
// which tags. Names are unique, as in vCenter without regard to case.
type tagging struct {
	v          *VCenter
	mu         sync.Mutex
	categories map[string]*tagCategory
	tags       map[string]*tag
	attached   map[string][]ref // by tag, in order of attaching
}

func newTagging(v *VCenter) *tagging {
	return &tagging{v: v, categories: map[string]*tagCategory{}, tags: map[string]*tag{}, attached: map[string][]ref{}}
}

func newTagID(kind string) string {
	return "urn:vmomi:InventoryService" + kind + ":" + uuid.NewString() + ":GLOBAL"
}

// associableType is the type name that vCenter gives back for one that a
// client has sent.
func associableType(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "urn:vim25:"), "vim25:")
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }

func (t *tagging) createCategory(c tagCategory) (string, vim.BaseMethodFault) {
	if fault := checkTagName(c.Name); fault != nil {
		return "", fault
	}
	if c.Cardinality != "SINGLE" && c.Cardinality != "MULTIPLE" {
		return "", &vim.InvalidArgument{InvalidProperty: "cardinality"}
	}
	for _, old := range t.categories {
		if sameName(old.Name, c.Name) {
			return "", new(vim.AlreadyExists)
		}
	}
	c.ID, c.UsedBy = newTagID("Category"), []string{}
	c.AssociableTypes = associableTypes(c.AssociableTypes)
	t.categories[c.ID] = &c
	return c.ID, nil
}

func checkTagName(name string) vim.BaseMethodFault {
	if strings.TrimSpace(name) == "" || len(name) > 256 {
		return &vim.InvalidArgument{InvalidProperty: "name"}
	}
	return nil
}

func associableTypes(names []string) []string {
	types := []string{}
	for _, n := range names {
		if n = associableType(n); !slices.Contains(types, n) {
			types = append(types, n)
		}
	}
	return types
}

// categoryUpdate holds the fields that a client has sent.
type categoryUpdate struct {
	Name            *string   `json:"name"`
	Description     *string   `json:"description"`
	Cardinality     *string   `json:"cardinality"`
	AssociableTypes *[]string `json:"associable_types"`
}

// updateCategory changes a category. Cardinality can only become MULTIPLE and
// associable types can only be added, and not at all once "any type" holds.
func (t *tagging) updateCategory(id string, u categoryUpdate) vim.BaseMethodFault {
	c := t.categories[id]
	if c == nil {
		return new(vim.NotFound)
	}
	next := *c
	if u.Name != nil {
		if fault := checkTagName(*u.Name); fault != nil {
			return fault
		}
		for _, old := range t.categories {
			if old != c && sameName(old.Name, *u.Name) {
				return new(vim.AlreadyExists)
			}
		}
		next.Name = *u.Name
	}
	if u.Description != nil {
		next.Description = *u.Description
	}
	if u.Cardinality != nil {
		if *u.Cardinality != c.Cardinality && *u.Cardinality != "MULTIPLE" {
			return &vim.InvalidArgument{InvalidProperty: "cardinality"}
		}
		next.Cardinality = *u.Cardinality
	}
	if u.AssociableTypes != nil {
		next.AssociableTypes = associableTypes(*u.AssociableTypes)
		for _, old := range c.AssociableTypes {
			if len(next.AssociableTypes) > 0 && !slices.Contains(next.AssociableTypes, old) {
				return &vim.InvalidArgument{InvalidProperty: "associable_types"}
			}
		}
		if len(c.AssociableTypes) == 0 && len(next.AssociableTypes) > 0 {
			return &vim.InvalidArgument{InvalidProperty: "associable_types"}
		}
	}
	*c = next
	return nil
}

func (t *tagging) deleteCategory(id string) vim.BaseMethodFault {
	if t.categories[id] == nil {
		return new(vim.NotFound)
	}
	delete(t.categories, id)
	for tagID, x := range t.tags {
		if x.CategoryID == id {
			delete(t.tags, tagID)
			delete(t.attached, tagID)
		}
	}
	return nil
}

func (t *tagging) createTag(x tag) (string, vim.BaseMethodFault) {
	if fault := checkTagName(x.Name); fault != nil {
		return "", fault
	}
	if t.categories[x.CategoryID] == nil {
		return "", new(vim.NotFound)
	}
	if t.tagNamed(x.CategoryID, x.Name) != nil {
		return "", new(vim.AlreadyExists)
	}
	x.ID, x.UsedBy = newTagID("Tag"), []string{}
	t.tags[x.ID] = &x
	return x.ID, nil
}

func (t *tagging) tagNamed(category, name string) *tag {
	for _, x := range t.tags {
		if x.CategoryID == category && sameName(x.Name, name) {
			return x
		}
	}
	return nil
}

type tagUpdate struct {
	Name        *string `json:"name"`
	Description *string `json:"description"`
}

func (t *tagging) updateTag(id string, u tagUpdate) vim.BaseMethodFault {
	x := t.tags[id]
	if x == nil {
		return new(vim.NotFound)
	}
	if u.Name != nil {
		if fault := checkTagName(*u.Name); fault != nil {
			return fault
		}
		if old := t.tagNamed(x.CategoryID, *u.Name); old != nil && old != x {
			return new(vim.AlreadyExists)
		}
		x.Name = *u.Name
	}
	if u.Description != nil {
		x.Description = *u.Description
	}
	return nil
}

func (t *tagging) deleteTag(id string) vim.BaseMethodFault {
	if t.tags[id] == nil {
		return new(vim.NotFound)
	}
	delete(t.tags, id)
	delete(t.attached, id)
	return nil
}
