// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/compute"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/host"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/inventory"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/network"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/storage"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/vm"
)

// room is one package of objects.
type room struct {
	resources   []func() resource.Resource
	dataSources []func() datasource.DataSource
	lists       []func() list.ListResource
	actions     []func() action.Action
}

// rooms is the registry: the provider has what its rooms have.
var rooms = []room{
	{resources: compute.Resources(), dataSources: compute.DataSources(), lists: compute.Lists()},
	{dataSources: host.DataSources()},
	{resources: inventory.Resources(), dataSources: inventory.DataSources(), lists: inventory.Lists()},
	{dataSources: network.DataSources()},
	{resources: storage.Resources(), dataSources: storage.DataSources(), lists: storage.Lists()},
	{resources: vm.Resources(), dataSources: vm.DataSources(), lists: vm.Lists(), actions: vm.Actions()},
}

func collect[T any](of func(room) []T) []T {
	var all []T
	for _, r := range rooms {
		all = slices.Concat(all, of(r))
	}
	return all
}

// Resources implements provider.Provider.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return collect(func(r room) []func() resource.Resource { return r.resources })
}

// DataSources implements provider.Provider.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource {
	return collect(func(r room) []func() datasource.DataSource { return r.dataSources })
}

// ListResources implements provider.ProviderWithListResources.
func (p *Provider) ListResources(context.Context) []func() list.ListResource {
	return collect(func(r room) []func() list.ListResource { return r.lists })
}

// Actions implements provider.ProviderWithActions.
func (p *Provider) Actions(context.Context) []func() action.Action {
	return collect(func(r room) []func() action.Action { return r.actions })
}
