// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/mo"
)

// TagError says which tag (or tags, when none can be told apart) could not be attached or detached, and why.
type TagError struct {
	Tag string
	Err error
}

func (e *TagError) Error() string { return fmt.Sprintf("tag %q: %s", e.Tag, e.Err) }

// Unwrap returns the cause.
func (e *TagError) Unwrap() error { return e.Err }

// AttachedTags returns the ids of the tags attached to an object, sorted.
// Concurrent asks share one call.
func (c *Client) AttachedTags(ctx context.Context, ref Ref) ([]string, error) {
	if ref.Value == "" {
		return nil, fmt.Errorf("reading tags: %w", errNoObject)
	}
	return c.attached.Load(ctx, ref)
}

// listAttachedTags answers a batch of asks by one call.
func (c *Client) listAttachedTags(ctx context.Context, refs []Ref) (map[Ref][]string, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	objects := make([]mo.Reference, len(refs))
	for i, ref := range refs {
		objects[i] = ref
	}
	lists, err := m.ListAttachedTagsOnObjects(ctx, objects)
	if err != nil {
		return nil, fmt.Errorf("reading tags: %w", err)
	}
	attached := make(map[Ref][]string, len(lists))
	for _, l := range lists {
		ids := slices.Clone(l.TagIDs)
		slices.Sort(ids)
		for _, ref := range refs { // vCenter may answer with the object's own type
			if ref.Value == l.ObjectID.Reference().Value {
				attached[ref] = ids
			}
		}
	}
	return attached, nil
}

// ChangeTags detaches and attaches tags, one call each. Failures are joined
// *TagErrors, one per tag that failed.
func (c *Client) ChangeTags(ctx context.Context, ref Ref, attach, detach []string) error {
	m, err := c.Tags(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, step := range []struct {
		ids    []string
		change func(context.Context, []string, mo.Reference) error
	}{{detach, m.DetachMultipleTagsFromObject}, {attach, m.AttachMultipleTagsToObject}} {
		if len(step.ids) > 0 {
			errs = append(errs, tagErrors(step.ids, step.change(ctx, step.ids, ref)))
		}
	}
	return errors.Join(errs...)
}

// tagErrors tells which of the tags of a call an error is about.
func tagErrors(ids []string, err error) error {
	if err == nil {
		return nil
	}
	batch := (tags.BatchErrors)(nil)
	if !errors.As(err, &batch) {
		return &TagError{Tag: strings.Join(ids, ", "), Err: err}
	}
	var errs []error
	for _, one := range batch {
		cause := fmt.Errorf("%s: %s", one.Type, one.Message)
		i := slices.IndexFunc(ids, func(id string) bool { return strings.Contains(one.Message, id) })
		if i >= 0 {
			cause = &TagError{Tag: ids[i], Err: errors.New(one.Message)}
		}
		errs = append(errs, cause)
	}
	return errors.Join(errs...)
}
