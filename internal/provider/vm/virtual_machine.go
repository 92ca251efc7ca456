// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere/device"
)

// model is the state of vsphere_virtual_machine.
type model struct {
	lifecycle.Meta
	lifecycle.Tagged
	lifecycle.Customized
	configModel
	placeModel
	waitModel
	stateModel
	powerModel
	controllerModel

	Clone     types.List   `tfsdk:"clone"`
	OVFDeploy types.List   `tfsdk:"ovf_deploy"`
	Disks     types.List   `tfsdk:"disk"`
	NICs      types.List   `tfsdk:"network_interface"`
	CDROMs    types.List   `tfsdk:"cdrom"`
	VideoCard types.List   `tfsdk:"video_card"`
	VTPM      types.List   `tfsdk:"vtpm"`
	EVCMode   types.String `tfsdk:"evc_mode"`
	PCI       types.Set    `tfsdk:"pci_device_id"`
}

// configModel is the facets of a machine's configuration.
type configModel struct {
	cpuModel
	memoryModel
	flagsModel
	bootModel
	toolsModel
	guestModel
	extraModel
	vappModel
}

// facets lists every facet once, in the order in which they are applied: what
// there is to set depends on the hardware version, which is the guest's.
func (m *configModel) facets() []facet {
	return []facet{&m.guestModel, &m.cpuModel, &m.memoryModel, &m.flagsModel, &m.bootModel, &m.toolsModel, &m.extraModel, &m.vappModel}
}

func configAttributes() schemas.Attributes {
	return schemas.Merge(cpuAttributes(), memoryAttributes(), flagsAttributes(), bootAttributes(), toolsAttributes(), guestAttributes(), extraAttributes())
}

// expand returns what has to change of a machine; nil means a new machine. It is
// empty when there is nothing to do.
func (m *configModel) expand(have *vim.VirtualMachineConfigInfo, prior *configModel) *vim.VirtualMachineConfigSpec {
	d := newDelta(have)
	if prior != nil {
		d.managed = prior.ExtraConfig.Elements()
		d.vapp, _ = vappProperties(prior.VApp)
	}
	for _, f := range m.facets() {
		f.expand(d)
	}
	return d.spec
}

// emptied names the members of a specification that are to be emptied of what a
// machine has. An empty one in the specification itself leaves them alone.
func (m *configModel) emptied(have *vim.VirtualMachineConfigInfo) []string {
	text := func(s types.String) bool { return !s.IsUnknown() && !s.IsNull() && s.ValueString() == "" }
	var names []string
	if have.Annotation != "" && text(m.Annotation) {
		names = append(names, "annotation")
	}
	if have.AlternateGuestName != "" && text(m.AlternateName) {
		names = append(names, "alternateGuestName")
	}
	if deref(have.BootOptions).BootDelay != 0 && m.BootDelay.Equal(types.Int64Value(0)) {
		names = append(names, "bootOptions.bootDelay")
	}
	return names
}

func (m *configModel) flatten(config *vim.VirtualMachineConfigInfo) {
	for _, f := range m.facets() {
		f.flatten(config)
	}
}

// Entity returns the machine, for its tags and custom attributes.
func (m *model) Entity() vsphere.Ref {
	if id := m.MOID.ValueString(); id != "" {
		return machineRef(id)
	}
	return vsphere.Ref{}
}

func machineRef(moid string) vsphere.Ref { return vsphere.NewRef("VirtualMachine", moid) }

// configPaths are the properties that facets and devices are read from. The
// free-form settings are many and long, and are read only if some are managed.
var configPaths = []string{
	"config.name", "config.uuid", "config.instanceUuid", "config.template", "config.changeVersion", "config.version",
	"config.guestId", "config.alternateGuestName", "config.annotation", "config.files", "config.tools", "config.flags",
	"config.hardware", "config.cpuAllocation", "config.memoryAllocation", "config.latencySensitivity",
	"config.memoryHotAddEnabled", "config.cpuHotAddEnabled", "config.cpuHotRemoveEnabled", "config.swapPlacement",
	"config.bootOptions", "config.firmware", "config.memoryReservationLockedToMax", "config.nestedHVEnabled",
	"config.vPMCEnabled", "config.numaInfo", "config.vAppConfig",
}

var machinePaths = append([]string{
	"name", "parent", "parentVApp", "resourcePool", "datastore", "runtime.powerState", "runtime.host",
	"guest.toolsRunningStatus", "guest.net", "guest.ipStack", "guest.ipAddress",
}, configPaths...)

// get reads a machine by its managed object id.
func get(ctx context.Context, c *vsphere.Client, moid string, extra bool) (*mo.VirtualMachine, error) {
	paths := machinePaths
	if extra {
		paths = append(paths[:len(paths):len(paths)], "config.extraConfig")
	}
	vm, err := vsphere.Get[mo.VirtualMachine](ctx, c, machineRef(moid), paths...)
	if err != nil {
		return nil, err
	}
	if vm.Config == nil {
		return nil, errNoConfig
	}
	return vm, nil
}

// find returns the machine of a state: by managed object id, which decides
// where several machines have one UUID, and by BIOS UUID when that id is not the
// machine's any more, as after it was registered again.
func find(ctx context.Context, c *vsphere.Client, m *model) (*mo.VirtualMachine, error) {
	uuid, extra := m.ID.ValueString(), len(m.ExtraConfig.Elements()) > 0
	if uuid == m.MOID.ValueString() {
		uuid = "" // of a machine that was made but not read
	}
	if moid := m.MOID.ValueString(); moid != "" {
		vm, err := get(ctx, c, moid, extra)
		if err == nil && (uuid == "" || strings.EqualFold(vm.Config.Uuid, uuid)) {
			return vm, nil
		}
		if err != nil && !vsphere.Gone(err) || uuid == "" {
			return nil, err
		}
		if err == nil {
			return renumbered(ctx, c, m, vm, extra)
		}
	}
	ref, err := byUUID(ctx, c, uuid)
	if err != nil {
		return nil, err
	}
	return get(ctx, c, ref.Value, extra)
}

// renumbered decides which machine a state means whose managed object id is
// that of a machine with another BIOS UUID. The machine that has the UUID is the
// one: this vCenter counts otherwise than the one that the state was made with.
// Where no machine has it, somebody gave the machine another UUID, provided that
// its files are where they were.
func renumbered(ctx context.Context, c *vsphere.Client, m *model, vm *mo.VirtualMachine, extra bool) (*mo.VirtualMachine, error) {
	ref, err := byUUID(ctx, c, m.ID.ValueString())
	if vsphere.Gone(err) && m.VMXPath.ValueString() == device.PathOn(vm.Config.Files.VmPathName) {
		return vm, nil
	}
	if err != nil {
		return nil, err
	}
	return get(ctx, c, ref.Value, extra)
}

// read is the Read verb.
func read(ctx context.Context, c *vsphere.Client, m *model) error {
	vm, err := find(ctx, c, m)
	if err != nil {
		return err
	}
	m.ID = types.StringValue(vm.Config.Uuid)
	m.UUID = m.ID
	m.MOID = types.StringValue(vm.Self.Value)
	m.ChangeVersion = types.StringValue(vm.Config.ChangeVersion)
	m.RebootRequired = types.BoolValue(false)
	m.configModel.flatten(vm.Config)
	m.powerModel.flatten(vm.Runtime.PowerState, vm.Guest)
	m.VAppTransport = stringList(transports(vm.Config))
	if err := readPlace(ctx, c, vm, &m.placeModel, &m.stateModel); err != nil {
		return err
	}
	if err := m.readDevices(ctx, vm.Config.Hardware.Device); err != nil {
		return err
	}
	return m.readPolicies(ctx, c, vm.Self)
}

// readPlace fills in what the machine is called and where it is.
func readPlace(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine, m *placeModel, s *stateModel) error {
	m.Name = types.StringValue(vm.Name)
	if vm.ResourcePool != nil {
		m.ResourcePool = types.StringValue(vm.ResourcePool.Value)
	}
	if vm.Runtime.Host != nil {
		m.Host = types.StringValue(vm.Runtime.Host.Value)
	}
	s.VMXPath = types.StringValue(device.PathOn(vm.Config.Files.VmPathName))
	datastore, err := datastoreOf(ctx, c, vm)
	if err != nil {
		return err
	}
	m.Datastore = types.StringValue(datastore)
	if vm.Parent == nil {
		return nil // in a vApp, outside of the tree of folders
	}
	folder, err := folderPath(ctx, c, *vm.Parent)
	if err != nil {
		return err
	}
	m.Folder = schemas.KeepPath(m.Folder, folder)
	return nil
}

// datastoreOf returns the datastore of the machine's own files. The machine
// tells its name; only of a machine on several datastores names have to be read.
func datastoreOf(ctx context.Context, c *vsphere.Client, vm *mo.VirtualMachine) (string, error) {
	if len(vm.Datastore) == 1 {
		return vm.Datastore[0].Value, nil
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(vm.Config.Files.VmPathName, "["), "]")
	for _, ref := range vm.Datastore {
		path, err := c.Path(ctx, ref)
		if err != nil {
			return "", err
		}
		if baseName(path) == name {
			return ref.Value, nil
		}
	}
	return "", nil
}

func baseName(inventoryPath string) string { return path.Base(inventoryPath) }

// folderPath returns the path of a folder relative to the folder of virtual
// machines in its datacenter, "" for that folder itself.
func folderPath(ctx context.Context, c *vsphere.Client, folder vsphere.Ref) (string, error) {
	root, err := folderRoot(ctx, c, folder)
	if err != nil {
		return "", err
	}
	p, err := c.Path(ctx, folder)
	if err != nil {
		return "", err
	}
	return schemas.CleanPath(strings.TrimPrefix(p, root)), nil
}

// folderRoot returns the path of the folder of virtual machines of the
// datacenter that an object is in.
func folderRoot(ctx context.Context, c *vsphere.Client, in vsphere.Ref) (string, error) {
	datacenter, err := c.Datacenter(ctx, in)
	if err != nil {
		return "", err
	}
	p, err := c.Path(ctx, datacenter)
	return p + "/vm", err
}

// transports is how vApp properties reach the guest.
func transports(config *vim.VirtualMachineConfigInfo) []string {
	if config.VAppConfig == nil {
		return nil
	}
	return deref(config.VAppConfig.GetVmConfigInfo()).OvfEnvironmentTransport
}

// readDevices fills the blocks of devices with those of the machine that the
// state knows.
func (m *model) readDevices(ctx context.Context, devices []vim.BaseVirtualDevice) error {
	m.controllerModel.flatten(devices)
	known, err := decode[diskModel](ctx, m.Disks)
	if err != nil {
		return err
	}
	match := device.MatchDisks(plainDisks(m.remembered(known)), device.ReadDisks(devices))
	disks := match.Disks
	if m.UnmanagedDisks.ValueString() == unmanagedDetached {
		disks = append(disks, device.NameOrphans(match.Unmanaged, disks, m.counts())...)
	}
	device.SortDisks(disks)
	if m.Disks, err = encode(ctx, diskType, diskModels(disks)); err != nil {
		return err
	}
	nics, err := decode[nicModel](ctx, m.NICs)
	if err != nil {
		return err
	}
	if m.NICs, err = encode(ctx, nicType, readNICs(nics, devices)); err != nil {
		return err
	}
	return m.readOthers(ctx, devices)
}

// readNICs returns the known interfaces that the machine has.
func readNICs(known []nicModel, devices []vim.BaseVirtualDevice) []nicModel {
	match := device.MatchNICs(plainNICs(known), device.ReadNICs(devices, nil))
	mappings := map[int32]types.String{}
	for _, k := range known {
		mappings[int32(k.Key.ValueInt64())] = k.OVFMapping
	}
	found := make([]nicModel, len(match.NICs))
	for i, n := range match.NICs {
		mapping := mappings[n.Key]
		if len(match.Missing) == 0 {
			mapping = known[i].OVFMapping // also of one that was just made and has no key yet
		}
		found[i] = nicOf(n, mapping)
	}
	return found
}
