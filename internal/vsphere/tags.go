// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
)

// TagError says which tag could not be attached or detached, and why.
type TagError struct {
	Tag string
	Err error
}

func (e *TagError) Error() string { return fmt.Sprintf("tag %q: %s", e.Tag, e.Err) }

// Unwrap returns the cause.
func (e *TagError) Unwrap() error { return e.Err }

// AttachedTags returns the ids of the tags attached to an object, sorted.
func (c *Client) AttachedTags(ctx context.Context, ref Ref) ([]string, error) {
	m, err := c.Tags(ctx)
	if err != nil {
		return nil, err
	}
	return m.ListAttachedTags(ctx, ref)
}

// ChangeTags detaches and attaches tags, one call each. Failures are joined
// *TagErrors, one per tag that failed.
func (c *Client) ChangeTags(ctx context.Context, ref Ref, attach, detach []string) error {
	m, err := c.Tags(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range detach {
		if err := m.DetachTag(ctx, t, ref); err != nil {
			errs = append(errs, &TagError{Tag: t, Err: err})
		}
	}
	for _, t := range attach {
		if err := m.AttachTag(ctx, t, ref); err != nil {
			errs = append(errs, &TagError{Tag: t, Err: err})
		}
	}
	return errors.Join(errs...)
}
