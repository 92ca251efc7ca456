// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// match is an object that answers to the name of a search. It is at the top
// when the name leads to it from the root folder of its kind.
type match struct {
	Found
	top bool
}

// found leaves of matches what callers are told.
func found(matches []match) []Found {
	all := make([]Found, len(matches))
	for i, m := range matches {
		all[i] = m.Found
	}
	return all
}

// matches returns the objects that a search matches, from the index of names.
// Only what no object is called is taken for an id.
func (c *Client) matches(ctx context.Context, s Search) ([]match, error) {
	index, err := c.index(ctx, s)
	if err != nil {
		return nil, err
	}
	named, err := c.named(ctx, s, index)
	if err != nil || len(named) > 0 || !idForm.MatchString(s.Name) {
		return named, err
	}
	i := slices.IndexFunc(index.entries, func(e entry) bool { return e.ref.Value == s.Name })
	if i < 0 {
		return nil, nil
	}
	links, err := c.linksOf(ctx, index.entries[i])
	if Gone(err) {
		return nil, nil
	}
	return []match{{Found: foundAt(links)}}, err
}

// idForm is the form of the ids that vCenter gives to inventory objects.
var idForm = regexp.MustCompile(`^(vm|host|datacenter|datastore|network|dvportgroup|dvs|domain-[cs]|group-[a-z]|resgroup|resgroup-v)-?[0-9]+$`)

// named returns the objects whose path is, or ends in, the name of a search.
// A slash may also be part of a name ("VLAN 10/20").
func (c *Client) named(ctx context.Context, s Search, index *nameIndex) ([]match, error) {
	parts := strings.FieldsFunc(StoredPath(s.Name), func(r rune) bool { return r == '/' })
	if len(parts) == 0 {
		return c.ending(ctx, s, index.entries, nil)
	}
	matches, err := c.ending(ctx, s, index.of(parts[len(parts)-1]), parts)
	if err != nil || len(matches) > 0 {
		return matches, err
	}
	whole := strings.ReplaceAll(StoredPath(s.Name), "/", "%2f")
	return c.ending(ctx, s, index.of(whole), []string{whole})
}

// ending returns those of the entries whose path ends in parts, or is them when
// the name of the search is an absolute path.
func (c *Client) ending(ctx context.Context, s Search, entries []entry, parts []string) ([]match, error) {
	var matches []match
	for _, e := range entries {
		links, err := c.linksOf(ctx, e)
		if Gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if endsIn(links, parts) && (!strings.HasPrefix(s.Name, "/") || len(links) == len(parts)) {
			matches = append(matches, match{foundAt(links), isTop(links, len(parts), s)})
		}
	}
	return matches, nil
}

// linksOf returns an object and its ancestors, from the top down.
func (c *Client) linksOf(ctx context.Context, e entry) ([]link, error) {
	links, err := c.chain(ctx, e.parent)
	if err != nil {
		return nil, readError(e.parent, err)
	}
	return append(links, link{e.ref, e.name}), nil
}

func foundAt(links []link) Found {
	last := links[len(links)-1]
	return Found{Ref: last.ref, Path: pathOf(links), Name: last.name}
}

func endsIn(links []link, parts []string) bool {
	if len(links) < len(parts) {
		return false
	}
	for i, l := range links[len(links)-len(parts):] {
		if l.name != parts[i] {
			return false
		}
	}
	return true
}

// isTop reports whether the last n links start in the root folder of the kind
// in a datacenter, or in what is searched.
func isTop(links []link, n int, s Search) bool {
	if n == 0 {
		return false
	}
	above := links[:len(links)-n]
	if len(above) == 0 {
		return true
	}
	start := above[len(above)-1]
	if len(above) == 1 || above[len(above)-2].ref.Type != "Datacenter" {
		return start.ref == s.Under
	}
	return start.name == home(above[len(above)-2].ref, s.Kinds)
}
