// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// cdromModel is one cdrom block.
type cdromModel struct {
	Client    types.Bool   `tfsdk:"client_device"`
	Datastore types.String `tfsdk:"datastore_id"`
	Path      types.String `tfsdk:"path"`
	Key       types.Int64  `tfsdk:"key"`
	Address   types.String `tfsdk:"device_address"`
}

func cdromBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "The CD-ROM drives, on IDE. What is in a drive changes while the machine runs; to add or remove a drive it is powered off, since IDE has no hot-plug. " +
			"Drives that have no block are left alone: those of the template, and those of an imported machine.",
		Validators: []validator.List{schemas.AtMost(device.MaxCDROMs)},
		NestedObject: schema.NestedBlockObject{Attributes: schemas.Attributes{
			"client_device":  schema.BoolAttribute{MarkdownDescription: "Whether the drive is that of the client's computer. It excludes `datastore_id` and `path`.", Optional: true},
			"datastore_id":   optional("The managed object id of the datastore of the image."),
			"path":           optional("The path of the image on its datastore."),
			"key":            schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
			"device_address": schema.StringAttribute{MarkdownDescription: "Where the drive sits, such as `ide:0:0`.", Computed: true},
		}},
	}
}

var cdromType = cdromBlock().NestedObject.Type()

// plain returns the drive as the device arithmetic has it.
func (m cdromModel) plain() device.CDROM {
	return device.CDROM{
		Key: int32(m.Key.ValueInt64()), DeviceAddress: m.Address.ValueString(),
		ClientDevice: m.Client.ValueBool(), DatastoreID: m.Datastore.ValueString(), Path: m.Path.ValueString(),
	}
}

func (m cdromModel) undecided() bool {
	return m.Client.IsUnknown() || m.Datastore.IsUnknown() || m.Path.IsUnknown()
}

func plainCDROMs(models []cdromModel) []device.CDROM {
	drives := make([]device.CDROM, len(models))
	for i, m := range models {
		drives[i] = m.plain()
	}
	return drives
}

// cdromModels is the inverse of plainCDROMs.
func cdromModels(drives []device.CDROM) []cdromModel {
	models := make([]cdromModel, len(drives))
	for i, d := range drives {
		models[i] = cdromModel{
			Client: types.BoolValue(d.ClientDevice), Datastore: types.StringValue(d.DatastoreID), Path: types.StringValue(d.Path),
			Key: numberValue(d.Key), Address: types.StringValue(d.DeviceAddress),
		}
	}
	return models
}

// planCDROMs decides what becomes of each drive.
func (w planning) planCDROMs(ctx context.Context) error {
	m := w.Planned
	if m.CDROMs.IsUnknown() {
		return nil
	}
	planned, err := decode[cdromModel](ctx, m.CDROMs)
	if err != nil {
		return err
	}
	var state []cdromModel
	if w.State != nil {
		if state, err = decode[cdromModel](ctx, w.State.CDROMs); err != nil {
			return err
		}
	}
	pairs := slices.Repeat([]int{-1}, len(planned))
	if !slices.ContainsFunc(planned, cdromModel.undecided) {
		for _, f := range device.Errors(device.CheckCDROMs(plainCDROMs(planned))) {
			w.Error(findingPath(f), "CD-ROM drive cannot be so", f.Error())
		}
		pairs = device.PairCDROMs(plainCDROMs(state), plainCDROMs(planned))
		all := w.State != nil && (len(state) == len(planned) || w.State.Imported.ValueBool())
		if all && device.SameCDROMs(plainCDROMs(state), plainCDROMs(planned), pairs) {
			m.CDROMs = w.State.CDROMs // blocks that only traded places, or are fewer than were imported
			return nil
		}
	}
	for i, n := range pairs {
		planned[i].Key, planned[i].Address = types.Int64Unknown(), types.StringUnknown()
		if n >= 0 {
			planned[i].Key, planned[i].Address = state[n].Key, state[n].Address
		}
	}
	m.CDROMs, err = encode(ctx, cdromType, planned)
	return err
}

// readCDROMs returns the known drives that the machine has.
func readCDROMs(ctx context.Context, known types.List, devices []vim.BaseVirtualDevice) (types.List, error) {
	models, err := decode[cdromModel](ctx, known)
	if err != nil || len(models) == 0 && !known.IsUnknown() {
		return known, err
	}
	drives := device.MatchCDROMs(plainCDROMs(models), device.ReadCDROMs(devices)).CDROMs
	return encode(ctx, cdromType, cdromModels(drives))
}

// adoptCDROMs takes the drives that blocks can express, as many as there can be.
func adoptCDROMs(ctx context.Context, devices []vim.BaseVirtualDevice) (types.List, error) {
	drives := slices.DeleteFunc(device.ReadCDROMs(devices), func(d device.CDROM) bool { return !d.Expressible() })
	return encode(ctx, cdromType, cdromModels(drives[:min(len(drives), device.MaxCDROMs)]))
}

// offlineCDROMs says which drives come and go, which IDE does not allow while the
// machine runs.
func (m *model) offlineCDROMs(ctx context.Context, was *model) (all []reason) {
	const why = "drives are added to and removed from IDE while the machine is powered off"
	if m.CDROMs.IsUnknown() {
		return nil
	}
	now, err := decode[cdromModel](ctx, m.CDROMs)
	if err != nil {
		return nil
	}
	before, err := decode[cdromModel](ctx, was.CDROMs)
	if err != nil {
		return nil
	}
	pairs := device.PairCDROMs(plainCDROMs(before), plainCDROMs(now))
	for i, n := range pairs {
		if n < 0 {
			all = append(all, reason{path.Root("cdrom").AtListIndex(i), why})
		}
	}
	for n, old := range before {
		if !was.Imported.ValueBool() && !slices.Contains(pairs, n) && !strings.HasPrefix(old.Address.ValueString(), device.SATA) {
			all = append(all, reason{path.Root("cdrom"), why})
		}
	}
	return all
}

// nameImages finds the names of the datastores of images that change.
func (o *otherDevices) nameImages(ctx context.Context, c *vsphere.Client) error {
	names := map[string]string{}
	for i, d := range o.wantCDROMs {
		same := func(have device.CDROM) bool {
			return have.Key == d.Key && have.DatastoreID == d.DatastoreID && have.Path == d.Path
		}
		if d.DatastoreID == "" || names[d.DatastoreID] != "" || slices.ContainsFunc(o.cdroms, same) {
			continue
		}
		p, err := c.Path(ctx, datastoreRef(d.DatastoreID))
		if err != nil {
			return lifecycle.At(path.Root("cdrom").AtListIndex(i).AtName("datastore_id"), err)
		}
		names[d.DatastoreID] = baseName(p)
	}
	o.cdromOpt.DatastoreNames = names
	return nil
}

// checkTransport wants a drive of the client where the template hands over its
// vApp properties by an image alone: vCenter puts the image into such a drive.
func (w planning) checkTransport(ctx context.Context, template *mo.VirtualMachine) error {
	if !slices.Equal(transports(template.Config), []string{"iso"}) || w.Planned.CDROMs.IsUnknown() {
		return nil
	}
	drives, err := decode[cdromModel](ctx, w.Planned.CDROMs)
	if err != nil || slices.ContainsFunc(drives, func(d cdromModel) bool { return d.Client.ValueBool() || d.Client.IsUnknown() }) {
		return err
	}
	w.Error(path.Root("cdrom"), "No drive for the vApp properties", "The template hands over its vApp properties on a CD-ROM. The machine needs a cdrom block with client_device = true.")
	return nil
}
