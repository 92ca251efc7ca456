// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
)

// demo is one run.
type demo struct {
	*report
	cli       cli
	vc        *simulator.VCenter
	phases    []phase
	machines  []machine // after the last apply
	inventory struct{ before, between []string }
}

// phase is what one command cost.
type phase struct {
	name  string
	calls simulator.Calls
	took  time.Duration
}

// run runs the whole demo. Whatever it started has ended when it returns.
func run(ctx context.Context, o options, r *report) (err error) {
	space, err := newWorkspace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, space.remove()) }()
	vc, err := simulator.Start(simulator.Options{Latency: o.latency})
	if err != nil {
		return err
	}
	defer vc.Close()
	vc.GuestBoots(bootTime, new(leases).boot)
	if err := space.fill(o.stack, o.provider, vc.CAPEM()); err != nil {
		return err
	}
	d := &demo{report: r, vc: vc, cli: cli{
		path: o.cli, dir: space.path("stack"), environ: space.environ(os.Environ(), vc), grace: 15 * time.Second,
	}}
	if err := d.introduce(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		d.init, d.trust, d.plan, d.apply, d.planAgain, d.planChange, d.applyChange, d.planAgainChanged, d.outputs, d.destroy, d.summary,
	} {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				d.note("%d sessions are open at vCenter", vc.Sessions())
			}
			return err
		}
	}
	return nil
}

// introduce says what runs against what.
func (d *demo) introduce(ctx context.Context) error {
	version, err := d.cli.version(ctx)
	if err != nil {
		return err
	}
	d.title("A VM stack on a simulated vCenter")
	d.note("command line  %s (%s)", version, d.cli.path)
	d.note("provider      %s", provider.Address)
	d.note("vCenter       simulator at https://%s, certificate %s...", d.vc.Server(), d.vc.Thumbprint()[:23])
	d.note("trust         ca_file with the simulator's own CA: the certificate is verified")
	d.inventory.before = d.vc.Inventory()
	return nil
}

// do runs one command as a phase: its calls of vCenter are counted, and no
// session may be left when it ends. It returns the exit code; codes in fine
// are no errors.
func (d *demo) do(ctx context.Context, name string, keep func(string) bool, fine []int, args ...string) (int, error) {
	d.vc.ResetCalls()
	began := time.Now()
	out := d.command(keep)
	code, err := d.cli.run(ctx, out, args...)
	out.flush()
	if slices.Contains(fine, code) {
		err = nil
	}
	if err != nil {
		return code, err
	}
	p := phase{name: name, calls: d.vc.Calls(), took: time.Since(began)}
	d.phases = append(d.phases, p)
	if n := d.vc.Sessions(); n != 0 {
		return code, fmt.Errorf("%s left %d sessions open at vCenter", name, n)
	}
	d.note("%s, %d calls of vCenter, 0 sessions left", seconds(p.took), p.calls.Total)
	return code, nil
}

// summary shows the cost of each phase, and that vCenter is as it was.
func (d *demo) summary(context.Context) error {
	d.section("Calls", "what each phase cost")
	rows := [][]string{{"", "SOAP", "REST", "logins", "connections", "time"}}
	var total phase
	for _, p := range d.phases {
		rows = append(rows, p.row())
		total.calls.SOAP += p.calls.SOAP
		total.calls.REST += p.calls.REST
		total.calls.Logins += p.calls.Logins
		total.calls.Connections += p.calls.Connections
		total.took += p.took
	}
	total.name = "together"
	d.table(append(rows, total.row()))

	d.section("Inventory", "what vCenter has, counted by kind")
	after := d.vc.Inventory()
	d.table(inventoryRows(d.inventory.before, d.inventory.between, after))
	if !slices.Equal(d.inventory.before, after) {
		return fmt.Errorf("destroy left another inventory:\nmore    %q\nmissing %q", without(after, d.inventory.before), without(d.inventory.before, after))
	}
	d.proved("the inventory is what it was before: nothing of the stack is left")
	if n := d.vc.Sessions(); n != 0 {
		return fmt.Errorf("%d sessions are left at vCenter", n)
	}
	d.proved("0 sessions are left")
	return nil
}

func (p phase) row() []string {
	c := p.calls
	return []string{p.name, strconv.Itoa(c.SOAP), strconv.Itoa(c.REST), strconv.Itoa(c.Logins), strconv.Itoa(c.Connections), seconds(p.took)}
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}
