// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

// watches is every wait of this client, for tasks and for properties of other
// objects. They share one property collector of our own and one long poll.
// govmomi's waits on the collector of the session lose updates when two of them
// run at the same time.
type watches struct {
	client *Client
	filter *loader[watchKey, struct{}] // joins the new watches of a few milliseconds into one filter

	opening   flight[struct{}]
	mu        sync.Mutex
	by        map[Ref]map[*watch]struct{}
	collector Ref    // zero before the first
	version   string // of its last update, empty before the first
	filters   int    // that it has
	polling   bool
	closed    bool
	stop      context.CancelFunc
	poll      sync.WaitGroup
}

// watchKey says what is watched: an object and its properties, joined by commas.
type watchKey struct {
	ref   Ref
	props string
}

// watch is one wait. Changes accumulate until the waiter takes them.
type watch struct {
	key     watchKey
	changed chan struct{} // has room for one
	mu      sync.Mutex
	values  map[string]any
	err     error
}

const (
	// pollSeconds is how long one poll waits on the server for something to happen.
	pollSeconds = 60
	// maxFilters is when a collector makes way for a new one, which has filters
	// only for what is still waited for: destroying each would be a call each.
	maxFilters = 250
)

func (w *watches) init(c *Client) {
	w.client = c
	w.by = map[Ref]map[*watch]struct{}{}
	w.filter = newLoader(200, each(w.createFilters, nothing[watchKey]))
}

// wait calls done with the properties of ref, now and after every change, until
// it returns true or an error.
func (w *watches) wait(ctx context.Context, ref Ref, props []string, done func(map[string]any) (bool, error)) error {
	one := &watch{key: watchKey{ref, strings.Join(props, ",")}, changed: make(chan struct{}, 1), values: map[string]any{}}
	if err := w.join(one); err != nil {
		return err
	}
	defer w.leave(one)
	if _, err := w.filter.Load(ctx, one.key); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-one.changed:
		}
		values, err := one.take()
		if err != nil {
			return err
		}
		if ok, err := done(values); ok || err != nil {
			return err
		}
	}
}

func (w *watches) join(one *watch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	if w.by[one.key.ref] == nil {
		w.by[one.key.ref] = map[*watch]struct{}{}
	}
	w.by[one.key.ref][one] = struct{}{}
	return nil
}

func (w *watches) leave(one *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by[one.key.ref], one)
	if len(w.by[one.key.ref]) == 0 {
		delete(w.by, one.key.ref)
	}
}

// take returns a copy of what is known, and the error that ended the watch.
func (one *watch) take() (map[string]any, error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	return maps.Clone(one.values), one.err
}

func (one *watch) tell(changes []vim.PropertyChange, err error) {
	one.mu.Lock()
	for _, change := range changes {
		if slices.Contains(strings.Split(one.key.props, ","), change.Name) {
			one.values[change.Name] = change.Val
		}
	}
	if err != nil {
		one.err = err
	}
	one.mu.Unlock()
	select {
	case one.changed <- struct{}{}:
	default: // it has not looked at the last change yet
	}
}

// createFilters makes the collector report on objects: one filter for all that
// watch the same properties. A poll that is under way reports them too.
func (w *watches) createFilters(ctx context.Context, keys []watchKey) (map[watchKey]struct{}, error) {
	lost := Ref{}
	for {
		collector, err := w.open(ctx, lost)
		if err != nil {
			return nil, err
		}
		err = w.addFilters(ctx, collector, keys)
		if f, ok := FaultAs[vim.ManagedObjectNotFound](err); ok && f.Obj == collector && lost != collector {
			lost = collector // a new session does not have the old one's collector
			continue
		}
		if err != nil {
			return nil, err
		}
		w.startPolling(ctx)
		return nil, nil
	}
}

func (w *watches) addFilters(ctx context.Context, collector Ref, keys []watchKey) error {
	specs := map[watchKey]*vim.PropertyFilterSpec{}
	for _, key := range keys {
		kind := watchKey{NewRef(key.ref.Type, ""), key.props}
		if specs[kind] == nil {
			specs[kind] = &vim.PropertyFilterSpec{
				PropSet:                       []vim.PropertySpec{{Type: key.ref.Type, PathSet: strings.Split(key.props, ",")}},
				ReportMissingObjectsInResults: vim.NewBool(true),
			}
		}
		specs[kind].ObjectSet = append(specs[kind].ObjectSet, vim.ObjectSpec{Obj: key.ref, Skip: vim.NewBool(false)})
	}
	for _, spec := range specs {
		if _, err := methods.CreateFilter(ctx, w.client, &vim.CreateFilter{This: collector, Spec: *spec}); err != nil {
			return err
		}
		w.mu.Lock()
		w.filters++
		w.mu.Unlock()
	}
	return nil
}

// open returns the collector, making one when there is none or it is lost.
func (w *watches) open(ctx context.Context, lost Ref) (Ref, error) {
	for {
		_, err := w.opening.Do(ctx, func(ctx context.Context) (struct{}, error) {
			if _, ok := w.have(lost); ok {
				return struct{}{}, nil
			}
			return struct{}{}, w.create(ctx, lost != Ref{})
		})
		if err != nil {
			return Ref{}, err
		}
		// It may be the lost one still if somebody else's run was joined.
		if collector, ok := w.have(lost); ok {
			return collector, nil
		}
	}
}

// have returns the collector if there is one and it is not lost.
func (w *watches) have(lost Ref) (Ref, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.collector, w.collector != Ref{} && w.collector != lost
}

// create makes the collector. One that replaces another reports on everything
// that is waited for, and what has changed meanwhile comes with its first report.
func (w *watches) create(ctx context.Context, replace bool) error {
	res, err := methods.CreatePropertyCollector(ctx, w.client, &vim.CreatePropertyCollector{This: w.client.ServiceContent.PropertyCollector})
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.filters = 0
	var keys []watchKey
	for _, ones := range w.by {
		for one := range ones {
			if replace && !slices.Contains(keys, one.key) {
				keys = append(keys, one.key)
			}
		}
	}
	w.mu.Unlock()
	if err := w.addFilters(ctx, res.Returnval, keys); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.collector, w.version = res.Returnval, ""
	return nil
}

func (w *watches) startPolling(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.polling || w.closed {
		return
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx)) // it serves many operations
	w.polling, w.stop = true, stop
	w.poll.Add(1)
	go func() {
		defer w.poll.Done()
		defer stop()
		w.run(ctx)
	}()
}

// run polls for as long as somebody waits. A poll during which the last one
// leaves goes on: those who come next find it waiting for them.
func (w *watches) run(ctx context.Context) {
	failing := time.Time{} // since when
	for {
		collector, version, ok := w.next()
		if !ok {
			return
		}
		wait := int32(pollSeconds)
		res, err := methods.WaitForUpdatesEx(ctx, w.client, &vim.WaitForUpdatesEx{
			This: collector, Version: version, Options: &vim.WaitOptions{MaxWaitSeconds: &wait},
		})
		if err == nil {
			failing = time.Time{}
			w.deliver(collector, res.Returnval)
			err = w.shrink(ctx, collector)
		} else if lostCollector(err) {
			_, err = w.open(ctx, collector)
		}
		if err == nil {
			continue
		}
		if failing.IsZero() {
			failing = time.Now()
		}
		if !w.rest(ctx, err, failing) {
			return
		}
	}
}

// next returns what to poll for; ok is false when nobody waits.
func (w *watches) next() (collector Ref, version string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.by) == 0 || w.closed {
		w.polling = false
		return Ref{}, "", false
	}
	return w.collector, w.version, true
}

// rest lets a failing server have a second. It reports false when ctx has ended.
// When there is no hope any more every wait ends.
func (w *watches) rest(ctx context.Context, err error, since time.Time) bool {
	if ctx.Err() != nil {
		return false
	}
	if IsFault[vim.InvalidLogin](err) || time.Since(since) > w.client.config.APITimeout {
		w.fail(err)
		return true
	}
	select {
	case <-time.After(time.Second):
		return true
	case <-ctx.Done():
		return false
	}
}

// shrink replaces a collector that has many filters.
func (w *watches) shrink(ctx context.Context, collector Ref) error {
	w.mu.Lock()
	full := w.filters >= maxFilters && w.collector == collector
	w.mu.Unlock()
	if !full {
		return nil
	}
	if _, err := w.open(ctx, collector); err != nil {
		return err
	}
	_, err := methods.DestroyPropertyCollector(ctx, w.client, &vim.DestroyPropertyCollector{This: collector})
	return err
}

// deliver hands updates to those who wait for them. It is nil when none came.
func (w *watches) deliver(collector Ref, set *vim.UpdateSet) {
	if set == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.collector == collector {
		w.version = set.Version
	}
	for _, f := range set.FilterSet {
		for _, missing := range f.MissingSet {
			for one := range w.by[missing.Obj] {
				one.tell(nil, gone(missing.Obj))
			}
		}
		for _, update := range f.ObjectSet {
			for one := range w.by[update.Obj] {
				if update.Kind == vim.ObjectUpdateKindLeave {
					one.tell(nil, gone(update.Obj))
					continue
				}
				one.tell(update.ChangeSet, nil)
			}
		}
	}
}

func lostCollector(err error) bool {
	return Gone(err) || IsFault[vim.NotAuthenticated](err) || IsFault[vim.InvalidCollectorVersion](err)
}

// fail ends every wait.
func (w *watches) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ones := range w.by {
		for one := range ones {
			one.tell(nil, err)
		}
	}
	w.by = map[Ref]map[*watch]struct{}{}
}

// close ends the poll and all waits. The collector goes with the session.
func (w *watches) close(ctx context.Context) {
	w.mu.Lock()
	w.closed = true
	if w.stop != nil {
		w.stop()
	}
	w.mu.Unlock()
	w.fail(errClosed)
	ended := make(chan struct{})
	go func() {
		w.poll.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}
