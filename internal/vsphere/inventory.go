// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package vsphere

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	vim "github.com/vmware/govmomi/vim25/types"
)

// inventory caches the names and parents of containers, which a run looks up
// again and again, and what searches have found. Our own writes are told to it
// by Forget.
type inventory struct {
	mu      sync.Mutex
	nodes   map[Ref]node
	epoch   int         // counts the calls of Forget
	forgot  map[Ref]int // the epoch that a Forget of the object began
	indexes map[indexKey]*nameIndex
	found   map[searchKey][]Found
	kept    map[any]any // what Remember was told

	builds   keyed[since[indexKey], *nameIndex]
	searches keyed[since[searchKey], []Found]
	asks     keyed[since[any], any]
}

// since tells what is asked for after a write of ours from the same before it,
// so that the later one does not join a call that is under way.
type since[K comparable] struct {
	key   K
	epoch int
}

// node is an inventory object's name as vCenter has it ("/" as %2f) and parent;
// the root folder has none.
type node struct {
	name   string
	parent Ref
}

// isContainer tells the kinds that are few and hold others; only they are cached.
func isContainer(kind string) bool {
	switch kind {
	case "Folder", "StoragePod", "Datacenter", "ComputeResource", "ClusterComputeResource", "ResourcePool", "VirtualApp", "HostSystem":
		return true
	}
	return false
}

// nodeOf reads a node from properties; ok is false when there is no name.
func nodeOf(o vim.ObjectContent) (n node, ok bool) {
	for _, p := range o.PropSet {
		switch v := p.Val.(type) {
		case string:
			if p.Name == "name" {
				n.name, ok = v, true
			}
		case Ref:
			if p.Name == "parentVApp" || (p.Name == "parent" && n.parent == (Ref{})) {
				n.parent = v
			}
		}
	}
	return n, ok
}

// put keeps the containers among objects, which were read since epoch, except
// those that have been written meanwhile.
func (i *inventory) put(objects []vim.ObjectContent, epoch int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, o := range objects {
		n, ok := nodeOf(o)
		if ok && isContainer(o.Obj.Type) && n.parent != (Ref{}) && i.forgot[o.Obj] <= epoch {
			i.set(o.Obj, n)
		}
	}
}

func (i *inventory) set(ref Ref, n node) {
	if i.nodes == nil {
		i.nodes = map[Ref]node{}
	}
	i.nodes[ref] = n
}

func (i *inventory) node(ref Ref) (node, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	n, ok := i.nodes[ref]
	return n, ok
}

// link is one object of a chain of ancestors.
type link struct {
	ref  Ref
	name string
}

// chain returns an object and its ancestors, without the root folder, from the
// top down.
func (c *Client) chain(ctx context.Context, ref Ref) ([]link, error) {
	var links []link
	for at := ref; at != c.ServiceContent.RootFolder && at != (Ref{}); {
		n, ok := c.inventory.node(at)
		if !ok {
			o, err := c.properties.Load(ctx, ask{ref: at, up: true})
			if err != nil {
				return nil, err
			}
			if n, ok = nodeOf(o); !ok {
				return nil, lackOfName(o)
			}
		}
		links = append(links, link{at, n.name})
		if len(links) > 100 {
			return nil, errors.New("the chain of parents does not end")
		}
		at = n.parent
	}
	slices.Reverse(links)
	return links, nil
}

func lackOfName(o vim.ObjectContent) error {
	var m mo.ManagedEntity
	if err := decode(o, &m); err != nil {
		return err
	}
	return fmt.Errorf("%s %q has no name", o.Obj.Type, o.Obj.Value)
}

// Path returns the inventory path of an object, for example "/DC0/vm/F0/VM1".
// The names of containers are cached.
func (c *Client) Path(ctx context.Context, ref Ref) (string, error) {
	links, err := c.chain(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("finding the inventory path: %w", readError(ref, err))
	}
	return pathOf(links), nil
}

func pathOf(links []link) string {
	if len(links) == 0 {
		return "/"
	}
	var path strings.Builder
	for _, l := range links {
		path.WriteString("/" + l.name)
	}
	return path.String()
}

// Datacenter returns the datacenter that an object is in. The error is an
// ErrNotFound when it is in none.
func (c *Client) Datacenter(ctx context.Context, ref Ref) (Ref, error) {
	links, err := c.chain(ctx, ref)
	if err != nil {
		return Ref{}, fmt.Errorf("finding the datacenter: %w", readError(ref, err))
	}
	for _, l := range links {
		if l.ref.Type == "Datacenter" {
			return l.ref, nil
		}
	}
	return Ref{}, fmt.Errorf("datacenter of %s %q: %w", ref.Type, ref.Value, ErrNotFound)
}

// ComputeResource returns the cluster or standalone host that a resource pool or
// a host belongs to. The error is an ErrNotFound when there is none.
func (c *Client) ComputeResource(ctx context.Context, ref Ref) (Ref, error) {
	links, err := c.chain(ctx, ref)
	if err != nil {
		return Ref{}, fmt.Errorf("finding the compute resource: %w", readError(ref, err))
	}
	for _, l := range links {
		if l.ref.Type == "ClusterComputeResource" || l.ref.Type == "ComputeResource" {
			return l.ref, nil
		}
	}
	return Ref{}, fmt.Errorf("compute resource of %s %q: %w", ref.Type, ref.Value, ErrNotFound)
}

// FindPath returns the object at an absolute inventory path. The error is a
// *NotFoundError that says which part of the path is missing.
func (c *Client) FindPath(ctx context.Context, path string) (Ref, error) {
	path = cleanPath(path)
	ref, err := c.atPath(ctx, path)
	if err != nil || ref != (Ref{}) {
		return ref, err
	}
	return Ref{}, c.missingPart(ctx, path)
}

// cleanPath returns an absolute path without empty parts.
func cleanPath(path string) string {
	return "/" + strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' }), "/")
}

// atPath returns the object at a clean path, zero when there is none.
func (c *Client) atPath(ctx context.Context, path string) (Ref, error) {
	if path == "/" {
		return c.ServiceContent.RootFolder, nil
	}
	if c.ServiceContent.SearchIndex == nil {
		return Ref{}, errors.New("the server has no search index")
	}
	res, err := methods.FindByInventoryPath(ctx, c, &vim.FindByInventoryPath{
		This: *c.ServiceContent.SearchIndex, InventoryPath: path,
	})
	if err != nil {
		return Ref{}, fmt.Errorf("looking up %q: %w", path, err)
	}
	if res.Returnval == nil {
		return Ref{}, nil
	}
	return *res.Returnval, nil
}

// FindByUUID returns the virtual machines with a BIOS UUID, or with an instance
// UUID when instance is set. Copies of a machine may share a BIOS UUID.
func (c *Client) FindByUUID(ctx context.Context, uuid string, instance bool) ([]Ref, error) {
	res, err := methods.FindAllByUuid(ctx, c, &vim.FindAllByUuid{
		This: *c.ServiceContent.SearchIndex, Uuid: uuid, VmSearch: true, InstanceUuid: &instance,
	})
	if err != nil {
		return nil, fmt.Errorf("looking up the UUID %q: %w", uuid, err)
	}
	return res.Returnval, nil
}

// Forget drops objects from the caches: an own write has made, renamed, moved
// or removed them.
func (c *Client) Forget(refs ...Ref) {
	i := &c.inventory
	i.mu.Lock()
	defer i.mu.Unlock()
	i.epoch++
	i.kept = nil
	if i.forgot == nil {
		i.forgot = map[Ref]int{}
	}
	for _, ref := range refs {
		i.forgot[ref] = i.epoch
		delete(i.nodes, ref)
		for k, found := range i.found {
			// A path below a renamed container is stale as well.
			if isContainer(ref.Type) || slices.ContainsFunc(found, func(f Found) bool { return f.Ref == ref }) {
				delete(i.found, k)
			}
		}
	}
}
