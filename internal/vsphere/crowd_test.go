// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// TestCrowdOfMachines has more operations under way than there are connections, each of
// several tasks and reads. Every one ends.
func TestCrowdOfMachines(t *testing.T) {
	t.Parallel()
	for _, latency := range []time.Duration{0, 5 * time.Millisecond} {
		t.Run(latency.String(), func(t *testing.T) {
			t.Parallel()
			v := start(t, simulator.Options{Latency: latency})
			c := connect(t, v, configFor(v))
			lives := lives{v, c, ref(t, v, "/DC0/vm/templates/template-linux"), ref(t, v, "/DC0/host/DC0_C0/Resources"), ref(t, v, "/DC0/vm")}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					if err := lives.live(ctx, fmt.Sprint("m", i)); err != nil {
						t.Errorf("machine %d: %v", i, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

// lives is what the machines of a crowd have in common.
type lives struct {
	v                      *simulator.VCenter
	c                      *vsphere.Client
	template, pool, folder vsphere.Ref
}

// live clones a machine, changes it, reads it and destroys it.
func (c *lives) live(ctx context.Context, name string) error {
	cloned, err := methods.CloneVM_Task(ctx, c.c, &vim.CloneVM_Task{This: c.template, Folder: c.folder, Name: name, Spec: vim.VirtualMachineCloneSpec{
		Location: vim.VirtualMachineRelocateSpec{Pool: &c.pool}, PowerOn: true,
	}})
	if err != nil {
		return err
	}
	info, err := c.c.Wait(ctx, cloned.Returnval, nil)
	if err != nil {
		return err
	}
	vm := info.Result.(vsphere.Ref)
	for _, begin := range []func() (vsphere.Ref, error){
		func() (vsphere.Ref, error) {
			res, err := methods.ReconfigVM_Task(ctx, c.c, &vim.ReconfigVM_Task{This: vm, Spec: vim.VirtualMachineConfigSpec{Annotation: name}})
			if err != nil {
				return vsphere.Ref{}, err
			}
			return res.Returnval, nil
		},
		func() (vsphere.Ref, error) {
			m, err := vsphere.Get[mo.VirtualMachine](ctx, c.c, vm, "config.annotation", "runtime.powerState")
			if err != nil {
				return vsphere.Ref{}, err
			}
			if m.Config.Annotation != name || m.Runtime.PowerState != vim.VirtualMachinePowerStatePoweredOn {
				return vsphere.Ref{}, fmt.Errorf("%+v %s", m.Config, m.Runtime.PowerState)
			}
			res, err := methods.PowerOffVM_Task(ctx, c.c, &vim.PowerOffVM_Task{This: vm})
			if err != nil {
				return vsphere.Ref{}, err
			}
			return res.Returnval, nil
		},
		func() (vsphere.Ref, error) {
			res, err := methods.Destroy_Task(ctx, c.c, &vim.Destroy_Task{This: vm})
			if err != nil {
				return vsphere.Ref{}, err
			}
			return res.Returnval, nil
		},
	} {
		task, err := begin()
		if err != nil {
			return err
		}
		if _, err := c.c.Wait(ctx, task, nil); err != nil {
			return err
		}
	}
	return nil
}
