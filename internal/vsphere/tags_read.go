// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"golang.org/x/sync/errgroup"
)

// tagReads is how many tags or categories of a list are read at the same time:
// the API gives lists of ids only, and before vSphere 9 one object per call.
const tagReads = 8

// tagNames keeps tags and categories for lookups by name. The zero value is
// ready for use.
type tagNames struct {
	categories lazy[[]tags.Category]

	mu         sync.Mutex
	byCategory map[string]*lazy[[]tags.Tag]
}

func (n *tagNames) of(category string) *lazy[[]tags.Tag] {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byCategory == nil {
		n.byCategory = map[string]*lazy[[]tags.Tag]{}
	}
	if n.byCategory[category] == nil {
		n.byCategory[category] = new(lazy[[]tags.Tag])
	}
	return n.byCategory[category]
}

func (n *tagNames) reset() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.categories.Reset()
	for _, known := range n.byCategory {
		known.Reset()
	}
}

// Tag reads a tag by its id, a URN. The error is ErrNotFound when there is none.
func (c *Client) Tag(ctx context.Context, id string) (*tags.Tag, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	if err := isURN("tag", id); err != nil {
		return nil, err
	}
	tag, err := m.GetTag(ctx, id)
	return tag, noSuch("tag", id, err)
}

// TagCategory reads a category of tags by its id, a URN. The error is
// ErrNotFound when there is none.
func (c *Client) TagCategory(ctx context.Context, id string) (*tags.Category, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	if err := isURN("tag category", id); err != nil {
		return nil, err
	}
	category, err := m.GetCategory(ctx, id)
	return category, noSuch("tag category", id, err)
}

// TagCategories returns all categories of tags, by a read of its own.
func (c *Client) TagCategories(ctx context.Context) ([]tags.Category, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := m.ListCategories(ctx)
	if err != nil {
		return nil, err
	}
	return readEach(ctx, ids, c.TagCategory)
}

// TagsIn returns all tags of a category, by a read of its own. The error is
// ErrNotFound when there is no such category.
func (c *Client) TagsIn(ctx context.Context, category string) ([]tags.Tag, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	if err := isURN("tag category", category); err != nil {
		return nil, err
	}
	ids, err := m.ListTagsForCategory(ctx, category)
	if err != nil {
		return nil, noSuch("tag category", category, err)
	}
	return readEach(ctx, ids, c.Tag)
}

// FindTagCategory returns the category of a name, else a *NotFoundError. All
// categories are read once; writes of this client make the next call read them
// again.
func (c *Client) FindTagCategory(ctx context.Context, name string) (*tags.Category, error) {
	all, err := c.tagNames.categories.Get(ctx, c.TagCategories)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		names[i] = all[i].Name
	}
	return nil, &NotFoundError{What: fmt.Sprintf("tag category %q", name), Searched: "all tag categories", Nearest: nearest(name, names)}
}

// FindTag returns the tag of a name in a category, which is a URN, else a
// *NotFoundError. The tags of a category are read once; writes of this client
// make the next call read them again.
func (c *Client) FindTag(ctx context.Context, category, name string) (*tags.Tag, error) {
	all, err := c.tagNames.of(category).Get(ctx, func(ctx context.Context) ([]tags.Tag, error) { return c.TagsIn(ctx, category) })
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		names[i] = all[i].Name
	}
	return nil, &NotFoundError{What: fmt.Sprintf("tag %q", name), Searched: "category " + category, Nearest: nearest(name, names)}
}

// TaggedObjects returns the objects that have all of some tags, given by their
// ids, in one call.
func (c *Client) TaggedObjects(ctx context.Context, ids []string) ([]Ref, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := isURN("tag", id); err != nil {
			return nil, err
		}
	}
	lists, err := m.ListAttachedObjectsOnTags(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("looking for objects by their tags: %w", err)
	}
	count := map[Ref]int{}
	var all []Ref
	for _, list := range lists {
		for _, object := range list.ObjectIDs {
			ref := object.Reference()
			if count[ref]++; count[ref] == len(ids) {
				all = append(all, ref)
			}
		}
	}
	return all, nil
}

// readEach reads objects by id, some at a time, in the order of the ids. One
// that vanishes meanwhile is left out.
func readEach[T any](ctx context.Context, ids []string, read func(context.Context, string) (*T, error)) ([]T, error) {
	found := make([]*T, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(tagReads)
	for i, id := range ids {
		group.Go(func() error {
			one, err := read(ctx, id)
			if Gone(err) {
				return nil
			}
			found[i] = one
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := make([]T, 0, len(ids))
	for _, one := range found {
		if one != nil {
			all = append(all, *one)
		}
	}
	return all, nil
}

// isURN refuses an id that is none: govmomi takes it for a name and reads
// everything to find it.
func isURN(what, id string) error {
	if strings.HasPrefix(id, "urn:") {
		return nil
	}
	return fmt.Errorf("%s %q: %w: its id begins with \"urn:vmomi:\"", what, id, ErrNotFound)
}

// noSuch makes the error of a read by id an ErrNotFound when it means that.
func noSuch(what, id string, err error) error {
	if err == nil {
		return nil
	}
	if rest.IsStatusError(err, http.StatusNotFound) {
		return fmt.Errorf("%s %q: %w", what, id, ErrNotFound)
	}
	return fmt.Errorf("%s %q: %w", what, id, err)
}
