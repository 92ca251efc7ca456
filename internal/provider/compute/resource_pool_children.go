// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// named is how many of the objects inside a pool an error names.
const named = 10

// stillInside returns the error of a pool that cannot be deleted because of
// what it holds.
func stillInside(ctx context.Context, c *vsphere.Client, inside []vsphere.Ref) error {
	names := make([]string, min(len(inside), named))
	var group sync.WaitGroup
	for i, ref := range inside[:len(names)] {
		group.Go(func() {
			names[i] = fmt.Sprintf("%s %q", kindWords(ref.Type), ref.Value) // if the name cannot be read
			if entity, err := vsphere.Get[mo.ManagedEntity](ctx, c, ref, "name"); err == nil {
				names[i] = fmt.Sprintf("%s %q", kindWords(ref.Type), entity.Name)
			}
		})
	}
	group.Wait()
	slices.Sort(names)
	list := strings.Join(names, ", ")
	if more := len(inside) - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Errorf("it still holds %s: move or delete them first", list)
}

func kindWords(kind string) string {
	switch kind {
	case "VirtualMachine":
		return "virtual machine"
	case "VirtualApp":
		return "vApp"
	}
	return "resource pool"
}
