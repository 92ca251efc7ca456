// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"
	"iter"
	"path"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

type virtualDiskQuery struct {
	Datacenter types.String `tfsdk:"datacenter"`
	Datastore  types.String `tfsdk:"datastore"`
	Folder     types.String `tfsdk:"folder"`
	NameRegex  types.String `tfsdk:"name_regex"`
	Unattached types.Bool   `tfsdk:"unattached"`
}

// NewVirtualDiskList returns the list resource vsphere_virtual_disk.
func NewVirtualDiskList() list.ListResource {
	return lifecycle.NewList(virtualDiskResource(), lifecycle.Search[virtualDiskQuery]{Schema: virtualDiskListSchema, Find: searchVirtualDisks})
}

func virtualDiskListSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the virtual disks on a datastore. The disks of virtual machines are among them, but not what machines have written since a snapshot.",
		Attributes: map[string]schema.Attribute{
			"datacenter": lifecycle.StringFilter("The datacenter that the datastore is in, by name or inventory path. It may be left out when only one has a datastore of the name."),
			"datastore":  schema.StringAttribute{MarkdownDescription: "The datastore to search, by name.", Required: true},
			"folder":     lifecycle.StringFilter("Only disks in this folder of the datastore, or in folders below it."),
			"name_regex": lifecycle.StringFilter("Only disks whose file name matches this regular expression (RE2)."),
			"unattached": schema.BoolAttribute{MarkdownDescription: "Only disks that no virtual machine or template has. This reads the devices of all machines on the datastore.", Optional: true},
		},
	}
}

func searchVirtualDisks(ctx context.Context, c *vsphere.Client, q virtualDiskQuery) iter.Seq2[lifecycle.Found, error] {
	return func(yield func(lifecycle.Found, error) bool) {
		disks, err := q.disks(ctx, c)
		if err != nil {
			yield(lifecycle.Found{}, err)
			return
		}
		for _, disk := range disks {
			datacenter, err := c.Path(ctx, disk.Datacenter)
			id := datacenter + "/" + disk.String()
			if !yield(lifecycle.Found{Name: id, ID: id}, err) || err != nil {
				return
			}
		}
	}
}

// disks returns the disks that match.
func (q virtualDiskQuery) disks(ctx context.Context, c *vsphere.Client) ([]vsphere.DatastoreFile, error) {
	name, err := regexp.Compile(q.NameRegex.ValueString())
	if err != nil {
		return nil, lifecycle.Attr("name_regex", err)
	}
	at := place{Datacenter: q.Datacenter, Datastore: q.Datastore}
	folder, err := at.file(ctx, c, q.Folder)
	if err != nil {
		return nil, err
	}
	found, err := c.FindDisks(ctx, folder)
	if err != nil {
		return nil, lifecycle.Attr("folder", err)
	}
	var used map[string]bool
	if q.Unattached.ValueBool() {
		if used, err = c.FilesInUse(ctx, folder.Datastore); err != nil {
			return nil, lifecycle.Attr("unattached", err)
		}
	}
	var disks []vsphere.DatastoreFile
	for _, disk := range found {
		if !used[disk.String()] && name.MatchString(path.Base(disk.Path)) {
			disks = append(disks, disk)
		}
	}
	return disks, nil
}
