// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package device

import (
	"reflect"

	vim "github.com/vmware/govmomi/vim25/types"
)

// base returns the common part of a device, nil when there is none: interfaces
// that hold a nil pointer occur where a device type is unknown to the decoder.
func base(d vim.BaseVirtualDevice) *vim.VirtualDevice {
	if isNil(d) {
		return nil
	}
	return d.GetVirtualDevice()
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// shallow copies what p points to, so that an edit leaves the original alone.
func shallow[T any](p T) T {
	from := reflect.ValueOf(p)
	to := reflect.New(from.Type().Elem())
	to.Elem().Set(from.Elem())
	return to.Interface().(T)
}

// byKey indexes devices; of devices with one key the first counts.
func byKey(devices []vim.BaseVirtualDevice) map[int32]vim.BaseVirtualDevice {
	m := make(map[int32]vim.BaseVirtualDevice, len(devices))
	for _, d := range devices {
		b := base(d)
		if b == nil {
			continue
		}
		if _, taken := m[b.Key]; !taken {
			m[b.Key] = d
		}
	}
	return m
}

// keys hands out temporary keys: negative, so that they cannot be those of
// existing devices, and below every key in use.
type keys struct{ last int32 }

func newKeys(devices []vim.BaseVirtualDevice) *keys {
	k := &keys{last: -100}
	for _, d := range devices {
		if b := base(d); b != nil {
			k.last = min(k.last, b.Key)
		}
	}
	return k
}

func (k *keys) next() int32 {
	k.last--
	return k.last
}

// deviceLabel returns the label that vSphere shows, such as "Hard disk 1".
func deviceLabel(d *vim.VirtualDevice) string {
	if isNil(d.DeviceInfo) {
		return ""
	}
	return d.DeviceInfo.GetDescription().Label
}

func ptr[T any](v T) *T { return &v }

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
