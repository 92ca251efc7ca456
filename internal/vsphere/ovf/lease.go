// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package ovf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

const (
	// pace is how often the progress of an upload is reported. It also keeps the
	// lease alive, so that one with a short life is told more often.
	pace = 10 * time.Second
	// abortTime bounds giving a lease up when the operation itself is over.
	abortTime = 10 * time.Second
)

// lease is the permission to fill the disks of a machine that is being imported.
type lease struct {
	c    *vsphere.Client
	ref  vsphere.Ref
	info vim.HttpNfcLeaseInfo
	load *Import

	total int64 // bytes; 0 where the package does not say
	sent  atomic.Int64
}

// Run makes the machine and fills its disks. When it fails the machine is
// removed again. If that fails as well, the error comes with the machine.
func (i *Import) Run(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	res, err := methods.ImportVApp(ctx, c, &vim.ImportVApp{This: i.target.Pool, Spec: i.Spec, Folder: i.target.Folder, Host: i.target.Host})
	if err != nil {
		return vsphere.Ref{}, err
	}
	l := &lease{c: c, ref: res.Returnval, load: i}
	for _, f := range i.files {
		l.total += f.Size
	}
	err = l.ready(ctx)
	if err == nil {
		err = l.transfer(ctx)
	}
	if err == nil {
		err = l.complete(ctx)
	}
	if err == nil {
		return l.info.Entity, nil
	}
	if e := l.abort(ctx); e != nil && l.info.Entity.Value != "" {
		return l.info.Entity, errors.Join(err, fmt.Errorf("removing the unfinished machine: %w", e))
	}
	return vsphere.Ref{}, err
}

// ready waits until the machine is there and the hosts take its disks.
func (l *lease) ready(ctx context.Context) error {
	return l.c.WaitFor(ctx, l.ref, []string{"state", "error", "info"}, func(o vim.ObjectContent) (bool, error) {
		var state vim.HttpNfcLeaseState
		var fault vim.LocalizedMethodFault
		for _, p := range o.PropSet {
			switch v := p.Val.(type) {
			case vim.HttpNfcLeaseState:
				state = v
			case vim.LocalizedMethodFault:
				fault = v
			case vim.HttpNfcLeaseInfo:
				l.info = v
			}
		}
		switch {
		case state == vim.HttpNfcLeaseStateError && fault.Fault == nil:
			return false, errors.New("vCenter gave up the import without saying why")
		case state == vim.HttpNfcLeaseStateError:
			return false, &vsphere.TaskError{Name: "ImportVApp", Entity: l.load.target.Name, Cause: &fault}
		}
		return state == vim.HttpNfcLeaseStateReady && l.info.Entity.Value != "", nil
	})
}

// transfer sends every file, and reports the progress meanwhile.
func (l *lease) transfer(ctx context.Context) error {
	devices, err := l.devices()
	if err != nil {
		return err
	}
	var names []string
	for _, f := range l.load.files {
		names = append(names, f.Path)
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		err := l.report(ctx)
		stop() // nobody would take the rest
		ended <- err
	}()
	err = l.load.pkg.Each(ctx, names, func(name string, size int64, r io.Reader) error {
		return l.upload(ctx, devices[name], size, r)
	})
	stop()
	if lost := <-ended; lost != nil && err != nil {
		return lost // which is why the upload was broken off
	}
	return err
}

// report tells the lease how far the upload is until ctx ends, or returns that
// the lease is gone.
func (l *lease) report(ctx context.Context) error {
	tick := time.NewTicker(l.pace())
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := l.progress(ctx, l.percent())
		if vsphere.Gone(err) || vsphere.IsFault[vim.InvalidState](err) || vsphere.IsFault[vim.Timedout](err) {
			return fmt.Errorf("vCenter has ended the upload: %w", err)
		}
	}
}

func (l *lease) pace() time.Duration {
	if life := time.Duration(l.info.LeaseTimeout) * time.Second; life > 0 {
		return min(pace, life/3)
	}
	return pace
}

// percent is short of 100, which is said when the last file has been checked.
func (l *lease) percent() int32 {
	if l.total <= 0 {
		return 0
	}
	return int32(min(l.sent.Load()*100/l.total, 99))
}

func (l *lease) progress(ctx context.Context, percent int32) error {
	_, err := methods.HttpNfcLeaseProgress(ctx, l.c, &vim.HttpNfcLeaseProgress{This: l.ref, Percent: percent})
	return err
}

func (l *lease) complete(ctx context.Context) error {
	if err := l.progress(ctx, 100); err != nil {
		return err
	}
	_, err := methods.HttpNfcLeaseComplete(ctx, l.c, &vim.HttpNfcLeaseComplete{This: l.ref})
	return err
}

// abort gives the lease up, and with it the machine, also when ctx has ended. A
// lease that vCenter has ended is an error of which it has removed the machine.
func (l *lease) abort(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTime)
	defer cancel()
	_, err := methods.HttpNfcLeaseAbort(ctx, l.c, &vim.HttpNfcLeaseAbort{This: l.ref})
	return err
}
