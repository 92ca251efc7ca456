// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"cmp"
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/ovf"
)

// ovfDataModel is what the data source vsphere_ovf_vm_template says of a package.
type ovfDataModel struct {
	ovfModel
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	Pool      types.String `tfsdk:"resource_pool_id"`
	Host      types.String `tfsdk:"host_system_id"`
	Datastore types.String `tfsdk:"datastore_id"`
	Folder    types.String `tfsdk:"folder"`

	AlternateName  types.String `tfsdk:"alternate_guest_name"`
	Annotation     types.String `tfsdk:"annotation"`
	CPUHotAdd      types.Bool   `tfsdk:"cpu_hot_add_enabled"`
	CPUHotRemove   types.Bool   `tfsdk:"cpu_hot_remove_enabled"`
	CPUCounters    types.Bool   `tfsdk:"cpu_performance_counters_enabled"`
	Firmware       types.String `tfsdk:"firmware"`
	GuestID        types.String `tfsdk:"guest_id"`
	IDECount       types.Int64  `tfsdk:"ide_controller_count"`
	Memory         types.Int64  `tfsdk:"memory"`
	MemoryHotAdd   types.Bool   `tfsdk:"memory_hot_add_enabled"`
	NestedHV       types.Bool   `tfsdk:"nested_hv_enabled"`
	CoresPerSocket types.Int64  `tfsdk:"num_cores_per_socket"`
	CPUs           types.Int64  `tfsdk:"num_cpus"`
	SATACount      types.Int64  `tfsdk:"sata_controller_count"`
	SCSICount      types.Int64  `tfsdk:"scsi_controller_count"`
	SCSIType       types.String `tfsdk:"scsi_type"`
	SwapPlacement  types.String `tfsdk:"swap_placement_policy"`
}

// NewOVFTemplateData returns the data source vsphere_ovf_vm_template: what a
// machine made from an OVF package would be.
func NewOVFTemplateData() datasource.DataSource {
	return lifecycle.NewDataSource("ovf_vm_template", lifecycle.Lookup[ovfDataModel]{Schema: ovfDataSchema, Read: readOVFData})
}

func ovfDataSchema(context.Context) schema.Schema {
	all := map[string]schema.Attribute{
		"name":                      schema.StringAttribute{MarkdownDescription: "The name of the machine that is to be made.", Required: true},
		"resource_pool_id":          schema.StringAttribute{MarkdownDescription: "The managed object id of the resource pool that the machine is to be in.", Required: true},
		"host_system_id":            schema.StringAttribute{MarkdownDescription: "The managed object id of the host that the machine is to be on.", Required: true},
		"datastore_id":              schema.StringAttribute{MarkdownDescription: "The managed object id of the datastore that the machine is to be on. Left out it is one of the host's.", Optional: true},
		"folder":                    schema.StringAttribute{MarkdownDescription: "The folder that the machine is to be in. It has no effect.", Optional: true},
		"allow_unverified_ssl_cert": schema.BoolAttribute{MarkdownDescription: "Whether the certificate of the server of `remote_ovf_url` goes unverified.", Optional: true},
		"enable_hidden_properties":  schema.BoolAttribute{MarkdownDescription: "Whether properties that the OVF hides can be set.", Optional: true},
		"ovf_network_map":           schema.MapAttribute{MarkdownDescription: "The managed object ids of networks by the name of the network in the OVF.", ElementType: types.StringType, Optional: true},
		"id":                        schema.StringAttribute{MarkdownDescription: "The name.", Optional: true, Computed: true},
	}
	for name, doc := range map[string]string{
		"deployment_option": "The deployment option of the OVF. Left out it is the OVF's default.", "disk_provisioning": "How the disks are to take space.",
		"ip_allocation_policy": "How addresses are allocated.", "ip_protocol": "The IP protocol.",
		"local_ovf_path": "The path of the OVF or OVA on this computer.", "remote_ovf_url": "The URL of the OVF or OVA.",
	} {
		all[name] = schema.StringAttribute{MarkdownDescription: doc, Optional: true}
	}
	for name, doc := range map[string]string{
		"alternate_guest_name": "The name of the guest operating system.", "annotation": "The notes of the OVF.", "firmware": "The firmware, `bios` or `efi`.",
		"guest_id": "The guest operating system.", "scsi_type": "The type of the SCSI controllers.", "swap_placement_policy": "Where the swap file goes.",
	} {
		all[name] = schema.StringAttribute{MarkdownDescription: doc, Computed: true}
	}
	for name, doc := range map[string]string{
		"ide_controller_count": "The number of IDE controllers.", "sata_controller_count": "The number of SATA controllers.", "scsi_controller_count": "The number of SCSI controllers.",
		"memory": "The memory in MB.", "num_cores_per_socket": "The number of cores per socket.", "num_cpus": "The number of processors.",
	} {
		all[name] = schema.Int64Attribute{MarkdownDescription: doc, Computed: true}
	}
	for name, doc := range map[string]string{
		"cpu_hot_add_enabled": "Whether processors can be added while the machine runs.", "cpu_hot_remove_enabled": "Whether processors can be removed while the machine runs.",
		"cpu_performance_counters_enabled": "Whether the guest sees performance counters.", "memory_hot_add_enabled": "Whether memory can be added while the machine runs.",
		"nested_hv_enabled": "Whether the guest can virtualize by hardware.",
	} {
		all[name] = schema.BoolAttribute{MarkdownDescription: doc, Computed: true}
	}
	return schema.Schema{MarkdownDescription: "What a machine made from an OVF or OVA would be, as arguments of `vsphere_virtual_machine` with `ovf_deploy`. Nothing is made.", Attributes: all}
}

func readOVFData(ctx context.Context, c *vsphere.Client, m *ovfDataModel) error {
	from, at := m.from()
	if from.Path == "" && from.URL == "" {
		return errors.New("one of local_ovf_path and remote_ovf_url has to be configured")
	}
	if m.Path.ValueString() != "" && m.URL.ValueString() != "" {
		return lifecycle.Attr("remote_ovf_url", errors.New("local_ovf_path and remote_ovf_url exclude each other"))
	}
	pkg, err := ovf.Open(ctx, from)
	if err != nil {
		return lifecycle.Attr(at, err)
	}
	defer pkg.Close()
	target := m.target()
	target.Name, target.Pool, target.Host = m.Name.ValueString(), poolRef(m.Pool.ValueString()), ptr(hostRef(m.Host.ValueString()))
	if target.Datastore, err = m.store(ctx, c); err != nil {
		return err
	}
	if _, err := pkg.Describe(ctx, c); err != nil {
		return lifecycle.Attr(at, err)
	}
	load, err := pkg.Prepare(ctx, c, target)
	if err != nil {
		return lifecycle.At(path.Root(at), err)
	}
	m.flatten(&load.Spec.ConfigSpec)
	return nil
}

// store is the datastore, or one of the host's: vCenter has to be told one.
func (m *ovfDataModel) store(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	if id := m.Datastore.ValueString(); id != "" {
		return datastoreRef(id), nil
	}
	host, err := vsphere.Get[mo.HostSystem](ctx, c, hostRef(m.Host.ValueString()), "datastore")
	if err == nil && len(host.Datastore) == 0 {
		err = errors.New("the host has no datastore")
	}
	if err != nil {
		return vsphere.Ref{}, lifecycle.Attr("host_system_id", err)
	}
	return host.Datastore[0], nil
}

func (m *ovfDataModel) flatten(spec *vim.VirtualMachineConfigSpec) {
	var devices []vim.BaseVirtualDevice
	for _, change := range spec.DeviceChange {
		devices = append(devices, change.GetVirtualDeviceConfigSpec().Device)
	}
	counts, kind := map[string]int64{}, ""
	for _, controller := range device.Controllers(devices) {
		counts[controller.Type]++
		kind = cmp.Or(kind, controller.Kind)
	}
	m.ID = m.Name
	m.AlternateName, m.Annotation = types.StringValue(spec.AlternateGuestName), types.StringValue(spec.Annotation)
	m.Firmware, m.GuestID = types.StringValue(cmp.Or(spec.Firmware, "bios")), types.StringValue(spec.GuestId)
	m.SCSIType, m.SwapPlacement = types.StringValue(kind), types.StringValue(spec.SwapPlacement)
	m.CPUHotAdd, m.CPUHotRemove, m.MemoryHotAdd = flagValue(spec.CpuHotAddEnabled), flagValue(spec.CpuHotRemoveEnabled), flagValue(spec.MemoryHotAddEnabled)
	m.CPUCounters, m.NestedHV = flagValue(spec.VPMCEnabled), flagValue(spec.NestedHVEnabled)
	m.CPUs, m.CoresPerSocket, m.Memory = numberValue(spec.NumCPUs), numberValue(deref(spec.NumCoresPerSocket)), types.Int64Value(spec.MemoryMB)
	m.SCSICount, m.SATACount, m.IDECount = types.Int64Value(counts[device.SCSI]), types.Int64Value(counts[device.SATA]), types.Int64Value(counts[device.IDE])
}
