// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/vmware/govmomi/vim25/soap"
)

func same(n int) outcome[int] { return outcome[int]{value: n} }

func TestLoaderJoinsCrowd(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	l := newLoader(256, func(_ context.Context, keys []int) map[int]outcome[int] {
		calls.Add(1)
		time.Sleep(5 * time.Millisecond)
		out := map[int]outcome[int]{}
		for _, k := range keys {
			out[k] = same(k * 2)
		}
		return out
	})
	var wg sync.WaitGroup
	for w := range 10 {
		wg.Go(func() {
			for i := range 10 {
				if v, err := l.Load(t.Context(), w*10+i); err != nil || v != (w*10+i)*2 {
					t.Errorf("key %d: %d %v", w*10+i, v, err)
				}
			}
		})
	}
	wg.Wait()
	if n := calls.Load(); n > 15 {
		t.Errorf("%d calls for 100 asks by ten at a time, want at most 15", n)
	}
}

func TestLoaderLoneAskDoesNotWait(t *testing.T) {
	t.Parallel()
	l := newLoader(256, func(_ context.Context, keys []int) map[int]outcome[int] {
		return map[int]outcome[int]{keys[0]: same(1)}
	})
	if _, err := l.Load(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for i := range 10 {
		if _, err := l.Load(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	if d := time.Since(start); d > 300*time.Millisecond { // not one wait each, on a busy computer
		t.Errorf("ten asks one after the other waited %s", d)
	}
}

func TestLoaderAnswersAreReadAfterTheAsk(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	l := newLoader(256, func(_ context.Context, keys []int) map[int]outcome[int64] {
		read := clock.Add(1)
		time.Sleep(2 * time.Millisecond)
		out := map[int]outcome[int64]{}
		for _, k := range keys {
			out[k] = outcome[int64]{value: read}
		}
		return out
	})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 20 {
				asked := clock.Load()
				if read, _ := l.Load(t.Context(), 1); read <= asked {
					t.Errorf("asked at %d, read at %d", asked, read)
				}
			}
		})
	}
	wg.Wait()
}

func TestLoaderCancelledAskLeavesTheOthers(t *testing.T) {
	t.Parallel()
	under, release := make(chan context.Context, 2), make(chan struct{})
	l := newLoader(2, func(ctx context.Context, keys []int) map[int]outcome[int] {
		under <- ctx
		select {
		case <-release:
		case <-ctx.Done():
		}
		out := map[int]outcome[int]{}
		for _, k := range keys {
			out[k] = outcome[int]{value: k, err: ctx.Err()}
		}
		return out
	})
	ctx, cancel := context.WithCancel(t.Context())
	gone, kept := make(chan error, 1), make(chan error, 1)
	go func() { _, err := l.Load(ctx, 1); gone <- err }()
	go func() { _, err := l.Load(t.Context(), 2); kept <- err }()
	<-under
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled ask: %v", err)
	}
	close(release)
	if err := <-kept; err != nil {
		t.Errorf("the other ask: %v", err)
	}
}

func TestLoaderCallEndsWithItsLastAsk(t *testing.T) {
	t.Parallel()
	under, ended := make(chan struct{}), make(chan struct{})
	l := newLoader(1, func(ctx context.Context, _ []int) map[int]outcome[int] {
		close(under)
		<-ctx.Done()
		close(ended)
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-under; cancel() }()
	if _, err := l.Load(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("the call goes on though nobody wants its answer")
	}
}

func TestLoaderFullBatchDoesNotWaitForTheOneUnderWay(t *testing.T) {
	t.Parallel()
	var sizes sync.Map
	first := make(chan struct{})
	l := newLoader(3, func(_ context.Context, keys []int) map[int]outcome[int] {
		if len(keys) > 3 {
			t.Errorf("%d keys in a batch of at most 3", len(keys))
		}
		sizes.Store(len(keys), true)
		out := map[int]outcome[int]{}
		for _, k := range keys {
			if k == 0 {
				<-first
			}
			out[k] = same(k)
		}
		return out
	})
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = l.Load(t.Context(), 0) })
	time.Sleep(20 * time.Millisecond)
	var rest sync.WaitGroup
	for k := 1; k <= 3; k++ {
		rest.Go(func() { _, _ = l.Load(t.Context(), k) })
	}
	rest.Wait()
	close(first)
	wg.Wait()
}

func TestEachKeepsErrorsToTheirKeys(t *testing.T) {
	t.Parallel()
	bad := soap.WrapVimFault(&vim.InvalidProperty{Name: "nonsense"})
	fetch := each(func(_ context.Context, keys []int) (map[int]int, error) {
		out := map[int]int{}
		for _, k := range keys {
			if k == 5 {
				return nil, bad
			}
			if k != 7 {
				out[k] = k
			}
		}
		return out, nil
	}, func(int) error { return ErrNotFound })
	out := fetch(t.Context(), []int{1, 2, 3, 4, 5, 6, 7, 8})
	for k := 1; k <= 8; k++ {
		var want error
		switch k {
		case 5:
			want = bad
		case 7:
			want = ErrNotFound
		}
		if o := out[k]; !errors.Is(o.err, want) || (want == nil && o.value != k) {
			t.Errorf("key %d: %+v, want error %v", k, o, want)
		}
	}
}

func TestEachDoesNotRepeatAFailedConnection(t *testing.T) {
	t.Parallel()
	calls, down := 0, errors.New("connection refused")
	fetch := each(func(context.Context, []int) (map[int]int, error) { calls++; return nil, down }, nothing[int])
	if out := fetch(t.Context(), []int{1, 2, 3}); calls != 1 || !errors.Is(out[3].err, down) {
		t.Errorf("%d calls, %+v", calls, out)
	}
}
