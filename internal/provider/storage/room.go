// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package storage holds the objects about datastores and what is on them.
package storage

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the resources of this package.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{NewFile, NewVirtualDisk}
}

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDatastoreClusterData, NewDatastoreData, NewDatastoreStatsData, NewStoragePolicyData}
}

// Lists returns the list resources of this package.
func Lists() []func() list.ListResource {
	return []func() list.ListResource{NewVirtualDiskList}
}
