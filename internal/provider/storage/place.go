// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// place is the datastore of a file: what disks and other files have in common.
type place struct {
	Datacenter  types.String `tfsdk:"datacenter"`
	Datastore   types.String `tfsdk:"datastore"`
	DatastoreID types.String `tfsdk:"datastore_id"`
}

func placeAttributes(datastore string) schemas.Attributes {
	return schemas.Attributes{
		"datacenter": schemas.ServerString("The datacenter that the datastore is in: its name or inventory path. It may be left out when only one datacenter has a datastore of the name."),
		"datastore":  schemas.RequiredString("The name of the datastore. " + datastore),
		"datastore_id": schemas.Stable("The managed object id of the datastore, for example `datastore-12`: " +
			"what arguments called `datastore_id` take, such as those of the disks and drives of a virtual machine."),
	}
}

// find returns the datastore that the arguments name.
func (p *place) find(ctx context.Context, c *vsphere.Client) (vsphere.Ref, error) {
	var under vsphere.Ref
	if name := p.Datacenter.ValueString(); name != "" {
		datacenter, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"Datacenter"}, Name: name})
		if err != nil {
			return vsphere.Ref{}, lifecycle.Attr("datacenter", err)
		}
		under = datacenter.Ref
	}
	found, err := c.FindOne(ctx, vsphere.Search{Kinds: []string{"Datastore"}, Under: under, Name: p.Datastore.ValueString()})
	var several *vsphere.AmbiguousError
	if errors.As(err, &several) && under == (vsphere.Ref{}) {
		return vsphere.Ref{}, lifecycle.Attr("datacenter", fmt.Errorf("there is more than one datacenter, so that it must be said in which the datastore is: %w", err))
	}
	if err != nil {
		return vsphere.Ref{}, lifecycle.Attr("datastore", err)
	}
	return found.Ref, nil
}

// file returns the file at a path of the datastore. One whose id is known is
// found also when it has been renamed.
func (p *place) file(ctx context.Context, c *vsphere.Client, at types.String) (vsphere.DatastoreFile, error) {
	if id := p.DatastoreID.ValueString(); id != "" {
		f, err := c.OnDatastore(ctx, vsphere.NewRef("Datastore", id), at.ValueString())
		if !vsphere.Gone(err) {
			return f, err
		}
	}
	datastore, err := p.find(ctx, c)
	if err != nil {
		return vsphere.DatastoreFile{}, err
	}
	return c.OnDatastore(ctx, datastore, at.ValueString())
}

// flatten completes the arguments with where a file really is. What says the
// same in another way stays.
func (p *place) flatten(ctx context.Context, c *vsphere.Client, f vsphere.DatastoreFile) error {
	p.DatastoreID = types.StringValue(f.Datastore.Value)
	if said := p.Datastore.ValueString(); path.Base(said) != f.DatastoreName && said != f.Datastore.Value {
		p.Datastore = types.StringValue(f.DatastoreName)
	}
	if p.Datacenter.ValueString() != "" {
		return nil
	}
	at, err := c.Path(ctx, f.Datacenter)
	if err != nil {
		return err
	}
	p.Datacenter = types.StringValue(strings.TrimPrefix(at, "/"))
	return nil
}

// identity is what identifies a file within its vCenter, and what an import
// takes: "/dc-east/[ds-1] data/d1.vmdk".
func (p *place) identity(at types.String) string {
	f := vsphere.DatastoreFile{DatastoreName: p.Datastore.ValueString()}.Join(at.ValueString())
	return fmt.Sprintf("/%s/%s", strings.Trim(p.Datacenter.ValueString(), "/"), f)
}

// adopt takes over the place that an import names, and returns the path there.
func (p *place) adopt(text string) (string, error) {
	datacenter, datastore, file, err := vsphere.ParseDatastorePath(text)
	if err != nil {
		return "", err
	}
	p.Datastore = types.StringValue(datastore)
	if datacenter != "" {
		p.Datacenter = types.StringValue(datacenter)
	}
	return file, nil
}

// leaves reports whether a plan takes a file to another datastore, and plans
// what follows for the rest of the place. A datastore that cannot be found may
// be made in the same run: it is another.
func leaves[M any](ctx context.Context, plan *lifecycle.Plan[M], config, planned, state *place) (bool, error) {
	if config.Datacenter.IsNull() && planned.Datacenter.ValueString() == "" {
		planned.Datacenter = types.StringUnknown() // the read fills it in
	}
	if planned.Datastore.Equal(state.Datastore) && (planned.Datacenter.Equal(state.Datacenter) || config.Datacenter.IsNull()) {
		return false, nil
	}
	moves, err := elsewhere(ctx, plan, planned, state)
	if moves {
		planned.DatastoreID = types.StringUnknown()
	}
	return moves, err
}

func elsewhere[M any](ctx context.Context, plan *lifecycle.Plan[M], planned, state *place) (bool, error) {
	if planned.Datastore.IsUnknown() || planned.Datacenter.IsUnknown() {
		return true, nil
	}
	c, err := plan.Client(ctx)
	if err != nil || c == nil {
		return true, err
	}
	to, err := planned.find(ctx, c)
	if vsphere.Gone(err) {
		return true, nil
	}
	if err != nil {
		return true, err
	}
	from, err := state.file(ctx, c, types.StringValue(""))
	if vsphere.Gone(err) {
		return true, nil
	}
	return from.Datastore != to, err
}

// blame finds the argument that a fault about a file is on, and says which
// machines have the file when it is in use.
func blame(ctx context.Context, c *vsphere.Client, f vsphere.DatastoreFile, argument string, err error) error {
	switch {
	case err == nil:
		return nil
	case vsphere.IsFault[vim.FileLocked](err), vsphere.IsFault[vim.ResourceInUse](err), vsphere.IsFault[vim.CannotDeleteFile](err):
		names, failure := c.MachinesWith(ctx, f)
		if failure == nil && len(names) > 0 {
			err = fmt.Errorf("%q is attached to %q: %w", f, names, err)
		}
		return lifecycle.Attr(argument, err)
	case vsphere.IsFault[vim.FileNotFound](err):
		return lifecycle.Attr(argument, fmt.Errorf("the folder of %q must exist, or create_directories be set: %w", f, err))
	case vsphere.IsFault[vim.FileAlreadyExists](err), vsphere.IsFault[vim.NoDiskSpace](err), vsphere.IsFault[vim.InvalidDiskFormat](err):
		return lifecycle.Attr(argument, err)
	}
	return err
}
