// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// ask is one read of an object's properties; up asks for the names of its
// ancestors along with it, which go to the inventory cache.
type ask struct {
	ref   Ref
	props string // joined by commas
	up    bool
}

// Get reads the named properties of one managed object of type M, for example
// Get[mo.ResourcePool](ctx, c, ref, "name", "config"). Reads of concurrent
// callers share one call, and what two of them read of one object may share
// memory: do not modify it. The error is ErrNotFound when the object is gone.
func Get[M any](ctx context.Context, c *Client, ref Ref, props ...string) (*M, error) {
	if ref.Value == "" {
		return nil, fmt.Errorf("reading a %s: %w", ref.Type, errNoObject)
	}
	content, err := c.properties.Load(ctx, ask{ref: ref, props: strings.Join(props, ",")})
	if err != nil {
		return nil, readError(ref, err)
	}
	m := new(M)
	if err := decode(content, m); err != nil {
		return nil, readError(ref, err)
	}
	return m, nil
}

// decode is mo.LoadObjectContent for one object. That panics when the object is
// not what m stands for, and drops the name of a network that is read as a
// ManagedEntity: mo.Network has a Name of its own.
func decode(content vim.ObjectContent, m any) error {
	loaded, err := mo.ObjectContentToType(content)
	if err != nil {
		return err
	}
	into, from := reflect.ValueOf(m).Elem(), reflect.ValueOf(loaded)
	if from.Type() != into.Type() {
		part, ok := from.Type().FieldByName(into.Type().Name())
		if !ok || !part.Anonymous {
			return ErrNotFound
		}
		from = from.FieldByIndex(part.Index)
	}
	into.Set(from)
	if entity, ok := m.(*mo.ManagedEntity); ok {
		if n, ok := nodeOf(content); ok {
			entity.Name = n.name
		}
	}
	return nil
}

func readError(ref Ref, err error) error {
	if Gone(err) {
		return fmt.Errorf("%s %q: %w", ref.Type, ref.Value, ErrNotFound)
	}
	return fmt.Errorf("reading %s %q: %w", ref.Type, ref.Value, err)
}

// retrieve answers a batch of asks by one call. Objects that are gone are
// missing from the answer.
func (c *Client) retrieve(ctx context.Context, asks []ask) (map[ask]vim.ObjectContent, error) {
	gone := map[Ref]bool{}
	for {
		epoch := c.inventory.now()
		objects, err := c.retrieveAll(ctx, filterSpecs(asks, gone))
		if f, ok := FaultAs[vim.ManagedObjectNotFound](err); ok && !gone[f.Obj] && mentions(asks, f.Obj) {
			gone[f.Obj] = true
			continue
		}
		if err != nil {
			return nil, err
		}
		c.inventory.put(objects, epoch)
		byID := mergeByID(objects)
		answers := make(map[ask]vim.ObjectContent, len(asks))
		for _, a := range asks {
			if o, ok := byID[a.ref.Value]; ok {
				answers[a] = pick(o, a.paths())
			}
		}
		return answers, nil
	}
}

func (a ask) paths() []string {
	var paths []string
	if a.props != "" {
		paths = strings.Split(a.props, ",")
	}
	if a.up {
		paths = append(paths, "name", "parent")
		if a.ref.Type == "VirtualMachine" {
			paths = append(paths, "parentVApp")
		}
	}
	return paths
}

func mentions(asks []ask, ref Ref) bool {
	return slices.ContainsFunc(asks, func(a ask) bool { return a.ref == ref })
}

// filterSpecs makes one specification for each type and set of properties. Asks
// of one object are joined first.
func filterSpecs(asks []ask, gone map[Ref]bool) []vim.PropertyFilterSpec {
	type want struct {
		paths map[string]bool
		up    bool
	}
	wants := map[Ref]*want{}
	var order []Ref
	for _, a := range asks {
		if gone[a.ref] {
			continue
		}
		w := wants[a.ref]
		if w == nil {
			w = &want{paths: map[string]bool{}}
			wants[a.ref] = w
			order = append(order, a.ref)
		}
		for _, p := range a.paths() {
			w.paths[p] = true
		}
		w.up = w.up || a.up
	}
	specs := map[string]*vim.PropertyFilterSpec{}
	var list []*vim.PropertyFilterSpec
	for _, ref := range order {
		w := wants[ref]
		paths := slices.Sorted(maps.Keys(w.paths))
		key := fmt.Sprint(ref.Type, w.up, paths)
		s := specs[key]
		if s == nil {
			s = &vim.PropertyFilterSpec{
				PropSet:                       []vim.PropertySpec{{Type: ref.Type, PathSet: paths}},
				ReportMissingObjectsInResults: vim.NewBool(true),
			}
			if w.up {
				s.PropSet = append(s.PropSet, ancestorProps(ref.Type)...)
			}
			specs[key] = s
			list = append(list, s)
		}
		o := vim.ObjectSpec{Obj: ref, Skip: vim.NewBool(false)}
		if w.up {
			o.SelectSet = upwards()
		}
		s.ObjectSet = append(s.ObjectSet, o)
	}
	out := make([]vim.PropertyFilterSpec, len(list))
	for i, s := range list {
		out[i] = *s
	}
	return out
}

// retrieveAll returns all pages of an answer.
func (c *Client) retrieveAll(ctx context.Context, specs []vim.PropertyFilterSpec) ([]vim.ObjectContent, error) {
	var all []vim.ObjectContent
	if len(specs) == 0 {
		return nil, nil
	}
	for page, err := range c.pages(ctx, specs, 0) {
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
	}
	return all, nil
}

// pages yields an answer page by page; size 0 leaves its size to the server.
func (c *Client) pages(ctx context.Context, specs []vim.PropertyFilterSpec, size int32) func(func([]vim.ObjectContent, error) bool) {
	return func(yield func([]vim.ObjectContent, error) bool) {
		collector := c.ServiceContent.PropertyCollector
		first, err := methods.RetrievePropertiesEx(ctx, c, &vim.RetrievePropertiesEx{
			This: collector, SpecSet: specs, Options: vim.RetrieveOptions{MaxObjects: size},
		})
		if err != nil {
			yield(nil, err)
			return
		}
		result := first.Returnval
		for result != nil {
			more := yield(result.Objects, nil)
			token := result.Token
			switch {
			case token == "":
				return
			case !more:
				_, _ = methods.CancelRetrievePropertiesEx(ctx, c, &vim.CancelRetrievePropertiesEx{This: collector, Token: token})
				return
			}
			next, err := methods.ContinueRetrievePropertiesEx(ctx, c, &vim.ContinueRetrievePropertiesEx{This: collector, Token: token})
			if err != nil {
				yield(nil, err)
				return
			}
			result = &next.Returnval
		}
	}
}

// mergeByID joins what several specifications have read of one object. The
// server answers with the object's own type, where the ask may have named a
// supertype (Network for a distributed port group), so the id decides.
func mergeByID(objects []vim.ObjectContent) map[string]vim.ObjectContent {
	byID := make(map[string]vim.ObjectContent, len(objects))
	for _, o := range objects {
		have, ok := byID[o.Obj.Value]
		if ok {
			have.PropSet = append(slices.Clip(have.PropSet), o.PropSet...)
			have.MissingSet = append(slices.Clip(have.MissingSet), o.MissingSet...)
			o = have
		}
		byID[o.Obj.Value] = o
	}
	return byID
}

// pick leaves what one ask has asked for.
func pick(o vim.ObjectContent, paths []string) vim.ObjectContent {
	picked := vim.ObjectContent{Obj: o.Obj}
	seen := map[string]bool{}
	for _, p := range o.PropSet {
		if p.Val != nil && !seen[p.Name] && slices.Contains(paths, p.Name) {
			seen[p.Name] = true
			picked.PropSet = append(picked.PropSet, p)
		}
	}
	for _, m := range o.MissingSet {
		if !seen[m.Path] && slices.Contains(paths, m.Path) {
			picked.MissingSet = append(picked.MissingSet, m)
		}
	}
	return picked
}
