// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

// Package schemas holds the attributes, plan modifiers and validators that
// recur among the objects of this provider. Something moves in when it has a
// second user.
package schemas

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes is the attributes of a resource by name.
type Attributes = map[string]schema.Attribute

// Merge joins attribute maps. A name in two of them is a programming error.
func Merge(parts ...Attributes) Attributes {
	all := Attributes{}
	for _, part := range parts {
		for name := range part {
			if _, twice := all[name]; twice {
				panic("attribute " + name + " is declared twice")
			}
		}
		maps.Copy(all, part)
	}
	return all
}

// ID is the id attribute.
func ID(doc string) schema.StringAttribute { return Stable(doc) }

// Stable is a computed string that an update does not change.
func Stable(doc string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// RequiredString is a string that must be configured and not be empty.
func RequiredString(doc string, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc,
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		PlanModifiers:       modifiers,
	}
}

// OptionalString is a string that means "" when it is not configured.
func OptionalString(doc string, modifiers ...planmodifier.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       append([]planmodifier.String{ZeroWhenUnset()}, modifiers...),
	}
}

// OptionalInt64 is a number that means 0 when it is not configured.
func OptionalInt64(doc string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		Validators:          validators,
		PlanModifiers:       []planmodifier.Int64{ZeroWhenUnset()},
	}
}

// OptionalBool is a flag that means false when it is not configured.
func OptionalBool(doc string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{ZeroWhenUnset()},
	}
}

// DefaultString is an optional string with a default.
func DefaultString(doc, fallback string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc + " Defaults to " + code(fallback) + ".",
		Optional:            true,
		Computed:            true,
		Default:             stringdefault.StaticString(fallback),
		Validators:          validators,
	}
}

// DefaultInt64 is an optional number with a default.
func DefaultInt64(doc string, fallback int64, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		Default:             int64default.StaticInt64(fallback),
		Validators:          validators,
	}
}

// DefaultBool is an optional flag with a default.
func DefaultBool(doc string, fallback bool) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		Default:             booldefault.StaticBool(fallback),
	}
}

// ServerString is an optional string that vCenter chooses when it is not
// configured.
func ServerString(doc string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: doc,
		Optional:            true,
		Computed:            true,
		Validators:          validators,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// Enum limits a string to the values of a vim25 enumeration.
func Enum[E ~string](values ...E) validator.String {
	return stringvalidator.OneOf(names(values)...)
}

// OneOf is the sentence that names the values of an enumeration.
func OneOf[E ~string](values ...E) string {
	quoted := names(values)
	for i, v := range quoted {
		quoted[i] = code(v)
	}
	return " One of " + strings.Join(quoted, ", ") + "."
}

// Tags is the tags argument.
func Tags() Attributes {
	return Attributes{"tags": schema.SetAttribute{
		MarkdownDescription: "The ids of all tags that are to be attached. Leave it out to leave the tags of the object alone.",
		ElementType:         types.StringType,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.Set{ZeroWhenUnset()},
	}}
}

// CustomAttributes is the custom_attributes argument.
func CustomAttributes() Attributes {
	return Attributes{"custom_attributes": schema.MapAttribute{
		MarkdownDescription: "The values of custom attributes by the id of the attribute. Leave it out to leave the custom attributes of the object alone.",
		ElementType:         types.StringType,
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.Map{ZeroWhenUnset()},
	}}
}

func names[E ~string](values []E) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

func code(s string) string { return "`" + s + "`" }
