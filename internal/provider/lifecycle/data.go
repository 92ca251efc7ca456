// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Lookup is what one data source says about itself. M is its model.
type Lookup[M any] struct {
	Schema func(context.Context) schema.Schema

	// Read completes the model, in which the configured arguments are set.
	Read func(ctx context.Context, c *vsphere.Client, m *M) error
}

// DataSource implements datasource.DataSource from the parts of a Lookup. It is
// embedded where a data source has to add a method.
type DataSource[M any] struct {
	Base
	lookup Lookup[M]
}

// NewDataSource returns the data source vsphere_<name>.
func NewDataSource[M any](name string, lookup Lookup[M]) *DataSource[M] {
	return &DataSource[M]{Base: Named(name), lookup: lookup}
}

// Metadata implements datasource.DataSource.
func (d *DataSource[M]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.TypeName()
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *DataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.configure(req.ProviderData, &resp.Diagnostics)
}

// Schema implements datasource.DataSource.
func (d *DataSource[M]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.lookup.Schema(ctx)
}

// Read implements datasource.DataSource.
func (d *DataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	c, err := d.Client(ctx)
	if err == nil {
		err = d.lookup.Read(ctx, c, &m)
	}
	if err != nil {
		report(&resp.Diagnostics, title(ctx, "find", d.TypeName(), req.Config), err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
