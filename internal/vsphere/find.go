// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"
)

// Search says what to look for in the inventory.
type Search struct {
	// Kinds are managed object types, for example "VirtualMachine". An abstract
	// one ("ComputeResource", "Network") includes its subtypes.
	Kinds []string
	// Under is the datacenter (or folder) to look in; everywhere when zero.
	Under Ref
	// Name is a name, a relative or absolute inventory path, or a managed
	// object id.
	Name string
}

// Found is an object that a search has found.
type Found struct {
	Ref  Ref
	Path string
	Name string
}

// NotFoundError says what was looked for and where, and the names nearest to it.
// It is an ErrNotFound.
type NotFoundError struct {
	What, Searched string
	Nearest        []string
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("%s: not found", e.What) }

// Is makes the error an ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// AmbiguousError lists the objects that all answer to one name.
type AmbiguousError struct {
	What       string
	Candidates []Found
}

func (e *AmbiguousError) Error() string {
	paths := make([]string, 0, len(e.Candidates))
	for _, f := range e.Candidates {
		paths = append(paths, f.Path)
	}
	return fmt.Sprintf("%s: more than one: %s", e.What, strings.Join(paths, ", "))
}

// Find returns every object that a search matches; none is no error.
func (c *Client) Find(ctx context.Context, s Search) ([]Found, error) {
	var found []Found
	for _, kind := range s.Kinds {
		for m, err := range All[mo.ManagedEntity](ctx, c, s.Under, kind, "name") {
			if err != nil {
				return nil, err
			}
			if m.Name != s.Name && m.Self.Value != s.Name && !strings.HasSuffix(s.Name, "/"+m.Name) {
				continue
			}
			path, err := c.Path(ctx, m.Self)
			if err != nil {
				return nil, err
			}
			if m.Name == s.Name || m.Self.Value == s.Name || strings.HasSuffix(path, s.Name) {
				found = append(found, Found{Ref: m.Self, Path: path, Name: m.Name})
			}
		}
	}
	return found, nil
}

// FindOne returns the one object that a search matches, else a *NotFoundError
// or an *AmbiguousError.
func (c *Client) FindOne(ctx context.Context, s Search) (Found, error) {
	found, err := c.Find(ctx, s)
	switch {
	case err != nil:
		return Found{}, err
	case len(found) == 0:
		return Found{}, &NotFoundError{What: fmt.Sprintf("%s %q", strings.Join(s.Kinds, " or "), s.Name)}
	case len(found) > 1:
		return Found{}, &AmbiguousError{What: s.Name, Candidates: found}
	}
	return found[0], nil
}
