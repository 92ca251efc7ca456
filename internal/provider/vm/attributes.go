// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
)

// placeModel is what the machine is called and where it is.
type placeModel struct {
	Name             types.String `tfsdk:"name"`
	Folder           types.String `tfsdk:"folder"`
	ResourcePool     types.String `tfsdk:"resource_pool_id"`
	Host             types.String `tfsdk:"host_system_id"`
	Datastore        types.String `tfsdk:"datastore_id"`
	DatastoreCluster types.String `tfsdk:"datastore_cluster_id"`
	DatastorePath    types.String `tfsdk:"datastore_path"`
	Datacenter       types.String `tfsdk:"datacenter_id"`
	StoragePolicy    types.String `tfsdk:"storage_policy_id"`
}

func placeAttributes() schemas.Attributes {
	return schemas.Attributes{
		"name": schema.StringAttribute{
			MarkdownDescription: "The name of the machine, 1 to 80 characters.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthBetween(1, 80)},
		},
		"folder":               schemas.OptionalString("The path of the folder that the machine is in, relative to the folder of virtual machines in its datacenter. It must exist. Left out it is that folder itself.", schemas.SamePath()),
		"resource_pool_id":     schemas.RequiredString("The managed object id of the resource pool, or of a vApp. Another pool moves the machine."),
		"host_system_id":       serverChoice("The managed object id of the host. Another host migrates the machine; left out vSphere chooses."),
		"datastore_id":         serverChoice("The managed object id of the datastore of the machine's files. Another one migrates the machine with the disks that name no datastore of their own."),
		"datastore_cluster_id": schemas.OptionalString("The managed object id of a datastore cluster, in which Storage DRS chooses the datastore, also of disks that are added. It excludes `datastore_id`. A machine that is not in the cluster migrates into it."),
		"datastore_path":       schemas.OptionalString("A folder on the datastore for the machine's files, which is made. Changing it replaces the machine.", stringplanmodifier.RequiresReplaceIfConfigured()),
		"datacenter_id":        schemas.OptionalString("The managed object id of the datacenter of the resource pool. It may be set only with `ovf_deploy`, which does not need it."),
		"storage_policy_id":    serverChoice("The id of the storage policy of the machine's own files." + policyDoc),
	}
}

// serverChoice is an optional string that vSphere chooses. The plan decides
// whether what state has still holds.
func serverChoice(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Computed: true}
}

// waitModel is how long operations wait, and what for.
type waitModel struct {
	GuestIPTimeout  types.Int64  `tfsdk:"wait_for_guest_ip_timeout"`
	GuestNetTimeout types.Int64  `tfsdk:"wait_for_guest_net_timeout"`
	GuestNetRouted  types.Bool   `tfsdk:"wait_for_guest_net_routable"`
	IgnoredIPs      types.List   `tfsdk:"ignored_guest_ips"`
	ShutdownTimeout types.Int64  `tfsdk:"shutdown_wait_timeout"`
	ForcePowerOff   types.Bool   `tfsdk:"force_power_off"`
	OnFailure       types.String `tfsdk:"on_wait_failure"`
	PowerOnTimeout  types.Int64  `tfsdk:"poweron_timeout"`
	MigrateTimeout  types.Int64  `tfsdk:"migrate_wait_timeout"`
}

func waitAttributes() schemas.Attributes {
	return schemas.Attributes{
		"wait_for_guest_ip_timeout":   schemas.DefaultInt64("How many minutes to wait after power-on until the guest reports an address. Less than 1, the default, does not wait.", 0),
		"wait_for_guest_net_timeout":  schemas.DefaultInt64("How many minutes to wait after power-on until the guest's network is up. Less than 1 does not wait. Defaults to `5`.", 5),
		"wait_for_guest_net_routable": schemas.DefaultBool("Whether the network counts as up only with an address in the subnet of a default gateway. Defaults to `true`.", true),
		"ignored_guest_ips": schema.ListAttribute{
			MarkdownDescription: "Addresses, and subnets in CIDR notation, that do not count as an address of the guest.",
			ElementType:         types.StringType,
			Optional:            true, Computed: true,
			Validators:    []validator.List{addresses{}},
			PlanModifiers: []planmodifier.List{schemas.ZeroWhenUnset()},
		},
		"shutdown_wait_timeout": schemas.DefaultInt64("How many minutes the guest has to shut down, 1 to 10. Defaults to `3`.", 3, int64validator.Between(1, 10)),
		"force_power_off":       schemas.DefaultBool("Whether a guest that does not shut down in time, or cannot be asked since VMware Tools do not run in it, is powered off. Without it a change that needs the machine off then fails. To destroy a machine always powers it off. Defaults to `true`.", true),
		"on_wait_failure": schema.StringAttribute{
			MarkdownDescription: "What becomes of a new machine whose guest is not customized in time, or whose network does not come up: with `error`, the default, the machine is tainted; with `warn` there is a warning. An update only ever warns.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.OneOf(waitError, waitWarn)},
		},
		"poweron_timeout":      schemas.DefaultInt64("How many seconds power-on may take, at least 300. It is tried again while the state of the machine does not allow it. Defaults to `300`.", 300, int64validator.AtLeast(300)),
		"migrate_wait_timeout": schemas.DefaultInt64("How many minutes a migration may take, at least 10. Defaults to `30`.", 30, int64validator.AtLeast(10)),
	}
}

// stateModel is what only the server says, and what only the provider knows.
type stateModel struct {
	UUID           types.String `tfsdk:"uuid"`
	MOID           types.String `tfsdk:"moid"`
	ChangeVersion  types.String `tfsdk:"change_version"`
	VMXPath        types.String `tfsdk:"vmx_path"`
	VAppTransport  types.List   `tfsdk:"vapp_transport"`
	Imported       types.Bool   `tfsdk:"imported"`
	RebootRequired types.Bool   `tfsdk:"reboot_required"`
	ReplaceTrigger types.String `tfsdk:"replace_trigger"`
	Replace        types.Bool   `tfsdk:"replace_on_change"`
	UnmanagedDisks types.String `tfsdk:"unmanaged_disks"`
}

func stateAttributes() schemas.Attributes {
	return schemas.Attributes{
		"id":             schemas.ID("The BIOS UUID of the machine."),
		"uuid":           schemas.Stable("The BIOS UUID of the machine."),
		"moid":           schemas.Stable("The managed object id of the machine."),
		"change_version": schema.StringAttribute{MarkdownDescription: "The version of the configuration, which every change raises.", Computed: true},
		"vmx_path":       schema.StringAttribute{MarkdownDescription: "The path of the configuration file on its datastore.", Computed: true},
		"vapp_transport": schema.ListAttribute{MarkdownDescription: "How vApp properties reach the guest.", ElementType: types.StringType, Computed: true},
		"imported":       schema.BoolAttribute{MarkdownDescription: "Whether the machine was imported rather than made. Disks of an imported machine that the configuration does not declare are left alone. The first update that changes anything ends it.", Computed: true},
		"reboot_required": schema.BoolAttribute{
			MarkdownDescription: "In a plan, whether the machine is going to be powered off and on again; afterwards `false`.",
			Computed:            true,
		},
		"replace_trigger":   schemas.OptionalString("Any text. A change of it replaces the machine.", stringplanmodifier.RequiresReplaceIfConfigured()),
		"unmanaged_disks":   unmanagedAttribute(),
		"replace_on_change": schemas.OptionalBool("Whether a change of `clone` or `ovf_deploy`, which matter only when the machine is made, replaces it. Otherwise such a change has no effect and a warning says so."),
	}
}

// powerModel is what the machine and its guest are doing.
type powerModel struct {
	PowerState  types.String `tfsdk:"power_state"`
	ToolsStatus types.String `tfsdk:"vmware_tools_status"`
	DefaultIP   types.String `tfsdk:"default_ip_address"`
	GuestIPs    types.List   `tfsdk:"guest_ip_addresses"`
}

func powerAttributes() schemas.Attributes {
	return schemas.Attributes{
		"power_state": schema.StringAttribute{
			MarkdownDescription: "What the machine is to be doing: `on`, `off` or `suspended`. Left out a new machine is powered on, and another one is left as it is found. " +
				"Guests are asked to shut down, see `force_power_off`. A machine that is off is not waited for; one that runs can be suspended.",
			Optional: true, Computed: true,
			Validators: []validator.String{stringvalidator.OneOf(powerStates...)},
		},
		"vmware_tools_status": schema.StringAttribute{MarkdownDescription: "Whether VMware Tools run in the guest, such as `guestToolsRunning`.", Computed: true},
		"default_ip_address":  schema.StringAttribute{MarkdownDescription: "The address by which the guest is best reached: the first one in the subnet of its default gateway, IPv4 before IPv6, else the first one there is.", Computed: true},
		"guest_ip_addresses":  schema.ListAttribute{MarkdownDescription: "All addresses of the guest, by network interface, IPv4 before IPv6.", ElementType: types.StringType, Computed: true},
	}
}

func unmanagedAttribute() schema.StringAttribute {
	a := schemas.OptionalString("What becomes of disks of the machine that the configuration does not declare, such as the volumes of containers: `ignore`, the default, leaves them alone; `detach` shows them in the plan, takes them off the machine and keeps their files.")
	a.Validators = []validator.String{stringvalidator.OneOf("", unmanagedIgnored, unmanagedDetached)}
	return a
}
