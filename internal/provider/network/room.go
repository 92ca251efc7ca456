// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package network holds the objects about networks and distributed switches.
package network

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// DataSources returns the data sources of this package.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{NewDistributedVirtualSwitchData, NewNetworkData}
}
