// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package storage holds the objects about datastores and what is on them.
package storage

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDatastoreData}
}
