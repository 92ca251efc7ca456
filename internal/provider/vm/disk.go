// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// diskModel is one disk block.
type diskModel struct {
	Label          types.String `tfsdk:"label"`
	Key            types.Int64  `tfsdk:"key"`
	Address        types.String `tfsdk:"device_address"`
	UUID           types.String `tfsdk:"uuid"`
	ControllerType types.String `tfsdk:"controller_type"`
	Unit           types.Int64  `tfsdk:"unit_number"`
	Size           types.Int64  `tfsdk:"size"`
	Datastore      types.String `tfsdk:"datastore_id"`
	Path           types.String `tfsdk:"path"`
	Attach         types.Bool   `tfsdk:"attach"`
	Keep           types.Bool   `tfsdk:"keep_on_remove"`
	Thin           types.Bool   `tfsdk:"thin_provisioned"`
	Eager          types.Bool   `tfsdk:"eagerly_scrub"`
	Mode           types.String `tfsdk:"disk_mode"`
	Sharing        types.String `tfsdk:"disk_sharing"`
	WriteThrough   types.Bool   `tfsdk:"write_through"`
	IOShareLevel   types.String `tfsdk:"io_share_level"`
	IOShareCount   types.Int64  `tfsdk:"io_share_count"`
	IOLimit        types.Int64  `tfsdk:"io_limit"`
	IOReservation  types.Int64  `tfsdk:"io_reservation"`
	StoragePolicy  types.String `tfsdk:"storage_policy_id"`
}

var (
	diskModes       = []vim.VirtualDiskMode{vim.VirtualDiskModePersistent, vim.VirtualDiskModeNonpersistent, vim.VirtualDiskModeUndoable, vim.VirtualDiskModeIndependent_persistent, vim.VirtualDiskModeIndependent_nonpersistent, vim.VirtualDiskModeAppend}
	diskSharings    = []vim.VirtualDiskSharing{vim.VirtualDiskSharingSharingNone, vim.VirtualDiskSharingSharingMultiWriter}
	controllerTypes = []string{device.SCSI, device.SATA, device.IDE, device.NVMe}
)

func diskBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "The virtual disks. They are told apart by `label`: the order of the blocks does not matter. Disks of the machine that have no block are left alone.",
		Validators:          []validator.List{schemas.AtMost(60)},
		NestedObject:        schema.NestedBlockObject{Attributes: schemas.Merge(diskPlaceAttributes(), diskSettingAttributes())},
	}
}

func diskPlaceAttributes() schemas.Attributes {
	return schemas.Attributes{
		"label":             schemas.RequiredString("What the configuration calls the disk. It is not stored in vSphere. A new label on the unit of a disk whose label is gone renames the disk."),
		"key":               schema.Int64Attribute{MarkdownDescription: "The device key.", Computed: true},
		"device_address":    schema.StringAttribute{MarkdownDescription: "Where the disk sits: controller type, bus and unit, such as `scsi:0:1`.", Computed: true},
		"uuid":              schema.StringAttribute{MarkdownDescription: "The UUID of the disk.", Computed: true},
		"controller_type":   schemas.DefaultString("The type of the controller."+schemas.OneOf(controllerTypes...), device.SCSI, stringvalidator.OneOf(controllerTypes...)),
		"unit_number":       schemas.DefaultInt64("The place of the disk, counted through all controllers of its type: 15 to a SCSI controller, 30 to a SATA, 2 to an IDE, 64 to an NVMe one. Defaults to `0`.", 0, int64validator.AtLeast(0)),
		"datastore_id":      serverChoice("The managed object id of the datastore of the disk. Another one migrates the disk. Left out the disk is, and stays, with the machine. With `datastore_cluster_id` only an attached disk can have one."),
		"path":              schema.StringAttribute{MarkdownDescription: "The path of the disk on its datastore. It can be set only with `attach`.", Optional: true, Computed: true, Validators: []validator.String{vmdk{}}},
		"attach":            schemas.DefaultBool("Whether `datastore_id` and `path` name an existing disk that is attached. It is never destroyed with the machine. Defaults to `false`.", false),
		"keep_on_remove":    schemas.DefaultBool("Whether the files of the disk are kept when its block or the machine goes. Defaults to `false`.", false),
		"thin_provisioned":  schemas.DefaultBool("Whether space is taken only as it is written to. It cannot change. Defaults to `true`.", true),
		"eagerly_scrub":     schemas.DefaultBool("Whether all space is zeroed at once. It excludes `thin_provisioned` and cannot change. Defaults to `false`.", false),
		"storage_policy_id": serverChoice("The id of the storage policy of the disk." + policyDoc),
	}
}

func diskSettingAttributes() schemas.Attributes {
	return schemas.Attributes{
		"size":           schema.Int64Attribute{MarkdownDescription: "The size in GiB. It can grow. It is required unless the disk is attached.", Optional: true, Computed: true, Validators: []validator.Int64{int64validator.AtLeast(1)}},
		"disk_mode":      schemas.DefaultString("How writes and snapshots treat the disk."+schemas.OneOf(diskModes...), "persistent", schemas.Enum(diskModes...)),
		"disk_sharing":   schemas.DefaultString("Whether several machines may write to the disk."+schemas.OneOf(diskSharings...), "sharingNone", schemas.Enum(diskSharings...)),
		"write_through":  schemas.DefaultBool("Whether writes bypass the cache. Defaults to `false`.", false),
		"io_share_level": schemas.DefaultString("The disk's share of I/O when there is not enough for all."+schemas.OneOf(shareLevels...), "normal", schemas.Enum(shareLevels...)),
		"io_share_count": schemas.DefaultInt64("The number of shares with share level `custom`. Defaults to `0`.", 0, int64validator.AtLeast(0)),
		"io_limit":       schemas.DefaultInt64("The most I/O operations per second. `-1`, the default, is no limit.", -1, int64validator.AtLeast(-1)),
		"io_reservation": schemas.DefaultInt64("The I/O operations per second that are set aside. Defaults to `0`.", 0, int64validator.AtLeast(0)),
	}
}

var diskType = diskBlock().NestedObject.Type()

// vmdk wants the path of a disk.
type vmdk struct{}

func (vmdk) Description(context.Context) string { return "a path that ends in .vmdk" }

func (v vmdk) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v vmdk) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if p := req.ConfigValue.ValueString(); p != "" && !strings.HasSuffix(p, ".vmdk") {
		resp.Diagnostics.AddAttributeError(req.Path, "Not the path of a disk", "Give "+v.Description(ctx)+", not "+p+".")
	}
}

// plain returns the disk as the device arithmetic has it.
func (m diskModel) plain() device.Disk {
	return device.Disk{
		Label:           m.Label.ValueString(),
		Key:             int32(m.Key.ValueInt64()),
		DeviceAddress:   m.Address.ValueString(),
		UUID:            m.UUID.ValueString(),
		ControllerType:  m.ControllerType.ValueString(),
		UnitNumber:      int(m.Unit.ValueInt64()),
		Size:            int(m.Size.ValueInt64()),
		DatastoreID:     m.Datastore.ValueString(),
		Path:            m.Path.ValueString(),
		Attach:          m.Attach.ValueBool(),
		KeepOnRemove:    m.Keep.ValueBool(),
		ThinProvisioned: decided(m.Thin),
		EagerlyScrub:    decided(m.Eager),
		DiskMode:        m.Mode.ValueString(),
		Sharing:         m.Sharing.ValueString(),
		WriteThrough:    m.WriteThrough.ValueBool(),
		IOShareLevel:    m.IOShareLevel.ValueString(),
		IOShareCount:    int32(m.IOShareCount.ValueInt64()),
		IOLimit:         m.IOLimit.ValueInt64(),
		IOReservation:   int32(m.IOReservation.ValueInt64()),
		StoragePolicyID: m.StoragePolicy.ValueString(),
	}
}

// diskOf is the inverse of plain.
func diskOf(d device.Disk) diskModel {
	return diskModel{
		Label:          types.StringValue(d.Label),
		Key:            numberValue(d.Key),
		Address:        types.StringValue(d.DeviceAddress),
		UUID:           types.StringValue(d.UUID),
		ControllerType: types.StringValue(d.ControllerType),
		Unit:           numberValue(d.UnitNumber),
		Size:           numberValue(d.Size),
		Datastore:      types.StringValue(d.DatastoreID),
		Path:           types.StringValue(d.Path),
		Attach:         types.BoolValue(d.Attach),
		Keep:           types.BoolValue(d.KeepOnRemove),
		Thin:           flagValue(d.ThinProvisioned),
		Eager:          flagValue(d.EagerlyScrub),
		Mode:           types.StringValue(d.DiskMode),
		Sharing:        types.StringValue(d.Sharing),
		WriteThrough:   types.BoolValue(d.WriteThrough),
		IOShareLevel:   types.StringValue(d.IOShareLevel),
		IOShareCount:   numberValue(d.IOShareCount),
		IOLimit:        types.Int64Value(d.IOLimit),
		IOReservation:  numberValue(d.IOReservation),
		StoragePolicy:  types.StringValue(d.StoragePolicyID),
	}
}

func plainDisks(models []diskModel) []device.Disk {
	disks := make([]device.Disk, len(models))
	for i, m := range models {
		disks[i] = m.plain()
	}
	return disks
}

func diskModels(disks []device.Disk) []diskModel {
	models := make([]diskModel, len(disks))
	for i, d := range disks {
		models[i] = diskOf(d)
	}
	return models
}

// decided is nil for a flag that nobody has set yet.
func decided(b types.Bool) *bool {
	if b.IsNull() || b.IsUnknown() {
		return nil
	}
	return ptr(b.ValueBool())
}
