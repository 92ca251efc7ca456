// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DataAttributes is the attributes of a data source by name.
type DataAttributes = map[string]schema.Attribute

// DataLookup returns the schema of a data source that finds one object of the
// inventory, of which doc is the description and what the kind: the arguments of
// lifecycle.Located and more.
func DataLookup(doc, what string, more DataAttributes) func(context.Context) schema.Schema {
	return func(context.Context) schema.Schema {
		all := DataAttributes{
			"id":            DataID("The managed object id of the " + what + "."),
			"name":          DataName(what),
			"datacenter_id": DataDatacenterID("Without it every datacenter is searched."),
		}
		maps.Copy(all, more)
		return schema.Schema{MarkdownDescription: doc, Attributes: all}
	}
}

// DataID is the id attribute of a data source.
func DataID(doc string) schema.StringAttribute { return DataComputed(doc) }

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

// DataOnly is the name argument of a lookup that may be left out where there is
// only one object: of the datacenter, for example.
func DataOnly(what, of string) schema.StringAttribute {
	return DataString("The " + what + " to look up: its name, inventory path or managed object id. Without it, the only one of " + of + " is meant.")
}

// DataRequired makes an optional argument one that must be set.
func DataRequired(a schema.StringAttribute) schema.StringAttribute {
	a.Required, a.Optional = true, false
	return a
}

// DataComputed is a string that a data source tells.
func DataComputed(doc string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Computed: true}
}

// DataString is an optional string argument of a data source.
func DataString(doc string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: doc, Optional: true, Validators: validators}
}
