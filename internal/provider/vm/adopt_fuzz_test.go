// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// oddTypes are what may stand where vSphere has an interface: devices, backings
// and others that an import meets, and some that belong elsewhere.
var oddTypes = []reflect.Type{
	reflect.TypeFor[vim.VirtualDisk](), reflect.TypeFor[vim.VirtualDisk](), reflect.TypeFor[vim.ParaVirtualSCSIController](),
	reflect.TypeFor[vim.VirtualLsiLogicSASController](), reflect.TypeFor[vim.VirtualBusLogicController](), reflect.TypeFor[vim.VirtualAHCIController](),
	reflect.TypeFor[vim.VirtualIDEController](), reflect.TypeFor[vim.VirtualNVMEController](), reflect.TypeFor[vim.VirtualPCIController](),
	reflect.TypeFor[vim.VirtualVmxnet3](), reflect.TypeFor[vim.VirtualSriovEthernetCard](), reflect.TypeFor[vim.VirtualPCNet32](),
	reflect.TypeFor[vim.VirtualCdrom](), reflect.TypeFor[vim.VirtualTPM](), reflect.TypeFor[vim.VirtualMachineVideoCard](),
	reflect.TypeFor[vim.VirtualPCIPassthrough](), reflect.TypeFor[vim.VirtualDevice](),
	reflect.TypeFor[vim.VirtualDiskFlatVer2BackingInfo](), reflect.TypeFor[vim.VirtualDiskRawDiskMappingVer1BackingInfo](),
	reflect.TypeFor[vim.VirtualDiskSeSparseBackingInfo](), reflect.TypeFor[vim.VirtualDiskRawDiskVer2BackingInfo](),
	reflect.TypeFor[vim.VirtualEthernetCardNetworkBackingInfo](), reflect.TypeFor[vim.VirtualEthernetCardDistributedVirtualPortBackingInfo](),
	reflect.TypeFor[vim.VirtualEthernetCardOpaqueNetworkBackingInfo](), reflect.TypeFor[vim.VirtualCdromIsoBackingInfo](),
	reflect.TypeFor[vim.VirtualCdromRemotePassthroughBackingInfo](), reflect.TypeFor[vim.VirtualPCIPassthroughDeviceBackingInfo](),
	reflect.TypeFor[vim.VirtualPCIPassthroughVmiopBackingInfo](), reflect.TypeFor[vim.Description](), reflect.TypeFor[vim.OptionValue](),
	reflect.TypeFor[vim.VmConfigInfo](),
}

var oddTexts = []string{"", "vmx-21", "vmx-", "[ds] a/b.vmdk", "[", "custom", "efi", "Hard disk 1", "true", "\xff"}

// scramble fills a value with what a server may say, and with what it should not.
func scramble(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				scramble(r, v.Field(i), depth)
			}
		}
	case reflect.Pointer:
		if depth > 0 && r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			scramble(r, v.Elem(), depth-1)
		}
	case reflect.Interface:
		scrambleInterface(r, v, depth)
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), r.IntN(5), 5))
			for i := range v.Len() {
				scramble(r, v.Index(i), depth-1)
			}
		}
	case reflect.String:
		v.SetString(oddTexts[r.IntN(len(oddTexts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int32:
		v.SetInt([]int64{0, 1, 2, 7, 15, 100, 200, 1000, 2000, -1, 1 << 30}[r.IntN(11)])
	case reflect.Int64:
		v.SetInt([]int64{0, 1, -1, 1 << 30, 1 << 62}[r.IntN(5)])
	}
}

// scrambleInterface puts in a type that fits, a nil pointer to one, or nothing.
func scrambleInterface(r *rand.Rand, v reflect.Value, depth int) {
	if depth == 0 || r.IntN(8) == 0 {
		return
	}
	for range 40 {
		p := reflect.PointerTo(oddTypes[r.IntN(len(oddTypes))])
		if !p.Implements(v.Type()) {
			continue
		}
		x := reflect.Zero(p)
		if r.IntN(10) > 0 {
			x = reflect.New(p.Elem())
			scramble(r, x.Elem(), depth-1)
		}
		v.Set(x)
		return
	}
}

// adoptOdd imports and reads a machine that cannot be.
func adoptOdd(t *testing.T, seed uint64) {
	t.Helper()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(seed, 17))
	vm := mo.VirtualMachine{Config: new(vim.VirtualMachineConfigInfo)}
	scramble(r, reflect.ValueOf(vm.Config).Elem(), 4)
	scramble(r, reflect.ValueOf(&vm.Runtime).Elem(), 2)
	scramble(r, reflect.ValueOf(&vm.Guest).Elem(), 4)
	devices := reflect.ValueOf(&vm.Config.Hardware.Device).Elem()
	devices.Set(reflect.MakeSlice(devices.Type(), r.IntN(16), 16))
	for i := range devices.Len() {
		scramble(r, devices.Index(i), 4)
	}
	var m model
	if err := m.adopt(ctx, &vm); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	m.configModel.flatten(vm.Config)
	m.powerModel.flatten(vm.Runtime.PowerState, vm.Guest)
	_ = transports(vm.Config)
	var first model
	for pass := range 2 {
		if err := m.readDevices(ctx, vm.Config.Hardware.Device); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if pass == 0 {
			first = m
		}
	}
	if !first.Disks.Equal(m.Disks) || !first.NICs.Equal(m.NICs) {
		t.Fatalf("seed %d: read again the devices are others", seed)
	}
	_ = m.expand(vm.Config, &m.configModel)
}

// TestAdoptOdd: whatever a server reports of a machine, an import of it ends in
// no panic, and a second read finds the same devices.
func TestAdoptOdd(t *testing.T) {
	t.Parallel()
	n := uint64(3000)
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		adoptOdd(t, seed)
	}
}

func FuzzAdopt(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { adoptOdd(t, seed) })
}
