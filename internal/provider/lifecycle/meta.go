// Copyright (c) The terraform-provider-vsphere authors
// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-294f9461/terraform-provider-vsphere/internal/vsphere"
)

// Meta is the part of a model that the resource driver owns. Every model of a
// resource embeds it.
type Meta struct {
	ID       types.String   `tfsdk:"id"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (m *Meta) meta() *Meta { return m }

// Model is a pointer to a struct that embeds Meta.
type Model[M any] interface {
	*M
	meta() *Meta
}

// Entity is implemented by the models of objects that carry tags or custom
// attributes. The reference is the zero Ref while it is unknown.
type Entity interface {
	Entity() vsphere.Ref
}

// Tagged is embedded by models that have the tags argument: a set of tag URNs.
// An unset argument leaves the tags of the object alone.
type Tagged struct {
	Tags types.Set `tfsdk:"tags"`
}

func (t *Tagged) tagged() *types.Set { return &t.Tags }

// Customized is embedded by models that have the custom_attributes argument: a
// map from the key of a custom attribute to its value. An unset argument leaves
// the custom attributes of the object alone.
type Customized struct {
	CustomAttributes types.Map `tfsdk:"custom_attributes"`
}

func (c *Customized) customized() *types.Map { return &c.CustomAttributes }
