// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package inventory

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// folderType says which of the trees of an inventory a folder is in. The values
// are those of the type argument.
type folderType string

const (
	vmFolder         folderType = "vm"
	networkFolder    folderType = "network"
	hostFolder       folderType = "host"
	datastoreFolder  folderType = "datastore"
	datacenterFolder folderType = "datacenter"
)

var folderTypes = []folderType{vmFolder, networkFolder, hostFolder, datastoreFolder, datacenterFolder}

// folderTypeOf tells the type of a folder from what may be in it: property
// childType of Folder.
func folderTypeOf(childType []string) (folderType, error) {
	for kind, t := range map[string]folderType{
		"VirtualMachine": vmFolder, "Network": networkFolder, "ComputeResource": hostFolder,
		"Datastore": datastoreFolder, "Datacenter": datacenterFolder,
	} {
		if slices.Contains(childType, kind) {
			return t, nil
		}
	}
	return "", fmt.Errorf("folders that hold %s are not supported", strings.Join(childType, ", "))
}

// rootOf returns the inventory path of the root folder of a type. The id of the
// datacenter does not matter for folders of datacenters.
func rootOf(ctx context.Context, c *vsphere.Client, t folderType, datacenterID string) (string, error) {
	if t == datacenterFolder {
		return "/", nil
	}
	datacenter, err := vsphere.Get[mo.Datacenter](ctx, c, vsphere.NewRef(datacenterKind, datacenterID),
		"vmFolder", "networkFolder", "hostFolder", "datastoreFolder")
	if err != nil {
		return "", err
	}
	return c.Path(ctx, map[folderType]vsphere.Ref{
		vmFolder: datacenter.VmFolder, networkFolder: datacenter.NetworkFolder,
		hostFolder: datacenter.HostFolder, datastoreFolder: datacenter.DatastoreFolder,
	}[t])
}

// place is where a folder is: its path relative to the root folder of its type,
// and the datacenter, the zero Ref for folders of datacenters.
type place struct {
	path       string
	datacenter vsphere.Ref
}

func placeOf(ctx context.Context, c *vsphere.Client, ref vsphere.Ref, t folderType) (place, error) {
	at, err := c.Path(ctx, ref)
	if err != nil {
		return place{}, err
	}
	if t == datacenterFolder {
		return place{path: schemas.CleanPath(at)}, nil
	}
	datacenter, err := c.Datacenter(ctx, ref)
	if err != nil {
		return place{}, err
	}
	above, err := c.Path(ctx, datacenter)
	if err != nil {
		return place{}, err
	}
	// What follows the datacenter is the root folder, whatever its name.
	_, below, _ := strings.Cut(schemas.CleanPath(strings.TrimPrefix(at, above)), "/")
	return place{path: below, datacenter: datacenter}, nil
}

// split takes a path apart into the folder above, "" for the root of the type,
// and the last name.
func split(folder string) (above, name string) {
	above, name = path.Split(schemas.CleanPath(folder))
	return schemas.CleanPath(above), name
}
