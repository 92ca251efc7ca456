// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewFile returns the resource vsphere_file: a file on a datastore that was
// uploaded, or copied from another place on a datastore.
func NewFile() resource.Resource {
	return movable[fileModel, *fileModel]{lifecycle.NewResource("file", lifecycle.Verbs[fileModel]{
		Schema:   fileSchema,
		Create:   createFile,
		Read:     readFile,
		Update:   updateFile,
		Delete:   deleteFile,
		Import:   importFile,
		Plan:     planFile,
		Identity: func(m *fileModel) string { return m.identity(m.Destination) },
	})}
}

type fileModel struct {
	lifecycle.Meta
	place
	Destination       types.String `tfsdk:"destination_file"`
	Source            types.String `tfsdk:"source_file"`
	SourceDatastore   types.String `tfsdk:"source_datastore"`
	SourceDatacenter  types.String `tfsdk:"source_datacenter"`
	SourceHash        types.String `tfsdk:"source_hash"`
	CreateDirectories types.Bool   `tfsdk:"create_directories"`
}

// copies reports whether the source is on a datastore too.
func (m *fileModel) copies() bool {
	return m.SourceDatastore.ValueString() != "" || m.SourceDatacenter.ValueString() != ""
}

// source returns the file on a datastore that is to be copied. What is not said
// of its place is as at the destination.
func (m *fileModel) source(ctx context.Context, c *vsphere.Client) (vsphere.DatastoreFile, error) {
	from := place{Datacenter: m.SourceDatacenter, Datastore: m.SourceDatastore}
	if from.Datastore.ValueString() == "" {
		from.Datastore = m.Datastore
	}
	if from.Datacenter.ValueString() == "" {
		from.Datacenter = m.Datacenter
	}
	f, err := from.file(ctx, c, m.Source)
	var blamed *lifecycle.AttributeError
	if errors.As(err, &blamed) {
		return f, lifecycle.Attr("source_"+blamed.Path.String(), blamed.Err)
	}
	return f, err
}

func createFile(ctx context.Context, c *vsphere.Client, m *fileModel) error {
	f, err := m.file(ctx, c, m.Destination)
	if err != nil {
		return err
	}
	if err := m.flatten(ctx, c, f); err != nil {
		return err
	}
	if err := m.makeDirectories(ctx, c, f); err != nil {
		return err
	}
	switch {
	case m.copies():
		err = m.copy(ctx, c, f)
	case f.IsDisk():
		err = m.uploadDisk(ctx, c, f)
	default:
		err = m.upload(ctx, c, f)
	}
	if err != nil {
		return err
	}
	m.ID = m.firstID()
	return nil
}

// firstID is the id of the contract; it names the first location for good.
func (m *fileModel) firstID() types.String {
	return types.StringValue(fmt.Sprintf("[%s] %s/%s", m.Datastore.ValueString(), m.Datacenter.ValueString(), schemas.CleanPath(m.Destination.ValueString())))
}

func (m *fileModel) makeDirectories(ctx context.Context, c *vsphere.Client, f vsphere.DatastoreFile) error {
	if !m.CreateDirectories.ValueBool() {
		return nil
	}
	return lifecycle.Attr("destination_file", c.MakeDirectory(ctx, f.Parent()))
}

// copy replaces a file that is there already, as an upload does, but no disk.
func (m *fileModel) copy(ctx context.Context, c *vsphere.Client, to vsphere.DatastoreFile) error {
	from, err := m.source(ctx, c)
	if err != nil {
		return err
	}
	if _, err := c.StatFile(ctx, from); err != nil {
		return lifecycle.Attr("source_file", err)
	}
	return blame(ctx, c, to, "destination_file", c.CopyFile(ctx, from, to, !to.IsDisk()))
}

func (m *fileModel) upload(ctx context.Context, c *vsphere.Client, to vsphere.DatastoreFile) error {
	err := c.Upload(ctx, m.Source.ValueString(), to)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return lifecycle.Attr("source_file", err)
	}
	return err
}

// cleanUpTime bounds the removal of what is left of an upload.
const cleanUpTime = time.Minute

// uploadDisk uploads a disk to a folder of its own and has vSphere move it from
// there, which makes it a disk that machines can use.
func (m *fileModel) uploadDisk(ctx context.Context, c *vsphere.Client, to vsphere.DatastoreFile) error {
	folder := vsphere.DatastoreFile{Datastore: to.Datastore, DatastoreName: to.DatastoreName, Datacenter: to.Datacenter}.Join("terraform-upload-" + uuid.NewString())
	if err := c.MakeDirectory(ctx, folder); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer cancel()
		_ = c.DeleteFile(ctx, folder) // an empty folder that stays harms nobody
	}()
	uploaded := folder.Join(path.Base(to.Path))
	if err := m.upload(ctx, c, uploaded); err != nil {
		return err
	}
	err := c.MoveFile(ctx, uploaded, to, false)
	if vsphere.IsFault[vim.InvalidDiskFormat](err) {
		return lifecycle.Attr("source_file", err)
	}
	return blame(ctx, c, to, "destination_file", err)
}

func readFile(ctx context.Context, c *vsphere.Client, m *fileModel) error {
	f, err := m.file(ctx, c, m.Destination)
	if err != nil {
		return err
	}
	if _, err := c.StatFile(ctx, f); err != nil {
		return err
	}
	return m.flatten(ctx, c, f)
}

// updateFile moves the file; nothing else changes in place.
func updateFile(ctx context.Context, c *vsphere.Client, plan, state *fileModel) error {
	from, err := state.file(ctx, c, state.Destination)
	if err != nil {
		return err
	}
	to, err := plan.file(ctx, c, plan.Destination)
	if err != nil || to == from {
		return err
	}
	if err := plan.makeDirectories(ctx, c, to); err != nil {
		return err
	}
	if err := c.MoveFile(ctx, from, to, false); err != nil {
		return blame(ctx, c, from, "destination_file", err)
	}
	plan.DatastoreID = types.StringValue(to.Datastore.Value)
	return nil
}

func deleteFile(ctx context.Context, c *vsphere.Client, state *fileModel) error {
	f, err := state.file(ctx, c, state.Destination)
	if err != nil {
		return err
	}
	err = c.DeleteFile(ctx, f)
	if vsphere.Gone(err) {
		return err
	}
	return blame(ctx, c, f, "destination_file", err)
}

// importFile accepts a path on a datastore. Where the file came from nobody
// knows any more: the source that is configured is taken over.
func importFile(ctx context.Context, c *vsphere.Client, id string, m *fileModel) error {
	at, err := m.adopt(id)
	if err != nil {
		return err
	}
	m.Destination = types.StringValue(at)
	f, err := m.file(ctx, c, m.Destination)
	if err != nil {
		return err
	}
	if err := m.flatten(ctx, c, f); err != nil {
		return err
	}
	m.ID, m.CreateDirectories = m.firstID(), types.BoolValue(false)
	m.SourceDatastore, m.SourceDatacenter, m.SourceHash = types.StringValue(""), types.StringValue(""), types.StringValue("")
	return nil
}
