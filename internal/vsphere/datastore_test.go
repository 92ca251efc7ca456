// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/simulator"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

const gib = 1 << 30

// shelf connects to a simulator and returns a path on its first datastore.
func shelf(t *testing.T) (*simulator.VCenter, *vsphere.Client, vsphere.DatastoreFile) {
	t.Helper()
	v := start(t, simulator.Options{})
	c := connect(t, v, configFor(v))
	ref, _ := v.Find("/DC0/datastore/LocalDS_0")
	root, err := c.OnDatastore(t.Context(), ref, "")
	if err != nil {
		t.Fatal(err)
	}
	return v, c, root
}

type diskMaker struct {
	t *testing.T
	c *vsphere.Client
}

func (d diskMaker) make(f vsphere.DatastoreFile, kind vim.VirtualDiskType) {
	d.t.Helper()
	if err := d.c.CreateDisk(d.t.Context(), f, vsphere.DiskSpec{Type: kind, Adapter: "lsiLogic", Bytes: gib}); err != nil {
		d.t.Fatal(err)
	}
}

func TestDatastoreFile(t *testing.T) {
	t.Parallel()
	f := vsphere.DatastoreFile{DatastoreName: "ds 1"}
	for _, c := range []struct{ file, want string }{
		{f.String(), "[ds 1]"},
		{f.Join("/a//b/", "c.vmdk").String(), "[ds 1] a/b/c.vmdk"},
		{f.Join("a/b.vmdk").Parent().String(), "[ds 1] a"},
		{f.Join("b.vmdk").Parent().String(), "[ds 1]"},
		{f.Join("../../etc").String(), "[ds 1] etc"},
	} {
		if c.file != c.want {
			t.Errorf("%q, not %q", c.file, c.want)
		}
	}
	for name, want := range map[string]bool{"a.vmdk": true, "a-flat.vmdk": false, "a.iso": false, "vmdk": false} {
		if got := f.Join(name).IsDisk(); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestParseDatastorePath(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[ds] a/b.vmdk":              " ds a/b.vmdk",
		"/dc-east/[ds]a.vmdk":        "dc-east ds a.vmdk",
		"/emea/dc-east/[ds 1] /a b.": "emea/dc-east ds 1 /a b.",
		"a.vmdk":                     "error", "[ds]": "error", "[] a": "error", "[ds a": "error", "": "error",
	} {
		datacenter, datastore, file, err := vsphere.ParseDatastorePath(text)
		got := datacenter + " " + datastore + " " + file
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// Files in one folder are looked for by one search, whoever asks.
func TestStatFile_shares(t *testing.T) {
	t.Parallel()
	v, c, root := shelf(t)
	dir := root.Join("data")
	if err := c.MakeDirectory(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	const n = 20
	for i := range n {
		diskMaker{t, c}.make(dir.Join(fmt.Sprintf("d%d.vmdk", i)), vim.VirtualDiskTypeThin)
	}
	v.SetLatency(2e6)
	v.ResetCalls()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			disk, err := c.StatDisk(t.Context(), dir.Join(fmt.Sprintf("d%d.vmdk", i)))
			if err != nil || disk.CapacityKb != 1<<20 || disk.Thin == nil || !*disk.Thin {
				t.Errorf("%+v %v", disk, err)
			}
		})
	}
	wg.Wait()
	if got := v.Calls().Count("SearchDatastore_Task"); got > 3 {
		t.Errorf("%d searches for %d disks", got, n)
	}
}

func TestStatFile_missing(t *testing.T) {
	t.Parallel()
	_, c, root := shelf(t)
	diskMaker{t, c}.make(root.Join("a.vmdk"), vim.VirtualDiskTypeThin)
	for _, name := range []string{"b.vmdk", "none/a.vmdk"} {
		if _, err := c.StatDisk(t.Context(), root.Join(name)); !vsphere.Gone(err) {
			t.Errorf("disk %s: %v", name, err)
		}
		if _, err := c.StatFile(t.Context(), root.Join(name)); !vsphere.Gone(err) {
			t.Errorf("file %s: %v", name, err)
		}
		if err := c.DeleteFile(t.Context(), root.Join(name)); !vsphere.Gone(err) {
			t.Errorf("delete %s: %v", name, err)
		}
	}
	if _, err := c.OnDatastore(t.Context(), vsphere.NewRef("Datastore", "datastore-999"), "a"); !vsphere.Gone(err) {
		t.Errorf("no datastore: %v", err)
	}
}

func TestDisks(t *testing.T) {
	t.Parallel()
	_, c, root := shelf(t)
	ctx, dir := t.Context(), root.Join("a/b")
	if err := c.MakeDirectory(ctx, dir); err != nil {
		t.Fatal(err)
	}
	if err := c.MakeDirectory(ctx, dir); err != nil {
		t.Errorf("a second time: %v", err)
	}
	for _, kind := range []vim.VirtualDiskType{vim.VirtualDiskTypeThin, vim.VirtualDiskTypePreallocated, vim.VirtualDiskTypeEagerZeroedThick} {
		f := dir.Join(string(kind) + ".vmdk")
		diskMaker{t, c}.make(f, kind)
		if got, err := c.DiskType(ctx, f); got != kind || err != nil {
			t.Errorf("%s: %s %v", kind, got, err)
		}
	}
	thin := dir.Join("thin.vmdk")
	if err := c.ExtendDisk(ctx, thin, 2*gib, false); err != nil {
		t.Error(err)
	}
	if err := c.MoveFile(ctx, thin, root.Join("a/c-000001.vmdk"), false); err != nil {
		t.Error(err)
	}
	if err := c.CopyFile(ctx, root.Join("a/c-000001.vmdk"), thin, false); err != nil {
		t.Error(err)
	}
	if disk, err := c.StatDisk(ctx, thin); err != nil || disk.CapacityKb != 2<<20 {
		t.Errorf("%+v %v", disk, err)
	}
	found, err := c.FindDisks(ctx, root.Join("a"))
	var names []string
	for _, f := range found {
		names = append(names, f.String())
	}
	slices.Sort(names)
	want := []string{"[LocalDS_0] a/b/eagerZeroedThick.vmdk", "[LocalDS_0] a/b/preallocated.vmdk", "[LocalDS_0] a/b/thin.vmdk"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%q, not %q (%v)", names, want, err)
	}
	if _, err := c.FindDisks(ctx, root.Join("none")); !vsphere.Gone(err) {
		t.Errorf("no folder: %v", err)
	}
	if err := c.DeleteFile(ctx, thin); err != nil {
		t.Error(err)
	}
}

func TestMachinesWith(t *testing.T) {
	t.Parallel()
	_, c, root := shelf(t)
	names, err := c.MachinesWith(t.Context(), root.Join("DC0_H0_VM0/disk1.vmdk"))
	if err != nil || !slices.Equal(names, []string{"DC0_H0_VM0"}) {
		t.Errorf("%q %v", names, err)
	}
	if names, err := c.MachinesWith(t.Context(), root.Join("none.vmdk")); err != nil || len(names) > 0 {
		t.Errorf("%q %v", names, err)
	}
}

// The disk that a machine had when a snapshot was taken is in use still.
func TestFilesInUse(t *testing.T) {
	t.Parallel()
	v, c, root := shelf(t)
	ref, _ := v.Find("/DC0/vm/DC0_H0_VM0")
	res, err := methods.CreateSnapshot_Task(t.Context(), c, &vim.CreateSnapshot_Task{This: ref, Name: "s"})
	if err == nil {
		_, err = c.Wait(t.Context(), res.Returnval, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	used, err := c.FilesInUse(t.Context(), root.Datastore)
	if err != nil {
		t.Fatal(err)
	}
	base := root.Join("DC0_H0_VM0/disk1.vmdk").String()
	now, err := vsphere.Get[mo.VirtualMachine](t.Context(), c, ref, "config.hardware.device")
	if err != nil {
		t.Fatal(err)
	}
	delta := ""
	for _, d := range now.Config.Hardware.Device {
		if b, ok := d.GetVirtualDevice().Backing.(*vim.VirtualDiskFlatVer2BackingInfo); ok {
			delta = b.FileName
		}
	}
	if delta == base || !used[base] || !used[delta] || used[root.Join("none.vmdk").String()] {
		t.Errorf("of %q and %q in use: %v", base, delta, used)
	}
}

func localFile(t *testing.T, size int64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "local file.iso")
	if err := os.WriteFile(name, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestUpload(t *testing.T) {
	t.Parallel()
	v, c, root := shelf(t)
	to := root.Join("iso", "with space & more.iso")
	size := func() int64 {
		t.Helper()
		info, err := c.StatFile(t.Context(), to)
		if err != nil {
			t.Fatal(err)
		}
		return info.FileSize
	}
	for _, n := range []int64{5, 0, 70000} {
		if err := c.Upload(t.Context(), localFile(t, n), to); err != nil {
			t.Fatal(err)
		}
		if got := size(); got != n {
			t.Errorf("%d bytes, not %d", got, n)
		}
	}
	v.ExpireSessions()
	v.ResetCalls()
	if err := c.Upload(t.Context(), localFile(t, 4<<20), to); err != nil || size() != 4<<20 {
		t.Errorf("after the session: %v, %d bytes", err, size())
	}
	if n := v.Calls().Count("PUT /folder/iso/with space & more.iso"); n != 2 {
		t.Errorf("after the session: %d uploads: %v", n, v.Calls().ByName)
	}
	v.Inject(simulator.Fault{Match: func(call simulator.Call) bool { return strings.HasPrefix(call.Name, "PUT ") }, Status: http.StatusServiceUnavailable, MaxCount: 1})
	if err := c.Upload(t.Context(), localFile(t, 10), to); err != nil || size() != 10 {
		t.Errorf("after a failure that passes: %v, %d bytes", err, size())
	}
	v.Inject(simulator.Fault{Match: func(call simulator.Call) bool { return strings.HasPrefix(call.Name, "PUT ") }, Status: http.StatusForbidden})
	if err := c.Upload(t.Context(), localFile(t, 10), to); err == nil || !strings.Contains(err.Error(), "403 Forbidden") {
		t.Errorf("forbidden: %v", err)
	}
	if err := c.Upload(t.Context(), filepath.Join(t.TempDir(), "none"), to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no local file: %v", err)
	}
	if err := c.Upload(t.Context(), t.TempDir(), to); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory: %v", err)
	}
}

// A file never is in memory as a whole.
func TestUpload_streams(t *testing.T) {
	_, c, root := shelf(t)
	const size = 256 << 20
	local := localFile(t, size)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := c.Upload(t.Context(), local, root.Join("big.iso")); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > size/8 {
		t.Errorf("%d MB were allocated for %d MB", got>>20, size>>20)
	}
}
