// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package compute holds the objects of vSphere that hand out CPU and memory:
// clusters and resource pools.
package compute

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewResourcePool}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewComputeClusterData, NewComputeClusterHostGroupData, NewResourcePoolData, NewVAppContainerData}
}

// Lists returns the list resources of this package.
func Lists() []func() list.ListResource {
	return []func() list.ListResource{NewResourcePoolList}
}
