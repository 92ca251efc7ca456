// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewVirtualDisk returns the resource vsphere_virtual_disk: a disk on a
// datastore that belongs to no machine.
func NewVirtualDisk() resource.Resource {
	return movable[virtualDisk, *virtualDisk]{virtualDiskResource()}
}

func virtualDiskResource() *lifecycle.Resource[virtualDisk, *virtualDisk] {
	return lifecycle.NewResource("virtual_disk", lifecycle.Verbs[virtualDisk]{
		Schema:   virtualDiskSchema,
		Create:   createVirtualDisk,
		Read:     readVirtualDisk,
		Update:   updateVirtualDisk,
		Delete:   deleteVirtualDisk,
		Import:   importVirtualDisk,
		Plan:     planVirtualDisk,
		Identity: func(m *virtualDisk) string { return m.identity(m.VMDKPath) },
	})
}

type virtualDisk struct {
	lifecycle.Meta
	place
	VMDKPath          types.String `tfsdk:"vmdk_path"`
	Size              types.Int64  `tfsdk:"size"`
	Type              types.String `tfsdk:"type"`
	AdapterType       types.String `tfsdk:"adapter_type"`
	CreateDirectories types.Bool   `tfsdk:"create_directories"`
}

// diskTypes are the values of the argument type, and what vSphere calls them.
var diskTypes = map[string]vim.VirtualDiskType{
	"thin":             vim.VirtualDiskTypeThin,
	"eagerZeroedThick": vim.VirtualDiskTypeEagerZeroedThick,
	"lazy":             vim.VirtualDiskTypePreallocated,
}

// typeName is the value of the argument type; other types keep their name.
func typeName(kind vim.VirtualDiskType) string {
	for name, k := range diskTypes {
		if k == kind {
			return name
		}
	}
	return string(kind)
}

func (m *virtualDisk) eager() bool { return m.Type.ValueString() == "eagerZeroedThick" }

func createVirtualDisk(ctx context.Context, c *vsphere.Client, m *virtualDisk) error {
	f, err := m.file(ctx, c, m.VMDKPath)
	if err != nil {
		return err
	}
	if m.CreateDirectories.ValueBool() {
		if err := c.MakeDirectory(ctx, f.Parent()); err != nil {
			return lifecycle.Attr("vmdk_path", err)
		}
	}
	err = c.CreateDisk(ctx, f, vsphere.DiskSpec{
		Type: diskTypes[m.Type.ValueString()], Adapter: m.AdapterType.ValueString(), Bytes: m.Size.ValueInt64() << 30,
	})
	if err != nil {
		argument := "vmdk_path"
		if vsphere.IsFault[vim.NoDiskSpace](err) {
			argument = "size"
		}
		return blame(ctx, c, f, argument, err)
	}
	m.ID, m.DatastoreID = m.VMDKPath, types.StringValue(f.Datastore.Value)
	return nil
}

func readVirtualDisk(ctx context.Context, c *vsphere.Client, m *virtualDisk) error {
	f, err := m.file(ctx, c, m.VMDKPath)
	if err != nil {
		return err
	}
	disk, err := c.StatDisk(ctx, f)
	if err != nil {
		return err
	}
	if m.Type.ValueString() == "" { // just imported
		if err := m.readType(ctx, c, f, disk); err != nil {
			return err
		}
	}
	m.ID = m.VMDKPath
	m.Size = types.Int64Value(disk.CapacityKb >> 20)
	return m.flatten(ctx, c, f)
}

// readType tells how an imported disk was made. For others it is what they were
// made as: a disk that has become thin since, by a migration, must not be
// replaced.
func (m *virtualDisk) readType(ctx context.Context, c *vsphere.Client, f vsphere.DatastoreFile, disk *vim.VmDiskFileInfo) error {
	kind := vim.VirtualDiskTypeThin
	if disk.Thin == nil || !*disk.Thin {
		var err error
		if kind, err = c.DiskType(ctx, f); err != nil {
			return err
		}
	}
	m.Type = types.StringValue(typeName(kind))
	return nil
}

func updateVirtualDisk(ctx context.Context, c *vsphere.Client, plan, state *virtualDisk) error {
	if plan.Size.ValueInt64() <= state.Size.ValueInt64() {
		return nil
	}
	f, err := plan.file(ctx, c, plan.VMDKPath)
	if err != nil {
		return err
	}
	return blame(ctx, c, f, "size", c.ExtendDisk(ctx, f, plan.Size.ValueInt64()<<30, plan.eager()))
}

func deleteVirtualDisk(ctx context.Context, c *vsphere.Client, state *virtualDisk) error {
	f, err := state.file(ctx, c, state.VMDKPath)
	if err != nil {
		return err
	}
	err = c.DeleteFile(ctx, f)
	if vsphere.Gone(err) {
		return err
	}
	return blame(ctx, c, f, "vmdk_path", err)
}

// diskImport is the import id of the contract.
type diskImport struct {
	Path              string `json:"virtual_disk_path"`
	CreateDirectories string `json:"create_directories"`
}

// importVirtualDisk accepts the contract's JSON, and the path alone.
func importVirtualDisk(_ context.Context, _ *vsphere.Client, id string, m *virtualDisk) error {
	wanted := diskImport{Path: id}
	if strings.HasPrefix(strings.TrimSpace(id), "{") {
		wanted.Path = ""
		if err := json.Unmarshal([]byte(id), &wanted); err != nil {
			return fmt.Errorf("the import id is no JSON object of strings: %w", err)
		}
		if wanted.Path == "" {
			return errors.New("the import id lacks virtual_disk_path")
		}
	}
	m.CreateDirectories = types.BoolValue(false)
	if wanted.CreateDirectories != "" {
		create, err := strconv.ParseBool(wanted.CreateDirectories)
		if err != nil {
			return fmt.Errorf("create_directories is %q, but must be true or false", wanted.CreateDirectories)
		}
		m.CreateDirectories = types.BoolValue(create)
	}
	at, err := m.adopt(wanted.Path)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(at, ".vmdk") {
		return fmt.Errorf("%q is no path of a virtual disk, which ends in .vmdk", wanted.Path)
	}
	m.ID, m.VMDKPath, m.AdapterType = types.StringValue(at), types.StringValue(at), types.StringValue(defaultAdapter)
	return nil
}

// planVirtualDisk refuses to shrink a disk, and replaces one that is to be on
// another datastore.
func planVirtualDisk(ctx context.Context, p *lifecycle.Plan[virtualDisk]) error {
	if p.State == nil {
		return nil
	}
	if now, size := p.State.Size.ValueInt64(), p.Planned.Size; !size.IsUnknown() && size.ValueInt64() < now && samePath(p.State, p.Planned) {
		p.Error(path.Root("size"), "A disk cannot shrink", fmt.Sprintf("The disk has %d GiB. A smaller one must be a new disk at another vmdk_path.", now))
	}
	leaves, err := leaves(ctx, p, &p.Config.place, &p.Planned.place, &p.State.place)
	if leaves {
		for name, changed := range map[string]bool{
			"datastore": !p.Planned.Datastore.Equal(p.State.Datastore), "datacenter": !p.Planned.Datacenter.Equal(p.State.Datacenter),
		} {
			if changed {
				p.Replace(path.Root(name))
			}
		}
	}
	return err
}

// samePath reports whether a plan is about the disk of the state.
func samePath(state, planned *virtualDisk) bool {
	return planned.VMDKPath.Equal(state.VMDKPath) && planned.Type.Equal(state.Type) &&
		planned.Datastore.Equal(state.Datastore) && planned.Datacenter.Equal(state.Datacenter)
}
