// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const planFile = "demo.tfplan"

// exitChanges is how plan -detailed-exitcode says that there are changes.
const exitChanges = 2

func (d *demo) init(ctx context.Context) error {
	d.section("1  init", "installs the built provider from a mirror on disk")
	if _, err := d.do(ctx, "init", keepInit, nil, "init", "-input=false", "-no-color"); err != nil {
		return err
	}
	if n := d.vc.Calls().Total; n != 0 {
		return fmt.Errorf("init called vCenter %d times", n)
	}
	d.proved("installed without a network, and without a call of vCenter")
	return nil
}

// trust proves that the certificate is looked at: without the CA, nothing goes.
func (d *demo) trust(ctx context.Context) error {
	d.section("2  trust", "plans without the simulator's CA: must be refused")
	d.vc.ResetCalls()
	stranger := d.cli
	stranger.environ = slices.DeleteFunc(slices.Clone(d.cli.environ), func(entry string) bool { return strings.HasPrefix(entry, caVariable+"=") })
	args := append([]string{"plan", "-input=false", "-no-color"}, first.arguments()...)
	_, err := stranger.run(ctx, d.command(keepNone), args...)
	switch {
	case ctx.Err() != nil:
		return err
	case err == nil:
		return errors.New("the plan went through although no one vouches for vCenter's certificate")
	case !strings.Contains(err.Error(), "certificate"):
		return fmt.Errorf("the plan was refused for another reason than the certificate: %w", err)
	}
	if n := d.vc.Calls().Total; n != 0 {
		return fmt.Errorf("%d requests were sent to a vCenter that no one vouches for", n)
	}
	d.proved("refused for its certificate, before any request or password was sent")
	return nil
}

func (d *demo) plan(ctx context.Context) error {
	d.section("3  plan", "looks up datacenter, cluster, datastore, network and template")
	p, err := d.makePlan(ctx, "plan", first)
	if err != nil {
		return err
	}
	n, want := map[string]int{}, first.objects()
	for _, address := range p.create {
		kind, _, _ := strings.Cut(address, ".")
		n[kind]++
	}
	if !maps.Equal(n, want) || len(p.update)+len(p.replace)+len(p.destroy) > 0 {
		return fmt.Errorf("the plan is to create %v, not %v, to change %d, replace %d and destroy %d", n, want, len(p.update), len(p.replace), len(p.destroy))
	}
	d.proved("%d objects to create, %d of them machines; nothing else is touched", len(p.create), n[machineType])
	return nil
}

func (d *demo) apply(ctx context.Context) error {
	d.section("4  apply", "creates what was planned")
	if _, err := d.do(ctx, "apply", keepApply, nil, "apply", "-input=false", "-no-color", planFile); err != nil {
		return err
	}
	machines, err := d.look(ctx, first)
	if err != nil {
		return err
	}
	d.machines, d.inventory.between = machines, d.vc.Inventory()
	d.proved("vCenter has %d machines in %s, each on, with %d MB, 2 disks, a network card and an address", len(machines), first.folder(), first.memory)
	return nil
}

func (d *demo) planAgain(ctx context.Context) error {
	d.section("5  plan again", "reads everything back")
	return d.noChanges(ctx, "plan again", first)
}

func (d *demo) planChange(ctx context.Context) error {
	d.section("6  change: plan", fmt.Sprintf("memory %d -> %d MB, data disk %d -> %d GB, one more tag", first.memory, changed.memory, first.dataDisk, changed.dataDisk))
	p, err := d.makePlan(ctx, "plan change", changed)
	if err != nil {
		return err
	}
	if err := checkInPlace(p); err != nil {
		return err
	}
	for _, address := range p.update {
		d.note("%s  %s", address, strings.Join(p.changes[address], ", "))
	}
	d.proved("%d machines change in place, 1 tag is created; nothing is replaced or destroyed", len(p.update))
	return nil
}

// checkInPlace holds the plan of the change against what was asked for.
func checkInPlace(p planned) error {
	if len(p.replace)+len(p.destroy) > 0 {
		return fmt.Errorf("the change is not in place: it replaces %q and destroys %q", p.replace, p.destroy)
	}
	if len(p.update) != changed.machines || len(ofType(p.update, machineType)) != changed.machines {
		return fmt.Errorf("the change updates %q, not the %d machines", p.update, changed.machines)
	}
	if len(p.create) != 1 || len(ofType(p.create, "vsphere_tag")) != 1 {
		return fmt.Errorf("the change creates %q, not one tag", p.create)
	}
	return nil
}

func (d *demo) applyChange(ctx context.Context) error {
	d.section("7  change: apply", "reconfigures the machines")
	if _, err := d.do(ctx, "apply change", keepApply, nil, "apply", "-input=false", "-no-color", planFile); err != nil {
		return err
	}
	machines, err := d.look(ctx, changed)
	if err != nil {
		return err
	}
	if !sameMachines(d.machines, machines) {
		return fmt.Errorf("the change replaced machines: they were %+v and are %+v", d.machines, machines)
	}
	d.machines, d.inventory.between = machines, d.vc.Inventory()
	d.proved("vCenter has the same %d machines, now with %d MB and a data disk of %d GB", len(machines), changed.memory, changed.dataDisk)
	return nil
}

func (d *demo) planAgainChanged(ctx context.Context) error {
	d.section("8  plan again", "reads the change back")
	return d.noChanges(ctx, "plan again", changed)
}

func (d *demo) outputs(ctx context.Context) error {
	d.section("9  output", "what the stack tells others")
	if _, err := d.do(ctx, "output", keepAll, nil, "output", "-no-color"); err != nil {
		return err
	}
	told, err := d.cli.addresses(ctx)
	if err != nil {
		return err
	}
	have := map[string]string{}
	for _, m := range d.machines {
		have[m.name] = m.address
	}
	if !maps.Equal(told, have) {
		return fmt.Errorf("the outputs have the addresses %v, and the guests %v", told, have)
	}
	d.proved("each machine has the address that its guest reports")
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	d.section("10  destroy", "removes the stack")
	args := append([]string{"destroy", "-auto-approve", "-input=false", "-no-color"}, changed.arguments()...)
	if _, err := d.do(ctx, "destroy", keepApply, nil, args...); err != nil {
		return err
	}
	if _, found := d.vc.Find(changed.folder()); found {
		return fmt.Errorf("%s is still there", changed.folder())
	}
	d.proved("%s and the machines in it are gone", changed.folder())
	return nil
}

// makePlan plans into planFile, which must have changes.
func (d *demo) makePlan(ctx context.Context, name string, s settings) (planned, error) {
	args := append([]string{"plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=" + planFile}, s.arguments()...)
	code, err := d.do(ctx, name, keepPlan, []int{exitChanges}, args...)
	if err != nil {
		return planned{}, err
	}
	if code != exitChanges {
		return planned{}, fmt.Errorf("%s has no changes", name)
	}
	plan, err := d.cli.showPlan(ctx, planFile)
	if err != nil {
		return planned{}, err
	}
	return summarize(plan), nil
}

// noChanges plans what was just applied.
func (d *demo) noChanges(ctx context.Context, name string, s settings) error {
	args := append([]string{"plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=" + planFile}, s.arguments()...)
	code, err := d.do(ctx, name, keepPlan, []int{exitChanges}, args...)
	if err != nil {
		return err
	}
	if code != exitChanges {
		d.proved("no changes")
		return nil
	}
	plan, err := d.cli.showPlan(ctx, planFile)
	if err != nil {
		return err
	}
	p := summarize(plan)
	for _, address := range p.update {
		d.note("%s  %s", address, strings.Join(p.changes[address], ", "))
	}
	return errors.New("a plan right after apply has changes (-v shows them)")
}

// look compares the machines in vCenter with what was asked for.
func (d *demo) look(ctx context.Context, s settings) ([]machine, error) {
	machines, err := machinesIn(ctx, d.vc, s.folder())
	if err != nil {
		return nil, err
	}
	return machines, s.check(machines)
}
