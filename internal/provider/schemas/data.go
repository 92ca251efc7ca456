// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DataID is the id attribute of a data source.
func DataID(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Computed: true}
}

// DataName is the name argument of a lookup that cannot do without.
func DataName(what string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "The " + what + " to look up: its name, inventory path or managed object id.",
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// DataDatacenterID is the datacenter_id argument that narrows a lookup.
func DataDatacenterID(doc string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "The managed object id of the datacenter to search: the `id` of the data source `vsphere_datacenter`, or the `moid` of the resource. " + doc,
		Optional:            true,
	}
}

// DataString is an optional string argument of a data source.
func DataString(doc string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Validators: validators}
}
