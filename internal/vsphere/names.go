// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// indexKey identifies an index of names: kinds of objects below a container.
type indexKey struct {
	kinds string
	under Ref
}

func (s Search) index() indexKey { return indexKey{strings.Join(s.Kinds, ","), s.Under} }

// nameIndex is the names of all objects of some kinds below a container.
type nameIndex struct {
	epoch   int // of the inventory when it was read
	entries []entry
	byName  map[string][]int
}

// entry is an object by its name as vCenter stores it. The containers that it
// is in are in the cache of the inventory.
type entry struct {
	node
	ref Ref
}

func (x *nameIndex) add(e entry) {
	x.byName[e.name] = append(x.byName[e.name], len(x.entries))
	x.entries = append(x.entries, e)
}

func (x *nameIndex) of(name string) []entry {
	var named []entry
	for _, i := range x.byName[name] {
		named = append(named, x.entries[i])
	}
	return named
}

func (x *nameIndex) names() []string { return slices.Sorted(maps.Keys(x.byName)) }

// index returns the index for a search, read by one call. One that is older
// than our last write is read again.
func (c *Client) index(ctx context.Context, s Search) (*nameIndex, error) {
	i, key := &c.inventory, s.index()
	if x, ok := i.current(key); ok {
		return x, nil
	}
	return i.builds.Do(ctx, since[indexKey]{key, i.now()}, func(ctx context.Context) (*nameIndex, error) {
		if x, ok := i.current(key); ok {
			return x, nil
		}
		x, err := c.readIndex(ctx, s)
		if err != nil {
			return nil, err
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.indexes == nil {
			i.indexes = map[indexKey]*nameIndex{}
		}
		i.indexes[key] = x
		return x, nil
	})
}

// namesPage is how many names one call reads at most: vCenter left to itself
// may answer by the hundred.
const namesPage = 10_000

// readIndex reads the names of the objects and, by the same call, of all that
// they are in.
func (c *Client) readIndex(ctx context.Context, s Search) (*nameIndex, error) {
	x := &nameIndex{epoch: c.inventory.now(), byName: map[string][]int{}}
	under := s.Under
	if under == (Ref{}) {
		under = c.ServiceContent.RootFolder
	}
	specs := []vim.PropertyFilterSpec{{
		ObjectSet: []vim.ObjectSpec{{Obj: under, Skip: vim.NewBool(true), SelectSet: downwards(under, s.Kinds)}},
		PropSet:   []vim.PropertySpec{{Type: "ManagedEntity", PathSet: []string{"name", "parent"}}},
	}}
	if slices.Contains(s.Kinds, "VirtualMachine") {
		specs[0].PropSet = append(specs[0].PropSet, vim.PropertySpec{Type: "VirtualMachine", PathSet: []string{"parentVApp"}})
	}
	var all []vim.ObjectContent
	for page, err := range c.pages(ctx, specs, namesPage) {
		if err != nil {
			return nil, fmt.Errorf("reading the names of %s objects: %w", strings.Join(s.Kinds, " and "), err)
		}
		all = append(all, page...)
	}
	c.inventory.put(all, x.epoch)
	seen := map[Ref]bool{}
	for _, o := range all {
		if n, ok := nodeOf(o); ok && !seen[o.Obj] && isKind(o.Obj.Type, s.Kinds) {
			seen[o.Obj] = true
			x.add(entry{node: n, ref: o.Obj})
		}
	}
	return x, nil
}

// current returns an index that no write of ours has overtaken.
func (i *inventory) current(key indexKey) (*nameIndex, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	x, ok := i.indexes[key]
	return x, ok && x.epoch == i.epoch
}

// now returns the epoch of the caches.
func (i *inventory) now() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.epoch
}

func (i *inventory) remembered(key searchKey) ([]Found, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	found, ok := i.found[key]
	return slices.Clone(found), ok
}

// remember keeps what a search found, unless a write of ours came in between.
func (i *inventory) remember(key searchKey, found []Found, epoch int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if epoch != i.epoch {
		return
	}
	if i.found == nil {
		i.found = map[searchKey][]Found{}
	}
	i.found[key] = found
}

// missingPart says which part of a path is the first that is not there, and
// what there is beside it.
func (c *Client) missingPart(ctx context.Context, path string) error {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for n := len(parts) - 1; n >= 0; n-- {
		above := "/" + strings.Join(parts[:n], "/")
		ref, err := c.atPath(ctx, above)
		if err != nil {
			return err
		}
		if ref == (Ref{}) {
			continue
		}
		names, err := c.childNames(ctx, ref)
		if err != nil {
			return err
		}
		return &NotFoundError{What: fmt.Sprintf("%q of the path %q", parts[n], path), Searched: above, Nearest: nearest(parts[n], names)}
	}
	return &NotFoundError{What: fmt.Sprintf("path %q", path)}
}

// childNames returns the names of what is directly in a folder.
func (c *Client) childNames(ctx context.Context, ref Ref) ([]string, error) {
	var names []string
	for m, err := range All[mo.ManagedEntity](ctx, c, ref, "ManagedEntity", "name", "parent") {
		if err != nil {
			return nil, err
		}
		if m.Parent != nil && m.Parent.Value == ref.Value {
			names = append(names, m.Name)
		}
	}
	return names, nil
}

// nearest returns up to three of the names that are most like one.
func nearest(name string, names []string) []string {
	type scored struct {
		name string
		far  int
	}
	var near []scored
	for _, other := range names {
		if far := distance(strings.ToLower(name), strings.ToLower(other)); far <= max(2, len(name)/2) {
			near = append(near, scored{other, far})
		}
	}
	slices.SortFunc(near, func(a, b scored) int { return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.name, b.name)) })
	var list []string
	for _, s := range near[:min(3, len(near))] {
		list = append(list, s.name)
	}
	return list
}

// distance is how many characters have to be put in, taken out or replaced to
// make b of a (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

func quote(names []string) []string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return quoted
}
