// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// threeDisks are disks of a machine on the datastore a; the last one is not known
// to the state, and the second is attached.
func threeDisks() (wants, found []device.Disk) {
	for i, label := range []string{"root", "shared", "foreign"} {
		d := device.Disk{
			Key: int32(2000 + i), UUID: label, ControllerType: device.SCSI, UnitNumber: i, DeviceAddress: "scsi:0:" + string(rune('0'+i)),
			Size: 1, DatastoreID: "a", DiskMode: "persistent", ThinProvisioned: ptr(true),
		}
		found = append(found, d)
		if label != "foreign" {
			d.Label, d.Attach = label, label == "shared"
			wants = append(wants, d)
		}
	}
	return wants, found
}

// moves writes wishes down: key, datastore, and what else is wanted.
func moves(wishes []diskWish) string {
	var all []string
	for _, w := range wishes {
		text, _ := json.Marshal([]any{w.key, w.datastore, w.backing != nil, len(w.profile)}) // plain values
		all = append(all, string(text))
	}
	return strings.Join(all, " ")
}

func TestDiskMoves(t *testing.T) {
	for name, c := range map[string]struct {
		want     func(disks []device.Disk)
		all, pod bool
		moves    string
	}{
		"nothing":                  {func([]device.Disk) {}, false, false, ``},
		"only the host":            {func(d []device.Disk) { d[0].DatastoreID = "" }, false, false, ``},
		"one disk":                 {func(d []device.Disk) { d[0].DatastoreID = "b" }, false, false, `[2000,"b",true,0]`},
		"one disk with its policy": {func(d []device.Disk) { d[0].DatastoreID, d[0].StoragePolicyID = "b", "gold" }, false, false, `[2000,"b",true,1]`},
		"an attached disk stays":   {func(d []device.Disk) { d[1].DatastoreID = "b" }, false, false, ``},
		"machine with its disk":    {func(d []device.Disk) { d[0].DatastoreID = "b" }, true, false, `[2000,"b",true,0] [2001,"a",false,0] [2002,"a",false,0]`},
		"machine without the disk": {func([]device.Disk) {}, true, false, `[2000,"a",false,0] [2001,"a",false,0] [2002,"a",false,0]`},
		"into a pod":               {func(d []device.Disk) { d[0].DatastoreID, d[0].StoragePolicyID = "", "gold" }, true, true, `[2000,"",true,1] [2001,"a",false,0] [2002,"a",false,0]`},
	} {
		t.Run(name, func(t *testing.T) {
			wants, found := threeDisks()
			c.want(wants)
			if got := moves(diskMoves(wants, found, c.all, c.pod)); got != c.moves {
				t.Errorf("got  %s\nwant %s", got, c.moves)
			}
		})
	}
}

func TestDiskMoveKeepsTheFormat(t *testing.T) {
	wants, found := threeDisks()
	wants[0].DatastoreID, wants[0].ThinProvisioned = "b", nil
	found[0].ThinProvisioned, found[0].EagerlyScrub = ptr(false), ptr(true)
	b := diskMoves(wants, found, false, false)[0].backing.(*vim.VirtualDiskFlatVer2BackingInfo)
	if *b.ThinProvisioned || !*b.EagerlyScrub || b.DiskMode != "persistent" {
		t.Errorf("%+v", b)
	}
}

// What Storage DRS decides is in the selection of the pod, everything else in the
// relocation.
func TestPodSelection(t *testing.T) {
	pod := podRef("group-p1")
	profile := device.Profile("gold")
	wishes := []diskWish{{key: 1, profile: profile}, {key: 2, datastore: "a"}, {key: 3}}
	spec := podSelection(pod, wishes)
	if *spec.StoragePod != pod || len(spec.InitialVmConfig) != 1 || spec.InitialVmConfig[0].StoragePod != pod {
		t.Fatalf("%+v", spec)
	}
	disks := spec.InitialVmConfig[0].Disk
	if len(disks) != 2 || disks[0].DiskId != 1 || len(disks[0].Profile) != 1 || disks[1].DiskId != 3 {
		t.Errorf("left to Storage DRS: %+v", disks)
	}
	if others := locators(wishes, ""); len(others) != 1 || others[0].DiskId != 2 || others[0].Datastore.Value != "a" {
		t.Errorf("not left to it: %+v", others)
	}
	if all := locators(wishes, "home"); len(all) != 3 || all[0].Datastore.Value != "home" || all[1].Datastore.Value != "a" {
		t.Errorf("without a pod: %+v", all)
	}
	if none := podSelection(pod, wishes[1:2]); none.InitialVmConfig != nil {
		t.Errorf("no disks to place: %+v", none.InitialVmConfig)
	}
}

// Storage DRS places new disks without a datastore, and no others.
func TestNewDiskWishes(t *testing.T) {
	disk := func(key int32, datastore *vsphere.Ref, op vim.VirtualDeviceConfigSpecFileOperation) vim.BaseVirtualDeviceConfigSpec {
		d := &vim.VirtualDisk{VirtualDevice: vim.VirtualDevice{Key: key, Backing: &vim.VirtualDiskFlatVer2BackingInfo{
			VirtualDeviceFileBackingInfo: vim.VirtualDeviceFileBackingInfo{Datastore: datastore},
		}}}
		return &vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, FileOperation: op, Device: d, Profile: device.Profile("gold")}
	}
	got := newDiskWishes([]vim.BaseVirtualDeviceConfigSpec{
		disk(-1, nil, vim.VirtualDeviceConfigSpecFileOperationCreate),
		disk(-2, ptr(datastoreRef("a")), vim.VirtualDeviceConfigSpecFileOperationCreate),
		disk(-3, nil, ""),
		&vim.VirtualDeviceConfigSpec{Operation: vim.VirtualDeviceConfigSpecOperationAdd, Device: new(vim.ParaVirtualSCSIController)},
	})
	if text := moves(got); text != `[-1,"",true,1]` {
		t.Errorf("%s", text)
	}
}

func TestCloneWish(t *testing.T) {
	thin := device.Disk{Key: 2000, ThinProvisioned: ptr(true), EagerlyScrub: ptr(false)}
	for name, c := range map[string]struct {
		want device.Disk
		wish string
	}{
		"as the template":   {device.Disk{DatastoreID: "a", ThinProvisioned: ptr(true)}, ``},
		"nothing said":      {device.Disk{}, ``},
		"another datastore": {device.Disk{DatastoreID: "b"}, `[2000,"b",false,0]`},
		"thick":             {device.Disk{ThinProvisioned: ptr(false)}, `[2000,"",true,0]`},
		"scrubbed":          {device.Disk{ThinProvisioned: ptr(false), EagerlyScrub: ptr(true)}, `[2000,"",true,0]`},
		"a policy":          {device.Disk{StoragePolicyID: "gold"}, `[2000,"",false,1]`},
		"no policy":         {device.Disk{StoragePolicyID: device.NoPolicy}, `[2000,"",false,1]`},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if w, needed := cloneWish(thin, c.want, "a"); needed {
				got = moves([]diskWish{w})
			}
			if got != c.wish {
				t.Errorf("got  %s\nwant %s", got, c.wish)
			}
		})
	}
}

func TestMigrateWait(t *testing.T) {
	for minutes, want := range map[types.Int64]time.Duration{types.Int64Null(): 10 * time.Minute, types.Int64Value(45): 45 * time.Minute} {
		m := waitModel{MigrateTimeout: minutes}
		if got := m.migrateWait(); got != want {
			t.Errorf("%s: %s", minutes, got)
		}
	}
}

// Whether Storage DRS is asked depends on what is not decided otherwise.
func TestInPod(t *testing.T) {
	for _, c := range []struct {
		cluster, datastore types.String
		in                 bool
	}{
		{types.StringValue("p"), types.StringUnknown(), true},
		{types.StringValue("p"), types.StringValue("a"), false},
		{types.StringValue(""), types.StringUnknown(), false},
		{types.StringNull(), types.StringValue("a"), false},
	} {
		m := model{placeModel: placeModel{DatastoreCluster: c.cluster, Datastore: c.datastore}}
		if m.inPod() != c.in || (m.podToEnter() == "p") != c.in {
			t.Errorf("cluster %s, datastore %s: %t", c.cluster, c.datastore, m.inPod())
		}
	}
}
