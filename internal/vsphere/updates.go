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
	collector Ref    // zero when there is none (any more)
	version   string // of the last update, empty before the first
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

// pollSeconds is how long one poll waits on the server for something to happen.
const pollSeconds = 60

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
	collector, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.addFilters(ctx, collector, keys); err != nil {
		return nil, err
	}
	w.startPolling()
	return map[watchKey]struct{}{}, nil
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
	}
	return nil
}

// open returns the collector, making one when there is none.
func (w *watches) open(ctx context.Context) (Ref, error) {
	_, err := w.opening.Do(ctx, func(ctx context.Context) (struct{}, error) {
		w.mu.Lock()
		have := w.collector != (Ref{})
		w.mu.Unlock()
		if have {
			return struct{}{}, nil
		}
		res, err := methods.CreatePropertyCollector(ctx, w.client, &vim.CreatePropertyCollector{This: w.client.ServiceContent.PropertyCollector})
		if err != nil {
			return struct{}{}, err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.collector, w.version = res.Returnval, ""
		return struct{}{}, nil
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.collector, err
}

func (w *watches) startPolling() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.polling || w.closed {
		return
	}
	ctx, stop := context.WithCancel(context.Background()) //nolint:gocritic // the poll serves many operations
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
	failing := time.Time{}
	for {
		collector, version, ok := w.next()
		if !ok {
			return
		}
		wait := int32(pollSeconds)
		res, err := methods.WaitForUpdatesEx(ctx, w.client, &vim.WaitForUpdatesEx{
			This: collector, Version: version, Options: &vim.WaitOptions{MaxWaitSeconds: &wait},
		})
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			failing = time.Time{}
			w.deliver(res.Returnval)
		case !w.recover(ctx, err, &failing):
			w.fail(err)
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

// deliver hands updates to those who wait for them. It is nil when none came.
func (w *watches) deliver(set *vim.UpdateSet) {
	if set == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.version = set.Version
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

// recover makes the collector anew when the server has lost it, as after a new
// login, and lets a failing network rest. It reports false when there is no
// more hope.
func (w *watches) recover(ctx context.Context, err error, failing *time.Time) bool {
	if failing.IsZero() {
		*failing = time.Now()
	}
	if time.Since(*failing) > w.client.config.APITimeout {
		return false
	}
	if lostCollector(err) && w.renew(ctx) == nil {
		return true
	}
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
	return true
}

func lostCollector(err error) bool {
	return Gone(err) || IsFault[vim.NotAuthenticated](err) || IsFault[vim.InvalidCollectorVersion](err)
}

// renew makes a new collector that reports on everything that is waited for.
// What changed meanwhile comes with its first report.
func (w *watches) renew(ctx context.Context) error {
	w.mu.Lock()
	w.collector = Ref{}
	var keys []watchKey
	for _, ones := range w.by {
		for one := range ones {
			if !slices.Contains(keys, one.key) {
				keys = append(keys, one.key)
			}
		}
	}
	w.mu.Unlock()
	collector, err := w.open(ctx)
	if err != nil {
		return err
	}
	return w.addFilters(ctx, collector, keys)
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
	w.collector = Ref{}
}

// close ends the poll. The collector goes with the session.
func (w *watches) close(ctx context.Context) {
	w.mu.Lock()
	w.closed = true
	if w.stop != nil {
		w.stop()
	}
	w.mu.Unlock()
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
