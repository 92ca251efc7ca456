// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// deviceJob turns the blocks of a model into device changes. What the machine
// has, and which of that the state stands for, depends on whether the machine is
// made from nothing, cloned or changed; the steps are the same.
type deviceJob struct {
	devices []vim.BaseVirtualDevice // of the machine, or of the template
	disks   []device.Disk           // managed disks that are there
	nics    []device.NIC            // managed interfaces that are there
	wantD   []device.Disk
	wantN   []device.NIC
	layout  device.Layout
	diskOpt device.DiskOptions
	nicOpt  device.NICOptions
	otherDevices
}

// bareDevices is what vSphere gives every new machine that disks and cards can
// sit on. It is there whether a specification names it or not.
func bareDevices() []vim.BaseVirtualDevice {
	return []vim.BaseVirtualDevice{
		&vim.VirtualPCIController{VirtualController: vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: 100}}},
		&vim.VirtualIDEController{VirtualController: vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: 200}}},
		&vim.VirtualIDEController{VirtualController: vim.VirtualController{VirtualDevice: vim.VirtualDevice{Key: 201}, BusNumber: 1}},
	}
}

// newDeviceJob reads the wanted devices of a model.
func newDeviceJob(ctx context.Context, c *vsphere.Client, m *model, have []vim.BaseVirtualDevice) (*deviceJob, error) {
	disks, err := decode[diskModel](ctx, m.Disks)
	if err != nil {
		return nil, err
	}
	nics, err := decode[nicModel](ctx, m.NICs)
	if err != nil {
		return nil, err
	}
	j := &deviceJob{devices: have, wantD: plainDisks(without(disks)), wantN: plainNICs(nics), layout: m.layout()}
	j.diskOpt = device.DiskOptions{Counts: m.counts()}
	j.nicOpt.Standalone = !c.IsVCenter()
	return j, j.want(ctx, m)
}

// changes looks up what the wanted devices refer to, on a host if one is wanted,
// and computes the changes.
func (j *deviceJob) changes(ctx context.Context, c *vsphere.Client, host string) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	if err := j.nameDatastores(ctx, c); err != nil {
		return nil, err
	}
	if err := j.connect(ctx, c); err != nil {
		return nil, err
	}
	if err := j.resolve(ctx, c, host); err != nil {
		return nil, err
	}
	return j.specs()
}

// provisionNew lets disks that are made beside those that come along take space
// as the contract has it by default. The others keep what they have where nothing
// is configured.
func (j *deviceJob) provisionNew() {
	j.diskOpt.KeepProvisioning = true
	for i, n := range device.PairDisks(j.disks, j.wantD) {
		if w := &j.wantD[i]; n < 0 && w.ThinProvisioned == nil && !w.Attach {
			w.ThinProvisioned = ptr(!deref(w.EagerlyScrub))
		}
	}
}

// step computes the changes of one kind of devices to the devices of a machine as
// the steps before leave them.
type step func(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error)

// specs computes the changes. Findings are laid to the blocks of the
// configuration.
func (j *deviceJob) specs() ([]vim.BaseVirtualDeviceConfigSpec, error) {
	steps := append([]step{j.controllerStep, j.diskStep, j.nicStep}, j.steps()...)
	have := j.devices
	var lists [][]vim.BaseVirtualDeviceConfigSpec
	for _, next := range steps {
		specs, err := next(have)
		if err != nil {
			return nil, err
		}
		if have, err = device.Apply(have, specs); err != nil {
			return nil, err
		}
		lists = append(lists, specs)
	}
	return device.Merge(lists...), nil
}

func (j *deviceJob) controllerStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	return device.EnsureControllers(have, j.layout)
}

func (j *deviceJob) diskStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	diff, err := device.DiffDisks(have, j.disks, j.wantD, j.diskOpt)
	return diff.Specs, blame(err)
}

func (j *deviceJob) nicStep(have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	diff, err := device.DiffNICs(have, j.nics, j.wantN, j.nicOpt)
	return diff.Specs, blame(err)
}

// blame lays what the device arithmetic found to the attributes of blocks.
func blame(err error) error {
	findings := device.Errors(err)
	if len(findings) == 0 {
		return err
	}
	errs := make([]error, len(findings))
	for i, f := range findings {
		errs[i] = lifecycle.At(findingPath(f), f)
	}
	return errors.Join(errs...)
}

func findingPath(f *device.Error) path.Path {
	at := path.Root(f.Block)
	if f.Index >= 0 {
		at = at.AtListIndex(f.Index)
		if f.Attribute != "" {
			at = at.AtName(f.Attribute)
		}
	}
	return at
}

// nameDatastores fills in the names of the datastores that wanted disks name.
func (j *deviceJob) nameDatastores(ctx context.Context, c *vsphere.Client) error {
	names := map[string]string{}
	for i, d := range j.wantD {
		if d.DatastoreID == "" || names[d.DatastoreID] != "" {
			continue
		}
		p, err := c.Path(ctx, vsphere.NewRef("Datastore", d.DatastoreID))
		if err != nil {
			return lifecycle.At(path.Root("disk").AtListIndex(i).AtName("datastore_id"), err)
		}
		names[d.DatastoreID] = baseName(p)
	}
	j.diskOpt.DatastoreNames = names
	return nil
}

// connect finds the networks of wanted interfaces that are new or change theirs.
func (j *deviceJob) connect(ctx context.Context, c *vsphere.Client) error {
	for i := range j.wantN {
		w := &j.wantN[i]
		if j.connected(*w) {
			continue
		}
		backing, err := networkBacking(ctx, c, w.NetworkID)
		if err != nil {
			return lifecycle.At(path.Root("network_interface").AtListIndex(i).AtName("network_id"), err)
		}
		w.Backing = backing
	}
	return nil
}

func (j *deviceJob) connected(w device.NIC) bool {
	for _, have := range j.nics {
		if w.Key > 0 && have.Key == w.Key {
			return have.NetworkID == w.NetworkID
		}
	}
	return false
}

// networkBacking returns what connects a network interface to a network.
func networkBacking(ctx context.Context, c *vsphere.Client, id string) (vim.BaseVirtualDeviceBackingInfo, error) {
	ref := networkRef(id)
	switch ref.Type {
	case "DistributedVirtualPortgroup":
		group, err := vsphere.Get[mo.DistributedVirtualPortgroup](ctx, c, ref, "key", "config.distributedVirtualSwitch")
		if err != nil {
			return nil, err
		}
		if group.Config.DistributedVirtualSwitch == nil {
			return nil, errors.New("the port group names no distributed switch; the user may not see it")
		}
		dvs, err := vsphere.Get[mo.VmwareDistributedVirtualSwitch](ctx, c, *group.Config.DistributedVirtualSwitch, "uuid")
		if err != nil {
			return nil, err
		}
		return &vim.VirtualEthernetCardDistributedVirtualPortBackingInfo{
			Port: vim.DistributedVirtualSwitchPortConnection{PortgroupKey: cmp.Or(group.Key, id), SwitchUuid: dvs.Uuid},
		}, nil
	case "OpaqueNetwork":
		network, err := vsphere.Get[mo.OpaqueNetwork](ctx, c, ref, "summary")
		if err != nil {
			return nil, err
		}
		summary, ok := network.Summary.(*vim.OpaqueNetworkSummary)
		if !ok {
			return nil, errors.New("the network does not say what it is")
		}
		return &vim.VirtualEthernetCardOpaqueNetworkBackingInfo{OpaqueNetworkId: summary.OpaqueNetworkId, OpaqueNetworkType: summary.OpaqueNetworkType}, nil
	}
	network, err := vsphere.Get[mo.Network](ctx, c, ref, "name")
	if err != nil {
		return nil, err
	}
	return &vim.VirtualEthernetCardNetworkBackingInfo{
		VirtualDeviceDeviceBackingInfo: vim.VirtualDeviceDeviceBackingInfo{DeviceName: network.Name},
		Network:                        &ref,
	}, nil
}

// freshAddresses lets the server choose new MAC addresses for the interfaces
// that a clone takes over from its template.
func freshAddresses(specs []vim.BaseVirtualDeviceConfigSpec) {
	for _, s := range specs {
		spec := s.GetVirtualDeviceConfigSpec()
		card, ok := spec.Device.(vim.BaseVirtualEthernetCard)
		if ok && spec.Operation == vim.VirtualDeviceConfigSpecOperationEdit {
			if c := card.GetVirtualEthernetCard(); c.AddressType != string(vim.VirtualEthernetCardMacTypeManual) {
				c.MacAddress = ""
			}
		}
	}
}

// devicesForUpdate computes the device changes of an existing machine.
func devicesForUpdate(ctx context.Context, c *vsphere.Client, plan, state *model, have []vim.BaseVirtualDevice) ([]vim.BaseVirtualDeviceConfigSpec, error) {
	j, err := newDeviceJob(ctx, c, plan, have)
	if err != nil {
		return nil, err
	}
	known, err := decode[diskModel](ctx, state.Disks)
	if err != nil {
		return nil, err
	}
	nics, err := decode[nicModel](ctx, state.NICs)
	if err != nil {
		return nil, err
	}
	planned, err := decode[diskModel](ctx, plan.Disks)
	if err != nil {
		return nil, err
	}
	j.disks = device.MatchDisks(plainDisks(concerned(known, planned)), device.ReadDisks(have)).Disks
	j.nics = device.MatchNICs(plainNICs(nics), device.ReadNICs(have, nil)).NICs
	if have := device.ContiguousCounts(have); state.Imported.ValueBool() && have.IDE == 0 && j.layout.IDE == 1 {
		j.layout.IDE = 0 // the least that the contract can say of a machine without one
	}
	j.carryPolicies(plainDisks(without(known)))
	j.diskOpt.DetachOnly = state.Imported.ValueBool()
	j.diskOpt.KeepProvisioning = true // judged in the plan
	if err := j.manage(ctx, state, have); err != nil {
		return nil, err
	}
	return j.changes(ctx, c, plan.Host.ValueString())
}

// labelMarkers are what a plan calls disks that are going to be removed.
const (
	deletedLabel = "<deleted>"
	keptLabel    = "<remove, keep disk>"
)

// concerned are the disks that an update is about: those of the state but the
// ones that the plan leaves alone, and those that only the plan has come upon.
func concerned(state, planned []diskModel) []diskModel {
	shown := map[types.Int64]string{}
	for _, p := range planned {
		shown[p.Key] = p.Label.ValueString()
	}
	var disks []diskModel
	known := map[types.Int64]bool{}
	for _, d := range without(state) {
		known[d.Key] = true
		if shown[d.Key] != leftLabel {
			disks = append(disks, d)
		}
	}
	for _, p := range planned {
		if p.Label.ValueString() == keptLabel && !known[p.Key] {
			disks = append(disks, p)
		}
	}
	return disks
}

// without drops the disks that a plan shows as removed.
func without(disks []diskModel) []diskModel {
	var left []diskModel
	for _, d := range disks {
		if !isMarker(d.Label) {
			left = append(left, d)
		}
	}
	return left
}

func isMarker(label types.String) bool {
	switch label.ValueString() {
	case deletedLabel, keptLabel, leftLabel:
		return true
	}
	return false
}
