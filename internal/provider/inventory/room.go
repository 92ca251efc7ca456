// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package inventory holds the objects that give an inventory its shape and its
// labels: datacenters, folders, tag categories, tags and custom attributes.
package inventory

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Resources returns the resources of this room.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return NewCustomAttribute() },
		func() resource.Resource { return NewDatacenter() },
		func() resource.Resource { return NewFolder() },
		func() resource.Resource { return NewTag() },
		func() resource.Resource { return NewTagCategory() },
	}
}

// DataSources returns the data sources of this room.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		NewCustomAttributeData,
		NewDatacenterData,
		NewFolderData,
		NewTagData,
		NewTagCategoryData,
	}
}

// Lists returns the list resources of this room.
func Lists() []func() list.ListResource {
	return []func() list.ListResource{
		NewCustomAttributeList,
		NewDatacenterList,
		NewFolderList,
		NewTagList,
		NewTagCategoryList,
	}
}
