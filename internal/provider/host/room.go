// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package host holds the objects about ESXi hosts.
package host

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewHostData}
}
