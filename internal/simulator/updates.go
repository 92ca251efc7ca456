// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	vim "github.com/vmware/govmomi/vim25/types"
)

// position is what a version string says: the caller knows all up to base and,
// after a truncated answer, also the objects that last changed up to sent.
type position struct{ base, sent int }

func (p position) String() string {
	if p.sent > p.base {
		return fmt.Sprintf("%d~%d", p.base, p.sent)
	}
	return strconv.Itoa(p.base)
}

// parsePosition understands the version strings of this collector and "".
func (c *collector) parsePosition(version string) (position, vim.BaseMethodFault) {
	if version == "" {
		return position{}, nil
	}
	base, sent, truncated := strings.Cut(version, "~")
	b, err := strconv.Atoi(base)
	p := position{b, b}
	if err == nil && truncated {
		p.sent, err = strconv.Atoi(sent)
	}
	if err != nil || p.base < 0 || p.base > p.sent || p.sent > c.version {
		return p, new(vim.InvalidCollectorVersion)
	}
	return p, nil
}

// pending is an object that the caller does not know as it is.
type pending struct {
	filter *filter
	id     ref
	object *tracked
}

// updates is what is new since the waiter's version; nil if nothing is.
func (c *collector) updates(w waiter) (*vim.UpdateSet, vim.BaseMethodFault) {
	c.eval.Lock()
	defer c.eval.Unlock()
	// Not before: the answer's version covers what another call has found in a
	// filter that is newer than the list.
	c.mu.Lock()
	filters := slices.Clone(c.filters)
	c.mu.Unlock()
	from, fault := c.parsePosition(w.version)
	if fault != nil {
		return nil, fault
	}
	var news []pending
	missing := map[*filter]bool{}
	for _, f := range filters {
		f.refresh()
		if len(f.missing) > 0 && f.since > from.sent {
			missing[f] = true
		}
		for id, o := range f.objects {
			if o.changed > from.sent && (o.left == 0 || o.entered <= from.sent) {
				news = append(news, pending{f, id, o})
			}
		}
	}
	slices.SortFunc(news, func(a, b pending) int { return cmp.Compare(a.object.changed, b.object.changed) })
	to := position{c.version, c.version}
	truncated := w.max > 0 && len(news) > w.max
	if truncated {
		news = news[:w.max]
		to = position{from.base, news[w.max-1].object.changed}
	}
	if len(news) == 0 && len(missing) == 0 {
		return nil, nil
	}
	set := &vim.UpdateSet{Version: to.String(), FilterSet: filterUpdates(filters, news, missing, from)}
	if truncated {
		set.Truncated = &truncated
	}
	return set, nil
}

func filterUpdates(filters []*filter, news []pending, missing map[*filter]bool, from position) []vim.PropertyFilterUpdate {
	byFilter := map[*filter]*vim.PropertyFilterUpdate{}
	update := func(f *filter) *vim.PropertyFilterUpdate {
		if byFilter[f] == nil {
			byFilter[f] = &vim.PropertyFilterUpdate{Filter: f.Self}
		}
		return byFilter[f]
	}
	for f := range missing {
		for _, id := range f.missing {
			u := update(f)
			u.MissingSet = append(u.MissingSet, vim.MissingObject{Obj: id, Fault: localized(&vim.ManagedObjectNotFound{Obj: id})})
		}
	}
	for _, p := range news {
		u := update(p.filter)
		u.ObjectSet = append(u.ObjectSet, p.update(from))
	}
	var all []vim.PropertyFilterUpdate
	for _, f := range filters {
		if u := byFilter[f]; u != nil {
			all = append(all, *u)
		}
	}
	return all
}

// update tells a caller who knows the position what has become of the object.
func (p *pending) update(from position) vim.ObjectUpdate {
	u := vim.ObjectUpdate{Obj: p.id, Kind: vim.ObjectUpdateKindModify}
	if p.object.left > 0 {
		u.Kind = vim.ObjectUpdateKindLeave
		return u
	}
	known := from.base
	if p.object.entered > from.sent {
		u.Kind = vim.ObjectUpdateKindEnter
		known = 0
	}
	for name, prop := range p.object.props {
		if prop.version <= known || prop.val == nil && u.Kind == vim.ObjectUpdateKindEnter {
			continue
		}
		u.ChangeSet = append(u.ChangeSet, vim.PropertyChange{Name: name, Op: vim.PropertyChangeOpAssign, Val: prop.val})
	}
	slices.SortFunc(u.ChangeSet, func(a, b vim.PropertyChange) int { return cmp.Compare(a.Name, b.Name) })
	return u
}

func localized(fault vim.BaseMethodFault) vim.LocalizedMethodFault {
	return vim.LocalizedMethodFault{Fault: fault, LocalizedMessage: faultText(fault)}
}
