// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package storage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/lifecycle"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/provider/schemas"
	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// NewStoragePolicyData returns the data source vsphere_storage_policy: a
// storage policy by name.
func NewStoragePolicyData() datasource.DataSource {
	return lifecycle.NewDataSource("storage_policy", lifecycle.Lookup[storagePolicyData]{Schema: storagePolicyDataSchema, Read: findStoragePolicy})
}

type storagePolicyData struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func storagePolicyDataSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Looks up a storage policy.",
		Attributes: schemas.DataAttributes{
			"id":   schemas.DataID("The unique id of the policy, which the `storage_policy_id` of machines and disks takes."),
			"name": schemas.DataRequired(schemas.DataString("The name of the policy, in its own upper and lower case.", stringvalidator.LengthAtLeast(1))),
		},
	}
}

func findStoragePolicy(ctx context.Context, c *vsphere.Client, m *storagePolicyData) error {
	id, err := c.StoragePolicy(ctx, m.Name.ValueString())
	m.ID = types.StringValue(id)
	return lifecycle.Attr("name", err)
}
