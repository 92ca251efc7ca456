// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"

	"github.com/vmware/govmomi/vim25/methods"
	vim "github.com/vmware/govmomi/vim25/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// rename gives an object another name and waits until it has it.
func rename(ctx context.Context, c *vsphere.Client, ref vsphere.Ref, name string) error {
	res, err := methods.Rename_Task(ctx, c, &vim.Rename_Task{This: ref, NewName: name})
	if err != nil {
		return err
	}
	_, err = c.Wait(ctx, res.Returnval, nil)
	c.Forget(ref)
	return err
}

// destroy removes an object and all that is in it, and waits until it is gone.
func destroy(ctx context.Context, c *vsphere.Client, ref vsphere.Ref) error {
	res, err := methods.Destroy_Task(ctx, c, &vim.Destroy_Task{This: ref})
	if err != nil {
		return err
	}
	_, err = c.Wait(ctx, res.Returnval, nil)
	c.Forget(ref)
	return err
}

// findFolder returns the folder at an absolute inventory path; "/" is the root
// of the inventory.
func findFolder(ctx context.Context, c *vsphere.Client, path string) (vsphere.Ref, error) {
	if path == "/" {
		return c.ServiceContent.RootFolder, nil
	}
	ref, err := c.FindPath(ctx, vsphere.StoredPath(path))
	if err != nil {
		return vsphere.Ref{}, err
	}
	if ref.Type != folderKind {
		return vsphere.Ref{}, fmt.Errorf("there is a %s at %s, not a folder", ref.Type, path)
	}
	return ref, nil
}
