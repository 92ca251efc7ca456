// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/acctest"
)

// Disks in one folder are read by one search, and a disk grows in few calls.
func TestVirtualDisk_calls(t *testing.T) {
	t.Parallel()
	vc := acctest.Start(t)
	p := vc.Connect(t)
	const n = 10
	made := make([]*acctest.Applied, n)
	config := func(i, size int) acctest.Object {
		return acctest.Object{"datastore": "LocalDS_0", "vmdk_path": fmt.Sprintf("data/%d.vmdk", i), "size": size, "type": "thin", "create_directories": true}
	}
	each := func(do func(i int)) int {
		vc.ResetCalls()
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { do(i) })
		}
		wg.Wait()
		return vc.Calls().Total
	}
	created := each(func(i int) { made[i] = p.Apply("vsphere_virtual_disk", nil, config(i, 1)) })
	refreshed := each(func(i int) { fine(t, p.Refresh("vsphere_virtual_disk", made[i])) })
	searches := vc.Calls().Count("SearchDatastore_Task")
	grown := each(func(i int) { made[i] = p.Apply("vsphere_virtual_disk", made[i], config(i, 2)) })
	destroyed := each(func(i int) { fine(t, p.Apply("vsphere_virtual_disk", made[i], nil)) })
	t.Logf("calls for %d disks: create %d, refresh %d (%d searches), grow %d, destroy %d", n, created, refreshed, searches, grown, destroyed)
	for _, limit := range []struct {
		what      string
		got, most int
	}{{"create", created, 5 * n}, {"refresh", refreshed, 15}, {"searches", searches, 3}, {"grow", grown, 3 * n}, {"destroy", destroyed, 2 * n}} {
		if limit.got > limit.most {
			t.Errorf("%s takes %d calls, more than %d", limit.what, limit.got, limit.most)
		}
	}
	for _, disk := range made {
		if disk.State == nil || disk.State["size"] != int64(2) {
			t.Errorf("%v", disk.State)
		}
	}
}

func fine(t *testing.T, applied *acctest.Applied) {
	t.Helper()
	if applied.Failed() {
		t.Errorf("%s: %s", applied.Diagnostics[0].Summary, applied.Diagnostics[0].Detail)
	}
}
