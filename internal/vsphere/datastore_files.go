// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"
)

var errNoFiles = errors.New("the server does not manage files")

// fileManagers returns the managers of files and of virtual disks.
func (c *Client) fileManagers() (files, disks Ref, err error) {
	if c.ServiceContent.FileManager == nil || c.ServiceContent.VirtualDiskManager == nil {
		return Ref{}, Ref{}, errNoFiles
	}
	return *c.ServiceContent.FileManager, *c.ServiceContent.VirtualDiskManager, nil
}

// MakeDirectory makes a directory with those above it. One that exists is fine.
func (c *Client) MakeDirectory(ctx context.Context, dir DatastoreFile) error {
	files, _, err := c.fileManagers()
	if err != nil || dir.Path == "" {
		return err
	}
	_, err = methods.MakeDirectory(ctx, c, &vim.MakeDirectory{
		This: files, Name: dir.String(), Datacenter: &dir.Datacenter, CreateParentDirectories: vim.NewBool(true),
	})
	if err != nil && !IsFault[vim.FileAlreadyExists](err) {
		return fmt.Errorf("making the directory %q: %w", dir, err)
	}
	return nil
}

// DiskSpec is a virtual disk that is to be made.
type DiskSpec struct {
	Type    vim.VirtualDiskType
	Adapter string
	Bytes   int64
}

// CreateDisk makes an empty virtual disk.
func (c *Client) CreateDisk(ctx context.Context, f DatastoreFile, spec DiskSpec) error {
	_, disks, err := c.fileManagers()
	if err != nil {
		return err
	}
	res, err := methods.CreateVirtualDisk_Task(ctx, c, &vim.CreateVirtualDisk_Task{
		This: disks, Name: f.String(), Datacenter: &f.Datacenter,
		Spec: &vim.FileBackedVirtualDiskSpec{
			VirtualDiskSpec: vim.VirtualDiskSpec{DiskType: string(spec.Type), AdapterType: spec.Adapter},
			CapacityKb:      spec.Bytes >> 10,
		},
	})
	if err != nil {
		return err
	}
	return c.wait(ctx, res.Returnval)
}

// ExtendDisk makes a virtual disk larger. What is added is zeroed at once if
// eager is set.
func (c *Client) ExtendDisk(ctx context.Context, f DatastoreFile, bytes int64, eager bool) error {
	_, disks, err := c.fileManagers()
	if err != nil {
		return err
	}
	res, err := methods.ExtendVirtualDisk_Task(ctx, c, &vim.ExtendVirtualDisk_Task{
		This: disks, Name: f.String(), Datacenter: &f.Datacenter, NewCapacityKb: bytes >> 10, EagerZero: &eager,
	})
	if err != nil {
		return err
	}
	return c.wait(ctx, res.Returnval)
}

// DiskType returns the type of a virtual disk. The search of a datastore tells
// only whether a disk is thin; this is a task for each disk.
func (c *Client) DiskType(ctx context.Context, f DatastoreFile) (vim.VirtualDiskType, error) {
	if _, _, err := c.fileManagers(); err != nil {
		return "", err
	}
	// govmomi waits for this task itself, since it keeps the type of the result
	// to itself.
	found, err := object.NewVirtualDiskManager(c.Client).QueryVirtualDiskInfo(ctx, f.String(), object.NewDatacenter(c.Client, f.Datacenter), false)
	switch {
	case err != nil:
		return "", fmt.Errorf("asking for the type of %q: %w", f, missingFile(f, err))
	case len(found) == 0:
		return "", &NotFoundError{What: fmt.Sprintf("%q", f)}
	}
	return vim.VirtualDiskType(found[0].DiskType), nil
}

// MoveFile moves a file, or a virtual disk with all its files. What is at the
// target is replaced only if force is set.
func (c *Client) MoveFile(ctx context.Context, from, to DatastoreFile, force bool) error {
	files, disks, err := c.fileManagers()
	if err != nil {
		return err
	}
	if from.IsDisk() {
		res, err := methods.MoveVirtualDisk_Task(ctx, c, &vim.MoveVirtualDisk_Task{
			This: disks, SourceName: from.String(), SourceDatacenter: &from.Datacenter, DestName: to.String(), DestDatacenter: &to.Datacenter, Force: &force,
		})
		if err != nil {
			return err
		}
		return c.wait(ctx, res.Returnval)
	}
	res, err := methods.MoveDatastoreFile_Task(ctx, c, &vim.MoveDatastoreFile_Task{
		This: files, SourceName: from.String(), SourceDatacenter: &from.Datacenter, DestinationName: to.String(), DestinationDatacenter: &to.Datacenter, Force: &force,
	})
	if err != nil {
		return err
	}
	return c.wait(ctx, res.Returnval)
}

// CopyFile is MoveFile that leaves the source where it is.
func (c *Client) CopyFile(ctx context.Context, from, to DatastoreFile, force bool) error {
	files, disks, err := c.fileManagers()
	if err != nil {
		return err
	}
	if from.IsDisk() {
		res, err := methods.CopyVirtualDisk_Task(ctx, c, &vim.CopyVirtualDisk_Task{
			This: disks, SourceName: from.String(), SourceDatacenter: &from.Datacenter, DestName: to.String(), DestDatacenter: &to.Datacenter, Force: &force,
		})
		if err != nil {
			return err
		}
		return c.wait(ctx, res.Returnval)
	}
	res, err := methods.CopyDatastoreFile_Task(ctx, c, &vim.CopyDatastoreFile_Task{
		This: files, SourceName: from.String(), SourceDatacenter: &from.Datacenter, DestinationName: to.String(), DestinationDatacenter: &to.Datacenter, Force: &force,
	})
	if err != nil {
		return err
	}
	return c.wait(ctx, res.Returnval)
}

// DeleteFile deletes a file, a directory with all that is in it, or a virtual
// disk with all its files. The error is an ErrNotFound when it is not there.
func (c *Client) DeleteFile(ctx context.Context, f DatastoreFile) error {
	files, disks, err := c.fileManagers()
	if err != nil {
		return err
	}
	var task Ref
	if f.IsDisk() {
		res, failure := methods.DeleteVirtualDisk_Task(ctx, c, &vim.DeleteVirtualDisk_Task{This: disks, Name: f.String(), Datacenter: &f.Datacenter})
		if err = failure; err == nil {
			task = res.Returnval
		}
	} else {
		res, failure := methods.DeleteDatastoreFile_Task(ctx, c, &vim.DeleteDatastoreFile_Task{This: files, Name: f.String(), Datacenter: &f.Datacenter})
		if err = failure; err == nil {
			task = res.Returnval
		}
	}
	if err == nil {
		err = c.wait(ctx, task)
	}
	return missingFile(f, err)
}

// wait is Wait for who wants nothing but the end.
func (c *Client) wait(ctx context.Context, task Ref) error {
	_, err := c.Wait(ctx, task, nil)
	return err
}
