// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"net/http"

	"github.com/vmware/govmomi/vapi/tags"
)

const (
	tagResource      = "/com/vmware/cis/tagging/tag"
	categoryResource = "/com/vmware/cis/tagging/category"
)

// TagChange is what is to change of a tag: nil stays as it is.
type TagChange struct {
	Name        *string `json:"name,omitempty"`
	Description *string `json:"description,omitempty"`
}

// TagCategoryChange is what is to change of a category: nil stays as it is.
// vCenter lets Cardinality change to MULTIPLE only. AssociableTypes are all
// types, those that the category has first; an empty list is any type.
type TagCategoryChange struct {
	Name            *string   `json:"name,omitempty"`
	Description     *string   `json:"description,omitempty"`
	Cardinality     *string   `json:"cardinality,omitempty"`
	AssociableTypes *[]string `json:"associable_types,omitempty"`
}

// CreateTag makes a tag and returns its id.
func (c *Client) CreateTag(ctx context.Context, tag tags.Tag) (string, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return "", err
	}
	if err := isURN("tag category", tag.CategoryID); err != nil {
		return "", err
	}
	defer c.tagNames.reset()
	return m.CreateTag(ctx, &tag)
}

// CreateTagCategory makes a category of tags and returns its id.
func (c *Client) CreateTagCategory(ctx context.Context, category tags.Category) (string, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return "", err
	}
	defer c.tagNames.reset()
	return m.CreateCategory(ctx, &category)
}

// ChangeTag changes a tag. govmomi's own call cannot empty a description.
func (c *Client) ChangeTag(ctx context.Context, id string, change TagChange) error {
	return c.patchTagging(ctx, tagResource, "tag", id, change)
}

// ChangeTagCategory changes a category of tags.
func (c *Client) ChangeTagCategory(ctx context.Context, id string, change TagCategoryChange) error {
	return c.patchTagging(ctx, categoryResource, "tag category", id, change)
}

func (c *Client) patchTagging(ctx context.Context, resource, what, id string, change any) error {
	m, err := c.Tags(ctx)
	if err != nil {
		return err
	}
	defer c.tagNames.reset()
	body := map[string]any{"update_spec": change}
	return noSuch(what, id, m.Do(ctx, m.Resource(resource).WithID(id).Request(http.MethodPatch, body), nil))
}

// DeleteTag removes a tag, also from the objects that it is attached to. The
// error is ErrNotFound when there is none.
func (c *Client) DeleteTag(ctx context.Context, id string) error {
	m, err := c.Tags(ctx)
	if err != nil {
		return err
	}
	defer c.tagNames.reset()
	return noSuch("tag", id, m.DeleteTag(ctx, &tags.Tag{ID: id}))
}

// DeleteTagCategory removes a category with all its tags. The error is
// ErrNotFound when there is none.
func (c *Client) DeleteTagCategory(ctx context.Context, id string) error {
	m, err := c.Tags(ctx)
	if err != nil {
		return err
	}
	defer c.tagNames.reset()
	return noSuch("tag category", id, m.DeleteCategory(ctx, &tags.Category{ID: id}))
}
