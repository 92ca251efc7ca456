// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Search says what to look for in the inventory.
type Search struct {
	// Kinds are managed object types, for example "VirtualMachine". An abstract
	// one ("ComputeResource", "Network") includes its subtypes.
	Kinds []string
	// Under is the datacenter (or folder, cluster, pool) to look in; everywhere
	// when zero.
	Under Ref
	// Name is a name, the end of an inventory path ("cluster/Resources"), an
	// absolute inventory path or a managed object id. What several objects answer
	// to means the one that it leads to from the root folder of its kind in a
	// datacenter, or from Under where that is not a datacenter. No name matches
	// every object.
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

func (e *NotFoundError) Error() string {
	text := e.What + " was not found"
	if e.Searched != "" {
		text += " in " + e.Searched
	}
	if len(e.Nearest) > 0 {
		text += "; the nearest names are " + strings.Join(quote(e.Nearest), ", ")
	}
	return text
}

// Is makes the error an ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// AmbiguousError lists the objects that all answer to one name, What; it is
// empty when no name was given.
type AmbiguousError struct {
	What       string
	Candidates []Found
}

func (e *AmbiguousError) Error() string {
	lines := make([]string, len(e.Candidates))
	for i, f := range e.Candidates {
		lines[i] = fmt.Sprintf("%s (%s)", f.Path, f.Ref.Value)
	}
	slices.Sort(lines)
	list := strings.Join(lines, ", ")
	if e.What == "" {
		return fmt.Sprintf("no name says which of %d objects is meant; use the name, the path or the id of one of them: %s", len(lines), list)
	}
	return fmt.Sprintf("%s is the name of %d objects; use the path or the id of one of them: %s", e.What, len(lines), list)
}

// searchKey identifies a search: the same one is made once in a run.
type searchKey struct {
	kinds, name string
	under       Ref
	one         bool
}

// Find returns every object that a search matches: objects in different
// folders may share a name, and networks even a path. The error is a
// *NotFoundError when there is none. All searches for a kind in one place read
// its names once, by one call; what was found is not asked for again until
// Forget.
func (c *Client) Find(ctx context.Context, s Search) ([]Found, error) {
	return c.recall(ctx, s, false, func(ctx context.Context) ([]Found, error) {
		matches, err := c.matches(ctx, s)
		if err == nil && len(matches) == 0 {
			err = c.notFound(ctx, s)
		}
		return found(matches), err
	})
}

// FindOne returns the one object that a search means, else a *NotFoundError or
// an *AmbiguousError.
func (c *Client) FindOne(ctx context.Context, s Search) (Found, error) {
	one, err := c.recall(ctx, s, true, func(ctx context.Context) ([]Found, error) {
		if f, ok, err := c.direct(ctx, s); ok || err != nil {
			return []Found{f}, err
		}
		return c.only(ctx, s)
	})
	if err != nil {
		return Found{}, err
	}
	return one[0], nil
}

// recall returns what a search has found before, or finds it now.
func (c *Client) recall(ctx context.Context, s Search, one bool, find func(context.Context) ([]Found, error)) ([]Found, error) {
	key := searchKey{strings.Join(s.Kinds, ","), s.Name, s.Under, one}
	if found, ok := c.inventory.remembered(key); ok {
		return found, nil
	}
	all, err := c.inventory.searches.Do(ctx, since[searchKey]{key, c.inventory.now()}, func(ctx context.Context) ([]Found, error) {
		if found, ok := c.inventory.remembered(key); ok {
			return found, nil
		}
		epoch := c.inventory.now()
		found, err := find(ctx)
		if err == nil {
			c.inventory.remember(key, found, epoch)
		}
		return found, err
	})
	return slices.Clone(all), err
}

// only returns the one match, or the one that is at the top.
func (c *Client) only(ctx context.Context, s Search) ([]Found, error) {
	matches, err := c.matches(ctx, s)
	if err != nil {
		return nil, err
	}
	top := slices.DeleteFunc(slices.Clone(matches), func(m match) bool { return !m.top })
	switch {
	case len(matches) == 0:
		return nil, c.notFound(ctx, s)
	case len(matches) == 1:
		return found(matches), nil
	case len(top) == 1:
		return found(top), nil
	}
	e := &AmbiguousError{Candidates: found(matches)}
	if s.Name != "" {
		e.What = strconv.Quote(s.Name)
	}
	return nil, e
}

// direct asks for what is at the path that the name of a virtual machine means
// first of all. There may be tens of thousands of machines, whose names would
// take long to read, and no two share a path.
func (c *Client) direct(ctx context.Context, s Search) (f Found, ok bool, err error) {
	absolute := strings.HasPrefix(s.Name, "/")
	if s.Name == "" || !slices.Equal(s.Kinds, []string{"VirtualMachine"}) || (s.Under == Ref{} && !absolute) {
		return f, false, nil
	}
	if _, known := c.inventory.current(s.index()); known {
		return f, false, nil
	}
	path := cleanPath(s.Name)
	if s.Under != (Ref{}) {
		base, err := c.Path(ctx, s.Under)
		switch {
		case err != nil:
			return f, false, err
		case !absolute:
			path = cleanPath(base + "/" + home(s.Under, s.Kinds) + path)
		case !strings.HasPrefix(path, base+"/"):
			return f, false, nil
		}
	}
	ref, err := c.atPath(ctx, StoredPath(path))
	if err != nil || ref.Type != "VirtualMachine" {
		return f, false, err
	}
	return Found{Ref: ref, Path: path, Name: lastPart(path)}, true, nil
}

// home is the path from what is searched to where a name is looked for first.
func home(under Ref, kinds []string) string {
	if roots := rootFolders(kinds[0]); under.Type == "Datacenter" && len(roots) > 0 {
		return strings.TrimSuffix(roots[0], "Folder")
	}
	return ""
}

// notFound says what was searched and what there is instead.
func (c *Client) notFound(ctx context.Context, s Search) error {
	e := &NotFoundError{What: strings.Join(s.Kinds, " or "), Searched: "the whole inventory"}
	if s.Name != "" {
		e.What += " " + strconv.Quote(s.Name)
	}
	if s.Under != (Ref{}) {
		path, err := c.Path(ctx, s.Under)
		if err != nil {
			return err
		}
		e.Searched = path
	}
	index, err := c.index(ctx, s)
	if err != nil {
		return err
	}
	e.Nearest = nearest(lastPart(s.Name), index.names())
	return e
}

func lastPart(path string) string { return path[strings.LastIndex(path, "/")+1:] }
