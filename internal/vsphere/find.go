// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"regexp"
	"slices"
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
	// object id. A name is that of an object in the root folder of its kind, else
	// of objects anywhere below.
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

// AmbiguousError lists the objects that all answer to one name.
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
	return fmt.Sprintf("%s is the name of %d objects; use the path or the id of one of them: %s", e.What, len(lines), strings.Join(lines, ", "))
}

// searchKey identifies a search: the same one is made once in a run.
type searchKey struct {
	kinds, name string
	under       Ref
}

// Find returns every object that a search matches; none is no error. What was
// found once is not asked for again until Forget.
func (c *Client) Find(ctx context.Context, s Search) ([]Found, error) {
	key := searchKey{strings.Join(s.Kinds, ","), s.Name, s.Under}
	if found, ok := c.inventory.remembered(key); ok {
		return found, nil
	}
	return c.inventory.searches.Do(ctx, since[searchKey]{key, c.inventory.now()}, func(ctx context.Context) ([]Found, error) {
		if found, ok := c.inventory.remembered(key); ok {
			return found, nil
		}
		epoch := c.inventory.now()
		found, err := c.search(ctx, s)
		if err == nil && len(found) > 0 {
			c.inventory.remember(key, found, epoch)
		}
		return found, err
	})
}

func (c *Client) search(ctx context.Context, s Search) ([]Found, error) {
	direct, err := c.direct(ctx, s)
	if err != nil || len(direct) > 0 {
		return direct, err
	}
	named, err := c.named(ctx, s)
	if err != nil || len(named) > 0 {
		return named, err
	}
	return c.byID(ctx, s)
}

// direct looks at the paths that the name may stand for: a call each, whatever
// the size of the inventory.
func (c *Client) direct(ctx context.Context, s Search) ([]Found, error) {
	paths, err := c.pathsOf(ctx, s)
	if err != nil {
		return nil, err
	}
	var found []Found
	for _, path := range paths {
		ref, err := c.atPath(ctx, path)
		if err != nil {
			return nil, err
		}
		if ref != (Ref{}) && isKind(ref.Type, s.Kinds) && !slices.ContainsFunc(found, func(f Found) bool { return f.Ref == ref }) {
			found = append(found, Found{Ref: ref, Path: path, Name: path[strings.LastIndex(path, "/")+1:]})
		}
	}
	return found, nil
}

func (c *Client) pathsOf(ctx context.Context, s Search) ([]string, error) {
	if strings.HasPrefix(s.Name, "/") {
		return []string{cleanPath(s.Name)}, nil
	}
	if s.Under == (Ref{}) {
		if slices.Contains(s.Kinds, "Datacenter") {
			return []string{cleanPath(s.Name)}, nil
		}
		return nil, nil // which datacenter it is in only the search tells
	}
	base, err := c.Path(ctx, s.Under)
	if err != nil {
		return nil, err
	}
	if s.Under.Type != "Datacenter" {
		return []string{cleanPath(base + "/" + s.Name)}, nil
	}
	var paths []string
	for _, kind := range s.Kinds {
		if len(rootFolders(kind)) == 0 {
			continue // no datacenter is in a datacenter
		}
		path := cleanPath(base + "/" + strings.TrimSuffix(rootFolders(kind)[0], "Folder") + "/" + s.Name)
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// named looks the name up among the names of all objects of the kinds, which
// one call reads. A path matches the end of an inventory path.
func (c *Client) named(ctx context.Context, s Search) ([]Found, error) {
	index, err := c.index(ctx, s)
	if err != nil {
		return nil, err
	}
	last := s.Name[strings.LastIndex(s.Name, "/")+1:]
	var found []Found
	for _, ref := range index.of(last) {
		path, err := c.Path(ctx, ref)
		if Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(path, "/"+strings.Trim(s.Name, "/")) {
			found = append(found, Found{Ref: ref, Path: path, Name: last})
		}
	}
	return found, nil
}

// idForm is the form of the ids that vCenter gives to inventory objects.
var idForm = regexp.MustCompile(`^(vm|host|datacenter|datastore|network|dvportgroup|dvs|domain-[cs]|group-[a-z]|resgroup|resgroup-v)-?[0-9]+$`)

// byID takes the name for a managed object id.
func (c *Client) byID(ctx context.Context, s Search) ([]Found, error) {
	if !idForm.MatchString(s.Name) {
		return nil, nil
	}
	for _, kind := range s.Kinds {
		ref := NewRef(kind, s.Name)
		e, err := Get[mo.ManagedEntity](ctx, c, ref, "name")
		if Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !isKind(e.Self.Type, s.Kinds) {
			continue
		}
		path, err := c.Path(ctx, e.Self)
		if err != nil {
			return nil, err
		}
		return []Found{{Ref: e.Self, Path: path, Name: e.Name}}, nil
	}
	return nil, nil
}

// FindOne returns the one object that a search matches, else a *NotFoundError
// or an *AmbiguousError.
func (c *Client) FindOne(ctx context.Context, s Search) (Found, error) {
	found, err := c.Find(ctx, s)
	switch {
	case err != nil:
		return Found{}, err
	case len(found) == 0:
		return Found{}, c.notFound(ctx, s)
	case len(found) > 1:
		return Found{}, &AmbiguousError{What: fmt.Sprintf("%q", s.Name), Candidates: found}
	}
	return found[0], nil
}

// notFound says what was searched and what there is instead.
func (c *Client) notFound(ctx context.Context, s Search) error {
	e := &NotFoundError{What: fmt.Sprintf("%s %q", strings.Join(s.Kinds, " or "), s.Name), Searched: "the whole inventory"}
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
	e.Nearest = nearest(s.Name[strings.LastIndex(s.Name, "/")+1:], index.names())
	return e
}
