// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package vm has the virtual machine and what is about virtual machines.
package vm

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the resources of this room.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return NewGuestCustomization() },
		func() resource.Resource { return NewSnapshot() },
		func() resource.Resource { return NewVirtualMachine() },
	}
}

// DataSources returns the data sources of this room.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		NewGuestCustomizationData,
		NewOVFTemplateData,
		NewVirtualMachineData,
	}
}

// Lists returns the list resources of this room.
func Lists() []func() list.ListResource {
	return []func() list.ListResource{
		NewGuestCustomizationList,
		NewSnapshotList,
		NewVirtualMachineList,
	}
}

// Actions returns the actions of this room.
func Actions() []func() action.Action {
	return []func() action.Action{NewVirtualMachinePower}
}
