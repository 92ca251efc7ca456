// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// controllerModel is the controllers that disks sit on.
type controllerModel struct {
	SCSICount   types.Int64  `tfsdk:"scsi_controller_count"`
	SCSIType    types.String `tfsdk:"scsi_type"`
	SCSISharing types.String `tfsdk:"scsi_bus_sharing"`
	SATACount   types.Int64  `tfsdk:"sata_controller_count"`
	IDECount    types.Int64  `tfsdk:"ide_controller_count"`
	NVMeCount   types.Int64  `tfsdk:"nvme_controller_count"`
}

var (
	scsiTypes    = []string{device.ParaVirtual, device.LsiLogic, device.LsiLogicSAS}
	scsiSharings = []vim.VirtualSCSISharing{vim.VirtualSCSISharingNoSharing, vim.VirtualSCSISharingPhysicalSharing, vim.VirtualSCSISharingVirtualSharing}
)

func controllerAttributes() schemas.Attributes {
	return schemas.Attributes{
		"scsi_controller_count": schemas.DefaultInt64("The number of SCSI controllers, 0 to 4. Surplus ones are not removed. Defaults to `1`.", 1, int64validator.Between(0, 4)),
		"scsi_type":             schemas.DefaultString("The type of the SCSI controllers. Where they are of another type, or of several (`mixed`), the machine may keep them."+schemas.OneOf(scsiTypes...), "pvscsi", stringvalidator.OneOf(append(scsiTypes, device.BusLogic, device.Mixed, device.Unknown)...)),
		"scsi_bus_sharing":      schemas.DefaultString("How the SCSI controllers share their bus with other machines."+schemas.OneOf(scsiSharings...), "noSharing", schemas.Enum(append(scsiSharings, device.Mixed, device.Unknown)...)),
		"sata_controller_count": schemas.DefaultInt64("The number of SATA controllers, 0 to 4. Surplus ones are not removed. Defaults to `0`.", 0, int64validator.Between(0, 4)),
		"ide_controller_count":  schemas.DefaultInt64("The number of IDE controllers, 1 or 2. Defaults to `2`.", 2, int64validator.Between(1, 2)),
		"nvme_controller_count": schemas.DefaultInt64("The number of NVMe controllers, 0 to 4. Surplus ones are not removed. Defaults to `0`.", 0, int64validator.Between(0, 4)),
	}
}

func (m *controllerModel) counts() device.Counts {
	return device.Counts{
		SCSI: int(m.SCSICount.ValueInt64()), SATA: int(m.SATACount.ValueInt64()),
		IDE: int(m.IDECount.ValueInt64()), NVMe: int(m.NVMeCount.ValueInt64()),
	}
}

func (m *controllerModel) layout() device.Layout {
	return device.Layout{Counts: m.counts(), SCSIType: m.SCSIType.ValueString(), SCSIBusSharing: m.SCSISharing.ValueString()}
}

// flatten reads what managed SCSI controllers are. The counts stay: controllers
// beyond them are none of the configuration's business.
func (m *controllerModel) flatten(devices []vim.BaseVirtualDevice) {
	n := int(m.SCSICount.ValueInt64())
	if n == 0 {
		return
	}
	m.SCSIType = types.StringValue(device.SCSIType(devices, n))
	m.SCSISharing = types.StringValue(device.SCSIBusSharing(devices, n))
}

func (m *controllerModel) offline(was *controllerModel) []reason {
	const why = "controllers are changed while the machine is powered off"
	var r reasons
	r.when(grows(m.SCSICount, was.SCSICount), "scsi_controller_count", why)
	r.when(grows(m.SATACount, was.SATACount), "sata_controller_count", why)
	r.when(grows(m.IDECount, was.IDECount), "ide_controller_count", why)
	r.when(grows(m.NVMeCount, was.NVMeCount), "nvme_controller_count", why)
	r.when(differs(m.SCSIType, was.SCSIType), "scsi_type", why)
	r.when(differs(m.SCSISharing, was.SCSISharing), "scsi_bus_sharing", why)
	return r
}
