// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vm

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

var (
	errNoConfig = errors.New("vCenter has no configuration of the machine: it is orphaned or inaccessible, or the user may not read it")
	errTemplate = errors.New("it is a template; convert it to a virtual machine first")
)

var uuidPattern = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// byUUID returns the machine with a BIOS UUID. Copied machines can share one:
// then the error lists them.
func byUUID(ctx context.Context, c *vsphere.Client, uuid string) (vsphere.Ref, error) {
	refs, err := c.FindByUUID(ctx, strings.ToLower(uuid), false)
	if err != nil {
		return vsphere.Ref{}, err
	}
	what := "virtual machine with UUID " + uuid
	switch len(refs) {
	case 0:
		return vsphere.Ref{}, &vsphere.NotFoundError{What: what, Searched: "the whole inventory"}
	case 1:
		return refs[0], nil
	}
	var all []vsphere.Found
	for _, ref := range refs {
		p, err := c.Path(ctx, ref)
		if err != nil {
			return vsphere.Ref{}, err
		}
		all = append(all, vsphere.Found{Ref: ref, Path: fmt.Sprintf("%s (%s)", p, ref.Value), Name: baseName(p)})
	}
	return vsphere.Ref{}, &vsphere.AmbiguousError{What: what, Candidates: all}
}

// byEitherUUID returns the machine with a BIOS UUID, else that with an instance
// UUID, which no two machines of a vCenter share.
func byEitherUUID(ctx context.Context, c *vsphere.Client, uuid string) (vsphere.Ref, error) {
	ref, err := byUUID(ctx, c, uuid)
	if !vsphere.Gone(err) {
		return ref, err
	}
	refs, e := c.FindByUUID(ctx, strings.ToLower(uuid), true)
	if e != nil || len(refs) != 1 {
		return vsphere.Ref{}, errors.Join(err, e)
	}
	return refs[0], nil
}

// byAnyID returns the machine of an inventory path, a BIOS UUID, an instance
// UUID or a managed object id.
func byAnyID(ctx context.Context, c *vsphere.Client, id string) (vsphere.Ref, error) {
	switch {
	case uuidPattern.MatchString(id):
		return byEitherUUID(ctx, c, id)
	case strings.Contains(id, "/"):
		ref, err := c.FindPath(ctx, id)
		if err == nil && ref.Type != "VirtualMachine" {
			return ref, fmt.Errorf("%s is a %s, not a virtual machine", id, ref.Type)
		}
		return ref, err
	}
	return machineRef(id), nil
}

// networkRef types the managed object id of a network: the server gives each
// kind ids of its own.
func networkRef(id string) vsphere.Ref {
	switch {
	case strings.HasPrefix(id, "dvportgroup-"):
		return vsphere.NewRef("DistributedVirtualPortgroup", id)
	case strings.HasPrefix(id, "network-o"):
		return vsphere.NewRef("OpaqueNetwork", id)
	}
	return vsphere.NewRef("Network", id)
}

func poolRef(id string) vsphere.Ref {
	if isVApp(id) {
		return vsphere.NewRef(vApp, id)
	}
	return vsphere.NewRef("ResourcePool", id)
}

func hostRef(id string) vsphere.Ref { return vsphere.NewRef("HostSystem", id) }

func datastoreRef(id string) vsphere.Ref { return vsphere.NewRef("Datastore", id) }

// folderRef returns the folder at a path relative to that of virtual machines
// in the datacenter of a resource pool.
func folderRef(ctx context.Context, c *vsphere.Client, pool, folder string) (vsphere.Ref, error) {
	datacenter, err := c.Datacenter(ctx, poolRef(pool))
	if err != nil {
		return vsphere.Ref{}, lifecycle.Attr("resource_pool_id", err)
	}
	clean := schemas.CleanPath(folder)
	if clean == "" {
		dc, err := vsphere.Get[mo.Datacenter](ctx, c, datacenter, "vmFolder")
		if err != nil {
			return vsphere.Ref{}, err
		}
		return dc.VmFolder, nil
	}
	root, err := folderRoot(ctx, c, datacenter)
	if err != nil {
		return vsphere.Ref{}, err
	}
	ref, err := c.FindPath(ctx, root+"/"+clean)
	if err == nil && ref.Type != "Folder" {
		err = fmt.Errorf("%s/%s is no folder", root, clean)
	}
	return ref, lifecycle.Attr("folder", err)
}
